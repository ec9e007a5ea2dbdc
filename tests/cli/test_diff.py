"""`mblint diff`: what a reviewer is told of two renders, and of two revisions of a repository."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from program import BLOCKED, mblint, mblint_process
from scratch import git, repository

from mblint.shipped import schemas_directory

OPEN = BLOCKED.replace("{ports: [{port: 53, protocol: UDP}]}", "{}")
JOB = """\
---
apiVersion: batch/v1
kind: Job
metadata: {name: migrate-1795488667, labels: {job: migrate-1795488667}}
spec:
  template:
    metadata: {labels: {app: migrate}}
    spec: {restartPolicy: Never, containers: [{name: m, image: x/y, env: [{name: AUTH_URL, value: "http://auth/"}]}]}
"""
EMPTY: dict[str, Any] = {
    "version": 1,
    "dependencies": {"added": [], "removed": [], "changed": []},
    "connections": {"added": [], "removed": []},
    "findings": {"new": [], "fixed": []},
    "objects": {"added": 0, "removed": 0, "changed": 0},
}
REPOSITORY = {"apps/render.sh": "cat $1/*.yaml", "apps/shop/all.yaml": OPEN, "readme": "nothing\n"}


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "open.yaml").write_text(OPEN)
    (tmp_path / "blocked.yaml").write_text(BLOCKED)
    return tmp_path


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A repository with one commit, and its working tree with what breaks a call."""
    repository(tmp_path, REPOSITORY)
    git("commit", "-qm", "open", cwd=tmp_path)
    (tmp_path / "apps/shop/all.yaml").write_text(BLOCKED)
    return tmp_path / "apps"


def diff(*words: str, cwd: Path) -> dict[str, Any]:
    done = mblint("diff", "--format", "json", *words, cwd=cwd)
    value: dict[str, Any] = json.loads(done.stdout)
    schema = json.loads((schemas_directory() / "diff.schema.json").read_text())
    Draft202012Validator(schema).validate(value)
    return value


def test_a_policy_that_closes_a_call_is_a_new_finding_a_changed_call_and_closed_connections(here: Path) -> None:
    found = diff("open.yaml", "blocked.yaml", cwd=here)
    assert [one["rule"] for one in found["findings"]["new"]] == ["egress-blocked"]
    assert found["findings"]["fixed"] == []
    (changed,) = found["dependencies"]["changed"]
    assert (changed["was"]["verdict"], changed["is"]["verdict"]) == ("allowed", "egress-denied")
    assert set(changed["is"]) == {"from", "to", "host", "port", "pod_port", "verdict"}
    closed = {(one["from"], one["to"]): one["ports"] for one in found["connections"]["removed"]}
    assert closed["default/Deployment/web", "default/Pod/auth"] == [
        "SCTP/1-65535",
        "TCP/1-65535",
        "UDP/1-52",
        "UDP/54-65535",
    ]
    assert found["connections"]["added"] == []
    assert found["objects"] == {"added": 0, "removed": 0, "changed": 1}


def test_the_way_back_is_the_same_with_sides_changed(here: Path) -> None:
    there, back = diff("open.yaml", "blocked.yaml", cwd=here), diff("blocked.yaml", "open.yaml", cwd=here)
    assert back["connections"]["added"] == there["connections"]["removed"]
    assert [one["fingerprint"] for one in back["findings"]["fixed"]] == [
        one["fingerprint"] for one in there["findings"]["new"]
    ]
    assert mblint("diff", "blocked.yaml", "open.yaml", cwd=here).returncode == 0


def test_new_times_order_and_lines_are_no_change(here: Path) -> None:
    (here / "old.yaml").write_text(BLOCKED + JOB)
    shuffled = "---".join(reversed((BLOCKED + JOB.replace("1795488667", "1795488694")).split("---")))
    (here / "new.yaml").write_text("# moved\n\n" + shuffled)
    assert diff("old.yaml", "new.yaml", cwd=here) == EMPTY
    assert mblint("diff", "old.yaml", "new.yaml", cwd=here).stdout == "nothing differs\n"


