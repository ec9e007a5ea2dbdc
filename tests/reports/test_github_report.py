"""Workflow commands as GitHub parses them."""

import re
from pathlib import Path

import pytest
from msgspec.structs import replace
from samples import WEB, blocked, document, finding, judged, report

from mblint.findings.collect import collect
from mblint.findings.finding import How, Placed, Report
from mblint.judge.rule import Level
from mblint.manifests.documents import InputError, Location
from mblint.reports import github


def render(one: Report) -> str:
    return github.render(one, Path.cwd())


COMMAND = re.compile(r"::(?P<name>\w+) (?P<properties>[^:]*)::(?P<text>.*)")


def unescaped(text: str) -> str:
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, character)
    return text


def parsed(line: str) -> tuple[str, dict[str, str], str]:
    """As the runner's own parser does it: properties up to the next "::", split at commas."""
    match = COMMAND.fullmatch(line)
    assert match, line
    pairs = [pair.split("=", 1) for pair in match["properties"].split(",")]
    return match["name"], {key: unescaped(value) for key, value in pairs}, unescaped(match["text"])


def test_a_finding_in_a_file_is_an_annotation_there() -> None:
    one = collect(judged(blocked(document(WEB, "out/a,b: c%.yaml"))))[0]
    name, properties, text = parsed(render(report(one)).rstrip("\n"))
    assert name == "error"
    assert properties == {
        "file": "out/a,b: c%.yaml",
        "line": "14",
        "endLine": "14",
        "col": "22",
        "endColumn": "39",
        "title": "mblint egress-blocked",
    }
    assert text.splitlines()[0] == one.message
    assert text.splitlines()[-1] == "Fix: Allow port 8080."


def test_a_finding_of_a_stream_names_its_place_in_the_text() -> None:
    _, properties, text = parsed(render(report(finding())).rstrip("\n"))
    assert properties == {"title": "mblint egress-blocked"}
    assert "In Deployment web (-:14:22)." in text


@pytest.mark.parametrize(
    ("level", "name"), [(Level.ERROR, "error"), (Level.WARNING, "warning"), (Level.NOTE, "notice")]
)
def test_levels_have_github_s_names(level: Level, name: str) -> None:
    assert parsed(render(report(replace(finding(), level=level))).rstrip("\n"))[0] == name


def test_a_message_cannot_start_a_command_of_its_own() -> None:
    lines = render(report(finding("100%\n::set-output name=x::y\r\x1b"))).splitlines()
    assert len(lines) == 1
    assert parsed(lines[0])[2].startswith("100%\n::set-output name=x::y\\r\\x1b\n")


def test_input_errors_are_annotations_too() -> None:
    one = replace(report(), errors=(InputError("a.yaml", 3, 1, "broken"),))
    name, properties, text = parsed(render(one).rstrip("\n"))
    assert (name, properties["file"], properties["line"], text) == ("error", "a.yaml", "3", "a.yaml: broken")


def test_a_placed_finding_is_an_annotation_in_the_repository(tmp_path: Path) -> None:
    where = Location(str(tmp_path / "values.yaml"), 3, 5, 3, 9, None)
    placed = replace(finding(), placed=Placed(where, How.VALUES))
    _, properties, text = parsed(github.render(report(placed), tmp_path).rstrip("\n"))
    assert (properties["file"], properties["line"], properties["col"]) == ("values.yaml", "3", "5")
    assert "In Deployment web (-:14:22)." in text
