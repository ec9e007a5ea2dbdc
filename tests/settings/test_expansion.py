"""`$(NAME)` against the definition: a string is walked through, character by character."""

from hypothesis import given
from hypothesis import strategies as st

from mblint.cluster.secrets import SecretText
from mblint.settings.bounded import LONGEST, MOST, Room
from mblint.settings.expansion import expand

KNOWN: dict[str, str | None] = {"A": "alpha", "B_2": "$(A)", "EMPTY": "", "UNSAID": None}
pieces = st.sampled_from(["$", "$$", "(", ")", "$(", "A", "$(A)", "B_2", "$(B_2)", "$(EMPTY)", "$(UNSAID)", "$(X)"])
texts = st.lists(st.one_of(pieces, st.text("ab:{}/ ", max_size=3))).map("".join)


def model(text: str, known: dict[str, str | None]) -> str:
    """The rules, naively: `$$` is `$`; `$(NAME)` of a known variable its value; everything else is itself."""
    if not text.startswith("$") or len(text) == 1:
        return text[:1] + model(text[1:], known) if text else ""
    if text[1] == "$":
        return "$" + model(text[2:], known)
    if text[1] == "(" and ")" in text:
        name, _, rest = text[2:].partition(")")
        value = known.get(name)
        return (f"$({name})" if value is None else value) + model(rest, known)
    return text[:2] + model(text[2:], known)


@given(texts)
def test_agrees_with_the_rules(text: str) -> None:
    assert expand(text, KNOWN, Room()) == model(text, KNOWN)


@given(texts)
def test_nothing_known_changes_only_escapes(text: str) -> None:
    assert expand(text.replace("$$", ""), {}, Room()) == text.replace("$$", "")


def test_syntax_of_others_stays() -> None:
    known = {"A": "alpha", "env:A": "no"}
    assert expand("${A} $A $(env:B)", known, Room()) == "${A} $A $(env:B)"


def test_a_result_with_a_secret_in_it_is_secret() -> None:
    known: dict[str, str | SecretText | None] = {"USER": "app", "PASSWORD": SecretText("hunter2")}
    assert expand("redis://$(USER):$(PASSWORD)@cache", known, Room()) == SecretText("redis://app:hunter2@cache")
    assert expand("redis://:$(PASSWORD)@$(USER)", known, Room()) == SecretText("redis://:hunter2@app")
    assert expand("$(USER)", known, Room()) == "app"
    assert expand("$$(PASSWORD)", known, Room()) == "$(PASSWORD)"


def test_what_would_be_too_long_is_not_known() -> None:
    assert expand("$(A)$(A)", {"A": "x" * (LONGEST // 2)}, Room()) == "x" * LONGEST
    assert expand("$(A)$(A)", {"A": "x" * (LONGEST // 2 + 1)}, Room()) is None


def test_all_texts_of_a_container_share_their_room() -> None:
    room = Room()
    for _ in range(MOST // LONGEST):
        assert expand("$(A)", {"A": "x" * LONGEST}, room) is not None
    assert expand("$(A)", {"A": "x"}, room) is None
    assert expand("plain", {}, room) == "plain"
