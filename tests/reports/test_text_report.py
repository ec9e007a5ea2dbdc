"""The report for people."""

import pytest
from msgspec.structs import replace
from samples import WEB, blocked, document, finding, judged, report

from mblint.cluster.objects import ObjectId
from mblint.findings.collect import collect
from mblint.findings.finding import How, Ignored, Placed, Stats
from mblint.judge.rule import Level
from mblint.manifests.documents import InputError, Location
from mblint.reports.style import Style
from mblint.reports.text import error_line, render, silenced, statistics, summary

PLAIN = Style()


def test_a_finding_says_where_what_why_and_what_to_do() -> None:
    assert render(report(finding()), PLAIN) == (
        "-:14:22: error[egress-blocked]: default/Deployment/web cannot reach auth:80 (TOKEN_URL and USER_URL).\n"
        "  in Deployment web, namespace default, container app, from shop/templates/web.yaml\n"
        "  Nearest: rule 1 of web-egress allows 80.\n"
        "  at -:16:22: USER_URL is set here\n"
        "  at -:6:9: the policy that decides\n"
        "  fix: Allow port 8080.\n"
        "\n"
    )


def test_nothing_found_is_nothing_printed() -> None:
    assert render(report(), PLAIN) == ""


def test_a_placed_finding_shows_both_places() -> None:
    where = Location("values.yaml", 3, 1, 3, 9, None)
    text = render(report(replace(finding(), placed=Placed(where, How.VALUES))), PLAIN)
    assert text.startswith("values.yaml:3:1: error[egress-blocked]: ")
    assert "\n  set at values.yaml:3, rendered at -:14:22\n" in text
    text = render(report(replace(finding(), placed=Placed(where, How.TEMPLATE))), PLAIN)
    assert "\n  made by values.yaml:3, rendered at -:14:22\n" in text


def test_a_file_that_only_stands_in_for_a_place_is_not_shown() -> None:
    guessed = replace(finding(), placed=Placed(Location("helmfile.yaml", 1, 1, 1, 9, None), How.PROJECT))
    assert render(report(guessed), PLAIN) == render(report(finding()), PLAIN)


def test_sentences_are_joined_and_paragraphs_kept_apart() -> None:
    one = replace(finding(), fix="Do this,\nor that.\n\n- to:\n    - a\n  ports: []")
    assert render(report(one), PLAIN).endswith("  fix: Do this, or that.\n\n  - to:\n      - a\n    ports: []\n\n")


def test_long_lists_of_places_are_cut_and_counted() -> None:
    where = document()
    facts = [blocked(where, 0)] + [blocked(where, 1, f"SETTING_{number}") for number in range(20)]
    text = render(report(collect(judged(*facts))[0]), PLAIN)
    assert text.count("\n  at -:16:22") == 8
    assert "  and 13 more places (--format json has more)\n" in text


def test_control_characters_are_shown_not_sent() -> None:
    text = render(report(finding("\x1b[2Jgone\rback\u202e")), PLAIN)
    assert "\\x1b[2Jgone\\rback\\u202e" in text
    assert not set(text) & {"\x1b", "\r", "\u202e"}


def test_control_characters_of_a_file_name_are_shown_too() -> None:
    where = document(WEB, "\x1b]0;owned\x07.yaml")
    text = render(report(collect(judged(blocked(where)))[0]), PLAIN)
    assert text.startswith("\\x1b]0;owned\\x07.yaml:14:22")


def test_colours_only_where_wanted() -> None:
    assert "\x1b[" not in render(report(finding()), PLAIN)
    coloured = render(report(finding()), Style(colour=True))
    assert "\x1b[31m" in coloured
    assert "\x1b[32mfix:" in coloured


def test_sentences_are_wrapped_at_the_width_and_manifests_are_not() -> None:
    manifest = f"  - ports: [{', '.join(['{port: 8080}'] * 9)}]"
    one = replace(finding("word " * 40), fix=f"Add this:\n{manifest}")
    lines = render(report(one), Style(width=60)).splitlines()
    assert f"  {manifest}" in lines
    assert all(len(line) <= 60 for line in lines if not line.startswith("    - ports") and "from shop" not in line)


@pytest.mark.parametrize(
    ("stats", "beginning"),
    [
        (Stats(1, 0, {}), "1 object; nothing found"),
        (Stats(0, 1, {}), "0 objects; 1 document skipped; nothing found"),
        (
            Stats(352, 0, {"dependencies": {"allowed": 47, "egress-denied": 10, "ingress-denied": 1}}),
            "352 objects, 58 dependencies: 47 allowed, 11 denied; nothing found",
        ),
        (
            Stats(2, 0, {"dependencies": {"external": 1, "no-service": 1, "unknown": 2, "service-port-only": 1}}),
            "2 objects, 5 dependencies: 1 depending on the network plugin, 1 leading nowhere, 1 outside, 2 unknown;",
        ),
    ],
)
def test_the_summary_says_what_was_looked_at(stats: Stats, beginning: str) -> None:
    assert summary(replace(report(), stats=stats), PLAIN).startswith(beginning)


def test_the_summary_says_what_came_of_it() -> None:
    warning = replace(finding(), level=Level.WARNING)
    two = replace(
        report(finding(), finding(), warning),
        ignored=(Ignored("egress-blocked", ObjectId("a", "b", "c"), "config", "why"),),
    )
    assert summary(two, PLAIN).endswith("; 1 rule found something: 2 errors, 1 warning, 1 ignored\n")


def test_statistics_are_one_kind_a_line() -> None:
    stats = Stats(1, 0, {"dependencies": {"allowed": 2, "unknown": 1}, "dns": {"allowed": 1}})
    assert statistics(stats) == "dependencies  2 allowed, 1 unknown\ndns           1 allowed\n"


def test_an_input_error_is_one_line() -> None:
    assert error_line(InputError("a.yaml", 3, 7, "bad\x1b")) == "a.yaml:3:7: bad\\x1b"
    assert error_line(InputError("a.yaml", None, None, "no such file")) == "a.yaml: no such file"


def test_an_error_of_the_whole_stream_is_its_message_alone() -> None:
    assert error_line(InputError("-", None, None, "empty")) == "empty"
    assert error_line(InputError("-", 2, 1, "broken")) == "-:2:1: broken"


def test_the_summary_never_calls_an_unread_input_clean() -> None:
    unread = replace(report(), stats=Stats(0, 0, {}), errors=(InputError("-", None, None, "empty"),))
    assert summary(unread, PLAIN) == "0 objects; 1 problem with the input\n"
    both = replace(report(finding()), stats=Stats(1, 0, {}), errors=(InputError("-", None, None, "empty"),))
    assert summary(both, PLAIN) == "1 object; 1 rule found something: 1 error; 1 problem with the input\n"


def test_what_is_silenced_is_listed_with_its_origin_and_reason() -> None:
    ignored = tuple(
        Ignored("egress-blocked", ObjectId("a", "Job", "b"), origin, "why\x1b") for origin in ("config", "baseline")
    )
    assert silenced(replace(report(), ignored=ignored)).splitlines() == [
        "ignored  egress-blocked of a/Job/b (config: why\\x1b)",
        "ignored  egress-blocked of a/Job/b (baseline: why\\x1b)",
    ]
