"""Options of a command line that its program does not have (`options`): it prints its usage, and stops.

Only words of the container's own arguments are judged, where nothing else reads them (a shell, a wrapper).
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
from mblint.settings.arguments import shell_script
from mblint.settings.words import Word
from mblint.software.setting_names import texts
from mblint.software.words import Options

_OPTION = re.compile(r"--?([A-Za-z][\w.-]*)(?:=.*)?", re.S)
_EVERYWHERE = ("help", "h", "version", "v")


def unknown_options(one: RunningProgram) -> Iterator[RefusedSetting]:
    """A row for each option of a container that its program does not have."""
    words = one.container.words
    if not words or shell_script([Word(word.text, word.place, exact=False) for word in words]) is not None:
        return
    for entry in one.running.entries(Options):
        if other_start(one, entry) is None and one.told.applies(entry) is True and _is_there(words, entry.behind):
            for word in words:
                found = _OPTION.fullmatch(word.text)
                if found is not None and word.text != "--" and not _is_known(found[1], entry):
                    yield refused_setting(one, _refusal(word, found[1], entry))


def _is_there(words: tuple[TextAt, ...], behind: str) -> bool:
    return not behind or any(word.text == behind for word in words)


def _is_known(name: str, entry: Options) -> bool:
    return name in _EVERYWHERE or any(matches(name, known) for known in texts(entry.known))


def _refusal(word: TextAt, name: str, entry: Options) -> Refusal:
    dashes = word.text[: len(word.text) - len(word.text.lstrip("-"))]
    near = [known for known in texts(entry.known) if differ_by_a_slip(name, known)]
    meant = f"; {dashes}{near[0]} is meant" if len(near) == 1 else ""
    return Refusal(
        label=f"{dashes}{name}",
        place=word.place,
        what=f"{dashes}{name}",
        otherwise=f"it has no such option, and stops{meant}",
    )
