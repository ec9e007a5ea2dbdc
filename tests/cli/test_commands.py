"""What users type, and what they get."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from program import BROKEN_SERVICE, CONFIG_MAP, ROOT, environment, mblint, mblint_process

from mblint import __version__


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A directory with one bad and one good manifest."""
    (tmp_path / "bad.yaml").write_text(BROKEN_SERVICE)
    (tmp_path / "good.yaml").write_text(CONFIG_MAP)
    return tmp_path


def test_a_pipe_is_linted(here: Path) -> None:
    done = mblint("-", cwd=here, stdin=BROKEN_SERVICE.encode())
    assert done.returncode == 1
    assert done.stdout.startswith("-:6:10: error[invalid-object]: ")


def test_options_may_come_before_the_path(here: Path) -> None:
    assert json.loads(mblint("--format", "json", "bad.yaml", cwd=here).stdout)["findings"]


def test_a_command_s_name_wins_over_a_path_of_that_name(here: Path) -> None:
    (here / "rules").mkdir()
    (here / "rules" / "bad.yaml").write_text(BROKEN_SERVICE)
    assert "egress-blocked" in mblint("rules", cwd=here).stdout
    for words in (["./rules"], ["lint", "rules"]):
        assert "rules/bad.yaml:6:10: error" in mblint(*words, cwd=here).stdout


def test_all_inputs_of_a_call_are_one_cluster(here: Path) -> None:
    report = json.loads(mblint("bad.yaml", "good.yaml", "--format", "json", cwd=here).stdout)
    assert report["stats"]["objects"] == 2


def test_context_exists_and_is_not_linted(here: Path) -> None:
    report = json.loads(mblint("good.yaml", "--context", "bad.yaml", "--format", "json", cwd=here).stdout)
    assert report["findings"] == []
    assert report["stats"] == {"objects": 1, "skipped": 0, "unknown": [], "dependencies": {}}


def test_objects_without_a_namespace_are_in_the_given_one(here: Path) -> None:
    report = json.loads(mblint("bad.yaml", "--namespace", "shop", "--format", "json", cwd=here).stdout)
    assert report["findings"][0]["object"]["namespace"] == "shop"


def test_one_run_writes_several_reports(here: Path) -> None:
    outputs = ["--output", "json=a.json", "--output", "sarif=a.sarif", "--output", "junit=a.xml", "--output", "text=a"]
    done = mblint("bad.yaml", *outputs, "--color", "always", cwd=here)
    assert "\x1b[" in done.stdout
    assert json.loads((here / "a.json").read_text())["findings"]
    assert json.loads((here / "a.sarif").read_text())["runs"][0]["results"]
    assert (here / "a.xml").read_text().startswith("<testsuites")
    assert (here / "a").read_text().startswith("bad.yaml:6:10: error[invalid-object]: ")


def test_the_same_input_gives_the_same_bytes(here: Path) -> None:
    forms = ("json", "sarif", "text", "github", "junit")
    outputs = [word for form in forms for word in ("--output", f"{form}={form}")]
    written = set()
    for seed in "12":
        mblint_process(".", *outputs, cwd=here, variables={"PYTHONHASHSEED": seed})
        written.add(tuple((here / form).read_bytes() for form in forms))
        for form in forms:
            (here / form).unlink()
    assert len(written) == 1


def test_options_come_from_the_environment_too(here: Path) -> None:
    variables = {"MBLINT_FORMAT": "json", "MBLINT_FAIL_ON": "never", "MBLINT_OUTPUT": "text=a sarif=b"}
    done = mblint("bad.yaml", cwd=here, variables=variables)
    assert done.returncode == 0
    assert json.loads(done.stdout)["findings"]
    assert (here / "a").exists()
    assert (here / "b").exists()
    assert mblint("bad.yaml", cwd=here, variables={"MBLINT_IGNORE": "invalid-object,dns-blocked"}).returncode == 0


def test_the_command_line_wins_over_the_configuration(here: Path) -> None:
    (here / ".mblint.yaml").write_text("fail-on: never\nrules: {invalid-object: off}\n")
    assert "nothing found" in mblint("bad.yaml", cwd=here).stdout
    assert mblint("bad.yaml", "--select", "invalid-object", cwd=here).returncode == 0
    assert mblint("bad.yaml", "--select", "invalid-object", "--fail-on", "error", cwd=here).returncode == 1


