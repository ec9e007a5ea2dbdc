"""The report for people: what is wrong, where, why that fails, what to change; and what was looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from mblint.findings.finding import Finding, How, RelatedLocation, Report, Stats, ValuesEdit
from mblint.judge.rule import Level
from mblint.manifests.documents import InputError, Location
from mblint.manifests.read import STDIN
from mblint.reports.groups import Group, grouped
from mblint.reports.printable import inert, printable, printable_lines
from mblint.reports.style import Style
from mblint.reports.unlooked import lines
from mblint.reports.volume import MOST, texts_within

_RELATED_SHOWN = 8
_REASONS_SHOWN = 20
_INDENT = "  "
_ON_ONE_SCREEN = 10  # findings
_IN_REPOSITORY: Mapping[How, str] = {How.VALUES: "set at", How.TEMPLATE: "made by"}
_SUMMED_UP: Mapping[str, tuple[str, ...]] = {  # verdicts of dependencies, in the summary's words
    "allowed": ("allowed",),
    "denied": ("egress-denied", "ingress-denied", "external-denied"),
    "depending on the network plugin": ("service-port-only", "address-only"),
    "leading nowhere": ("no-service", "no-port", "no-pods", "self"),
    "outside": ("external",),
    "unknown": ("unknown",),
}


def render(report: Report, style: Style, group_by: str | None = None) -> str:
    """All findings, and what was not judged. Empty where there is none."""
    shown = (
        text
        for group in grouped(report.findings, group_by)
        for text in (*_title(group, style), *(f"{finding_text(finding, style)}\n" for finding in group.findings))
    )
    found = texts_within(shown, MOST, "{} more findings are left out: this report would be too large\n")
    return "".join((*found, *(f"{line}\n" for line in lines(report))))


def summary(report: Report, style: Style) -> str:
    """One line that says what was looked at and what came of it."""
    looked_at = f"{counted(report.stats.objects, 'object')}{_dependencies(report.stats)}"
    skipped = report.stats.skipped
    parts = [
        f"; {counted(skipped, 'document')} skipped" if skipped else "",
        f"; {_outcome(report, style)}",
        f", {len(report.ignored)} ignored" if report.ignored else "",
    ]
    return f"{looked_at}{''.join(parts)}\n"


def by_rule(report: Report) -> str:
    """How many findings each rule has, where there are more than a screen shows."""
    groups = grouped(report.findings, "rule")
    if len(report.findings) <= _ON_ONE_SCREEN or len(groups) == 1:
        return ""
    width = max(len(group.name) for group in groups)
    return "".join(f"  {group.name:{width}}  {by_level(group.findings)}\n" for group in groups) + "\n"


def _title(group: Group, style: Style) -> Iterator[str]:
    if group.name:
        yield f"{style.strong(inert(printable(group.name)))}: {by_level(group.findings)}\n\n"


def statistics(stats: Stats) -> str:
    """The facts by kind and verdict, one kind a line."""
    width = max(map(len, stats.counts), default=0)
    counts = (
        f"{kind:{width}}  {', '.join(f'{number} {verdict}' for verdict, number in verdicts.items())}\n"
        for kind, verdicts in stats.counts.items()
    )
    return "".join((*counts, *_unknown(stats)))


def _unknown(stats: Stats) -> Iterator[str]:
    """Why facts are unknown, one reason a line."""
    for reason, number in stats.unknown[:_REASONS_SHOWN]:
        yield f"{printable(f'unknown  {number}  {reason}')}\n"
    if len(stats.unknown) > _REASONS_SHOWN:
        yield f"unknown  for {len(stats.unknown) - _REASONS_SHOWN} more reasons (--format json has all)\n"


def silenced(report: Report) -> str:
    """What was silenced, each with what did it and why, one a line."""
    return "".join(
        printable(f"ignored  {one.rule} of {one.object} ({one.origin}: {one.reason})") + "\n" for one in report.ignored
    )


def error_line(error: InputError) -> str:
    """What could not be read, as `file:line:column: message`; of a stream as a whole the message alone."""
    if error.file == STDIN and error.line is None:
        return printable(error.message)
    position = "".join(f":{number}" for number in (error.line, error.column) if number is not None)
    return printable(f"{error.file}{position}: {error.message}")


def place(location: Location) -> str:
    """`file:line:column`, as editors and terminals link it."""
    return inert(printable(f"{location.file}:{location.line}:{location.column}"))


def finding_text(finding: Finding, style: Style) -> str:
    """A finding, its headline first."""
    rows = [
        *_headline(finding, style),
        *(style.faint(line) for line in paragraph(_whereabouts(finding), style)),
        *(style.faint(line) for line in paragraph(_both_places(finding), style) if line.strip()),
        *(line for note in finding.notes for line in paragraph(note, style)),
        *_related(finding.related, style),
        *_fix(finding.fix, style),
        *_at_values(finding.at_values),
    ]
    return "".join(f"{row}\n" for row in rows)


def _headline(finding: Finding, style: Style) -> Iterator[str]:
    """Place, level, rule and message begin one line, as editors and `grep` like it."""
    where, level = f"{place(heading_place(finding))}:", str(finding.level)
    first, *rest = paragraph(f"{where} {level}[{finding.rule.id}]: {finding.message}", style)
    head = first.strip().removeprefix(where)
    yield style.strong(where) + head.replace(level, style.level(finding.level), 1)
    yield from rest


def _whereabouts(finding: Finding) -> str:
    item = finding.object
    parts = [f"{item.kind} {item.name}", f"namespace {item.namespace}" if item.namespace else ""]
    parts.append(f"container {finding.container}" if finding.container else "")
    parts.append(f"from {finding.location.source}" if finding.location.source else "")
    return "in " + ", ".join(part for part in parts if part)


def heading_place(finding: Finding) -> Location:
    """The place that people want to go to: in their repository, unless that is only the nearest file there is."""
    guessed = finding.placed is not None and finding.placed.how is How.PROJECT
    return finding.location if guessed else finding.shown_at


def _both_places(finding: Finding) -> str:
    """Where the value is set, and where it was read, if these are two places."""
    placed = finding.placed
    if placed is None or placed.how not in _IN_REPOSITORY:
        return ""
    where = printable(f"{placed.location.file}:{placed.location.line}")
    return f"{_IN_REPOSITORY[placed.how]} {where}, rendered at {place(finding.location)}"


def _related(related: Iterable[RelatedLocation], style: Style) -> Iterator[str]:
    rows = [f"{place(row.location)}: {printable(row.message)}" for row in related]
    yield from (style.faint(f"{_INDENT}at {row}") for row in rows[:_RELATED_SHOWN])
    if len(rows) > _RELATED_SHOWN:
        more = counted(len(rows) - _RELATED_SHOWN, "more place")
        yield style.faint(f"{_INDENT}and {more} (--format json has more)")


def _fix(fix: str, style: Style) -> Iterator[str]:
    lines = list(paragraph(f"fix: {fix}", style)) if fix else []
    yield from (line.replace("fix:", style.good("fix:"), 1) if index == 0 else line for index, line in enumerate(lines))


def _at_values(edits: Sequence[ValuesEdit]) -> Iterator[str]:
    """The same remedy in terms of values: each line as it is to be."""
    for edit in edits:
        where = printable(f"{edit.location.file}:{edit.location.line}, {'.'.join(edit.keys)}")
        yield from ("", inert(f"{_INDENT}In the values, at {where}:"))
        yield from ("", inert(f"{_INDENT * 2}{printable(edit.after.strip())}"))


def paragraph(text: str, style: Style) -> Iterator[str]:
    """Indented lines: sentences joined and wrapped to the width, manifests to paste as they are."""
    for number, block in enumerate(printable_lines(text).strip("\n").split("\n\n")):
        if number:
            yield ""
        lines = block.splitlines()
        is_manifest = any(line.startswith((" ", "- ")) for line in lines)
        for line in lines if is_manifest else [" ".join(lines)]:
            yield from map(inert, _wrapped(line, None if is_manifest else style.width))


def _wrapped(line: str, width: int | None) -> Iterable[str]:
    if width is None or len(line) + len(_INDENT) <= width:
        return [f"{_INDENT}{line}".rstrip()]
    from textwrap import wrap  # noqa: PLC0415  for terminals only

    return wrap(
        line,
        width,
        initial_indent=_INDENT,
        subsequent_indent=_INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _dependencies(stats: Stats) -> str:
    verdicts = stats.counts.get("dependencies", {})
    if not verdicts:
        return ""
    sums = {word: sum(verdicts.get(verdict, 0) for verdict in of) for word, of in _SUMMED_UP.items()}
    shown = ", ".join(f"{number} {word}" for word, number in sums.items() if number)
    return f", {counted(sum(verdicts.values()), 'dependency')}: {shown}"


def _outcome(report: Report, style: Style) -> str:
    parts = [_findings(report.findings, style)] if report.findings or not report.errors else []
    if report.errors:
        parts.append(style.strong(f"{counted(len(report.errors), 'problem')} with the input"))
    return "; ".join(parts)


def _findings(findings: tuple[Finding, ...], style: Style) -> str:
    if not findings:
        return style.good("nothing found")
    levels = by_level(findings)
    rules = len({finding.rule.id for finding in findings})
    return f"{counted(rules, 'rule')} found something: {style.strong(levels)}"


def by_level(findings: Sequence[Finding]) -> str:
    """`1 error, 2 warnings`; empty where there is none."""
    numbers = {level: sum(finding.level is level for finding in findings) for level in sorted(Level, reverse=True)}
    return ", ".join(counted(number, str(level)) for level, number in numbers.items() if number)


def counted(number: int, noun: str) -> str:
    """`1 error`, `2 errors`."""
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun[:-1]}ies" if noun.endswith("y") else f"{number} {noun}s"
