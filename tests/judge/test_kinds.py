"""Every kind of facts can be asked about; a new one is a module and a line."""

from __future__ import annotations

import pytest
from toys import RULES

from mblint.cli.example_runs import mistakes
from mblint.facts import kinds
from mblint.facts.kinds import KINDS, Kind
from mblint.judge.examples import with_examples
from mblint.judge.kinds import FieldType, fields_of
from mblint.judge.load import load_rules

TOY = Kind("toy", "toys.crown:Crown", "toys.crown:crowns", needs=("ConfigMap",))


@pytest.mark.parametrize("kind", KINDS, ids=[kind.about for kind in KINDS])
def test_a_line_of_the_list_says_what_the_kind_is(kind: Kind) -> None:
    assert kind.row_type.about == kind.about
    assert fields_of(kind.about)


def test_no_kind_is_listed_twice() -> None:
    assert len(set(kinds.names())) == len(KINDS)


def test_the_parts_of_a_nested_row_are_fields() -> None:
    fields = fields_of("probe")
    assert fields["startup_seconds.high"].type is FieldType.NUMBER
    assert fields["object.namespace"].type is FieldType.TEXT
    assert fields["object"].type is FieldType.TEXT


def test_a_new_kind_is_a_line_and_a_rule_about_it_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "KINDS", (*KINDS, TOY))
    rules = load_rules([RULES])
    assert [rule.id for rule in rules] == ["crown-of-paper"]
    assert list(mistakes(with_examples(rules[0]), rules)) == []
