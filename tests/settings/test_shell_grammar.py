"""The grammar of shells against bash: what it calls broken, a shell refuses, and nearly the reverse."""

import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mblint.settings.shell_grammar import syntax_problem

SHELL = Path("/bin/bash")
SCRIPTS = (
    'if [ -f /a ]; then\n  echo "it\'s $(date +%s) ${A:-b}"\nelif true; then echo b\nelse\n  exit 1\nfi\napp "$@"\n',
    'for each in a b "c d"; do\n  case "$each" in\n    a|b) echo $((1 + 2)) ;;\n    *) continue ;;\n  esac\ndone\n',
    "until nc -z db 5432; do sleep 1; done && exec app --a \\\n  --b=`hostname`\n",
    'start() {\n  ( cd /tmp && ls ) | while read -r line; do echo "$line"; done\n}\nstart || { echo no; exit 1; }\n',
    "cat > /tmp/a <<EOF\nkey = $(not read\nEOF\ngrep -q 'x' /tmp/a # it's a comment\n! true\n",
    'set -eu\nX="$(cat "/a b")"; export X\ntest -n "${X%%.*}" || exit 2 &\nwait\n',
)
PARTS = re.compile(r"\b(?:then|do|done|fi|esac|in|else)\b|[(){}\"'`;|&\n]|&&|\|\|")
needs_bash = pytest.mark.skipif(not SHELL.exists(), reason="there is no bash on this machine")


def is_refused(script: str) -> bool:
    return subprocess.run([SHELL, "-n"], input=script.encode(), capture_output=True, check=False).returncode != 0


@pytest.mark.parametrize("script", SCRIPTS)
def test_whole_scripts_have_no_problem(script: str) -> None:
    assert syntax_problem(script) is None


@needs_bash
@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SCRIPTS), st.data())
def test_what_is_called_broken_is_refused_by_a_shell(script: str, data: st.DataObject) -> None:
    parts = list(PARTS.finditer(script))
    lost = data.draw(st.sampled_from(parts))
    put = data.draw(st.sampled_from(("", " ", ";", "(", ")", "'", '"', "|", "fi", "\n")))
    broken = script[: lost.start()] + put + script[lost.end() :]
    if syntax_problem(broken) is not None:
        assert is_refused(broken) or "<<EOF" in broken  # a shell warns of a here-document that does not end


@needs_bash
def test_nearly_all_that_a_shell_refuses_is_called_broken() -> None:
    forms = [script[: at.start()] + script[at.end() :] for script in SCRIPTS for at in PARTS.finditer(script)]
    refused = [form for form in forms if is_refused(form)]
    found = [form for form in refused if syntax_problem(form) is not None]
    assert len(refused) > 40
    assert len(found) >= 0.95 * len(refused), [form for form in refused if form not in found]


@pytest.mark.parametrize(
    ("script", "clause"),
    [
        ("if [ -f /a ] then echo a; fi", "`fi` comes before the `then` of the `if` that is open"),
        ("for i in 1 2 do echo; done", "`done` comes before the `do` of the `for` that is open"),
        ("if true; then a; fi echo b", "neither `;` nor a new line stands before a word, which begins a command"),
        ("a\n&& b", "a command cannot begin with `&&`"),
        ("a |", "no command follows this `|`"),
        ("echo a >\nb", "this `>` is followed by the end of the line, not by the name of a file"),
        ("echo (a)", "a `(` cannot stand inside of a command"),
        ("x=$(date", "this `$(` has no `)`"),
        ("a=(1 2\n3", "this `(` is never closed"),
        ("echo ${A", "this `${` is never closed"),
        ("while a; do done", "a command is missing before this `done`"),
        ("case a in\n b echo;;\nesac", "`;;` comes before the `)` that ends a pattern of `case`"),
        ("case a in\n b) echo", "this `case` has no `esac`"),
        ("a; ; b", "no command stands before this `;`"),
        ("done", "no `do` is open that this `done` belongs to"),
        ("a ;; b", "this `;;` belongs to nothing"),
        (
            "if a; then\r\nb\r\nfi\r\n",
            "its lines end in \\r as they do on Windows, which a shell takes for a part of their last words",
        ),
    ],
)
def test_the_clause_says_what_is_wrong(script: str, clause: str) -> None:
    found = syntax_problem(script)
    assert found is not None
    assert found.clause == clause


@pytest.mark.parametrize(
    "script",
    [
        'echo "${A:-"b"}"',
        "rm !(a|b)",
        "for ((i = 0; i < 3; i++)); do a; done",
        "(" * 60,
        "{{ if a }}(",
        "echo $((1 + 2) ; b",
    ],
)
def test_what_is_not_followed_is_not_judged(script: str) -> None:
    assert syntax_problem(script) is None


def test_no_word_of_a_script_stands_in_the_clause() -> None:
    found = syntax_problem("if true; then a; fi hunter2")
    assert found is not None
    assert "hunter2" not in found.clause
