"""`when`: from the words of a rule file to a condition, and whether it holds for a fact.

The operators are closed: a value, a list of values (any of them), `below`, `above`, `matches`, `not`, `all`, `any`.
Several keys in one mapping must all hold. A field that holds a list meets a value or a pattern when one of its
elements does; null is met by a field that is None or an empty list.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import repeat

from mblint.facts.rows import Fact
from mblint.judge.errors import WrongKey, WrongValue, suggestion
from mblint.judge.kinds import Field, FieldType
from mblint.judge.patterns import LONGEST, why_refused
from mblint.judge.rule import Above, All, Any, Below, Condition, Matches, Not, OneOf, Plain
from mblint.judge.values import FieldValue, value_of
from mblint.manifests.nodes import Node

Fields = Mapping[str, Field]

ALWAYS = All(())

_OPERATORS = ("below", "above", "matches", "not")
_PYTHON_TYPES: Mapping[FieldType, tuple[type, ...]] = {
    FieldType.TEXT: (str,),
    FieldType.TEXTS: (str,),
    FieldType.NUMBER: (int, float),
    FieldType.NUMBERS: (int,),
    FieldType.TRUTH: (bool,),
}
_ELEMENTS = {FieldType.TEXTS: FieldType.TEXT, FieldType.NUMBERS: FieldType.NUMBER}


def read_condition(node: Node, fields: Fields) -> Condition:
    """The condition that a `when` mapping states. Absent or empty: it always holds."""
    return _together([_entry(key, element, fields) for key, element in node.entries()])


def _together(conditions: list[Condition]) -> Condition:
    return conditions[0] if len(conditions) == 1 else All(tuple(conditions))


def _entry(key: str, node: Node, fields: Fields) -> Condition:
    if key == "not":
        return Not(_nonempty(node, fields))
    if key == "all":
        return All(_branches(node, fields))
    if key == "any":
        return Any(_branches(node, fields))
    if key not in fields:
        raise WrongKey(node.place, f"unknown field {key}: {suggestion(key, fields)}")
    return _about_field(key, node, fields[key])


def _nonempty(node: Node, fields: Fields) -> Condition:
    if node.value == {} or node.absent:
        raise WrongValue(node.place, "a condition is missing here")
    return read_condition(node, fields)


def _branches(node: Node, fields: Fields) -> tuple[Condition, ...]:
    branches = tuple(_nonempty(branch, fields) for branch in node.items())
    if not branches:
        raise WrongValue(node.place, "a list of conditions is missing here")
    return branches


# ---------------------------------------------------------------- one field


def _about_field(name: str, node: Node, field: Field) -> Condition:
    if isinstance(node.value, dict):
        if not node.value:
            raise WrongValue(node.place, f"an operator is missing here: {', '.join(_OPERATORS)}")
        return _together([_operator(name, key, operand, field) for key, operand in node.entries()])
    if isinstance(node.value, list):
        if not node.value:
            raise WrongValue(node.place, "a list of values must not be empty")
        return OneOf(name, tuple(_plain(element, name, field) for element in node.items()))
    return OneOf(name, (_plain(node, name, field),))


def _operator(name: str, operator: str, operand: Node, field: Field) -> Condition:
    if operator in ("below", "above"):
        bound = _bound(name, operator, operand, field)
        return Below(name, bound) if operator == "below" else Above(name, bound)
    if operator == "matches":
        return Matches(name, _pattern(name, operand, field))
    if operator == "not":
        return Not(_about_field(name, operand, field))
    raise WrongKey(operand.place, f"unknown operator {operator}: {suggestion(operator, _OPERATORS)}")


def _bound(name: str, operator: str, operand: Node, field: Field) -> float:
    if field.type is not FieldType.NUMBER:
        raise WrongKey(operand.place, f"{operator} compares numbers, and {name} holds {field.type.value}")
    value = operand.value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise WrongValue(operand.place, f"{operator} needs a number")
    return value


def _pattern(name: str, operand: Node, field: Field) -> str:
    if field.type not in (FieldType.TEXT, FieldType.TEXTS):
        raise WrongKey(operand.place, f"matches looks into strings, and {name} holds {field.type.value}")
    if not isinstance(operand.value, str):
        raise WrongValue(operand.place, "matches needs a regular expression (a string)")
    try:
        refusal = why_refused(operand.value)
    except re.error as error:
        raise WrongValue(operand.place, f"not a regular expression: {error}") from error
    if refusal is not None:
        raise WrongValue(operand.place, refusal)
    return operand.value


def _plain(node: Node, name: str, field: Field) -> Plain:
    value = node.value
    if value is None:
        if field.optional or field.type in _ELEMENTS:
            return None
        raise WrongValue(node.place, f"{name} is never null")
    fits = isinstance(value, _PYTHON_TYPES[field.type]) and (isinstance(value, bool) is (field.type is FieldType.TRUTH))
    if not fits or isinstance(value, dict | list):
        one = _ELEMENTS.get(field.type, field.type).value
        raise WrongValue(node.place, f"{name} is compared with {one} here, so this must be one")
    if field.words and value not in field.words:
        raise WrongValue(node.place, f"{name} is never {value}: {suggestion(str(value), field.words)}")
    return value


# ---------------------------------------------------------------- does it hold?


def holds(condition: Condition, fact: Fact) -> bool:
    """Whether the condition holds for the fact."""
    # The most frequent first, by their types: a `match` takes three times as long, and many rules ask every row.
    if type(condition) is OneOf:
        return _one_of(value_of(fact, condition.field), condition.values)
    if type(condition) is All:
        return all(map(holds, condition.conditions, repeat(fact)))
    if type(condition) is Any:
        return any(map(holds, condition.conditions, repeat(fact)))
    if type(condition) is Not:
        return not holds(condition.condition, fact)
    if type(condition) is Matches:
        return _matches(value_of(fact, condition.field), condition.pattern)
    assert type(condition) is Below or type(condition) is Above
    value = value_of(fact, condition.field)
    if not isinstance(value, int | float):
        return False
    return value < condition.bound if type(condition) is Below else value > condition.bound


def _one_of(value: FieldValue, wanted: tuple[Plain, ...]) -> bool:
    if type(value) is tuple:
        return any(element in wanted for element in value) if value else None in wanted
    return value in wanted


def _matches(value: FieldValue, pattern: str) -> bool:
    texts = value if isinstance(value, tuple) else (value,)
    return any(re.search(pattern, text[:LONGEST]) is not None for text in texts if isinstance(text, str))