def test_a_range_that_is_only_cut_in_two_is_no_change(here: Path) -> None:
    rule = "{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}"
    halves = "{to: [{ipBlock: {cidr: 10.0.0.0/9}}, {ipBlock: {cidr: 10.128.0.0/9}}]}"
    for name, peers in (
        ("one", rule),
        ("two", halves),
        ("more", f"{halves}, {{to: [{{ipBlock: {{cidr: 11.0.0.0/8}}}}]}}"),
    ):
        (here / f"{name}.yaml").write_text(BLOCKED.replace("{ports: [{port: 53, protocol: UDP}]}", peers))
    assert diff("one.yaml", "two.yaml", cwd=here)["connections"] == EMPTY["connections"]
    (added,) = diff("one.yaml", "more.yaml", cwd=here)["connections"]["added"]
    assert added == {"from": "default/Deployment/web", "to": "ip/11.0.0.0-11.255.255.255", "ports": ["ALL"]}


def test_a_new_workload_is_what_it_calls_and_who_may_call_it(here: Path) -> None:
    (here / "more.yaml").write_text(OPEN + JOB.replace("AUTH_URL", "LOGIN_URL"))
    found = diff("open.yaml", "more.yaml", cwd=here)
    assert [(one["from"], one["host"]) for one in found["dependencies"]["added"]] == [
        ("default/Job/migrate-1795488667", "auth")
    ]
    assert {"from": "default/Job/migrate-1795488667", "to": "default/Pod/auth", "ports": ["ALL"]} in found[
        "connections"
    ]["added"]
    assert found["objects"]["added"] == 1


def test_only_new_findings_fail_and_only_at_the_level(here: Path) -> None:
    assert mblint("diff", "open.yaml", "blocked.yaml", cwd=here).returncode == 1
    assert mblint("diff", "blocked.yaml", "blocked.yaml", cwd=here).returncode == 0
    assert mblint("diff", "--fail-on", "never", "open.yaml", "blocked.yaml", cwd=here).returncode == 0
    assert mblint("diff", "--ignore", "egress-blocked", "open.yaml", "blocked.yaml", cwd=here).returncode == 0


def test_text_says_what_is_new_and_what_changed(here: Path) -> None:
    done = mblint("diff", "open.yaml", "blocked.yaml", cwd=here)
    assert done.stdout.startswith("new findings: 1\n\nblocked.yaml:10:")
    assert "default/Deployment/web calls auth:80 (default/Pod/auth): egress-denied, was allowed" in done.stdout
    assert done.stdout.splitlines()[-1].endswith("1 new error")


def test_a_revision_is_rendered_in_a_worktree_and_leaves_nothing(shop: Path) -> None:
    found = diff("--rev", "HEAD", "--", "sh", "render.sh", "shop", cwd=shop)
    assert [one["rule"] for one in found["findings"]["new"]] == ["egress-blocked"]
    assert git("worktree", "list", "--porcelain", cwd=shop).count("worktree ") == 1
    git("commit", "-qam", "blocked", cwd=shop)
    assert diff("--rev", "HEAD", "--", "sh", "render.sh", "shop", cwd=shop) == EMPTY
    back = diff("--rev", "HEAD~1", "--", "sh", "render.sh", "shop", cwd=shop)
    assert [one["rule"] for one in back["findings"]["new"]] == ["egress-blocked"]


def test_hooks_of_the_repository_do_not_run(shop: Path) -> None:
    hook = shop.parent / ".git/hooks/post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\ntouch ran\n")
    hook.chmod(0o755)
    diff("--rev", "HEAD", "--", "sh", "render.sh", "shop", cwd=shop)
    assert not list(shop.parent.rglob("ran"))


def test_a_command_may_stand_for_new(here: Path) -> None:
    assert mblint("diff", "open.yaml", "--", "cat", "blocked.yaml", cwd=here).returncode == 1
    assert diff("blocked.yaml", "--", "cat", "blocked.yaml", cwd=here) == EMPTY


def test_a_render_that_fails_wins_on_either_side(shop: Path) -> None:
    done = mblint("diff", "--rev", "HEAD", "--", "sh", "-c", "cat shop/all.yaml; exit 4", cwd=shop)
    assert done.returncode == 3
    assert "OLD: sh failed with exit code 4" in done.stderr
    assert "NEW: sh failed with exit code 4" in done.stderr
    assert mblint("diff", "shop/all.yaml", "none.yaml", cwd=shop).returncode == 3


@pytest.mark.parametrize(
    "words",
    [
        ("old.yaml",),
        ("--rev", "HEAD", "old.yaml", "--", "cat", "x"),
        ("--rev", "HEAD"),
        ("-", "-"),
        ("--rev", "nothing-of-that-name", "--", "cat", "x"),
        ("--rev=--all", "--", "cat", "x"),
        ("--", "cat", "x"),
        ("a", "b", "--", "cat", "x"),
    ],
)
def test_what_is_unclear_is_wrong_usage(shop: Path, words: tuple[str, ...]) -> None:
    done = mblint("diff", *words, cwd=shop)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1


