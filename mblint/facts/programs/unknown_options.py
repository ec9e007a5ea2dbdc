"""Options of a command line that its program does not have (`options`): it prints its usage, and stops.

Only words of the container's own arguments are judged, where nothing else reads them (a shell, a wrapper). A version
has the options that its program's file says of it; where the version is not known, an option is missed only if none of
the versions has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mblint.cluster.objects import TextAt
from mblint.facts.edits.slips import differ_by_a_slip
from mblint.facts.programs.refusals import Refusal, refused_setting
from mblint.facts.programs.rows import RefusedSetting
from mblint.facts.programs.started import other_start
from mblint.facts.software import RunningProgram
from mblint.globs import matches
from mblint.regex import regex
from mblint.settings.arguments import shell_script
from mblint.settings.words import Word
from mblint.software.images import is_among
from mblint.software.setting_names import Texts, texts
from mblint.software.versions import Version, within
from mblint.software.words import Options

_OPTION = regex(r"(--?)([A-Za-z][\w.-]*)(=.*)?", re.S)
_WITH_BLANK = regex(r"(--[A-Za-z][\w.-]*)[ \t]+[^\s=]\S*")  # the value in the same word: all of it is a name
_DENIED = "no-*"  # in a list: each of its options has an opposite
_EVERYWHERE = ("help", "h", "version", "v")


def unknown_options(one: RunningProgram) -> Iterator[RefusedSetting]:
    """A row for each option of a container that its program does not have."""
    words = one.container.words
    if not words or shell_script([Word(word.text, word.place, exact=False) for word in words]) is not None:
        return
    called = [
        (at, entry)
        for entry in one.running.program.entries(Options)
        if is_among(one.running.image, texts(entry.images)) is True
        and (at := _place(words, entry)) is not None
        and other_start(one, entry) is None
        and one.told.applies(entry) is True
    ]
    first = min((at for at, _ in called), default=0)
    for at, entry in called:
        if at == first:  # of `node-agent server` the first word is the command
            for refusal in _refusals(words, entry, one.running.version):
                yield refused_setting(one, refusal)


def _place(words: tuple[TextAt, ...], entry: Options) -> int | None:
    """Where the command stands that has these options: the number of its word; None where another is called."""
    behind = texts(entry.behind)
    if not behind:
        return 0
    named = (at for at, word in enumerate(words) if word.text in behind or word.text.rpartition("/")[2] in behind)
    return next(named, None)


def _refusals(words: tuple[TextAt, ...], entry: Options, version: Version | None) -> Iterator[Refusal]:
    all_known = within(entry.versions, version)
    before = ""
    for word in words:
        if word.text == "--":  # no option stands behind it
            return
        joined = _WITH_BLANK.fullmatch(word.text)
        if joined is not None and _is_known(joined[1], entry):
            yield _joined(word, joined[1], certain=version is not None)
        found = _OPTION.fullmatch(word.text)
        # `--jvm-options -Xmx1g`: behind an option with two dashes, a word with one may be its value.
        if found is not None and not (found[1] == "-" and before.startswith("--") and "=" not in before):
            label = found[1] + found[2]
            if version is not None and all_known is not None:
                yield from _of_other_versions(word, label, entry, version)
            if all_known is not False and not _is_known(label, entry):
                yield _never_known(word, label, entry, certain=all_known is True)
        before = word.text


def _of_other_versions(word: TextAt, label: str, entry: Options, version: Version) -> Iterator[Refusal]:
    """What went with some version is not in a later one, even if no more is known of that; nor what is to come."""
    name = label.lstrip("-")
    since, until = _first(entry.since, name, entry), _first(entry.gone, name, entry)
    if until and within(f">={until}", version) is True:
        otherwise = f"the option was removed in {until}, and {version} stops at it"
        yield Refusal(label, word.place, label, otherwise, instead=entry.instead.get(name, ""))
    elif since and within(entry.versions, version) is True and within(f"<{since}", version) is True:
        otherwise = f"the option is new in {since}, and {version} stops at it"
        yield Refusal(label, word.place, label, otherwise)


def _never_known(word: TextAt, label: str, entry: Options, *, certain: bool) -> Refusal:
    near = [known for known in _names(entry) if differ_by_a_slip(label.lstrip("-"), known)]
    meant = f"; {label[: -len(label.lstrip('-'))]}{near[0]} is meant" if len(near) == 1 else ""
    otherwise = "it has no such option, and stops" if certain else "no version that is known has such an option"
    return Refusal(label, word.place, label, f"{otherwise}{meant}", guessed=not certain)


def _joined(word: TextAt, label: str, *, certain: bool) -> Refusal:
    return Refusal(
        label,
        word.place,
        f"{label} and its value as one word",
        f"with the blank in it, all of it is the name of an option, and it stops; make it two words, or {label}=…",
        guessed=not certain,
    )


def _is_known(label: str, entry: Options) -> bool:
    """Whether some version has an option; `-v4` and `-abc` begin with one of a single letter, `--no-x` denies `--x`."""
    name = _plain(label.lstrip("-"), entry)
    names = {_plain(known, entry) for known in _names(entry)}
    if _DENIED in names:
        names.remove(_DENIED)
        name = name if name in names else name.removeprefix("no-")
    if name in names or name in _EVERYWHERE or (not label.startswith("--") and name[0] in names):
        return True
    return any(matches(name, known) for known in names if "*" in known)


def _names(entry: Options) -> Iterator[str]:
    """All names that some version has."""
    yield from texts(entry.known)
    for changes in (entry.since, entry.gone):
        for names in changes.values():
            yield from texts(names)


def _first(changes: dict[str, Texts], name: str, entry: Options) -> str:
    """The version with which a name came, or went; "" where it did not."""
    plain = _plain(name, entry)
    same = (plain, plain.removeprefix("no-"))
    return next(
        (
            version
            for version, names in changes.items()
            if any(_fits(same, _plain(each, entry)) for each in texts(names))
        ),
        "",
    )


def _fits(names: tuple[str, ...], known: str) -> bool:
    return known in names or ("*" in known and any(matches(name, known) for name in names))


def _plain(name: str, entry: Options) -> str:
    """A name as most programs compare it: they take `log_dir` for `log-dir`."""
    plain = name.replace("_", "-")
    return plain.lower() if entry.any_case else plain
