"""Findings that belong together for who reads them: those of a rule, or of an object."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from mblint.findings.finding import Finding


class Group(Struct, frozen=True):
    """Findings with what they have in common; without a name: all there are."""

    name: str
    findings: tuple[Finding, ...]


def grouped(findings: Sequence[Finding], by: str | None) -> list[Group]:
    """`by`: rule, object or level. The worst groups come first, then the largest; within one the order stays."""
    if by is None:
        return [Group("", tuple(findings))]
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        found.setdefault(_name(finding, by), []).append(finding)
    groups = [Group(name, tuple(each)) for name, each in found.items()]
    return sorted(
        groups, key=lambda group: (-max(one.level for one in group.findings), -len(group.findings), group.name)
    )


def _name(finding: Finding, by: str) -> str:
    if by == "rule":
        return finding.rule.id
    return str(finding.object).lstrip("/") if by == "object" else str(finding.level)
