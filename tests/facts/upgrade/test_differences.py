"""What counts as a difference, and how it is named."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mblint.cluster.quantities import quantity
from mblint.cluster.secrets import SecretText
from mblint.facts.upgrade.api_defaults import api_defaults
from mblint.facts.upgrade.differences import Omitted, Tree, differences

KEYS = st.text("abc.-/", min_size=1, max_size=4)
TREES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text("xyz", max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.just("name"), inner, max_size=4),
    max_leaves=12,
)


def shown(old: Tree, new: Tree, omitted: Omitted | None = None) -> list[str]:
    return [one.shown for one in differences(old, new, omitted or Omitted(stays=False))]


@given(TREES)
def test_nothing_differs_from_itself(tree: Tree) -> None:
    assert shown(tree, tree) == []
    assert shown(tree, tree, Omitted(stays=True)) == []


@given(TREES, TREES)
def test_a_difference_is_seen_from_both_sides(old: Tree, new: Tree) -> None:
    assert sorted(shown(old, new)) == sorted(shown(new, old))


@given(TREES, TREES)
def test_paths_lead_to_what_differs(old: Tree, new: Tree) -> None:
    for one in differences({"x": old}, {"x": new}):
        if one.new is not None:
            assert at({"x": new}, one.path) == one.new
        if one.old is not None:
            assert at({"x": old}, one.old_path) == one.old


@given(TREES)
def test_what_stays_is_no_difference(tree: Tree) -> None:
    assert shown(tree, None, Omitted(stays=True)) == []


def at(tree: Tree, path: tuple[str | int, ...]) -> Tree:
    for key in path:
        tree = tree[key]  # type: ignore[index,call-overload]
    return tree


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ({"a": {}}, {"a": None}, []),
        ({"a": []}, {}, []),
        ({"a": "", "b": 1}, {"b": 1}, []),
        ({"a": "", "b": 1}, {"a": "x", "b": 1}, ["a"]),
        ({"storageClassName": ""}, {"storageClassName": None}, ["storageClassName"]),
        ({"labels": {"a": ""}, "b": 1}, {"labels": {}, "b": 1}, ["labels.a"]),
        ({"a": 1}, {"a": True}, ["a"]),
        ({"a": 1}, {"a": "1"}, ["a"]),
        ({"labels": {"a": "x"}, "b": 1}, {"labels": {}, "b": 1}, ["labels.a"]),
        ({"labels": {"a": "x", "c": "y"}, "b": 1}, {"b": 1}, ["labels"]),
        ({"labels": {"a/b": "x", "c": "y"}}, {"labels": {"c": "y"}}, ["labels[a/b]"]),
        ({"env": [{"name": "A", "value": "1"}]}, {"env": [{"name": "A", "value": "2"}]}, ["env[A].value"]),
        ({"env": [{"name": "A"}, {"name": "B"}]}, {"env": [{"name": "B"}, {"name": "A"}]}, []),
        ({"env": [{"name": "A", "value": 1}, {"name": "B"}]}, {"env": [{"name": "B"}]}, ["env[A]"]),
        ({"env": [{"name": "A", "value": 1}] * 2}, {"env": [{"name": "A", "value": 1}]}, ["env[A, again]"]),
        ({"args": ["a", "b"]}, {"args": ["a", "c"]}, ["args[1]"]),
        ({"resources": {"limits": {"cpu": "1000m"}}}, {"resources": {"limits": {"cpu": 1}}}, []),
        (
            {"resources": {"limits": {"cpu": "1"}}},
            {"resources": {"limits": {"cpu": "1"}, "requests": {"cpu": "1"}}},
            [],
        ),
        (
            {"claims": [{"metadata": {"name": "a"}, "x": 1}]},
            {"claims": [{"metadata": {"name": "a"}, "x": 2}]},
            ["claims[a].x"],
        ),
        ([{"name": False}], [{"name": 0}], ["[0].name"]),
        ({"s": SecretText("a")}, {"s": SecretText("a")}, []),
        ({"s": SecretText("a")}, {"s": SecretText("b")}, ["s"]),
    ],
)
def test_what_differs(old: Tree, new: Tree, names: list[str]) -> None:
    assert shown(old, new) == names


def test_what_was_applied_and_is_left_out_is_taken_out() -> None:
    live = {"labels": {"a": "x", "b": "y"}, "list": [{"name": "n", "p": 1, "q": 2}]}
    applied = {"labels": {"a": "x"}, "list": [{"name": "n", "p": 1}]}
    assert shown(live, {"list": [{"name": "n"}]}, Omitted(True, applied)) == ["list[n].p", "labels.a"]
    assert shown(live, {"labels": {}, "list": [{"name": "n", "p": 1}]}, Omitted(True)) == []


def test_defaults_count_on_either_side_only_where_the_other_says_nothing() -> None:
    defaults = api_defaults("pod-template")
    filled: Tree = {
        "spec": {"containers": [{"name": "a", "terminationMessagePolicy": "File"}], "dnsPolicy": "ClusterFirst"}
    }
    plain: Tree = {"spec": {"containers": [{"name": "a"}]}}
    other: Tree = {"spec": {"containers": [{"name": "a"}], "dnsPolicy": "Default"}}
    assert list(differences(filled, plain, defaults=defaults)) == []
    assert list(differences(plain, filled, defaults=defaults)) == []
    assert [one.shown for one in differences(filled, other, defaults=defaults)] == ["spec.dnsPolicy"]
    assert [one.shown for one in differences(plain, other, defaults=defaults)] == ["spec.dnsPolicy"]


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("500m", Fraction(1, 2)),
        ("0.5", Fraction(1, 2)),
        (".5", Fraction(1, 2)),
        ("1e3", 1000),
        ("1E3", 1000),
        ("1k", 1000),
        ("1Ki", 1024),
        ("1.5Gi", 3 * 2**29),
        (2, 2),
        ("-1", -1),
        ("+1", 1),
        ("1KB", None),
        ("", None),
        ("x", None),
        (None, None),
        (True, None),
        ("1 Gi", None),
    ],
)
def test_quantities(written: object, amount: Fraction | int | None) -> None:
    read = quantity(written)
    assert (None if read is None else Fraction(read)) == amount
