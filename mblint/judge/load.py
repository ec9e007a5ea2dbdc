"""Rule files to rules. Whatever is wrong with a rule file is an error here, with its file, line and column."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from mblint.facts.kinds import names
from mblint.judge.conditions import ALWAYS, Fields, read_condition
from mblint.judge.errors import RuleError, WrongKey, WrongValue, suggestion
from mblint.judge.keys import check_keys
from mblint.judge.kinds import fields_of
from mblint.judge.levels import read_level
from mblint.judge.prepared import prepared_rule
from mblint.judge.rule import Judgement, Rule
from mblint.judge.source import located, mapping_of, read_source
from mblint.judge.templates import placeholders, unwrapped
from mblint.manifests.nodes import Node, WrongType
from mblint.regex import regex

__all__ = ["RuleError", "load_rules"]

_REQUIRED = ("id", "about", "judge", "group-by", "precision", "title", "message", "why", "fix")
_KEYS = (*_REQUIRED, "tags", "notes", "see", "upgrade", "examples")
_PRECISIONS = ("very-high", "high", "medium", "low")
_KEBAB_CASE = regex(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def load_rules(directories: Sequence[Path]) -> tuple[Rule, ...]:
    """The rules of the `*.yaml` files in each directory (not below it), by directory and file name.

    Their examples are left out (`mblint.judge.examples` reads them). Raises RuleError.
    """
    rules: dict[str, Rule] = {}
    for directory in directories:
        for path in _rule_files(directory):
            rule = prepared_rule(path) or read_rule(path)
            if rule.id in rules:
                raise RuleError(rule.file, 1, 1, f"the rule {rule.id} exists already: {rules[rule.id].file}")
            rules[rule.id] = rule
    return tuple(rules.values())


def _rule_files(directory: Path) -> list[Path]:
    try:
        names = sorted(os.listdir(directory))
    except OSError as error:
        raise RuleError(str(directory), None, None, f"cannot read the rules: {error.strerror}") from error
    for name in names:
        if os.path.splitext(name)[1] == ".yml":
            raise RuleError(str(directory / name), None, None, "a rule file's name ends in .yaml")
    return [directory / name for name in names if os.path.splitext(name)[1] == ".yaml"]


def read_rule(path: Path) -> Rule:
    """The rule of a file, without its examples. Raises RuleError."""
    source = read_source(path)
    try:
        return _rule(mapping_of(source.file, source.rule), path)
    except (WrongKey, WrongValue, WrongType) as error:
        raise located(source.file, error) from error


def _rule(node: Node, path: Path) -> Rule:
    check_keys(node, allowed=_KEYS, required=_REQUIRED)
    fields = _fields(node.get("about"))
    return Rule(
        id=_id(node.get("id"), path),
        about=node.get("about").required_text(),
        judge=_judge(node.get("judge"), fields),
        group_by=_group_by(node.get("group-by"), fields),
        precision=_precision(node.get("precision")),
        tags=tuple(_kebab_case(tag) for tag in node.get("tags").items()),
        title=_plain_text(node.get("title")),
        message=_template(node.get("message"), fields),
        notes=tuple(_template(note, fields) for note in node.get("notes").items()),
        why=unwrapped(node.get("why").required_text()),
        fix=unwrapped(_template(node.get("fix"), fields)),
        see=tuple(_link(link) for link in node.get("see").items()),
        fail=(),
        passing=(),
        renders=not _only_upgrades(node.get("upgrade")),
        steps=node.get("upgrade").value in (True, "also"),
        levels={},
        file=str(path),
    )


# ---------------------------------------------------------------- what the rule is and judges


def _id(node: Node, path: Path) -> str:
    name = _kebab_case(node)
    if name != path.stem:
        raise WrongValue(node.place, f"the id must be the file's name, {path.stem}")
    return name


def _fields(node: Node) -> Fields:
    about = node.required_text()
    if about not in names():
        raise WrongValue(node.place, f"no kind of fact is called {about}: {suggestion(about, names())}")
    return fields_of(about)


def _judge(node: Node, fields: Fields) -> tuple[Judgement, ...]:
    lines = tuple(_judgement(line, fields) for line in node.items())
    if not lines:
        raise WrongValue(node.place, "judge must have at least one line")
    return lines


def _judgement(node: Node, fields: Fields) -> Judgement:
    check_keys(node, allowed=("when", "level"), required=("level",))
    when = node.get("when")
    condition = ALWAYS if when.absent else read_condition(when, fields)
    return Judgement(condition, read_level(node.get("level")))


def _only_upgrades(node: Node) -> bool:
    """`true`: only the step of an upgrade is judged; `also`: a single render, too; else that alone."""
    return node.value != "also" and bool(node.boolean())


def _group_by(node: Node, fields: Fields) -> tuple[str, ...]:
    names = tuple(_field_name(element, fields) for element in node.items())
    if not names:
        raise WrongValue(node.place, "group-by must name at least one field")
    return names


def _field_name(node: Node, fields: Fields) -> str:
    name = node.required_text()
    if name not in fields:
        raise WrongValue(node.place, f"unknown field {name}: {suggestion(name, fields)}")
    return name


def _precision(node: Node) -> str:
    precision = node.required_text()
    if precision not in _PRECISIONS:
        raise WrongValue(node.place, f"no precision: {suggestion(precision, _PRECISIONS)}")
    return precision


def _kebab_case(node: Node) -> str:
    text = node.required_text()
    if not _KEBAB_CASE.fullmatch(text):
        raise WrongValue(node.place, f"{text} is not kebab-case")
    return text


# ---------------------------------------------------------------- what it tells


def _template(node: Node, fields: Fields) -> str:
    template = node.required_text()
    for offset, name in placeholders(template):
        place = node.place.inside(offset)
        if not name:
            raise WrongValue(place, "a brace without a field; write {{ or }} for a literal brace")
        if name not in fields:
            raise WrongValue(place, f"unknown field {name} in a placeholder: {suggestion(name, fields)}")
    return template.strip()


def _plain_text(node: Node) -> str:
    text = node.required_text()
    for offset, _ in placeholders(text):
        raise WrongValue(node.place.inside(offset), "a title is shown without facts, so it has no placeholders")
    return text.strip()


def _link(node: Node) -> str:
    link = node.required_text()
    if not link.startswith("https://"):
        raise WrongValue(node.place, f"{link} is no https:// link")
    return link
