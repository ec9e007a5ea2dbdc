"""What a shell does with the words behind its script."""

from __future__ import annotations

import pytest

from mblint.facts.words.dropped import dropped_words
from tests.facts.worlds import world

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: a:1, command: %s}]}\n"


def verdicts(command: str) -> list[tuple[str, str]]:
    rows_of = world(POD % command)
    return [(row.verdict, row.dropped) for row in dropped_words(rows_of)]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("[sh, -c, npm, start]", ("program", "`start`")),
        ("[bash, -o, pipefail, -ec, sleep, '5']", ("program", "`5`")),
        ("[sh, -c, 'a; b', 'c d']", ("line", "`c d`")),
        ("[sh, -c, 'exec web', --port, '80', --host, a]", ("line", "`--port`, `80`, `--host` and 1 more")),
    ],
)
def test_words_that_are_lost(command: str, expected: tuple[str, str]) -> None:
    assert verdicts(command) == [expected]


@pytest.mark.parametrize(
    "command",
    [
        "[sh, -c, npm start]",
        "[sh, -c, 'exec web \"$@\"', sh, --port, '80']",
        "[sh, -c, 'for word; do echo $word; done', sh, a]",
        "[sh, -c, 'echo $1', sh, a]",
        "[sh, -c, 'exec web', sh]",
        "[sh, /start.sh, --port, '80']",
        "[env, sh]",
    ],
)
def test_words_that_are_asked_for_or_are_none(command: str) -> None:
    assert verdicts(command) == []


def test_words_of_another_container_are_meant_for_that_one() -> None:
    server = "{name: server, image: b:1, args: [-c, slots=4]}"
    beside = POD % "[sh, -c, 'wait; tidy', -c, slots=4]"
    assert verdicts("[sh, -c, 'wait; tidy', -c, slots=4]")
    assert not list(dropped_words(world(beside.replace("]}\n", f", {server}]}}\n"))))
