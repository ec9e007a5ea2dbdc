"""Who asks for a name, and who offers it."""

from __future__ import annotations

from mblint.cluster.secrets import SecretText, Text
from mblint.facts.names.shape import Answer, Asked, Name, Offered, answer
from tests.facts.worlds import pods, world

SHOP = world(pods("Deployment", "shop")).cluster.workloads[0]


def name(text: Text) -> Name:
    return Name(text, SHOP.place, "DB_NAME")


def offered(*names: Text, what: str = "database", added_by: tuple[str, ...] = ()) -> Offered:
    return Offered(what, SHOP, tuple(map(name, names)), added_by)


def asking(text: Text, *lists: Offered) -> Answer | None:
    return answer(Asked("database", name(text), SHOP), lists)


def verdict(text: Text, *lists: Offered) -> str | None:
    found = asking(text, *lists)
    return None if found is None else found.verdict


def test_a_closed_list_decides() -> None:
    assert verdict("boards", offered("boards")) == "offered"
    assert verdict("boards", offered("tables")) == "missing"
    assert verdict("boards", offered()) == "missing"


def test_a_list_that_something_may_add_to_decides_only_what_is_on_it() -> None:
    open_list = offered("boards", added_by=("a script may add some",))
    assert verdict("boards", open_list) == "offered"
    assert verdict("tables", offered("chairs"), open_list) == "unknown"
    unknown = asking("tables", open_list)
    assert unknown is not None
    assert unknown.reason == "a script may add some"


def test_lists_of_another_kind_say_nothing() -> None:
    assert verdict("boards", offered("boards", what="user")) is None


def test_the_nearest_is_the_only_one_that_differs_by_a_slip() -> None:
    one = asking("boards", offered("boars1", "boardz", "chairs"))
    assert one is not None
    assert one.nearest is not None
    assert one.nearest.shown == "boardz"
    two = asking("boards", offered("boardz", "boarda"))
    assert two is not None
    assert two.nearest is None


def test_a_secret_name_is_compared_and_not_shown() -> None:
    assert verdict(SecretText("boards"), offered("boards")) == "offered"
    assert offered(SecretText("boards"), SecretText("tables")).shown == ("‹secret›",)
