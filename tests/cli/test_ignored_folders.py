"""Folders that git ignores are passed over, and said to be; unless they were asked for."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from program import mblint
from scratch import write

SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {{name: {}}}\nspec: {{ports: [{{port: 80}}]}}\n"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    write(
        tmp_path,
        {
            ".gitignore": "build/\n/kept/*.tmp\n",
            "kept/web.yaml": SERVICE.format("web"),
            "kept/build/old.yaml": SERVICE.format("old"),
            "build/sub/older.yaml": SERVICE.format("older"),
        },
    )
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    return tmp_path


def _looked_at(here: Path, path: str) -> tuple[int, dict[str, str]]:
    found = json.loads(mblint(path, "--format", "json", cwd=here).stdout)
    return found["stats"]["objects"], {one["location"]["file"]: one["reason"] for one in found["skipped"]}


def test_a_folder_that_git_ignores_is_passed_over_and_said(here: Path) -> None:
    objects, skipped = _looked_at(here, ".")
    assert objects == 1
    assert skipped["./build"] == skipped["./kept/build"] == "git ignores this folder"


def test_what_was_asked_for_is_read_whatever_git_ignores(here: Path) -> None:
    for path in ("build", "build/sub", "kept/build/old.yaml"):
        assert _looked_at(here, path) == (1, {})


def test_outside_of_a_repository_nothing_is_ignored(here: Path) -> None:
    subprocess.run(["rm", "-r", str(here / ".git")], check=True)
    assert _looked_at(here, "kept")[0] == 2
