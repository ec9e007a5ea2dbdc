"""Every kind of facts can be asked about."""

from __future__ import annotations

from collections.abc import Iterator

import mblint.facts.compute
import mblint.facts.upgrade.compute_changes  # noqa: F401
from mblint.facts.rows import Fact
from mblint.judge.kinds import KINDS, FieldType, fields_of


def kinds(row: type[Fact]) -> Iterator[type[Fact]]:
    for below in row.__subclasses__():
        yield below
        yield from kinds(below)


def test_each_kind_of_rows_is_known_to_rules() -> None:
    found = set(kinds(Fact))
    assert found
    assert found == set(KINDS.values())


def test_the_parts_of_a_nested_row_are_fields() -> None:
    fields = fields_of("probe")
    assert fields["startup_seconds.high"].type is FieldType.NUMBER
    assert fields["object.namespace"].type is FieldType.TEXT
    assert fields["object"].type is FieldType.TEXT