def test_a_revision_needs_a_repository(here: Path) -> None:
    done = mblint("diff", "--rev", "HEAD", "--", "cat", "open.yaml", cwd=here)
    assert done.returncode == 2
    assert "git repository" in done.stderr


def test_markdown_fits_a_comment_whatever_there_is_to_say(here: Path) -> None:
    services = "".join(
        f"---\napiVersion: v1\nkind: Service\nmetadata: {{name: s{number}}}\nspec: {{ports: none}}\n"
        for number in range(900)
    )
    (here / "many.yaml").write_text(BLOCKED + services)
    done = mblint("diff", "--format", "markdown", "open.yaml", "many.yaml", cwd=here)
    assert len(done.stdout.encode()) <= 60_000
    assert done.stdout.startswith("### mblint: 901 new errors")
    assert "<details>" in done.stdout
    assert "for which there is no room here" in done.stdout


def test_names_of_the_input_are_no_markup(here: Path) -> None:
    (here / "odd.yaml").write_text(
        OPEN + '---\nkind: Service\napiVersion: v1\nmetadata: {name: "</details>@you |\\n# x"}\n'
    )
    done = mblint("diff", "--format", "markdown", "open.yaml", "odd.yaml", cwd=here)
    assert "</details>@" not in done.stdout
    assert not [line for line in done.stdout.splitlines() if line.startswith("# x")]


def test_a_report_can_be_written_beside(here: Path) -> None:
    mblint("diff", "open.yaml", "blocked.yaml", "--output", "markdown=a.md", "--output", "json=a.json", cwd=here)
    assert (here / "a.md").read_text().startswith("### mblint: 1 new error")
    assert json.loads((here / "a.json").read_text())["version"] == 1


def test_passwords_are_in_no_output(here: Path) -> None:
    secret = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: hunter2-hunter2}\n"
    (here / "old.yaml").write_text(OPEN + secret)
    (here / "new.yaml").write_text(BLOCKED + secret.replace("hunter2-hunter2", "hunter3-hunter3"))
    for form in ("text", "json", "markdown"):
        done = mblint("diff", "old.yaml", "new.yaml", "--format", form, cwd=here)
        assert "hunter" not in done.stdout + done.stderr


def test_ended_by_a_signal_it_leaves_no_worktree(shop: Path) -> None:
    words = ["python", "-c", "import os, signal; os.kill(os.getppid(), signal.SIGTERM); import time; time.sleep(9)"]
    done = mblint_process("diff", "--rev", "HEAD", "--", *words, cwd=shop)
    assert done.returncode == 143
    listed = subprocess.run(["git", "worktree", "list"], cwd=shop, capture_output=True, text=True, check=True)
    assert len(listed.stdout.splitlines()) == 1


def test_what_configuration_ignores_is_not_new(here: Path) -> None:
    (here / ".mblint.yaml").write_text("ignore: [{rule: egress-blocked, reason: meant}]\n")
    assert diff("open.yaml", "blocked.yaml", cwd=here)["findings"]["new"] == []
    assert diff("--no-ignores", "open.yaml", "blocked.yaml", cwd=here)["findings"]["new"]


@pytest.mark.parametrize("command", [("graph",), ("facts",), ("reach", "web", "auth:80"), ("upgrade", "open.yaml")])
def test_other_commands_take_a_command_for_a_path(here: Path, command: tuple[str, ...]) -> None:
    by_path = mblint(*command, "blocked.yaml", cwd=here)
    by_command = mblint(*command, "--", "cat", "blocked.yaml", cwd=here)
    assert by_command.returncode == by_path.returncode
    assert by_command.stdout == by_path.stdout.replace("blocked.yaml:", "-:")
    failing = mblint(*command, "--", "sh", "-c", "cat blocked.yaml; exit 4", cwd=here)
    assert failing.returncode == 3
    assert "sh failed with exit code 4" in failing.stderr
    assert mblint(*command, "blocked.yaml", "--", "cat", "blocked.yaml", cwd=here).returncode == 2
    assert mblint(*command, "--timeout", "0.2", "--", "sleep", "5", cwd=here).returncode == 3
