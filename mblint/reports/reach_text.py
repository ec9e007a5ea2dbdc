"""The way of a connection for people: the answer first, then each step with its place, then what to change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mblint.facts.way.steps.step import Step
from mblint.facts.way.steps.whole import Way
from mblint.judge.rule import Level
from mblint.manifests.documents import Place
from mblint.manifests.locate import locate
from mblint.reports.printable import inert, printable
from mblint.reports.style import Style
from mblint.reports.text import paragraph, place

_MARKS = {"passes": "ok", "denied": "no", "unknown": "?"}
_INDENT = " " * 15


def render(ways: Sequence[Way], style: Style) -> str:
    """Each way in full."""
    return "\n".join(_way(way, style) for way in ways)


def _way(way: Way, style: Style) -> str:
    lines = [_headline(way, style), ""]
    for step in way.steps:
        lines.extend(_step(step, style))
    if way.fix is not None:
        lines.extend(["", *(_fix(way.fix, style))])
    return "".join(f"{line}\n" for line in lines)


def _headline(way: Way, style: Style) -> str:
    """`default/Deployment/web → api:80/TCP: denied (egress-denied)`."""
    to = f"[{way.host}]" if ":" in way.host else way.host
    port = f":{way.port}" if way.port is not None else ""
    verdict = way.verdict if way.verdict != way.answer else ""
    inside = ", ".join(word for word in (verdict, _why(way)) if word)
    question = style.strong(inert(printable(f"{way.caller} → {to}{port}/{way.protocol}")))
    return f"{question}: {_coloured(way.answer, way.answer, style)}{printable(f' ({inside})') if inside else ''}"


def _why(way: Way) -> str:
    """Why it is unknown, where no step says so."""
    reason = way.reached.reason or ""
    said = any(reason in step.sentence for step in way.steps)
    return "" if said or way.answer != "unknown" else reason


def _step(step: Step, style: Style) -> Iterator[str]:
    mark = _coloured(f"{_MARKS[step.outcome]:>4}", step.outcome, style)
    yield from _wrapped(f"{mark}  {style.strong(f'{step.stage:<7}')}  ", step.sentence, style)
    if step.place is not None:
        yield _at(step.place, style)
    for related in step.also:
        yield from _wrapped(_INDENT, related.message, style)
        yield _at(related.place, style)


def _at(where: Place, style: Style) -> str:
    return _INDENT + style.faint(f"at {place(locate(where))}")


def _wrapped(head: str, sentence: str, style: Style) -> Iterator[str]:
    """A sentence with its head before the first line; on terminals wrapped below itself."""
    text = printable(sentence)
    lines = [text]
    if style.width is not None and len(_INDENT) + len(text) > style.width:
        from textwrap import wrap  # noqa: PLC0415  for terminals only

        lines = wrap(text, max(style.width - len(_INDENT), 20), break_long_words=False, break_on_hyphens=False)
    yield head + lines[0]
    yield from (_INDENT + line for line in lines[1:])


def _fix(fix: str, style: Style) -> Iterator[str]:
    lines = list(paragraph(f"fix: {fix}", style))
    yield lines[0].replace("fix:", style.good("fix:"), 1)
    yield from lines[1:]


def _coloured(text: str, outcome: str, style: Style) -> str:
    if outcome in ("allowed", "passes"):
        return style.good(text)
    level = Level.ERROR if outcome == "denied" else Level.WARNING
    return style.of_level(level, text)
