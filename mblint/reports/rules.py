"""The list of rules."""

from __future__ import annotations

from collections.abc import Sequence

from mblint.judge.rule import Rule
from mblint.reports.style import Style
from mblint.reports.values import Json, serialised


def render_json(rules: Sequence[Rule]) -> str:
    """What a tool may want to know of each rule."""
    return serialised({"version": 1, "rules": [_value(rule) for rule in rules]})


def render_text(rules: Sequence[Rule], style: Style) -> str:
    """One rule a line: name, levels, title."""
    names = max((len(rule.id) for rule in rules), default=0)
    levels = max((len(_levels(rule)) for rule in rules), default=0)
    return "".join(
        f"{style.strong(f'{rule.id:{names}}')}  {_levels(rule):{levels}}  {rule.title}{_only_upgrade(rule)}\n"
        for rule in sorted(rules, key=lambda rule: rule.id)
    )


def levels_of(rule: Rule) -> tuple[str, ...]:
    """The levels that a rule can give, the worst first."""
    found = {line.level for line in rule.judge if line.level is not None}
    return tuple(str(level) for level in sorted(found, reverse=True))


def _levels(rule: Rule) -> str:
    return "/".join(levels_of(rule))


def _only_upgrade(rule: Rule) -> str:
    return "" if not rule.steps else " (also in an upgrade)" if rule.renders else " (upgrade)"


def _value(rule: Rule) -> dict[str, Json]:
    return {
        "id": rule.id,
        "title": rule.title,
        "levels": levels_of(rule),
        "about": rule.about,
        "precision": rule.precision,
        "tags": rule.tags,
        "upgrade": not rule.renders,
        "why": rule.why,
        "fix": rule.fix,
        "see": rule.see,
    }
