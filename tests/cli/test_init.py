"""The first configuration, from nothing and from a render."""

from pathlib import Path

import pytest
from program import CONFIG_MAP, mblint

from mblint.cli.configuration import load_configuration

RENDER = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: app
          image: x/y
          env:
            - {name: DB_URL, value: "postgresql://db/shop"}
            - {name: REPLICA_URL, value: "postgresql://db/shop"}
            - {name: REDIS_URL, value: "redis://redis.cache.svc.corp.example"}
            - {name: API_URL, value: "http://api.127.0.0.1.sslip.io/"}
            - {name: OIDC_OP_AUTHORIZATION_ENDPOINT, value: "https://id.corp/auth"}
            - {name: OIDC_OP_TOKEN_ENDPOINT, value: "https://id.corp/token"}
            - {name: OIDC_RP_CLIENT_ID, value: "web"}
"""


def taken_over(text: str) -> str:
    """The file as its author leaves it who takes over everything that was seen."""
    lines = text.splitlines()
    kept = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if line.lstrip().startswith("#  "):
            kept.append(line.replace("#", "", 1))
        elif following.lstrip().startswith("#  "):
            kept.append(line.removesuffix(" {}").removesuffix(" []"))
        else:
            kept.append(line)
    return "\n".join(kept)


def test_it_says_what_the_render_shows(tmp_path: Path) -> None:
    done = mblint("init", "-", cwd=tmp_path, stdin=RENDER.encode())
    assert (done.returncode, done.stderr) == (0, "")
    file = tmp_path / ".mblint.yaml"
    text = file.read_text()
    assert '  #  - "shop/db"  # Deployment web: DB_URL, and 1 more\n' in text
    assert '  #  "*.127.0.0.1.sslip.io": traefik.traefik.svc  # Deployment web: API_URL\n' in text
    assert "commented out for you to decide: 2 Services not in the render, 1 host name leading pods" in done.stdout
    config = load_configuration(file)
    assert (config.cluster.domain, config.cluster.external_services) == ("corp.example", ())
    file.write_text(taken_over(text))
    cluster = load_configuration(file).cluster
    assert cluster.external_services == ("shop/db", "cache/redis")
    assert cluster.dns_rewrites == {"*.127.0.0.1.sslip.io": "traefik.traefik.svc"}
    assert cluster.browser_domains == ("id.corp",)


def test_what_is_taken_over_is_found_no_more(tmp_path: Path) -> None:
    (tmp_path / "render.yaml").write_text(RENDER)
    selected = ("lint", "render.yaml", "--select", "unknown-service,dependency-loopback", "--quiet")
    assert mblint(*selected, cwd=tmp_path).stdout
    mblint("init", "render.yaml", cwd=tmp_path)
    file = tmp_path / ".mblint.yaml"
    file.write_text(taken_over(file.read_text()).replace("traefik.traefik.svc", "db.shop.svc"))
    assert mblint(*selected, cwd=tmp_path).stdout == ""


def test_without_a_render_it_explains_everything(tmp_path: Path) -> None:
    done = mblint("init", cwd=tmp_path)
    assert done.stdout == "Wrote .mblint.yaml: everything in it is explained, and optional.\n"
    assert mblint("init", "-", "--force", cwd=tmp_path, stdin=CONFIG_MAP.encode()).stdout == done.stdout


def test_a_file_that_is_there_stays_unless_forced(tmp_path: Path) -> None:
    (tmp_path / ".mblint.yaml").write_text("fail-on: never\n")
    done = mblint("init", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (2, "mblint: .mblint.yaml exists already (--force replaces it)\n")
    assert (tmp_path / ".mblint.yaml").read_text() == "fail-on: never\n"
    assert mblint("init", "--force", cwd=tmp_path).returncode == 0
    assert "fail-on: error" in (tmp_path / ".mblint.yaml").read_text()


@pytest.mark.parametrize("text", ["", "a: [\n"])
def test_nothing_is_written_of_a_render_that_cannot_be_trusted(tmp_path: Path, text: str) -> None:
    done = mblint("init", "-", cwd=tmp_path, stdin=text.encode())
    assert done.returncode == 3
    assert done.stderr.startswith("mblint: ")
    assert not (tmp_path / ".mblint.yaml").exists()


def test_nothing_of_the_render_gets_out_of_its_comment(tmp_path: Path) -> None:
    hostile = RENDER.replace("name: DB_URL", r'name: "DB_URL\nfail-on: never"').replace("//db/", "//d%22b/")
    mblint("init", "-", cwd=tmp_path, stdin=hostile.encode())
    assert load_configuration(tmp_path / ".mblint.yaml").fail_on == "error"


LIMITED = """\
apiVersion: v1
kind: Pod
metadata: {{name: {name}}}
spec:
  containers:
    - name: main
      image: registry.example/{name}:1
      livenessProbe: {{{handler}}}
      resources: {{limits: {{{limit}}}}}
"""


def test_it_asks_only_for_what_waits_for_an_application_under_a_cpu_limit(tmp_path: Path) -> None:
    answering = "httpGet: {path: /, port: 80}"
    pods = [
        LIMITED.format(name="shop", handler=answering, limit="cpu: 100m"),
        LIMITED.format(name="database", handler="exec: {command: [pg_isready]}", limit="cpu: 100m"),
        LIMITED.format(name="free", handler=answering, limit="memory: 1Gi"),
    ]
    mblint("init", "-", cwd=tmp_path, stdin="---\n".join(pods).encode())
    written = (tmp_path / ".mblint.yaml").read_text()
    assert [name for name in ("shop", "database", "free") if f"name: {name}}}" in written] == ["shop"]
