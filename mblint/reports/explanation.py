"""A rule, explained: what it proves, why that matters, when it finds something and when not, what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mblint.findings.finding import Finding
from mblint.judge.rule import Example, Rule
from mblint.reports.printable import printable_lines
from mblint.reports.rules import levels_of
from mblint.reports.style import Style
from mblint.reports.text import paragraph


def render(rule: Rule, found: Sequence[Finding], style: Style) -> str:
    """The explanation; examples are complete manifests, to try out.

    `found`: what the rule finds in its first failing example. Its fix is shown: one with its fields filled in.
    """
    return "".join(f"{line}\n" for line in _lines(rule, found, style))


def _lines(rule: Rule, found: Sequence[Finding], style: Style) -> Iterator[str]:
    upgrade = ", found by `mblint upgrade`" if not rule.renders else ""
    yield f"{style.strong(rule.id)} ({' or '.join(levels_of(rule))}{upgrade})"
    yield from paragraph(rule.title, style)
    yield from _section("Why it matters", rule.why, style)
    for example in rule.fail[:1]:
        yield from _example("Found", example, style)
        yield from (line for finding in found for line in paragraph(f"→ {finding.message}", style))
    yield from _section(*_fix(rule, found), style)
    for example in rule.passing[:1]:
        yield from _example("Not found", example, style)
    yield from _section("More examples", _more(rule), style)
    yield from _section("Read on", "\n".join(f"- {link}" for link in rule.see), style)
    ignore = f'To ignore it on one object: the annotation mblint.dev/ignore.{rule.id}: "the reason"'
    yield from _section("When it is meant to be so", ignore, style)


def _fix(rule: Rule, found: Sequence[Finding]) -> tuple[str, str]:
    """A heading, and what a user is told; the rule's own words where it has no example."""
    if found:
        return "What to do there", found[0].fix
    return "What to do", rule.fix.replace("{{", "{").replace("}}", "}")


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
