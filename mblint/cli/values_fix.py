"""`mblint fix --source-root DIR`: edits at the values lines that set what is wrong, in place of rendered files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from mblint.cli.children import heeding_signals
from mblint.cli.mended_files import replace_file, safe_line
from mblint.cli.output import Refused, complain, emit
from mblint.cli.rendering import Given
from mblint.findings.finding import Finding, ValuesEdit
from mblint.findings.placement.place import Placing, in_it
from mblint.findings.placement.repository import Repository
from mblint.findings.placement.values_edits import NoValuesLine, ValuesEdits
from mblint.judge.rule import Rule
from mblint.manifests.documents import Document, Value
from mblint.manifests.read import read_text
from mblint.pipeline import Analysis
from mblint.proof import also_changed, found_causes, step
from mblint.remedies.line_diff import line_diff
from mblint.reports.printable import printable

_MOST_TRIED = 20  # single renders, where all edits together do not hold
Left = tuple[Finding, str]


class Mend(Struct, frozen=True):
    """A finding, and the values lines that mend it."""

    finding: Finding
    edits: tuple[ValuesEdit, ...]


def at_values_lines(
    findings: Sequence[Finding],
    documents: Sequence[Document],
    root: Path,
    told: Sequence[str] | None,
    *,
    provable: bool,
) -> tuple[list[Mend], list[Left]]:
    """What can be mended at values lines, and what cannot, with the reason.

    `told`: the only values files that the render takes, where that is known. `provable`: a command renders again what
    was changed, so that a doubt can be settled.
    """
    repository = Repository(root.absolute())
    known = None if told is None else in_it(repository, told)
    lines = ValuesEdits(Placing(repository, known), documents)
    mends: list[Mend] = []
    left: list[Left] = []
    taken: dict[tuple[str, int], str] = {}
    for finding in findings:
        try:
            edits = lines.of(finding)
        except NoValuesLine as problem:
            left.append((finding, str(problem)))
            continue
        doubt = next((_doubt(edit) for edit in edits if _doubt(edit)), "")
        if doubt and not provable:
            left.append((finding, doubt))
        elif any(taken.get(_line(edit), edit.after) != edit.after for edit in edits):
            left.append((finding, "another finding changes the same line otherwise"))
        else:
            taken.update((_line(edit), edit.after) for edit in edits)
            mends.append(Mend(finding, edits))
    return mends, left


def show(mends: Sequence[Mend]) -> None:
    """Prints what would change as a unified diff, and on standard error the keys. Raises Refused."""
    for file, changed in _by_file(mends).items():
        lines = _text(file).split("\n")
        _with(file, lines, changed)
        name = os.path.normpath(file).lstrip("/")
        new = {number: edit.after for number, edit in changed.items()}
        emit("".join(safe_line(line) for line in line_diff(name, lines, new)))
    _say(mends)
    for mend in mends:
        for edit in mend.edits:
            if _doubt(edit):
                place = f"{edit.location.file}:{edit.location.line}"
                complain(printable(f"{place}: to be proved by the render, since {_doubt(edit)}"))


def write(mends: Sequence[Mend]) -> None:
    """Changes the files; nothing renders them again. Raises Refused."""
    for file, text in _new_texts(mends).items():
        replace_file(Path(file), text)
    _say(mends)


class Rendering(Struct, frozen=True):
    """How to render and look again; `analysis` and `given` before the change."""

    analysis: Analysis
    again: Callable[[], tuple[Given, Analysis]]
    rules: Sequence[Rule]


def write_and_prove(mends: Sequence[Mend], rendering: Rendering) -> tuple[list[Mend], list[Left]]:
    """Changes the files, renders again, and takes back what the render does not bear out: first what nothing else
    takes its value from, then what something may; each all together, else one by one, since a render may take minutes.
    Whatever ends it, no unproved change stays. Raises Refused.
    """
    held: list[Mend] = []
    left: list[Left] = []
    tried = 0
    for together in _by_doubt(mends):
        objection = _tried(together, held, rendering)
        if objection is None:
            _say(together)
            held += together
            continue
        if len(together) == 1:
            left.append((together[0].finding, f"undone: {objection}"))
            continue
        for mend in together:
            if tried >= _MOST_TRIED:
                left.append((mend.finding, f"not tried: {_MOST_TRIED} others were rendered one by one"))
                continue
            tried += 1
            objection = _tried([mend], held, rendering)
            if objection is None:
                _say([mend])
                held.append(mend)
            else:
                left.append((mend.finding, f"undone: {objection}"))
    return held, left


def _by_doubt(mends: Sequence[Mend]) -> Iterator[list[Mend]]:
    """Those of which nothing says that another takes the value, then the others."""
    for doubtful in (False, True):
        chosen = [mend for mend in mends if any(edit.doubt for edit in mend.edits) is doubtful]
        if chosen:
            yield chosen


def _doubt(edit: ValuesEdit) -> str:
    """Why only another render can prove it."""
    if edit.doubt or not edit.fills:
        return edit.doubt
    return "nothing is said there so far, and the chart makes up an answer of its own"


def _tried(mends: Sequence[Mend], held: Sequence[Mend], rendering: Rendering) -> str | None:
    """Why these changes were taken back; None where they stand. `held`: changes that stand already."""
    before = {file: _text(file) for file in _by_file(mends)}
    texts = _new_texts(mends)
    done = False
    with heeding_signals():
        try:
            for file, text in texts.items():
                replace_file(Path(file), text)
            objection = next(_objections([*held, *mends], rendering), None)
            done = objection is None
        finally:
            if not done:
                for file, text in before.items():
                    replace_file(Path(file), text)
    return objection


def _objections(mends: Sequence[Mend], rendering: Rendering) -> Iterator[str]:
    given, analysis = rendering.again()
    if given.failure:
        yield given.failure[0].message
        return
    findings = [mend.finding for mend in mends]
    rules = rendering.rules
    before, after = found_causes(rendering.analysis, rules), found_causes(analysis, rules)
    yield from step(before, after, {finding.cause for finding in findings})
    yield from also_changed(rendering.analysis.world.cluster, analysis.world.cluster, findings)


# ---------------------------------------------------------------- texts


def _line(edit: ValuesEdit) -> tuple[str, int]:
    return edit.location.file, edit.location.line


def _by_file(mends: Iterable[Mend]) -> dict[str, dict[int, ValuesEdit]]:
    files: dict[str, dict[int, ValuesEdit]] = {}
    for mend in mends:
        for edit in mend.edits:
            files.setdefault(edit.location.file, {})[edit.location.line] = edit
    return files


def _new_texts(mends: Iterable[Mend]) -> dict[str, str]:
    return {file: _with(file, _text(file).split("\n"), changed) for file, changed in _by_file(mends).items()}


def _with(file: str, lines: Sequence[str], changed: dict[int, ValuesEdit]) -> str:
    """A file's text with other lines. Raises Refused where it would mean more than these scalars changed."""
    new = list(lines)
    for number, edit in changed.items():
        if new[number - 1] not in {edit.before, edit.after}:
            raise Refused(f"{file} was changed meanwhile; nothing was written")
        new[number - 1] = edit.after
    old_text, text = "\n".join(lines), "\n".join(new)
    if "{{" not in text:
        differing = _differing(_values(old_text), _values(text))
        if differing > len(changed):
            raise Refused(f"{file}: a line's anchor or alias says more than one value; nothing was written")
    return text


def _values(text: str) -> list[Value]:
    return [document.value for document in read_text(text).documents]


def _differing(old: Value, new: Value) -> int:
    """How many scalars differ."""
    if isinstance(old, dict) and isinstance(new, dict):
        return sum(_differing(old.get(key), new.get(key)) for key in old.keys() | new.keys())
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return sum(map(_differing, old, new))
    return int(old != new)


def _text(file: str) -> str:
    try:
        return Path(file).read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{file}: cannot be read as UTF-8 text; nothing was changed") from error


def _say(mends: Iterable[Mend]) -> None:
    """Each values line, by its keys."""
    for edit in dict.fromkeys(edit for mend in mends for edit in mend.edits):
        keys = ".".join(edit.keys)
        complain(printable(f"{edit.location.file}:{edit.location.line} ({keys}): {edit.after.strip()}"))
