"""Places of many documents, asked for in turns: each document is read once, and what is kept has a bound."""

from collections import Counter

import pytest

from mblint.manifests import locate as locating
from mblint.manifests import positions
from mblint.manifests.documents import Place
from mblint.manifests.locate import locate
from mblint.manifests.read import read_text
from mblint.manifests.spans import Span, spans

MANY = 700
TEXT = "---\n".join(f"kind: ConfigMap\nmetadata: {{name: c{number}}}\n" for number in range(MANY))


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    counted: Counter[str] = Counter()

    def counting(text: str) -> Span:
        counted[text] += 1
        return spans(text)

    monkeypatch.setattr(locating, "spans", counting)
    return counted


def lines(rounds: int) -> list[list[int]]:
    documents = read_text(TEXT).documents
    return [[locate(Place(document, ("metadata", "name"))).line for document in documents] for _ in range(rounds)]


def test_documents_are_read_once_however_often_and_in_turns_they_are_asked_for(reads: Counter[str]) -> None:
    first, second, third = lines(3)
    assert first == second == third == list(range(2, 3 * MANY, 3))
    assert set(reads.values()) == {1}
    assert len(reads) == MANY


def test_what_is_kept_has_a_bound_and_answers_stay_the_same(
    reads: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(positions, "MOST", 100)
    first, second = lines(2)
    assert first == second
    assert set(reads.values()) == {2}


def test_one_document_beyond_the_bound_is_still_read_once(reads: Counter[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(positions, "MOST", 1)
    (document,) = read_text("a: 1\nb: 2\n").documents
    assert [locate(Place(document, (key,))).line for key in "aba"] == [1, 2, 1]
    assert set(reads.values()) == {1}
