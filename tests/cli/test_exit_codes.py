"""Every way to end, and the one line that says why."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from program import BROKEN_SERVICE, CONFIG_MAP, environment, mblint, mblint_process


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A directory with good, bad and unreadable input."""
    (tmp_path / "bad.yaml").write_text(BROKEN_SERVICE)
    (tmp_path / "good.yaml").write_text(CONFIG_MAP)
    (tmp_path / "cut.yaml").write_text("a: [\n")
    (tmp_path / "binary.yaml").write_bytes(b"\x7fELF\x00\xff\xfe\x80")
    (tmp_path / "values.yaml").write_text("replicas: 2\n")
    (tmp_path / "empty").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("good.yaml", 0),
        ("bad.yaml", 1),
        ("lint bad.yaml", 1),
        ("bad.yaml good.yaml", 1),
        ("--fail-on never bad.yaml", 0),
        ("bad.yaml --ignore invalid-object", 0),
        ("bad.yaml --select dns-blocked,oidc-*", 0),
        ("--version", 0),
        ("--help", 0),
        ("rules", 0),
        ("explain invalid-object", 0),
        ("facts good.yaml", 0),
        ("graph good.yaml", 0),
    ],
)
def test_the_input_can_be_trusted(here: Path, words: str, code: int) -> None:
    assert mblint(*words.split(), cwd=here).returncode == code


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("lnit good.yaml", "mblint: There is no command and no file lnit. Did you mean lint?"),
        ("good.yaml --formt json", "Did you mean '--format'?"),
        (
            "good.yaml --format xml",
            "'xml' is not one of 'text', 'concise', 'json', 'sarif', 'github', 'junit', 'markdown' (see `mblint lint",
        ),
        ("good.yaml --output xml=x", "xml=x is not FORMAT=FILE"),
        ("good.yaml --output json", "json is not FORMAT=FILE"),
        ("good.yaml --output json=none/x", "mblint: none/x: cannot be written: No such file or directory"),
        ("good.yaml --select egress-blokced", "mblint: unknown rule egress-blokced: did you mean egress-blocked?"),
        ("good.yaml --ignore nothing-*", "mblint: unknown rule nothing-*"),
        ("good.yaml --config none.yaml", "mblint: none.yaml: No such file or directory"),
        ("good.yaml --rules none", "mblint: none: cannot read the rules: No such file or directory"),
        ("good.yaml --rules .", ":1:1: "),
        ("good.yaml --source-root none", "'--source-root': Directory 'none' does not exist (see `mblint lint --help`)"),
        ("good.yaml --baseline none.json", "mblint: none.json: No such file or directory"),
        ("good.yaml --baseline good.yaml", "mblint: good.yaml: this is no baseline"),
        ("good.yaml --write-baseline none/b", "mblint: none/b: No such file or directory"),
        ("explain egress-blokced", "did you mean egress-blocked?"),
        ("facts good.yaml --about depndency", "there are no facts about depndency: did you mean dependency?"),
        ("exec --timeout 0 -- true", "--timeout"),
    ],
)
def test_wrong_usage_is_2_and_one_line(here: Path, words: str, line: str) -> None:
    done = mblint(*words.split(), cwd=here)
    assert done.returncode == 2
    assert line.replace("'", "") in done.stderr.replace("'", "")  # the oldest click that is allowed quotes no options
    assert done.stderr.count("\n") == 1


def test_a_wrong_value_of_the_environment_is_told_from_one_of_the_command_line(here: Path) -> None:
    done = mblint("good.yaml", cwd=here, variables={"MBLINT_FORMAT": "xml"})
    assert done.returncode == 2
    assert "'markdown', in the variable MBLINT_FORMAT (see `mblint lint --help`)" in done.stderr
    done = mblint("good.yaml", "--format", "xml", cwd=here, variables={"MBLINT_FORMAT": "json"})
    assert "MBLINT_FORMAT" not in done.stderr


def test_the_process_ends_with_the_code(here: Path) -> None:
    assert [mblint_process(word, cwd=here).returncode for word in ("good.yaml", "bad.yaml", "--no", "none")] == [
        0,
        1,
        2,
        3,
    ]


