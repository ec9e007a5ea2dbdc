"""SARIF fixes: applied as their regions say, they mend the file; where nothing is sure there are none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from code_scanning import objections
from jsonschema import Draft4Validator
from program import BLOCKED, ROOT, mblint
from scratch import repository

SCHEMA = json.loads((ROOT / "tests/fixtures/sarif/sarif-schema-2.1.0.json").read_text())
TIGHT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers:
        - name: shop
          image: registry/shop:1
          command: [celery, -A, shop, worker, --concurrency=4]
          env: [{name: TOKEN, value: hunter2-hunter2}]
          resources: {requests: {memory: 64Mi}, limits: {memory: '96Mi'}}  # as measured
"""


def results(directory: Path, *words: str, stdin: bytes = b"") -> list[dict[str, Any]]:
    done = mblint(*words, "--format", "sarif", cwd=directory, stdin=stdin)
    log = json.loads(done.stdout)
    Draft4Validator(SCHEMA).validate(log)
    assert objections(log) == []
    found: list[dict[str, Any]] = log["runs"][0]["results"]
    return found


def applied(text: str, replacements: list[dict[str, Any]]) -> str:
    """The text as a SARIF reader changes it, the last replacement first."""
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for one in sorted(replacements, key=lambda each: -each["deletedRegion"]["startLine"]):
        region = one["deletedRegion"]
        start = starts[region["startLine"] - 1] + region["startColumn"] - 1
        end = starts[region["endLine"] - 1] + region["endColumn"] - 1
        text = text[:start] + one["insertedContent"]["text"] + text[end:]
    return text


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_applied_they_are_what_fix_writes(tmp_path: Path, newline: str) -> None:
    repository(tmp_path, {"web.yaml": "", "shop.yaml": ""})
    (tmp_path / "shop.yaml").write_bytes(TIGHT.replace("\n", newline).encode())
    text = (tmp_path / "shop.yaml").read_bytes().decode()
    (result,) = [one for one in results(tmp_path, "shop.yaml") if one["ruleId"] == "memory-limit-below-workers"]
    (fix,) = result["fixes"]
    (change,) = fix["artifactChanges"]
    assert change["artifactLocation"] == {"uri": "shop.yaml", "uriBaseId": "%SRCROOT%"}
    assert "hunter2" not in json.dumps(result)
    mblint("fix", "shop.yaml", "--write", "--select", "memory-limit-below-workers", cwd=tmp_path)
    assert applied(text, change["replacements"]) == (tmp_path / "shop.yaml").read_bytes().decode()


def test_a_policy_in_another_document_is_mended_there(tmp_path: Path) -> None:
    text = BLOCKED.replace("# Source: ", "# ")
    repository(tmp_path, {"web.yaml": text})
    found = [one for one in results(tmp_path, "web.yaml") if "fixes" in one]
    assert found
    for one in found:
        (change,) = one["fixes"][0]["artifactChanges"]
        (tmp_path / "web.yaml").write_text(applied(text, change["replacements"]))
        rules = [each["ruleId"] for each in results(tmp_path, "web.yaml")]
        assert one["ruleId"] not in rules


def test_a_stream_and_what_git_does_not_track_have_none(tmp_path: Path) -> None:
    repository(tmp_path, {"readme": ""})
    assert not [one for one in results(tmp_path, "-", stdin=TIGHT.encode()) if "fixes" in one]
    (tmp_path / "new.yaml").write_text(TIGHT)
    assert not [one for one in results(tmp_path, "new.yaml") if "fixes" in one]
