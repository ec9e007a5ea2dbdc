"""`mblint check`: the environments of the configuration, rendered and linted together."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fleets import manifests
from program import environment, mblint, mblint_process
from scratch import repository, write

CONFIGURATION = """\
renders:
  demo: cat demo.yaml
  production: {command: [cat, production.yaml], context: [more.yaml]}
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    write(
        tmp_path,
        {
            ".mblint.yaml": CONFIGURATION,
            "demo.yaml": manifests("demo", blocked=True),
            "production.yaml": manifests("production", blocked=True),
            "more.yaml": manifests("more", blocked=False),
            "below/keep": "",
        },
    )
    return tmp_path


def test_each_render_is_linted_as_exec_does_and_common_causes_are_said_once(here: Path) -> None:
    done = mblint("check", "--format", "json", "--jobs", "1", cwd=here / "below")
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert [one["name"] for one in found["environments"]] == ["demo", "production"]
    (cause,) = found["causes"]
    assert (cause["rule"], cause["environments"]) == ("egress-blocked", ["demo", "production"])
    alone = mblint_process("exec", "--format", "json", "--", "cat", "../demo.yaml", cwd=here / "below").stdout
    assert found["environments"][0]["findings"] == json.loads(alone)["findings"]


def test_a_cause_in_other_namespaces_is_one_unless_an_environment_has_two(here: Path) -> None:
    one = manifests("demo", blocked=True)
    elsewhere = re.sub(r"namespace: [\w-]+", "namespace: default", one)
    assert elsewhere != one
    write(here, {"demo.yaml": one, "production.yaml": elsewhere})
    (cause,) = json.loads(mblint("check", "--format", "json", cwd=here).stdout)["causes"]
    assert cause["environments"] == ["demo", "production"]
    second = re.sub(r"namespace: [\w-]+", "namespace: other", one)
    write(here, {"production.yaml": f"{elsewhere}---\n{second}"})
    causes = json.loads(mblint("check", "--format", "json", cwd=here).stdout)["causes"]
    assert len(causes) == 2


def test_a_place_is_the_line_that_sets_it_or_says_whose_render_it_is_in(here: Path) -> None:
    (here / "more.yaml").write_text(manifests("more", blocked=False))
    text = mblint("check", "demo", cwd=here).stdout
    assert re.search(r"^  such as line \d+ of what demo renders, in ", text, re.MULTILINE), text
    write(here, {"charts/web/Chart.yaml": "name: web\n", "charts/web/templates/all.yaml": "kind: Deployment\n"})
    repository(here, {"demo.yaml": "# Source: web/templates/all.yaml\n" + manifests("demo", blocked=True)})
    text = mblint("check", "demo", cwd=here).stdout
    assert re.search(r"^  such as \S+:\d+:\d+, in ", text, re.MULTILINE), text


def test_one_file_for_each_environment(here: Path) -> None:
    mblint_process("check", "--output", "json={environment}.json", "--output", "sarif=all.sarif", cwd=here)
    assert json.loads((here / "demo.json").read_text())["findings"]
    assert json.loads((here / "production.json").read_text())["version"] == 1
    assert len(json.loads((here / "all.sarif").read_text())["runs"]) == 1


def test_unknown_names_and_a_configuration_without_renders_are_wrong_usage(here: Path) -> None:
    done = mblint("check", "prodution", cwd=here)
    assert (done.returncode, "production" in done.stderr) == (2, True)
    (here / ".mblint.yaml").write_text("fail-on: error\n")
    assert mblint("check", cwd=here).returncode == 2


def test_a_failing_command_hides_no_other_environment(here: Path) -> None:
    (here / ".mblint.yaml").write_text("renders: {demo: cat demo.yaml, broken: 'false --set password=hunter2'}\n")
    done = mblint("check", "--format", "json", "--jobs", "1", cwd=here)
    assert done.returncode == 3
    assert "hunter2" not in done.stdout + done.stderr
    broken, demo = json.loads(done.stdout)["environments"]
    assert [error["message"] for error in broken["errors"]] == ["false failed with exit code 1"]
    assert demo["levels"]["error"] == 1


def test_a_timeout_is_an_error_of_its_environment(here: Path) -> None:
    (here / ".mblint.yaml").write_text("renders: {demo: cat demo.yaml, slow: sleep 60}\n")
    done = mblint("check", "--timeout", "0.5", "--jobs", "1", cwd=here)
    assert done.returncode == 3
    assert "sleep took longer than 0.5 seconds" in done.stderr


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)])
def test_a_signal_ends_the_commands_too(here: Path, number: int, code: int) -> None:
    (here / "slow.sh").write_text("echo $$ > started; exec sleep 60\n")
    (here / ".mblint.yaml").write_text("renders: {slow: sh slow.sh}\n")
    default = "import os, signal, sys; [signal.signal(number, signal.SIG_DFL) for number in (1, 2, 15)]; "
    heeds = default + "os.execv(sys.argv[1], sys.argv[1:])"
    words = [sys.executable, "-c", heeds, sys.executable, "-m", "mblint", "check"]
    run = subprocess.Popen(words, cwd=here, stderr=subprocess.PIPE, env=environment())
    while not (here / "started").exists() or not (here / "started").read_text().strip():
        assert run.poll() is None
        time.sleep(0.05)
    os.kill(run.pid, number)
    assert run.wait(timeout=30) == code
    with pytest.raises(ProcessLookupError):
        os.kill(int((here / "started").read_text()), 0)
