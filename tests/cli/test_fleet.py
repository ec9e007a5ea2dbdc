"""`mblint fleet`: every environment a cluster of its own, one report, the same bytes whoever worked on it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from fleets import NAMES, make_fleet, manifests
from jsonschema import Draft202012Validator
from program import ROOT, environment, mblint, mblint_process
from scratch import git

EACH = ("fleet", "clusters", "--each", "*/*")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    make_fleet(tmp_path)
    return tmp_path


def report(here: Path, *words: str, code: int = 1) -> dict[str, Any]:
    done = mblint(*EACH, "--format", "json", "--jobs", "1", *words, cwd=here)
    assert done.returncode == code, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def names(found: dict[str, Any]) -> list[str]:
    return [one["name"] for one in found["environments"]]


def without_numbers_of_the_cache(text: str) -> str:
    found = json.loads(text)
    found["stats"] = {"environments": found["stats"]["environments"]}
    for one in found["environments"]:
        one["cached"] = None
    return json.dumps(found)


def test_environments_come_by_name_each_with_what_lint_finds(here: Path) -> None:
    found = report(here, "--no-cache")
    assert names(found) == sorted(f"clusters/{name}" for name in NAMES)
    for one in found["environments"]:
        alone = json.loads(mblint("lint", one["name"], "--format", "json", cwd=here).stdout)
        assert one["findings"] == alone["findings"]
        assert one["errors"] == alone["errors"] == []
        levels = [finding["level"] for finding in one["findings"]]
        assert one["levels"] == {level: levels.count(level) for level in ("error", "warning", "note")}
    assert found["stats"] == {"environments": 12, "linted": 12, "cached": 0}


def test_a_cause_that_reads_otherwise_in_each_environment_is_said_once(here: Path) -> None:
    found = report(here, "--no-cache")
    (cause,) = [one for one in found["causes"] if one["rule"] == "egress-blocked"]
    assert cause["level"] == "error"
    assert cause["environments"] == sorted(f"clusters/{name}" for name in NAMES[::3])
    text = mblint(*EACH, "--jobs", "1", "--no-cache", cwd=here).stdout
    assert text.count("error[egress-blocked]") == 1
    assert "in 4 of 12 environments: clusters/eu/site00, " in text


def test_one_process_two_and_a_warm_cache_say_the_same(here: Path) -> None:
    one = mblint_process(*EACH, "--format", "json", "--jobs", "1", "--no-cache", cwd=here)
    two = mblint_process(*EACH, "--format", "json", "--jobs", "2", cwd=here)
    warm = mblint_process(*EACH, "--format", "json", "--jobs", "2", cwd=here)
    assert one.stdout == two.stdout
    assert json.loads(warm.stdout)["stats"] == {"environments": 12, "linted": 0, "cached": 12}
    assert without_numbers_of_the_cache(warm.stdout) == without_numbers_of_the_cache(one.stdout)


def test_one_broken_environment_hides_no_other(here: Path) -> None:
    (here / "clusters/eu/site00/shop.yaml").write_text("kind: Service\nmetadata: {name: 'cut")
    (here / "clusters/eu/site03/.mblint.yaml").write_text("rules: {no-such-rule: off}\n")
    found = report(here, "--no-cache", code=3)
    broken = {one["name"]: one for one in found["environments"] if one["errors"]}
    assert sorted(broken) == ["clusters/eu/site00", "clusters/eu/site03"]
    assert "no-such-rule" in broken["clusters/eu/site03"]["errors"][0]["message"]
    assert len(names(found)) == 12
    assert {one["rule"] for one in found["causes"]} == {"egress-blocked"}


def test_an_environment_has_the_nearest_configuration(here: Path) -> None:
    (here / ".mblint.yaml").write_text("rules: {egress-blocked: note}\n")
    (here / "clusters/eu/.mblint.yaml").write_text("fail-on: warning\nrules: {egress-blocked: warning}\n")
    levels = {one["name"]: one["levels"] for one in report(here, "--no-cache")["environments"]}
    assert levels["clusters/eu/site00"]["warning"] == 1
    done = mblint("fleet", "clusters", "--each", "eu/*", "--jobs", "1", "--no-cache", "--fail-on", "error", cwd=here)
    assert done.returncode == 0


def test_an_ignore_that_one_environment_needs_is_not_called_useless_in_the_others(here: Path) -> None:
    ignore = "ignore:\n  - {rule: egress-blocked, object: shop-eu-site00/*/*, reason: it is being built}\n"
    (here / ".mblint.yaml").write_text(ignore)
    assert "unused-ignore" in mblint("lint", f"clusters/{NAMES[1]}", cwd=here).stdout
    found = report(here, "--no-cache")
    rules = [finding["rule"] for one in found["environments"] for finding in one["findings"]]
    assert set(rules) == {"egress-blocked"}
    assert rules.count("egress-blocked") == sum(number % 3 == 0 for number in range(len(NAMES))) - 1
    (here / ".mblint.yaml").write_text(ignore.replace("egress-blocked", "egress-block"))
    wrong = report(here, "--no-cache")
    assert "unused-ignore" in {finding["rule"] for one in wrong["environments"] for finding in one["findings"]}


def test_only_what_changed_is_linted_anew_and_what_decides_is_part_of_the_key(here: Path) -> None:
    report(here)
    (here / "clusters/us/site01/shop.yaml").write_text(manifests("us/site01", blocked=True))
    assert report(here)["stats"] == {"environments": 12, "linted": 1, "cached": 11}
    (here / ".mblint.yaml").write_text("cluster: {domain: example.org}\n")
    assert report(here)["stats"]["cached"] == 0
    (here / "more.yaml").write_text(manifests("eu/more", blocked=False))
    assert report(here, "--context", "more.yaml")["stats"]["cached"] == 0
    assert report(here, "--select", "egress-blocked")["stats"]["cached"] == 0


def test_damaged_entries_of_the_cache_are_written_anew(here: Path) -> None:
    first = report(here)
    for number, entry in enumerate((here / "cache").rglob("*.result")):
        data = entry.read_bytes()
        entry.write_bytes(b"" if number % 2 else data[:-3] + b"???")
    again = report(here)
    assert again["stats"]["cached"] == 0
    assert again["causes"] == first["causes"]
    assert report(here)["stats"]["cached"] == 12
    assert "12 results" in mblint("fleet", "--cache-info", cwd=here).stdout


def test_since_takes_what_changed_and_what_shares_it(here: Path) -> None:
    git("init", "-q", cwd=here)
    (here / ".gitignore").write_text("cache/\n")
    (here / "shared.yaml").write_text(manifests("eu/more", blocked=False))
    git("add", ".", cwd=here)
    git("commit", "-qm", "all", cwd=here)
    assert names(report(here, "--since", "HEAD", code=0)) == []
    (here / "clusters/us/site01/new.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: new}\n")
    assert names(report(here, "--since", "HEAD", code=0)) == ["clusters/us/site01"]
    (here / "clusters/eu/.mblint.yaml").write_text("fail-on: never\n")
    eu = [f"clusters/{name}" for name in NAMES if name.startswith("eu/")]
    assert names(report(here, "--since", "HEAD", code=0)) == [*sorted(eu), "clusters/us/site01"]
    (here / "shared.yaml").write_text(manifests("eu/more", blocked=True))
    assert len(names(report(here, "--since", "HEAD", "--context", "shared.yaml", code=0))) == 12
    refused = mblint(*EACH, "--since", "no-such", cwd=here)
    assert (refused.returncode, "git knows no revision no-such" in refused.stderr) == (2, True)


def test_what_matches_nothing_is_no_clean_fleet(here: Path) -> None:
    done = mblint("fleet", "clusters", "--each", "nowhere/*", cwd=here)
    assert done.returncode == 3
    assert "nothing in it matches --each nowhere/*" in done.stderr
    assert mblint("fleet", "no-such-root", cwd=here).returncode == 3


def test_lines_sarif_and_markdown(here: Path) -> None:
    outputs = [word for form in ("jsonl", "sarif", "markdown") for word in ("--output", f"{form}={form}.txt")]
    whole = report(here, "--no-cache", *outputs)
    lines = [json.loads(line) for line in (here / "jsonl.txt").read_text().splitlines()]
    assert lines == whole["environments"]
    (run,) = json.loads((here / "sarif.txt").read_text())["runs"]
    marks = [one["partialFingerprints"]["primaryLocationLineHash"] for one in run["results"]]
    assert len(marks) == len(set(marks)) == 4
    assert run["automationDetails"]["id"] == "mblint/fleet/"
    shown = (here / "markdown.txt").read_text()
    assert shown.startswith("### mblint: 4 errors")
    assert "in 4 of 12 environments" in shown


def test_linting_one_render_imports_nothing_of_this(here: Path) -> None:
    program = (
        "import sys\nfrom mblint.cli.main import run\nsys.argv = ['mblint', 'lint', 'clusters/eu/site00']\nrun()\n"
        "print([name for name in sys.modules if 'fleet' in name or name.split('.')[0] in"
        " ('multiprocessing', 'concurrent', 'distributed', 'dask')], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=here, capture_output=True, text=True, check=True, env=environment()
    )
    assert done.stderr.splitlines()[-1] == "[]"


# ---------------------------------------------------------------- a real scheduler with real workers


@pytest.fixture
def cluster(here: Path) -> Any:
    pytest.importorskip("distributed")
    programs: list[subprocess.Popen[bytes]] = []
    # The tests' code is the workers' own: they may lie in another directory, without the fleet's files.
    elsewhere = here / "elsewhere"
    elsewhere.mkdir()

    def start(*words: str) -> subprocess.Popen[bytes]:
        log = (here / f"log{len(programs)}").open("wb")
        command = [sys.executable, "-m", *words]
        programs.append(subprocess.Popen(command, cwd=elsewhere, stdout=log, stderr=log, env=environment()))
        return programs[-1]

    start("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
          "--scheduler-file", "scheduler.json")  # fmt: skip
    file = elsewhere / "scheduler.json"
    for _ in range(600):
        if file.exists() and file.read_text().endswith("}"):
            break
        time.sleep(0.1)
    address = json.loads(file.read_text())["address"]
    workers = [
        start("distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard")
        for _ in range(2)
    ]
    yield address, workers
    for program in programs:
        program.kill()
        program.wait()


@pytest.mark.dask
def test_a_dask_cluster_says_the_same_also_when_it_loses_a_worker(here: Path, cluster: Any) -> None:
    address, workers = cluster
    expected = mblint_process(*EACH, "--format", "jsonl", "--jobs", "1", "--no-cache", cwd=here)
    words = [sys.executable, "-m", "mblint", *EACH, "--format", "jsonl", "--no-cache", "--scheduler", address]
    assert subprocess.run(words, cwd=here, capture_output=True, text=True, check=False, env=environment()).stdout == (
        expected.stdout
    )
    running = subprocess.Popen(words, cwd=here, stdout=subprocess.PIPE, text=True, env=environment())
    assert running.stdout is not None
    first = running.stdout.readline()
    os.kill(workers[0].pid, 9)
    assert first + running.stdout.read() == expected.stdout
    assert running.wait() == expected.returncode == 1


@pytest.mark.dask
def test_workers_with_another_mblint_are_refused(here: Path, cluster: Any) -> None:
    address, _ = cluster
    program = (
        "import sys, mblint.fleet.build as it\nit.build = lambda: '0.0.1+other'\n"
        "import mblint.fleet.dask_cluster as d\nd.build = it.build\n"
        "from mblint.cli.main import run\nsys.exit(run())"
    )
    words = [sys.executable, "-c", program, *EACH, "--no-cache", "--scheduler", address]
    done = subprocess.run(words, cwd=here, capture_output=True, text=True, check=False, env=environment())
    assert done.returncode == 2
    assert "they must be the same" in done.stderr


def test_json_is_what_its_schema_says() -> None:
    done = mblint("fleet", "clusters", "--each", "*/*", "--no-cache", "--format", "json", cwd=ROOT / "examples/fleet")
    found = json.loads(done.stdout)
    schema = json.loads((ROOT / "schemas" / "fleet.schema.json").read_text())
    Draft202012Validator(schema).validate(found)
    assert found["stats"]["environments"] == 12
    assert {cause["rule"]: len(cause["environments"]) for cause in found["causes"]} == {
        "egress-blocked": 1,
        "unknown-service": 4,
    }
