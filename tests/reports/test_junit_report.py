"""JUnit XML that CI systems can read."""

from xml.etree import ElementTree

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
