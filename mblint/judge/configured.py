"""Which rules apply, and how bad each is: the user's choice over what the rule files say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from mblint.globs import matches
from mblint.judge.errors import suggestion
from mblint.judge.levels import LEVELS, OFF
from mblint.judge.rule import Level, Rule


class UnknownRule(Exception):
    """A configuration or an option names a rule that does not exist. `str()` is a sentence with a suggestion."""

    def __init__(self, name: str, known: Sequence[Rule]) -> None:
        super().__init__(f"unknown rule {name}: {suggestion(name, [rule.id for rule in known])}")
        self.name = name


def configured(
    rules: Sequence[Rule], overrides: Mapping[str, str], select: Sequence[str] = (), ignore: Sequence[str] = ()
) -> tuple[Rule, ...]:
    """The rules that apply.

    `overrides`: rule id → note, warning, error (whatever the rule finds has that level) or off. `select`: only these
    rules, also those that an override switches off; `ignore`: not these. Both take globs (`oidc-*`).
    Raises UnknownRule for a name that no rule has, or a glob that matches none.
    """
    known = {rule.id for rule in rules}
    for name in overrides:
        if name not in known:
            raise UnknownRule(name, rules)
    selected = _named(rules, select)
    ignored = _named(rules, ignore)
    switched_off = {name for name, level in overrides.items() if level == OFF}
    applied = (selected if select else known - switched_off) - ignored
    return tuple(_overridden(rule, overrides.get(rule.id)) for rule in rules if rule.id in applied)


def _named(rules: Sequence[Rule], globs: Sequence[str]) -> set[str]:
    named: set[str] = set()
    for glob in globs:
        matching = {rule.id for rule in rules if matches(rule.id, glob)}
        if not matching:
            raise UnknownRule(glob, rules)
        named |= matching
    return named


def _overridden(rule: Rule, level: str | None) -> Rule:
    if level is None or level == OFF:
        return rule
    return replace(rule, levels=dict.fromkeys(Level, LEVELS[level]))
