"""The first configuration, from nothing and from a render."""

from pathlib import Path

import pytest
from program import CONFIG_MAP, mblint
from scratch import write

from mblint.cli.configuration import load_configuration
from mblint.shipped import schemas_directory

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


HELMFILE = {
    "helmfile.yaml.gotmpl": "bases:\n  - bases/environments.yaml.gotmpl # all of them\n---\nreleases: []\n",
    "bases/environments.yaml.gotmpl": """\
environments:
  demo:
    values:
      - "environments/demo/*.yaml*"
  # each developer's own
  local:
    values:
      - environments/local.yaml
  "yes":
    values:
      - {{ env "MORE" }}
      - inline: {a: 1}
""",
    "environments/demo/values.yaml.gotmpl": "a: 1\n",
}


def test_environments_are_those_of_the_helmfile_and_its_bases(tmp_path: Path) -> None:
    write(tmp_path, HELMFILE)
    done = mblint("init", cwd=tmp_path)
    assert "what the helmfile names: demo, yes." in done.stdout
    file = tmp_path / ".mblint.yaml"
    renders = load_configuration(file).renders
    assert {name: " ".join(render.command) for name, render in renders.items()} == {
        "demo": "helmfile -e demo template --quiet",
        "yes": "helmfile -e yes template --quiet",
    }
    assert "#  local: helmfile -e local template --quiet  # without environments/local.yaml\n" in file.read_text()


@pytest.mark.parametrize("handler", ["Info", '"Warn"'])
def test_files_that_helmfile_can_do_without_are_not_missed(tmp_path: Path, handler: str) -> None:
    base = HELMFILE["bases/environments.yaml.gotmpl"].replace(
        "  local:\n", f"  local:\n    missingFileHandler: {handler}\n"
    )
    write(tmp_path, HELMFILE | {"bases/environments.yaml.gotmpl": base})
    assert "demo, local, yes." in mblint("init", cwd=tmp_path).stdout


def test_bases_that_lead_in_a_circle_end(tmp_path: Path) -> None:
    write(tmp_path, {"helmfile.yaml": "environments:\n  demo:\nbases: \n- helmfile.yaml\n- gone.yaml\n"})
    assert "what the helmfile names: demo." in mblint("init", cwd=tmp_path).stdout


def test_editors_are_given_the_schema_that_this_mblint_checks_by(tmp_path: Path) -> None:
    mblint("init", "--schema", cwd=tmp_path)
    written = tmp_path / ".mblint.schema.json"
    assert written.read_text() == (schemas_directory() / "config.schema.json").read_text()
    first = (tmp_path / ".mblint.yaml").read_text().split("\n", 1)[0]
    assert first == "# yaml-language-server: $schema=.mblint.schema.json"
    (tmp_path / ".mblint.yaml").write_text("fail-on: never\n")
    done = mblint("init", "--schema", cwd=tmp_path)
    assert (done.returncode, (tmp_path / ".mblint.yaml").read_text()) == (0, "fail-on: never\n")
    assert first in done.stdout
    mblint("init", "--force", cwd=tmp_path)
    assert "yaml-language-server" not in (tmp_path / ".mblint.yaml").read_text()