def test_no_arguments_are_help_and_2(here: Path) -> None:
    for words in ([], ["lint"], ["exec"], ["explain"], ["facts"]):
        done = mblint(*words, cwd=here)
        assert done.returncode == 2
        assert "Usage: mblint" in done.stderr


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("none.yaml", "mblint: none.yaml: no such file or directory"),
        ("cut.yaml", "mblint: cut.yaml:1:4: "),
        ("binary.yaml", "mblint: binary.yaml:1:"),
        ("values.yaml", "mblint: values.yaml: there is no Kubernetes object in this input"),
        ("empty", "mblint: empty: "),
        ("-", "mblint: there is no Kubernetes object in this input"),
        ("good.yaml none.yaml", "mblint: none.yaml: no such file or directory"),
        ("good.yaml --context none.yaml", "mblint: none.yaml: no such file or directory"),
        ("facts none.yaml", "mblint: none.yaml: no such file or directory"),
        ("graph none.yaml", "mblint: none.yaml: no such file or directory"),
        ("exec -- cat cut.yaml", "mblint: -:1:4: "),
        ("exec -- true", "mblint: there is no Kubernetes object in this input"),
        ("exec -- false", "mblint: false failed with exit code 1"),
        ("exec -- no-such-command", "mblint: no-such-command: command not found"),
        ("exec -- ./good.yaml", "mblint: ./good.yaml: permission denied: is it executable?"),
        ("exec --timeout 0.2 -- sleep 30", "mblint: sleep took longer than 0.2 seconds, and was stopped"),
        ("exec --timeout 1 -- sleep 30", "mblint: sleep took longer than 1 second, and was stopped"),
    ],
)
def test_untrusted_input_is_3_and_one_line(here: Path, words: str, line: str) -> None:
    done = mblint(*words.split(), cwd=here)
    assert done.returncode == 3
    assert done.stderr.startswith(line)
    assert done.stderr.count("\n") == 1


def test_3_wins_over_1_and_what_could_be_read_is_linted(here: Path) -> None:
    done = mblint("bad.yaml", "cut.yaml", cwd=here)
    assert done.returncode == 3
    assert "bad.yaml:6:10: error[invalid-object]" in done.stdout


@pytest.mark.skipif(os.geteuid() == 0, reason="root can read everything")
def test_an_unreadable_directory_is_3(here: Path) -> None:
    (here / "empty").chmod(0)
    done = mblint("empty", cwd=here)
    (here / "empty").chmod(0o755)
    assert done.returncode == 3
    assert "permission denied" in done.stderr


def test_a_mistake_in_the_configuration_is_2_with_its_place(here: Path) -> None:
    (here / ".mblint.yaml").write_text("rules:\n  egress-blokced: off\n")
    done = mblint("good.yaml", cwd=here)
    assert done.returncode == 2
    assert done.stderr.startswith(".mblint.yaml:2:3: unknown rule egress-blokced: did you mean", len("mblint: "))


def test_an_interrupt_is_130(here: Path) -> None:
    words = [sys.executable, "-m", "mblint", "exec", "--", "sh", "-c", "touch started; exec sleep 60"]
    # Where these tests run in the background of a shell, interrupts are ignored: the child is to have them again.
    heeds = "import os, signal, sys; signal.signal(2, signal.SIG_DFL); os.execv(sys.argv[1], sys.argv[1:])"
    child = subprocess.Popen(
        [sys.executable, "-c", heeds, *words],
        cwd=here,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    while not (here / "started").exists():
        assert child.poll() is None
        time.sleep(0.02)
    os.kill(child.pid, signal.SIGINT)
    _, errors = child.communicate(timeout=20)
    assert child.returncode == 130
    assert errors.decode().strip() == "mblint: interrupted"


def test_an_internal_error_is_70_and_says_how_to_report_it(here: Path) -> None:
    program = (
        "import mblint.pipeline, mblint.cli.lint_command as command\n"
        "def broken(*_): raise KeyError('a secret of the input')\n"
        "command.analyse = broken\n"
        "from mblint.cli.main import main\n"
        "main()\n"
    )

    def run(**variables: str) -> subprocess.CompletedProcess[str]:
        words = [sys.executable, "-c", program, "good.yaml"]
        return subprocess.run(
            words, cwd=here, capture_output=True, text=True, check=False, env=environment(**variables)
        )

    done = run()
    assert done.returncode == 70
    assert done.stderr.startswith("mblint: internal error: KeyError at <string>:2 in mblint ")
    assert "Please open an issue" in done.stderr
    assert "a secret" not in done.stderr
    assert "Traceback" in run(MBLINT_DEBUG="1").stderr
