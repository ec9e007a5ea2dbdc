"""Whether a program knows a key of its configuration (`keys`), and what is to be said where it does not.

It never did; it does not any more (`gone`), or not yet (`since`). Where the image says no version, or not exactly
enough, what newer versions do not know is a guess.
"""

from __future__ import annotations

from msgspec import Struct

from mblint.facts.edits.slips import differ_by_a_letter, differ_by_a_slip
from mblint.globs import matches
from mblint.software.program import Running
from mblint.software.setting_names import texts
from mblint.software.versions import within
from mblint.software.words import Keys

_NEWEST = (None, "latest", "stable", "main", "master", "edge", "alpine")
_SHORTEST = 4  # letters of a name's beginning that stands for it


class Strange(Struct, frozen=True):
    """What is said of a key that is not known: a clause, and what to set or do in its place.

    `is_a_name`: it is a key for certain, of another version or misspelt, and no piece of a value.
    """

    otherwise: str
    instead: str = ""
    guessed: bool = False
    is_a_name: bool = True


def strange(key: str, entry: Keys, running: Running, elsewhere: tuple[Keys, ...] = ()) -> Strange | None:
    """Why an entry's mapping cannot have a key; None where it can, or nobody knows.

    `elsewhere`: what is known of the file's other mappings.
    """
    names = _spellings(key, entry)
    for version, keys in entry.gone.items():
        for name, instead in keys.items():
            if _is_one(names, name, entry):
                return _gone(version, instead, entry, running)
    for version, later in entry.since.items():
        if any(_is_one(names, name, entry) for name in texts(later)):
            is_older = within(f"<{version}", running.version)
            return Strange(_says(f"it has no such {_word(entry)} before {version}", entry)) if is_older else None
    known = texts(entry.known)
    if not known or any(_is_one(names, name, entry) for name in known) or _is_short(names, known, entry):
        return None
    is_listed = within(f"<={entry.complete_to}", running.version) if entry.complete_to else True
    meant = meant_key(key, known)
    if is_listed is not True and (meant is None or not _is_close(key, meant)):
        return None
    says = _unknown(key, meant, entry, elsewhere)
    return Strange(says, guessed=is_listed is not True, is_a_name=meant is not None)


def _is_close(key: str, meant: str) -> bool:
    """Whether one letter alone is wrong, and no plural: what a version has that nobody read may differ by more."""
    return differ_by_a_letter(key, meant) and key.rstrip("s") != meant.rstrip("s")


def _gone(version: str, instead: str, entry: Keys, running: Running) -> Strange | None:
    is_newer = within(f">={version}", running.version)
    never = version == "0" and entry.otherwise  # of builds that never had it
    says = never or _says(f"it has no such {_word(entry)} since {version}", entry)
    if is_newer is True:
        return Strange(says, instead)
    moves_on = running.image.tag in _NEWEST if running.version is None else True
    if is_newer is None and moves_on and running.image.digest is None:
        return Strange(f"{says}, if the image is that new", instead, guessed=True)
    return None


def _says(clause: str, entry: Keys) -> str:
    return f"{clause}: {entry.otherwise}" if entry.otherwise else clause if entry.starts else f"{clause}, and stops"


def _unknown(key: str, meant: str | None, entry: Keys, elsewhere: tuple[Keys, ...]) -> str:
    otherwise = entry.otherwise or f"it knows no such {_word(entry)}{'' if entry.form else ' there'}, and stops"
    if meant is not None:
        return f"{otherwise}; {meant} is meant"
    homes = {other.at for other in elsewhere if other.at != entry.at and key in texts(other.known)}
    return f"{otherwise}; it belongs below {homes.pop()}" if len(homes) == 1 and "" not in homes else otherwise


def _word(entry: Keys) -> str:
    return "setting" if entry.form or entry.options else "key"


def _spellings(key: str, entry: Keys) -> tuple[str, ...]:
    """A key as it counts: of flat files without regard to case, with and without what may stand before it."""
    if not _folds(entry):
        return (key.split(entry.cut_at, maxsplit=1)[0],) if entry.cut_at else (key,)
    folded = _folded(key)
    return (folded, *(folded.removeprefix(_folded(head)) for head in texts(entry.prefixes)))


def _folds(entry: Keys) -> bool:
    return bool(entry.form or entry.options or entry.any_case)


def _folded(name: str) -> str:
    return name.lower().replace("-", "_")


def _is_one(names: tuple[str, ...], known: str, entry: Keys) -> bool:
    plain = _folded(known) if _folds(entry) else known
    return any(matches(name, plain) for name in names)


def _is_short(names: tuple[str, ...], known: tuple[str, ...], entry: Keys) -> bool:
    return entry.shortened and any(
        len(name) >= _SHORTEST and _folded(one).startswith(name) for name in names for one in known
    )


def meant_key(key: str, known: tuple[str, ...]) -> str | None:
    """The one key that this one must be: nearly the same, or with a word more or less before or behind it."""
    word, plain = key.lower(), _squeezed(key)
    near = [name for name in known if differ_by_a_slip(word, name.lower()) or plain == _squeezed(name)]
    near = near or [name for name in known if name.endswith(f"_{key}") or key.endswith(f"_{name}")]
    near = near or [name for name in known if key.startswith(f"{name}_")]
    return near[0] if len(near) == 1 else None


def _squeezed(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")
