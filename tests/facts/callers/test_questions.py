"""Questions about graphs."""

from hypothesis import given
from hypothesis import strategies as st

from mblint.facts.callers.questions import after, before, components, directed

NODES = st.sampled_from("abcdef")
PAIRS = st.lists(st.tuples(NODES, NODES), max_size=12)


def reached(pairs: list[tuple[str, str]], start: str) -> set[str]:
    """By hand: step after step until nothing is new."""
    found = {start}
    while True:
        more = {target for source, target in pairs if source in found} - found
        if not more:
            return found
        found |= more


@given(PAIRS, NODES)
def test_what_is_after_is_what_steps_lead_to(pairs: list[tuple[str, str]], start: str) -> None:
    assert after(directed("abcdef", pairs), {start}) == reached(pairs, start)


@given(PAIRS, NODES)
def test_before_is_after_turned_round(pairs: list[tuple[str, str]], end: str) -> None:
    turned = [(target, source) for source, target in pairs]
    assert before(directed("abcdef", pairs), {end}) == after(directed("abcdef", turned), {end})


def test_of_what_is_not_there_nothing_is_reached() -> None:
    assert after(directed("ab", [("a", "b")]), {"x"}) == set()


@given(PAIRS)
def test_components_are_all_nodes_once_each_in_order(pairs: list[tuple[str, str]]) -> None:
    found = components(directed("abcdef", pairs))
    assert sorted(node for nodes in found for node in nodes) == list("abcdef")
    assert [nodes[0] for nodes in found] == sorted(nodes[0] for nodes in found)
    both = pairs + [(target, source) for source, target in pairs]
    assert all(set(nodes) == reached(both, nodes[0]) for nodes in found)
