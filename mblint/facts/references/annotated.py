"""Names that annotations hold, in the forms that their controllers read: see `form` in the table of references."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

Form = Literal["name", "qualified", "joined"]
_FROM_RESOURCES = "@kubernetescrd"  # Traefik's own objects; others are of files and other providers
_UNREAD = ("{", "$", "<")  # something fills this later


def names_in(text: str, form: Form, own: str, there: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Namespace and name of each object that an annotation names; `own`: the namespace of the object that has it.

    `joined` forms say `namespace-name`, and both may have a `-`: what is there tells where one ends. Traefik may be
    told to read `namespace_name` instead (safeNaming).
    """
    if any(mark in text for mark in _UNREAD):
        return
    for word in (part.strip() for part in text.split(",")):
        if form == "joined":
            if word.endswith(_FROM_RESOURCES):
                yield from _divided(word.removesuffix(_FROM_RESOURCES), own, tuple(there))
        elif word:
            namespace, slash, name = word.rpartition("/")
            if form == "qualified" or not slash:
                yield namespace or own, name


def _divided(word: str, own: str, there: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, str]]:
    namespace, line, name = word.partition("_")
    if line:
        yield namespace, name
        return
    exact = [named for named in there if "-".join(named) == word]
    tails = {name for _, name in there if word.endswith(f"-{name}")}
    if exact:
        yield exact[0]
    elif word.startswith(f"{own}-"):
        yield own, word.removeprefix(f"{own}-")
    elif tails:
        name = max(tails, key=len)
        yield word.removesuffix(f"-{name}"), name
    elif any(name == word for _, name in there):  # without any namespace
        yield "", word
