"""JUnit XML, for CI systems that show test results."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from mblint.findings.finding import Finding, Report
from mblint.judge.rule import Level
from mblint.manifests.documents import InputError
from mblint.reports.printable import printable, printable_lines
from mblint.reports.text import error_line, heading_place, place
from mblint.reports.volume import MOST, size_of

_SUITE = "mblint"
_INDENT = 20  # characters of line breaks and blanks around a case and what is in it


def render(report: Report, failing: Level | None) -> str:
    """A test case for each finding, input error, and rule that found nothing.

    `failing`: findings of this level or a worse one are failures, the others passed cases with an output; None: none
    is a failure.
    """
    suite = Element("testsuite", name=_SUITE)
    for error in report.errors:
        _error(suite, error)
    _findings(suite, report.findings, failing)
    for rule in _passed(report):
        SubElement(suite, "testcase", classname=f"{_SUITE}.{rule}", name="nothing found")
    _count(suite)
    suites = Element("testsuites", suite.attrib)
    suites.append(suite)
    indent(suites)
    return f"{tostring(suites, encoding='unicode', xml_declaration=False)}\n"


def _passed(report: Report) -> Iterable[str]:
    found = {finding.rule.id for finding in report.findings}
    return [rule.id for rule in report.rules if rule.id not in found]


def _error(suite: Element, error: InputError) -> None:
    case = SubElement(suite, "testcase", classname=f"{_SUITE}.input", name=printable(error.file))
    SubElement(case, "error", type="input", message=printable(error.message)).text = error_line(error)


def _findings(suite: Element, findings: Sequence[Finding], failing: Level | None) -> None:
    """As many as fit; then one case for those that are left out, which fails where one of them would."""
    left = MOST
    for number, finding in enumerate(findings):
        case = _finding(finding, failing is not None and finding.level >= failing)
        left -= size_of(tostring(case, encoding="unicode")) + _INDENT
        if left < 0:
            rest = findings[number:]
            case = Element("testcase", classname=_SUITE, name=f"{len(rest)} more findings are left out")
            failure = failing is not None and any(one.level >= failing for one in rest)
            SubElement(case, "failure" if failure else "system-out").text = "this report would be too large"
            suite.append(case)
            return
        suite.append(case)


def _finding(finding: Finding, failure: bool) -> Element:
    name = f"{finding.object.kind} {finding.object.name}: {place(heading_place(finding))}"
    case = Element("testcase", classname=f"{_SUITE}.{finding.rule.id}", name=printable(name))
    text = "\n".join((finding.message, *finding.notes, *([f"fix: {finding.fix}"] if finding.fix else [])))
    if failure:
        level = str(finding.level)
        element = SubElement(case, "failure", type=level, message=printable(finding.message))
    else:
        element = SubElement(case, "system-out")
        text = f"{finding.level}: {text}"
    element.text = printable_lines(text)
    return case


def _count(suite: Element) -> None:
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    suite.set("errors", str(len(suite.findall("testcase/error"))))