def test_the_configuration_of_a_parent_counts(here: Path) -> None:
    (here / ".mblint.yaml").write_text("rules: {invalid-object: note}\n")
    (here / "sub").mkdir()
    done = mblint("../bad.yaml", cwd=here / "sub")
    assert done.returncode == 0
    assert "note[invalid-object]" in done.stdout


def test_an_annotation_ignores_and_no_ignores_undoes_it(here: Path) -> None:
    annotated = BROKEN_SERVICE.replace(
        "  name: web\n", '  name: web\n  annotations: {mblint.dev/ignore.invalid-object: "It is a test."}\n'
    )
    (here / "bad.yaml").write_text(annotated)
    report = json.loads(mblint("bad.yaml", "--format", "json", cwd=here).stdout)
    assert report["findings"] == []
    assert [(one["origin"], one["reason"]) for one in report["ignored"]] == [("annotation", "It is a test.")]
    assert mblint("bad.yaml", "--no-ignores", cwd=here).returncode == 1


def test_an_ignore_that_is_of_no_use_is_found_where_it_stands(here: Path) -> None:
    text = "ignore:\n  - rule: dns-blocked\n    reason: Once it was needed.\n"
    (here / ".mblint.yaml").write_text(text)
    done = mblint("good.yaml", cwd=here)
    assert done.returncode == 0
    assert done.stdout.startswith(".mblint.yaml:2:5: warning[unused-ignore]: ")


def test_a_baseline_accepts_what_it_holds_and_says_what_is_fixed(here: Path) -> None:
    written = mblint("bad.yaml", "--write-baseline", "known.json", cwd=here)
    assert written.returncode == 0
    assert "1 finding written to known.json" in written.stderr
    known = mblint("bad.yaml", "--baseline", "known.json", "--format", "json", cwd=here)
    assert known.returncode == 0
    assert [one["origin"] for one in json.loads(known.stdout)["ignored"]] == ["baseline"]
    assert mblint("good.yaml", "--baseline", "known.json", "--quiet", cwd=here).stderr == ""
    absent = mblint("good.yaml", "--baseline", "known.json", cwd=here)
    assert absent.stderr == "mblint: known.json: 1 entry of objects that are not in this input\n"
    (here / "mended.yaml").write_text(BROKEN_SERVICE.replace("ports: none", "ports: [{port: 80}]"))
    fixed = mblint("mended.yaml", "--baseline", "known.json", cwd=here)
    assert "known.json: fixed since: invalid-object of default/Service/web" in fixed.stderr


def test_a_key_that_stands_twice_is_noted_of_what_is_linted(here: Path) -> None:
    (here / "twice.yaml").write_text(CONFIG_MAP + "  name: other\n")
    note = "mblint: twice.yaml:5:9: note: the key 'name' stands here more than once; the last one counts\n"
    assert mblint("twice.yaml", cwd=here).stderr == note
    assert mblint("twice.yaml", "--quiet", cwd=here).stderr == ""
    assert mblint("good.yaml", "--context", "twice.yaml", cwd=here).stderr == ""


def test_no_baseline_is_written_of_an_input_that_could_not_be_read(here: Path) -> None:
    done = mblint("bad.yaml", "none.yaml", "--write-baseline", "known.json", cwd=here)
    assert done.returncode == 3
    assert "known.json is not written" in done.stderr
    assert not (here / "known.json").exists()


def test_exec_shows_the_command_s_errors_and_lints_what_it_printed(here: Path) -> None:
    done = mblint_process("exec", "--", "sh", "-c", "cat bad.yaml; echo rendered >&2; exit 4", cwd=here)
    assert done.returncode == 3
    assert done.stdout.startswith("-:6:10: error[invalid-object]: ")
    assert done.stderr.splitlines() == ["rendered", "mblint: sh failed with exit code 4"]
    assert mblint("exec", "--", "cat", "bad.yaml", cwd=here).returncode == 1


def test_exec_never_repeats_the_command_s_arguments(here: Path) -> None:
    done = mblint("exec", "--format", "json", "--", "false", "--set", "password=hunter2", cwd=here)
    assert "hunter2" not in done.stdout + done.stderr


def test_a_timeout_ends_the_command_s_children_too(here: Path) -> None:
    script = "sleep 60 & echo $! > pid; wait"
    mblint("exec", "--timeout", "0.3", "--", "sh", "-c", script, cwd=here)
    sleeper = Path("/proc") / (here / "pid").read_text().strip() / "status"
    for _ in range(500):  # a process that was killed takes its time to die on a busy machine
        if not sleeper.exists() or "State:\tZ" in sleeper.read_text():
            return
        time.sleep(0.01)
    pytest.fail("the child of the command goes on")


