"""Names in the forms that controllers read, in annotations and fields: see `form` in the table of references."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from mblint.regex import regex

Form = Literal["name", "qualified", "joined", "identity", "host"]
_IDENTITY = regex(r"[\w.-]+/ns/([\w.-]+)/sa/([\w.-]+)")  # as SPIFFE has it, below a trust domain
_HOST = regex(r"([a-z0-9-]+)(?:\.([a-z0-9-]+)\.svc(?:\.[a-z0-9.-]+)?)?")
_FROM_RESOURCES = "@kubernetescrd"  # Traefik's own objects; others are of files and other providers
_UNREAD = ("{", "$", "<")  # something fills this later


def named_in(text: str, form: Form) -> tuple[str, str] | None:
    """Namespace ("" where it is the object's own) and name of what a field names; None where it is of no such form.

    An identity is `TRUST-DOMAIN/ns/NAMESPACE/sa/NAME`, a host that of a Service: SERVICE, or SERVICE.NAMESPACE.svc….
    """
    if form == "qualified":
        namespace, _, name = text.rpartition("/")
        return ("" if namespace == "." else namespace), name
    if form == "identity":
        found = _IDENTITY.fullmatch(text)
        return None if found is None else (found[1], found[2])
    if form == "host":
        found = _HOST.fullmatch(text)
        return None if found is None else (found[2] or "", found[1])
    return "", text


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
