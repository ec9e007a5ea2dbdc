from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mblint.cluster.engine.universe import LabelIndex, bits
from mblint.cluster.policies.objects import Requirement, Selector
from mblint.cluster.policies.selectors import holds, selects

LABELS = {"app": "web", "empty": ""}


@pytest.mark.parametrize(
    ("key", "operator", "values", "expected"),
    [
        ("app", "In", ("web", "api"), True),
        ("app", "In", ("api",), False),
        ("zone", "In", ("a",), False),
        ("zone", "In", ("",), False),
        ("empty", "In", ("",), True),
        ("app", "NotIn", ("web",), False),
        ("app", "NotIn", ("api",), True),
        ("zone", "NotIn", ("a",), True),
        ("app", "Exists", (), True),
        ("empty", "Exists", (), True),
        ("zone", "Exists", (), False),
        ("app", "DoesNotExist", (), False),
        ("empty", "DoesNotExist", (), False),
        ("zone", "DoesNotExist", (), True),
    ],
)
def test_expressions_are_apimachinerys(key: str, operator: str, values: tuple[str, ...], expected: bool) -> None:
    assert holds(Requirement(key, operator, values), LABELS) is expected


def test_every_part_of_a_selector_must_hold() -> None:
    web, front = Requirement("app", "In", ("web",)), Requirement("tier", "Exists", ())
    assert selects(Selector({}, ()), {})
    assert selects(Selector({"app": "web"}, (web,)), LABELS)
    assert not selects(Selector({"app": "api"}, (web,)), LABELS)
    assert not selects(Selector({"app": "web"}, (web, front)), LABELS)
    assert not selects(Selector({"zone": ""}, ()), LABELS)


_labels = st.dictionaries(st.sampled_from("kl"), st.sampled_from(["", "a", "b"]))
_requirements = st.builds(
    Requirement,
    st.sampled_from("klm"),
    st.sampled_from(["In", "NotIn", "Exists", "DoesNotExist"]),
    st.lists(st.sampled_from(["", "a", "b"]), min_size=1, max_size=2).map(tuple),
)
_selectors = st.builds(Selector, _labels, st.lists(_requirements, max_size=2).map(tuple))


@settings(deadline=None)
@given(st.lists(_labels, max_size=5), _selectors)
def test_the_index_selects_what_the_selector_does(labels: list[dict[str, str]], selector: Selector) -> None:
    found = set(bits(LabelIndex(labels).select(selector)))
    assert found == {number for number, entry in enumerate(labels) if selects(selector, entry)}