def test_quiet_prints_findings_only(here: Path) -> None:
    assert mblint("good.yaml", "--quiet", cwd=here).stdout == ""
    assert "1 object" not in mblint("bad.yaml", "--quiet", cwd=here).stdout


def test_stats_count_the_facts(here: Path) -> None:
    assert "invalid-objects  1 seen\n" in mblint("bad.yaml", "--stats", cwd=here).stdout


def test_a_closed_pipe_is_no_error(here: Path) -> None:
    many = "".join(f"---\n{BROKEN_SERVICE.replace('web', f'web-{number}')}" for number in range(2000))
    (here / "many.yaml").write_text(many)
    command = f"{sys.executable} -m mblint many.yaml | head -n 1"
    done = subprocess.run(command, shell=True, cwd=here, capture_output=True, text=True, check=False, env=environment())
    assert done.stdout.startswith("many.yaml:7:10: error")
    assert done.stderr == ""


_FULL = "mblint: standard output cannot be written: No space left on device"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("bad.yaml >&-", 1, ""),
        ("bad.yaml 2>&-", 1, ""),
        ("bad.yaml >/dev/full", 2, _FULL),
        ("graph good.yaml >/dev/full", 2, _FULL),
        ("--help >/dev/full", 2, _FULL),
        ("- <&-", 3, "mblint: there is no Kubernetes object in this input. Did the render fail?"),
    ],
)
def test_streams_that_lead_nowhere(here: Path, words: str, code: int, said: str) -> None:
    command = f"{sys.executable} -m mblint {words}"
    done = subprocess.run(command, shell=True, cwd=here, capture_output=True, text=True, check=False, env=environment())
    assert (done.returncode, done.stderr.strip()) == (code, said)


def test_rules_for_tools(here: Path) -> None:
    rules = {rule["id"]: rule for rule in json.loads(mblint("rules", "--format", "json", cwd=here).stdout)["rules"]}
    assert rules["invalid-object"]["levels"] == ["error", "warning"]
    assert rules["egress-blocked"]["title"]


def test_explain_has_examples_to_try(here: Path) -> None:
    text = mblint("explain", "egress-blocked", cwd=here).stdout
    for part in (
        "Why it matters",
        "What to do",
        "Found: ",
        "Not found: ",
        "kind: NetworkPolicy",
        "https://kubernetes.io",
    ):
        assert part in text


def test_explain_says_what_its_example_is_told(here: Path) -> None:
    text = mblint("explain", "egress-blocked", cwd=here).stdout
    for part in (
        "→ default/Deployment/web cannot reach api:80 (API_URL): ",
        "Allow port 8080 to the pods of default/Deployment/api in the client's egress rules",
        "podSelector: {matchLabels: {app: api}}",
    ):
        assert part in text
    (here / "own.yaml").write_text(
        "{id: own, about: dns, judge: [{level: note}], group-by: [client], precision: low, title: T, message: M, "
        "why: W, fix: 'Ask {client}.'}"
    )
    (here / "bad.yaml").unlink()
    (here / "good.yaml").unlink()
    assert "What to do\n  Ask {client}.\n" in mblint("explain", "own", "--rules", ".", cwd=here).stdout


def test_init_writes_a_configuration_once(here: Path) -> None:
    assert mblint("init", cwd=here).returncode == 0
    assert mblint("good.yaml", cwd=here).returncode == 0
    again = mblint("init", cwd=here)
    assert again.returncode == 2
    assert "--force" in again.stderr
    assert mblint("init", "--force", cwd=here).returncode == 0


def test_facts_can_be_narrowed_and_read_by_tools(here: Path) -> None:
    facts = json.loads(mblint("facts", "bad.yaml", "--format", "json", cwd=here).stdout)["facts"]
    assert [(fact["about"], fact["location"]["line"]) for fact in facts] == [("invalid-object", 6)]
    assert mblint("facts", "bad.yaml", "--about", "dependency", cwd=here).stdout == ""


def test_the_graph_is_json(here: Path) -> None:
    graph = json.loads(mblint("graph", "good.yaml", "--format", "json", cwd=here).stdout)
    assert set(graph) == {"nodes", "services", "connections", "dependencies", "calls", "stats"}


