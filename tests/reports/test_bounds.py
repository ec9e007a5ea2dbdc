"""Reports stay below their size, and nothing in the input becomes a line or a command of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from program import mblint

from mblint.reports.printable import inert
from mblint.reports.volume import texts_within, within

_NAMES = """\
apiVersion: v1
kind: Pod
metadata: {name: s}
spec:
  containers:
    - name: c
      image: i
      ports: [{name: "w\\n\\n::warning file=x.py,line=1::pwned\\n\\n", containerPort: 80}]
      livenessProbe: {httpGet: {path: /, port: "h\\n::add-mask::e\\n\\n##[error]hello\\x1b[31m"}}
"""


@pytest.mark.parametrize("form", ["text", "github", "junit"])
def test_names_become_neither_lines_nor_commands(tmp_path: Path, form: str) -> None:
    (tmp_path / "in.yaml").write_text(_NAMES)
    done = mblint("--format", form, "in.yaml", cwd=tmp_path)
    assert done.returncode == 1
    commands = [line for line in done.stdout.splitlines() if line.lstrip().startswith(("::", "##["))]
    assert [line for line in commands if not line.startswith("::error file=in.yaml,")] == []
    assert "\x1b" not in done.stdout
    assert "pwned" in done.stdout


def test_a_file_named_like_a_command_is_none(tmp_path: Path) -> None:
    (tmp_path / "::error::x.yaml").write_text(_NAMES)
    done = mblint("lint", "--", "::error::x.yaml", cwd=tmp_path)
    assert done.returncode == 1
    assert not any(line.lstrip().startswith("::") for line in done.stdout.splitlines())


def test_commands_are_shown_as_text() -> None:
    assert inert("  ::error::x") == "  \\::error::x"
    assert inert("##[group]x") == "\\##[group]x"
    assert inert("a ::error::x") == "a ::error::x"


def test_a_list_ends_where_there_is_no_more_room() -> None:
    entries = [{"message": "é" * 100}] * 10
    assert within(entries, 10**6) == entries
    one = len(json.dumps(entries[0], ensure_ascii=False, indent=2).encode())
    kept = within(entries, 3 * one)
    assert 0 < len(kept) <= 3


def test_what_is_left_out_of_a_text_is_counted() -> None:
    assert list(texts_within(["aaa", "bbb", "ccc"], 7, "{} more")) == ["aaa", "bbb", "1 more"]
    assert list(texts_within(["aaa"], 3, "{} more")) == ["aaa"]
