"""`mblint fix`: what it changes, what it leaves, and that nothing else is touched."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from program import BLOCKED, environment, mblint

TIGHT = """\
# kept
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, namespace: default}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers:
        - name: shop   # the only one
          image: registry/shop:1
          command: [celery, -A, shop, worker, --concurrency=4]
          resources:
            requests: {memory: 64Mi}
            limits:
              memory: '96Mi'  # as measured
"""
SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: hunter2-hunter2}\n"


def rules_left(*files: Path) -> list[str]:
    done = mblint(*map(str, files), "--format", "json", cwd=files[0].parent)
    return [finding["rule"] for finding in json.loads(done.stdout)["findings"]]


def test_without_write_it_prints_a_diff_that_patch_takes_and_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "web.yaml"
    file.write_text(f"{BLOCKED}---\n{SECRET}---\n{TIGHT}---\n{SECRET.replace('name: s', 'name: t')}")
    before = file.read_text()
    done = mblint("fix", "web.yaml", cwd=tmp_path)
    assert done.returncode == 1
    assert file.read_text() == before
    assert "hunter2" not in done.stdout + done.stderr
    if shutil.which("git"):
        (tmp_path / "fix.diff").write_text(done.stdout)
        subprocess.run(["git", "apply", "fix.diff"], cwd=tmp_path, check=True, env=environment())
        changed = file.read_text()
        file.write_text(before)
        mblint("fix", "web.yaml", "--write", cwd=tmp_path)
        assert file.read_text() == changed


def test_with_write_findings_are_gone_and_everything_else_stays(tmp_path: Path) -> None:
    file = tmp_path / "shop.yaml"
    file.write_bytes(TIGHT.replace("\n", "\r\n").encode())
    assert "memory-limit-below-workers" in rules_left(file)
    done = mblint("fix", "shop.yaml", "--write", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    old, new = TIGHT.splitlines(), file.read_bytes().decode().split("\r\n")[:-1]
    ((was, becomes),) = [(a, b) for a, b in zip(old, new, strict=True) if a != b]
    assert was.startswith("              memory: '96Mi'")
    assert becomes.startswith("              memory: '")
    assert becomes.endswith("Mi'  # as measured")
    assert rules_left(file) == []
    assert mblint("fix", "shop.yaml", cwd=tmp_path).returncode == 0


def test_select_mends_these_rules_alone(tmp_path: Path) -> None:
    file = tmp_path / "web.yaml"
    file.write_text(f"{BLOCKED}---\n{TIGHT}")
    mblint("fix", "web.yaml", "--write", "--select", "egress-blocked", cwd=tmp_path)
    assert "egress-blocked" not in rules_left(file)
    assert "memory-limit-below-workers" in rules_left(file)


def test_json_files_and_lists_are_edited_where_they_stand(tmp_path: Path) -> None:
    file = tmp_path / "list.json"
    objects = [yaml.safe_load(SECRET), yaml.safe_load(TIGHT)]
    file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}, indent=2))
    done = mblint("fix", "list.json", "--write", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    items = json.loads(file.read_text())["items"]
    assert items[0] == objects[0]
    limits = items[1]["spec"]["template"]["spec"]["containers"][0]["resources"]["limits"]
    assert limits["memory"] not in ("96Mi", None)
    assert rules_left(file) == []


def test_what_stands_behind_an_anchor_is_left_with_the_reason(tmp_path: Path) -> None:
    file = tmp_path / "shop.yaml"
    shared = TIGHT.replace(
        "            limits:\n              memory: '96Mi'  # as measured", "            limits: *small"
    )
    file.write_text(
        shared.replace("metadata: {name: shop, ", "metadata: {name: shop, annotations: &small {memory: 96Mi}, ")
    )
    before = file.read_text()
    done = mblint("fix", "shop.yaml", "--write", cwd=tmp_path)
    assert "alias" in done.stderr
    assert file.read_text() == before


def test_a_stream_is_not_changed_but_by_patches(tmp_path: Path) -> None:
    refused = mblint("fix", "-", "--write", stdin=TIGHT.encode(), cwd=tmp_path)
    assert refused.returncode == 2
    assert "--patches" in refused.stderr
    done = mblint("fix", "-", "--write", "--patches", "kustomization.yaml", stdin=TIGHT.encode(), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    component = yaml.safe_load((tmp_path / "kustomization.yaml").read_text())
    assert component["kind"] == "Component"
    (patch,) = component["patches"]
    assert patch["target"] == {"kind": "Deployment", "name": "shop", "namespace": "default"}
    (_, replaced) = yaml.safe_load(patch["patch"])
    assert replaced["path"] == "/spec/template/spec/containers/0/resources/limits/memory"


def test_what_is_left_of_a_stream_is_named_by_its_object_and_field(tmp_path: Path) -> None:
    text = BLOCKED.replace("http://auth/", "http://elsewhere:8080/").replace("AUTH_URL", "BACKEND_URL")
    done = mblint("fix", "-", "--select", "unknown-service", stdin=text.encode(), cwd=tmp_path)
    where = "left: spec.template.spec.containers[0].env[0].value of Deployment web, line 10 of standard input: "
    assert where in done.stderr


def test_a_command_is_run_and_its_failure_wins(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(TIGHT)
    assert mblint("fix", "--", "cat", "shop.yaml", cwd=tmp_path).returncode == 1
    assert mblint("fix", "--", "cat", "shop.yaml", "absent.yaml", cwd=tmp_path).returncode == 3


def test_configuration_is_listed_and_never_applied(tmp_path: Path) -> None:
    file = tmp_path / "web.yaml"
    file.write_text(BLOCKED.replace("http://auth/", "http://elsewhere:8080/").replace("AUTH_URL", "BACKEND_URL"))
    before = file.read_text()
    done = mblint("fix", "web.yaml", "--write", "--select", "unknown-service", cwd=tmp_path)
    assert "external-services: [default/elsewhere]" in done.stderr
    assert file.read_text() == before
    assert not (tmp_path / ".mblint.yaml").exists()


@pytest.mark.parametrize("name", ["before", "next-sync"])
def test_the_incident_is_mended(name: str, tmp_path: Path) -> None:
    source = Path(__file__).parents[2] / "examples/docs-500" / name
    copy = tmp_path / "rendered"
    shutil.copytree(source, copy)
    mblint("fix", "rendered", "--write", cwd=tmp_path)
    assert "egress-blocked" not in rules_left(copy)
