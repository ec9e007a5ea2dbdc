"""A rule, explained: what it proves, why that matters, when it finds something and when not, what to do."""

from __future__ import annotations

from collections.abc import Iterator

from mblint.judge.rule import Example, Rule
from mblint.reports.printable import printable_lines
from mblint.reports.rules import levels_of
from mblint.reports.style import Style
from mblint.reports.text import paragraph


def render(rule: Rule, style: Style) -> str:
    """The explanation; examples are complete manifests, to try out."""
    return "".join(f"{line}\n" for line in _lines(rule, style))


def _lines(rule: Rule, style: Style) -> Iterator[str]:
    upgrade = ", found by `mblint upgrade`" if rule.upgrade else ""
    yield f"{style.strong(rule.id)} ({' or '.join(levels_of(rule))}{upgrade})"
    yield from paragraph(rule.title, style)
    yield from _section("Why it matters", rule.why, style)
    yield from _section("What to do", rule.fix.replace("{{", "{").replace("}}", "}"), style)
    for example in rule.fail[:1]:
        yield from _example("Found", example, style)
        said = [expected.message for expected in example.finds if expected.message]
        yield from (line for message in said for line in paragraph(f"→ {message}", style))
    for example in rule.passing[:1]:
        yield from _example("Not found", example, style)
    yield from _section("More examples", _more(rule), style)
    yield from _section("Read on", "\n".join(f"- {link}" for link in rule.see), style)
    ignore = f'To ignore it on one object: the annotation mblint.dev/ignore.{rule.id}: "the reason"'
    yield from _section("When it is meant to be so", ignore, style)


def _section(title: str, text: str, style: Style) -> Iterator[str]:
    if text:
        yield ""
        yield style.strong(title)
        yield from paragraph(text, style)


def _more(rule: Rule) -> str:
    more = (*rule.fail[1:], *rule.passing[1:])
    return "\n".join([*(f"- {_words(example)}" for example in more), f"- all in {rule.file}"]) if more else ""


def _words(example: Example) -> str:
    return example.name.replace("-", " ")


def _example(title: str, example: Example, style: Style) -> Iterator[str]:
    yield ""
    yield style.strong(f"{title}: {_words(example)}")
    if example.config is not None:
        yield from _verbatim(example.config, ".mblint.yaml:")
    if example.old is not None:
        yield from _verbatim(example.old, "OLD:")
    yield from _verbatim(example.manifests, "NEW:" if example.old is not None else "")


def _verbatim(text: str, heading: str) -> Iterator[str]:
    if heading:
        yield f"  {heading}"
    yield from (f"    {line}".rstrip() for line in printable_lines(text).strip("\n").splitlines())
