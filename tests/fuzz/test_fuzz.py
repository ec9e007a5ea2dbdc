"""Whatever the input: no traceback, no secret, an honest exit code, the same answer twice, no sure fault lost."""

from __future__ import annotations

from functools import cache

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from program import ROOT

from mblint.judge.examples import with_examples
from mblint.judge.load import load_rules
from mblint.shipped import rules_directory

from .clusters import clusters
from .invariants import EXAMPLES, check, secrets_of
from .mutations import broken


@cache
def _renders() -> list[str]:
    """The incident's manifests, and every example of every rule."""
    incident = ["\n---\n".join(file.read_text() for file in sorted((ROOT / "examples/docs-500/before").glob("*.yaml")))]
    rules = (with_examples(rule) for rule in load_rules([rules_directory()]))
    examples = [example.manifests for rule in rules for example in (*rule.fail, *rule.passing)]
    return incident + [text for text in examples if text]


@st.composite
def _broken_renders(draw: st.DrawFn) -> bytes:
    """One or two renders as one, after a few faults."""
    texts = draw(st.lists(st.sampled_from(_renders()), min_size=1, max_size=2))
    objects = [one for text in texts for one in yaml.load_all(text, Loader=yaml.CSafeLoader) if one is not None]
    return yaml.safe_dump_all(draw(broken(objects)), allow_unicode=True).encode("utf-8", "surrogatepass")


@settings(max_examples=EXAMPLES)
@given(_broken_renders())
def test_broken_renders(data: bytes) -> None:
    check(data)


@settings(max_examples=EXAMPLES)
@given(clusters())
def test_whole_clusters(objects: list[dict[str, object]]) -> None:
    check(yaml.safe_dump_all(objects).encode())


@settings(max_examples=EXAMPLES)
@given(st.sampled_from(range(10**6)), st.data())
def test_bytes(at: int, data: st.DataObject) -> None:
    """A render with bytes put in, taken out or cut off."""
    text = data.draw(st.sampled_from(_renders())).encode()
    start = at % (len(text) + 1)
    end = min(len(text), start + data.draw(st.integers(0, 20)))
    check(text[:start] + data.draw(st.binary(max_size=20)) + (text[end:] if data.draw(st.booleans()) else b""))


@settings(max_examples=EXAMPLES)
@given(st.binary(max_size=200))
def test_no_manifests_at_all(data: bytes) -> None:
    check(data)


def test_secrets_are_known_where_they_stand() -> None:
    """What the check looks for is there to be found."""
    text = b"kind: Secret\nstringData: {a: plain-value}\ndata: {b: aGlkZGVuLXZhbHVl}\n"
    assert set(secrets_of(text)) == {"plain-value", "aGlkZGVuLXZhbHVl", "hidden-value"}
    assert list(secrets_of(text + b"---\nkind: X\nother: plain-value, aGlkZGVuLXZhbHVl, hidden-value\n")) == []


def test_the_check_fails_where_something_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    from . import invariants  # noqa: PLC0415  whose planted fault is mended here

    monkeypatch.setattr(invariants, "PLANTED", invariants.PLANTED.replace("wbe", "web"))
    with pytest.raises(AssertionError):
        check(b"")
