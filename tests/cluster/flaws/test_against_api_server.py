"""What mblint calls invalid beside what the API server's own code refused (benchmarks/validation)."""

from __future__ import annotations

import json

from changed_objects import FIXTURES, VALUES, Changed, changed_objects, flaws

ANSWERS = json.loads((FIXTURES / "answers.json").read_text())
EACH = 7  # of the changes, so that it takes seconds; benchmarks/validation asks about all
SHARE_UNSAID = 0.15  # of those that can be decoded
# The API server itself makes up a LimitRange's name, but nothing that applies manifests lets one without pass; and it
# decodes a list of numbers as bytes.
_TAKEN_ALL_THE_SAME = ("LimitRange metadata", "Secret data", "ConfigMap binaryData")


def answer(one: Changed) -> str:
    """`.` where it is taken, `d` where it cannot be decoded, `r` where it is refused otherwise."""
    marks = ANSWERS[f"{one.number} {json.dumps(one.path)}"]
    at = next((at for at, value in enumerate(VALUES) if value is one.value), 0) if one.path else 0
    return str(marks[at])


def test_nothing_that_is_taken_is_invalid_and_what_cannot_be_decoded_is() -> None:
    false, missed, found = [], [], 0
    for one in changed_objects(EACH):
        said, told = flaws(one.object), answer(one)
        if said and told == "." and not one.said.startswith(_TAKEN_ALL_THE_SAME):
            false.append(f"{one.said}: {said[0]}")
        elif told == "d" and not said:
            missed.append(one.said)
        found += bool(said)
    assert false == []
    assert missed == []
    assert found > 1000


def test_of_what_is_refused_for_its_values_little_is_left_unsaid() -> None:
    refused = [one for one in changed_objects(EACH) if answer(one) == "r"]
    unsaid = [one.said for one in refused if not flaws(one.object)]
    assert len(refused) > 200
    assert len(unsaid) < len(refused) * SHARE_UNSAID, unsaid
