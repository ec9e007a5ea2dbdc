"""Concise and Markdown reports, groups, the sums by rule, and --exclude, as users meet them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from program import BLOCKED, ROOT, mblint
from scratch import write

MANY = BLOCKED + "".join(
    f"---\napiVersion: v1\nkind: Service\nmetadata: {{name: s{number}}}\nspec: {{ports: none}}\n"
    for number in range(12)
)
LINE = re.compile(r"(?P<file>[^:]+):\d+:\d+: (?P<level>error|warning|note)\[(?P<rule>[a-z-]+)\]: .+")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    write(tmp_path, {"blocked.yaml": BLOCKED, "many.yaml": MANY})
    return tmp_path


def test_concise_is_one_line_a_finding_and_nothing_else(here: Path) -> None:
    done = mblint("many.yaml", "--format", "concise", cwd=here)
    lines = done.stdout.splitlines()
    assert len(lines) == 13
    assert all(LINE.fullmatch(line) for line in lines)
    assert done.returncode == 1
    (here / "fine.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n")
    assert mblint("fine.yaml", "--format", "concise", cwd=here).stdout == ""


def test_concise_hides_no_object_that_could_not_be_read(here: Path) -> None:
    (here / "odd.yaml").write_text("kind: Service\nmetadata: {name: web}\n")
    done = mblint("odd.yaml", "blocked.yaml", "--format", "concise", cwd=here)
    assert "Service" in done.stderr
    assert all(LINE.fullmatch(line) for line in done.stdout.splitlines())


def test_the_hooks_print_one_line_a_finding() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert [hook["entry"].split()[2:] for hook in hooks] == [["--format", "concise"]] * len(hooks)


@pytest.mark.parametrize(("by", "first"), [("rule", "invalid-object: 12 errors"), ("object", "default/")])
def test_groups_stand_together_below_a_heading(here: Path, by: str, first: str) -> None:
    done = mblint("many.yaml", "--group-by", by, cwd=here)
    assert done.stdout.startswith(first)
    concise = mblint("many.yaml", "--format", "concise", "--group-by", by, cwd=here).stdout.splitlines()
    assert len(concise) == 13
    if by == "rule":
        assert [LINE.fullmatch(line)["rule"] for line in concise] == ["invalid-object"] * 12 + ["egress-blocked"]  # type: ignore[index]


def test_many_findings_are_summed_up_by_rule(here: Path) -> None:
    done = mblint("many.yaml", cwd=here)
    assert "\n  invalid-object  12 errors\n  egress-blocked  1 error\n\n" in done.stdout
    assert "  egress-blocked  " not in mblint("blocked.yaml", cwd=here).stdout
    assert "  invalid-object  12 errors\n" not in mblint("many.yaml", "--quiet", cwd=here).stdout


def test_markdown_fits_whatever_there_is_to_say(here: Path) -> None:
    services = "".join(
        f"---\napiVersion: v1\nkind: Service\nmetadata: {{name: t{number}}}\nspec: {{ports: none}}\n"
        for number in range(900)
    )
    (here / "lots.yaml").write_text(BLOCKED + services)
    done = mblint("lots.yaml", "--format", "markdown", cwd=here)
    assert len(done.stdout.encode()) <= 60_000
    assert done.stdout.startswith("### mblint: 901 errors\n")
    before, folded = done.stdout.split("<details>", 1)
    assert before.count("\n- ") == 6
    assert "for which there is no room here" in folded
    assert (
        mblint("blocked.yaml", "--format", "markdown", "--ignore", "*", cwd=here).stdout
        == "### mblint: nothing found\n"
    )


def test_markdown_says_what_could_not_be_read(here: Path) -> None:
    (here / "broken.yaml").write_text("a: [\n")
    done = mblint("broken.yaml", "blocked.yaml", "--format", "markdown", cwd=here)
    assert done.returncode == 3
    assert "1 problem with the input" in done.stdout
    assert "broken.yaml:" in done.stdout


@pytest.mark.parametrize("glob", ["below", "below/", "a/below", "a/below/*", "*/more.yaml", "a/*/more.yaml"])
def test_excluded_files_are_not_read_and_said_to_be_passed_over(here: Path, glob: str) -> None:
    write(here, {"a/blocked.yaml": BLOCKED, "a/below/more.yaml": "a: [\n"})
    assert mblint("a", cwd=here).returncode == 3
    done = mblint("a", "--exclude", glob, cwd=here)
    assert done.returncode == 1
    assert "excluded" in mblint("a", "--exclude", glob, "--format", "json", cwd=here).stdout


def test_what_is_named_itself_is_read(here: Path) -> None:
    assert mblint("blocked.yaml", "--exclude", "*", cwd=here).returncode == 1
