"""Silence is never an accident: what could not be read, and what was passed over, is in every report."""

import json
import os
from pathlib import Path

import pytest
from program import mblint

BROKEN = """\
apiVersion: v1
kind: Service
metadata: {name: auth}
spec: {selector: {app: auth}, ports: [{port: eighty}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "registry.example/web:1", env: [{name: AUTH_URL, value: "http://auth:80"}]}]
"""
GOOD = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n"


def report(*words: str, cwd: Path) -> dict[str, list[dict[str, object]]]:
    data: dict[str, list[dict[str, object]]] = json.loads(mblint(*words, "--format", "json", cwd=cwd).stdout)
    return data


@pytest.mark.parametrize("words", [(), ("--ignore", "invalid-object"), ("--select", "dns-blocked"), ("--quiet",)])
def test_an_object_that_cannot_be_read_is_told_with_what_depends_on_it(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "in.yaml").write_text(BROKEN)
    (one,) = report("in.yaml", *words, cwd=tmp_path)["left_out"]
    assert one["object"] == {"kind": "Service", "namespace": "default", "name": "auth", "container": None}
    assert one["location"] == {"file": "in.yaml", "line": 4, "column": 46, "source": None}
    assert one["reason"] == "spec.ports[0].port must be an integer, not a string"
    assert one["unknown"] == 1
    assert "not wholly read: default/Service/auth; 1 unknown" in mblint("in.yaml", *words, cwd=tmp_path).stdout


def test_one_of_the_context_is_told_too(tmp_path: Path) -> None:
    (tmp_path / "in.yaml").write_text(GOOD)
    (tmp_path / "context.yaml").write_text(BROKEN)
    found = report("in.yaml", "--context", "context.yaml", cwd=tmp_path)
    assert [one["location"]["file"] for one in found["left_out"]] == ["context.yaml"]  # type: ignore[index]


def test_quiet_keeps_only_what_a_verdict_depends_on(tmp_path: Path) -> None:
    (tmp_path / "in.yaml").write_text(BROKEN.partition("---")[0] + "---\nimage: {tag: 1}\n")
    loud, quiet = (mblint("in.yaml", *words, cwd=tmp_path).stdout for words in ((), ("--quiet",)))
    assert "not wholly read" in loud
    assert "not looked at: in.yaml:6: neither apiVersion nor kind" in loud
    assert "not wholly read" not in quiet
    assert "not looked at" not in quiet


def test_a_file_of_a_program_is_no_object_and_no_mistake(tmp_path: Path) -> None:
    (tmp_path / "in.yaml").write_text(
        GOOD + "---\napiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a.yaml]\n"
    )
    found = report("in.yaml", cwd=tmp_path)
    assert found["findings"] == []
    assert [one["reason"] for one in found["skipped"]] == [
        "no metadata: the configuration of a tool, and no Kubernetes object"
    ]  # type: ignore[index]


def test_what_of_a_directory_is_not_read_is_listed(tmp_path: Path) -> None:
    folder = tmp_path / "all"
    (folder / ".hidden").mkdir(parents=True)
    (folder / "in.yaml").write_text(GOOD)
    for name in ("a.txt", "b.txt", "README", ".dot.yaml", ".hidden/x.yaml"):
        (folder / name).write_text("")
    (folder / "link").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe.yaml")
    rows = {
        (one["location"]["file"], one["reason"], one.get("count")) for one in report("all", cwd=tmp_path)["skipped"]
    }  # type: ignore[index]
    assert rows == {
        ("all/.hidden", "hidden folders are not read", None),
        ("all/link", "links to folders are not followed", None),
        ("all/pipe.yaml", "a FIFO is not read", None),
        ("all", "hidden files are not read", 1),
        ("all", "files with the suffix .txt are not read", 2),
        ("all", "files without a suffix are not read", 1),
    }


def test_an_object_given_twice_is_listed_with_both_places(tmp_path: Path) -> None:
    (tmp_path / "in.yaml").write_text(GOOD + "---\n" + GOOD)
    (one,) = report("in.yaml", cwd=tmp_path)["skipped"]
    assert one["location"] == {"file": "in.yaml", "line": 1}
    assert one["other"] == {"file": "in.yaml", "line": 5}


def test_a_linted_object_in_place_of_the_contexts_is_no_surprise(tmp_path: Path) -> None:
    (tmp_path / "in.yaml").write_text(GOOD)
    (tmp_path / "context.yaml").write_text(GOOD)
    assert report("in.yaml", "--context", "context.yaml", cwd=tmp_path)["skipped"] == []


def test_a_link_to_nothing_and_an_empty_context_are_no_trusted_input(tmp_path: Path) -> None:
    (tmp_path / "all").mkdir()
    (tmp_path / "all" / "in.yaml").write_text(GOOD)
    (tmp_path / "values.yaml").write_text("image: {tag: 1}\n")
    assert mblint("all", cwd=tmp_path).returncode == 0
    empty = mblint("all", "--context", "values.yaml", cwd=tmp_path)
    assert empty.returncode == 3
    assert "values.yaml: there is no Kubernetes object in this context" in empty.stderr
    (tmp_path / "all" / "lost.yaml").symlink_to("nowhere.yaml")
    lost = mblint("all", cwd=tmp_path)
    assert lost.returncode == 3
    assert "all/lost.yaml: this link leads nowhere" in lost.stderr


def test_a_configuration_by_another_name_is_said(tmp_path: Path) -> None:
    (tmp_path / "in.yaml").write_text(GOOD)
    (tmp_path / ".mblint.yml").write_text("fail-on: note\n")
    (tmp_path / ".mblint.yaml").mkdir()
    said = mblint("in.yaml", cwd=tmp_path).stderr
    assert ".mblint.yml is not read" in said
    assert ".mblint.yaml is no file" in said


def test_reasons_of_what_is_unknown_are_counted_the_most_frequent_first(tmp_path: Path) -> None:
    (tmp_path / "in.yaml").write_text(BROKEN)
    stats = report("in.yaml", cwd=tmp_path)["stats"]
    assert stats["unknown"] == [{"reason": "parts of the Service auth cannot be read", "count": 1}]  # type: ignore[call-overload]
    assert "unknown  1  parts of the Service auth" in mblint("in.yaml", "--stats", cwd=tmp_path).stdout


@pytest.mark.parametrize(("form", "words"), [("sarif", "could not be read"), ("github", "not wholly read")])
def test_alerts_say_it_too(tmp_path: Path, form: str, words: str) -> None:
    (tmp_path / "in.yaml").write_text(BROKEN)
    said = mblint("in.yaml", "--format", form, "--ignore", "invalid-object", cwd=tmp_path).stdout
    assert words in said


def test_what_sops_has_encrypted_as_a_whole_is_passed_over(tmp_path: Path) -> None:
    sealed = "ENC[AES256_GCM,data:Wyk=,iv:x1,tag:x2,type:str]"
    (tmp_path / "in.yaml").write_text(
        GOOD
        + f'---\napiVersion: "{sealed}"\nkind: "{sealed}"\nmetadata: {{name: "{sealed}"}}\nsops: {{version: 3.9.0}}\n'
    )
    found = report("in.yaml", cwd=tmp_path)
    assert found["findings"] == []
    assert [one["reason"] for one in found["skipped"]] == [
        "SOPS has encrypted its kind or name: nobody knows which object it will be"
    ]  # type: ignore[index]
