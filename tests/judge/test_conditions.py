"""Conditions against a naive evaluation of the same words on the same fields."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from mblint.cluster.objects import ObjectId
from mblint.facts.callers.rows import Dependency
from mblint.facts.kinds import names
from mblint.judge.conditions import holds, read_condition
from mblint.judge.kinds import FieldType, fields_of
from mblint.judge.values import value_of
from mblint.manifests.documents import Document, Place, Value
from mblint.manifests.nodes import Node

HOSTS = ("api", "api.shop", "database")
VERDICTS = ("allowed", "self", "unknown")
POLICIES = ("web", "default-deny")

PLACE = Place(Document("-", "", 1, None, None, True))

facts = st.builds(
    Dependency,
    object=st.builds(ObjectId, st.just("shop"), st.sampled_from(["Job", "Deployment"]), st.just("web")),
    place=st.just(PLACE),
    client=st.just("shop/Deployment/web"),
    settings=st.just("API_URL"),
    host=st.sampled_from(HOSTS),
    port=st.none() | st.integers(1, 9),
    verdict=st.sampled_from(VERDICTS),
    policies=st.lists(st.sampled_from(POLICIES), max_size=2).map(tuple),
    service=st.none() | st.sampled_from(["shop/api", "shop/database"]),
    hard=st.booleans(),
)

numbers = st.integers(0, 10) | st.floats(0, 10)
patterns = st.sampled_from(["a", "^api", "e$", "[.]", "-"])


def either(values: st.SearchStrategy[Value]) -> st.SearchStrategy[Value]:
    return values | st.lists(values, min_size=1, max_size=2)


def asked_of(values: st.SearchStrategy[Value], *operators: st.SearchStrategy[Value]) -> st.SearchStrategy[Value]:
    plain = either(values)
    return plain | plain.map(lambda value: {"not": value}) | st.one_of(plain, *operators)


whens: st.SearchStrategy[dict[str, Value]] = st.recursive(
    st.fixed_dictionaries(
        {},
        optional={
            "host": asked_of(st.sampled_from(HOSTS), patterns.map(lambda text: {"matches": text})),
            "port": asked_of(
                st.none() | st.integers(1, 9),
                numbers.map(lambda bound: {"below": bound}),
                st.tuples(numbers, numbers).map(lambda bounds: {"above": bounds[0], "below": bounds[1]}),
            ),
            "verdict": asked_of(st.sampled_from(VERDICTS)),
            "policies": asked_of(st.none() | st.sampled_from(POLICIES), patterns.map(lambda text: {"matches": text})),
            "service": asked_of(st.none() | st.sampled_from(["shop/api", "shop/x"])),
            "hard": st.booleans(),
            "object.kind": asked_of(st.sampled_from(["Job", "CronJob"])),
            "object": asked_of(st.just("shop/Job/web")),
        },
    ).filter(bool),
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "not": inner,
            "all": st.lists(inner, min_size=1, max_size=3),
            "any": st.lists(inner, min_size=1, max_size=3),
            "hard": st.booleans(),
        },
    ).filter(bool),
    max_leaves=6,
)


def naive(when: Value, fact: Dependency) -> bool:
    """The documentation of the operators, word by word, on the YAML itself."""
    assert isinstance(when, dict)
    return all(naive_entry(key, value, fact) for key, value in when.items())


def naive_entry(key: str, value: Value, fact: Dependency) -> bool:
    if key == "not":
        return not naive(value, fact)
    if key in ("all", "any"):
        assert isinstance(value, list)
        results = [naive(each, fact) for each in value]
        return False not in results if key == "all" else True in results
    own: object = {"object": str(fact.object), "object.kind": fact.object.kind}.get(key) or getattr(fact, key, None)
    held = list(own) or [None] if isinstance(own, tuple) else [own]
    return naive_test(value, held)


def naive_test(value: Value, held: list[object]) -> bool:
    if isinstance(value, list):
        return any(naive_test(each, held) for each in value)
    if not isinstance(value, dict):
        return value in held
    results = []
    for operator, operand in value.items():
        if operator == "not":
            results.append(not naive_test(operand, held))
        elif operator == "matches":
            results.append(any(isinstance(each, str) and re.search(str(operand), each) for each in held))
        else:
            assert isinstance(operand, int | float)
            (number,) = held
            below = operator == "below"
            results.append(isinstance(number, int) and (number < operand if below else number > operand))
    return all(results)


@given(whens, facts)
def test_conditions_mean_what_they_say(when: dict[str, Value], fact: Dependency) -> None:
    document = Document("rule.yaml", "", 1, when, None, True)
    condition = read_condition(Node(document, (), when), fields_of("dependency"))
    assert holds(condition, fact) == naive(when, fact)


def test_fields_are_those_of_the_rows() -> None:
    fields = fields_of("dependency")
    assert fields["port"].type is FieldType.NUMBER
    assert fields["port"].optional
    assert fields["policies"].type is FieldType.TEXTS
    assert fields["hard"].type is FieldType.TRUTH
    assert fields["object.namespace"].type is FieldType.TEXT
    assert fields["container"].optional
    assert "egress-denied" in fields["verdict"].words
    assert fields_of("dns")["ports"].type is FieldType.NUMBERS


def test_no_rule_can_ask_for_places() -> None:
    for about in names():
        assert not {"place", "related", "about", "reported", "words"} & set(fields_of(about))


@given(facts)
def test_every_field_has_a_value_of_its_type(fact: Dependency) -> None:
    types = {FieldType.TEXT: str, FieldType.TEXTS: tuple, FieldType.NUMBER: int, FieldType.TRUTH: bool}
    for name, field in fields_of("dependency").items():
        value = value_of(fact, name)
        assert (value is None and field.optional) or isinstance(value, types[field.type])
