"""What is read of a value that is wrong somewhere."""

from mblint.manifests.nodes import Node
from mblint.manifests.partial import read_parts
from mblint.manifests.read import read_text


def node(text: str) -> Node:
    document = read_text(text).documents[0]
    return Node(document, (), document.value)


def words(value: Node) -> list[str]:
    return [entry.get("name").required_text() for entry in value.get("words").items()]


def test_what_is_right_is_read_without_a_flaw() -> None:
    read, partial = read_parts(node("words: [{name: one}, {name: two}]"), words)
    assert read == ["one", "two"]
    assert not partial.flaws
    assert not partial.hidden


def test_an_element_without_what_it_needs_is_left_out_and_told() -> None:
    read, partial = read_parts(node("words: [{name: one}, {nam: two}, {name: three}]"), words)
    assert read == ["one", "three"]
    assert partial.hidden == (("words", 1),)
    assert [flaw.message for flaw in partial.flaws] == ["words[1].name is required"]


def test_a_value_of_the_wrong_type_goes_first_and_what_needs_it_after_it() -> None:
    read, partial = read_parts(node("words: [{name: 1}, {name: two}]"), words)
    assert read == ["two"]
    assert partial.hidden == (("words", 0, "name"), ("words", 0))
    assert [flaw.message for flaw in partial.flaws] == ["words[0].name must be a string, not an integer"]


def test_where_nothing_is_left_nothing_is_read() -> None:
    read, partial = read_parts(node("name: 4"), lambda value: value.get("name").required_text())
    assert read is None
    assert partial.hidden[-1] == ()


def test_a_reader_is_told_what_it_cannot_see() -> None:
    def value(whole: Node) -> tuple[str | None, bool, bool]:
        return whole.get("a").text(), whole.get("a").unread, whole.get("b").unread

    read, _ = read_parts(node("{a: 1, c: 2}"), value)
    assert read == (None, True, False)