def test_control_characters_of_the_input_reach_no_terminal(here: Path) -> None:
    hostile = '{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a\\u001b[2J\\u009b\\u202e"}, "spec": 1}'
    (here / "\x1b[31m.json").write_text(hostile)
    for words in (
        *(["lint", ".", "--format", form] for form in ("text", "json", "sarif", "github", "junit")),
        ["facts", "."],
        ["facts", ".", "--format", "json"],
        *(["graph", ".", "--format", form] for form in ("json", "dot", "mermaid", "svg", "html")),
        ["reach", "\x1b[2J", "\x9b:80", "."],
        ["lint", "\x1b[2J"],
        ["\x1b[2J"],
        ["explain", "\x1b[2J"],
    ):
        done = mblint_process(*words, cwd=here)
        assert not set(done.stdout + done.stderr) & set("\x1b\x9b\u202e"), words


def test_completion_offers_commands_rules_and_files(here: Path) -> None:
    def complete(*words: str) -> str:
        variables = {
            "_MBLINT_COMPLETE": "bash_complete",
            "COMP_WORDS": " ".join(["mblint", *words]),
            "COMP_CWORD": str(len(words)),
        }
        return mblint_process(cwd=here, variables=variables).stdout

    assert "plain,explain" in complete("ex")
    assert "file," in complete("ex")
    assert "plain,egress-blocked" in complete("explain", "egress-b")
    assert "plain,egress-blocked" in complete("lint", "--select", "egress-b")
    assert "plain,--format" in complete("--fo")
    assert "plain,dependency" in complete("facts", "--about", "dep")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_help_tells_how_shells_complete(here: Path, shell: str) -> None:
    assert f"_MBLINT_COMPLETE={shell}_source mblint" in mblint("--help", cwd=here).stdout
    done = mblint_process(cwd=here, variables={"_MBLINT_COMPLETE": f"{shell}_source"})
    assert "_MBLINT_COMPLETE" in done.stdout, done.stderr


def test_it_starts_without_what_it_does_not_need(here: Path) -> None:
    heavy = "jsonschema networkx xml.etree.ElementTree subprocess mblint.reports.sarif asyncio"
    program = (
        "import sys\nfrom mblint.cli.main import cli\n"
        "cli.main(['good.yaml'], standalone_mode=False)\n"
        f"print([name for name in {heavy.split()} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=here, capture_output=True, text=True, check=True, env=environment()
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_importing_the_package_is_cheap_and_lint_is_a_function_whatever_came_first(here: Path) -> None:
    program = (
        "import sys, mblint\nassert not [name for name in sys.modules if name.startswith('mblint.')]\n"
        "import mblint.pipeline\nfrom mblint import lint, Level, Report\n"
        "report = lint('bad.yaml', text='apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: x}\\n')\n"
        "assert isinstance(report, Report) and report.findings[0].level is Level.ERROR\n"
        "print(report.stats.objects, mblint.__version__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=here, capture_output=True, text=True, check=False, env=environment()
    )
    assert done.stdout == f"2 {__version__}\n", done.stderr


def test_no_colour_when_not_a_terminal_or_not_wanted(here: Path) -> None:
    assert "\x1b[" not in mblint("bad.yaml", cwd=here).stdout
    assert "\x1b[" in mblint("bad.yaml", "--color", "always", cwd=here).stdout


@pytest.mark.parametrize(("variables", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_a_terminal_gets_colours_unless_they_are_unwanted(
    here: Path, variables: dict[str, str], coloured: bool
) -> None:
    leader, follower = os.openpty()
    words = [sys.executable, "-m", "mblint", "bad.yaml"]
    subprocess.run(words, cwd=here, stdout=follower, check=False, env=environment(**{"TERM": "xterm", **variables}))
    os.close(follower)
    shown = os.read(leader, 100_000).decode()
    os.close(leader)
    assert ("\x1b[31m" in shown) is coloured


RULE = (ROOT / "examples" / "own-rules" / "plain-http-login.yaml").read_text()


@pytest.mark.whole
def test_the_examples_of_own_rules_are_run(tmp_path: Path) -> None:
    (tmp_path / "plain-http-login.yaml").write_text(RULE)
    passing = mblint("rules", "--check", "--rules", ".", cwd=tmp_path)
    assert (passing.returncode, "every example comes out as it says" in passing.stdout) == (0, True)
    (tmp_path / "plain-http-login.yaml").write_text(RULE.replace("line: 9", "line: 8"))
    failing = mblint("rules", "--check", "--rules", ".", cwd=tmp_path)
    assert failing.returncode == 1
    assert (
        "plain-http-login.yaml: token-endpoint-on-port-80: is not found: warning default/Pod/app line 8"
        in failing.stdout
    )
