"""Message templates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mblint.cluster.objects import ObjectId
from mblint.facts.callers.rows import Dependency
from mblint.judge.templates import listed, placeholders, render, unwrapped
from mblint.manifests.documents import Document, Place

FACT = Dependency(
    object=ObjectId("default", "Deployment", "web"),
    place=Place(Document("-", "", 1, None, None, True)),
    client="default/Deployment/web",
    settings="A_URL",
    host="api",
    port=80,
    verdict="egress-denied",
    policies=("web", "default-deny"),
)


def test_a_field_stands_for_its_value() -> None:
    assert render("{client} calls {host}:{port}.", [FACT]) == "default/Deployment/web calls api:80."
    assert render("{object} is a {object.kind}", [FACT]) == "default/Deployment/web is a Deployment"
    assert render("{hard}", [FACT]) == "true"


def test_different_values_of_a_group_are_listed_once_in_their_order() -> None:
    group = [replace(FACT, settings=name) for name in ("C", "A", "C", "B")]
    assert render("{settings} on {host}", group) == "C, A and B on api"
    assert render("{policies}", [FACT, replace(FACT, policies=("web", "other"))]) == "web, default-deny and other"


def test_what_is_empty_leaves_out_its_paragraph_only() -> None:
    assert render("Nearest: {nearest_miss}.", [FACT]) is None
    assert render("First.\n\n- {server}\n- x\n\nLast {host}.", [FACT]) == "First.\n\nLast api."
    assert render("{policies}", [replace(FACT, policies=())]) is None
    assert render("{server}", [FACT, replace(FACT, server="a/B/c")]) == "a/B/c"


@pytest.mark.parametrize(
    ("number", "shown"), [(80, "80"), (40.0, "40"), (0.5, "0.5"), (29.333333, "29.33"), (100, "100")]
)
def test_numbers_have_no_useless_digits(number: float, shown: str) -> None:
    assert render("{port}", [replace(FACT, port=number)]) == shown  # type: ignore[arg-type]


def test_doubled_braces_are_braces() -> None:
    assert render("{{port: {port}}}", [FACT]) == "{port: 80}"
    assert render("{{{{}}}}", [FACT]) == "{{}}"
    assert list(placeholders("{{a}} {b} {{{c}}} {")) == [(6, "b"), (12, "c"), (18, "")]


def test_a_verb_goes_by_how_many_stand_before_it() -> None:
    other = replace(FACT, object=ObjectId("default", "StatefulSet", "web"), client="default/StatefulSet/web")
    template = "{client} {calls|call} {host}, and {host} {is|are} there"
    assert render(template, [FACT]) == "default/Deployment/web calls api, and api is there"
    both = "default/Deployment/web and default/StatefulSet/web call api, and api is there"
    assert render(template, [FACT, other]) == both
    assert [name for _, name in placeholders("{calls|call} {host} {is|are}")] == ["", "host"]


def test_each_object_is_named_with_its_kind() -> None:
    template = "{object.kind} {object.name} {names|name} it"
    assert render(template, [FACT, FACT]) == "Deployment web names it"
    others = [replace(FACT, object=ObjectId("default", kind, name)) for kind, name in (("Job", "web"), ("Job", "x"))]
    assert render(template, [FACT, *others]) == "Deployment web, Job web and Job x name it"


@given(st.text(alphabet="ab{} \n."))
def test_values_are_never_read_as_templates(text: str) -> None:
    shown = text.replace("\n", "\\n")  # a value is one line
    assert render("<{host}>", [replace(FACT, host=text)]) == (f"<{shown}>" if text else None)


@given(st.text(alphabet=st.characters(exclude_characters="{}\n")).map(str.strip).filter(bool))
def test_text_without_placeholders_is_itself(text: str) -> None:
    assert render(text, [FACT]) == text


@given(st.lists(st.sampled_from("abc"), max_size=5))
def test_lists_read_as_people_write_them(words: list[str]) -> None:
    text = listed(words)
    assert text.replace(" and ", ", ").split(", ") == (words or [""])
    assert text.count(" and ") == (len(words) > 1)


def test_sentences_are_unwrapped_and_manifests_are_not() -> None:
    text = "One\nsentence.\n\n- to:\n    - x\n\nAnother\none.\n"
    assert unwrapped(text) == "One sentence.\n\n- to:\n    - x\n\nAnother one."
