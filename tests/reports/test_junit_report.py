"""JUnit XML that CI systems can read."""

from xml.etree import ElementTree

import pytest
from msgspec.structs import replace
from samples import finding, report, rule

from mblint.judge.rule import Level
from mblint.manifests.documents import InputError
from mblint.reports.junit import render


def test_findings_at_the_threshold_are_failures_and_lower_ones_outputs() -> None:
    warning = replace(finding(), level=Level.WARNING)
    suite = ElementTree.fromstring(render(report(finding(), warning), Level.ERROR)).find("testsuite")
    assert suite is not None
    assert suite.attrib == {"name": "mblint", "tests": "2", "failures": "1", "errors": "0"}
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert failure.get("message") == finding().message
    assert "fix: Allow port 8080." in (failure.text or "")
    assert len(suite.findall("testcase/system-out")) == 1


def test_nothing_fails_where_nothing_is_to_fail() -> None:
    assert 'failures="0"' in render(report(finding()), None)


def test_a_rule_that_found_nothing_is_a_passed_test() -> None:
    suite = ElementTree.fromstring(render(report(rules=(rule("a"), rule("b"))), Level.ERROR)).find("testsuite")
    assert suite is not None
    assert [(case.get("classname"), len(case)) for case in suite] == [("mblint.a", 0), ("mblint.b", 0)]


def test_input_errors_are_errors() -> None:
    one = replace(report(), errors=(InputError("a.yaml", 3, 1, "broken"),))
    case = ElementTree.fromstring(render(one, Level.ERROR)).find("testsuite/testcase/error")
    assert case is not None
    assert case.text == "a.yaml:3:1: broken"


def test_characters_that_xml_cannot_hold_are_escaped() -> None:
    ElementTree.fromstring(render(report(finding("\x00\x1b<&>\ud800\ufffe")), Level.ERROR).encode())


def test_a_report_stays_below_its_size_and_still_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    many = [replace(finding(), message=f"{number} {'x' * 5_000}") for number in range(50)]
    monkeypatch.setattr("mblint.reports.junit.MOST", 100_000)
    text = render(report(*many), Level.ERROR)
    assert len(text) < 120_000
    suite = ElementTree.fromstring(text).find("testsuite")
    assert suite is not None
    last = [case for case in suite if case.get("classname") == "mblint"]
    assert [case.get("name") for case in last] == [
        f"{50 - len(suite.findall('testcase')) + 1} more findings are left out"
    ]
    assert last[0].find("failure") is not None
