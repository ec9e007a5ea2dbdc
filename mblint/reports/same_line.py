"""Findings of one rule at one values line as one: who serves two clients from a line has one thing to change there."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from msgspec.structs import replace

from mblint.findings.finding import Finding, How


def one_for_each_line(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings, those together that have the rule and the line of a values file in common; in the same order."""
    groups: dict[Hashable, list[Finding]] = {}
    for number, finding in enumerate(findings):
        groups.setdefault(_line(finding) or number, []).append(finding)
    return tuple(group[0] if len(group) == 1 else _together(group) for group in groups.values())


def _line(finding: Finding) -> Hashable:
    placed = finding.placed
    if placed is None or placed.how is not How.VALUES:
        return None
    return finding.rule.id, placed.location.file, placed.location.line


def _together(group: Sequence[Finding]) -> Finding:
    """The worst of them, which says what the others say; the same whatever their order."""
    first = min(group, key=lambda one: (-one.level, one.fingerprint))
    others = [one for one in group if one is not first]
    also = [f"The same line: {message}" for message in dict.fromkeys(one.message for one in others)]
    same_remedy = all(one.at_values == first.at_values for one in others)
    return replace(
        first,
        notes=(*first.notes, *also),
        related=tuple(dict.fromkeys((*first.related, *(row for one in others for row in one.related)))),
        at_values=first.at_values if same_remedy else (),
        edits=first.edits if same_remedy else (),
    )
