"""The rows of `rules/tables/oidc.yaml` and of the `oidc` of software files: libraries by which programs log in."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from mblint.settings.role_table import Phrase, words_of
from mblint.settings.tables import Row, as_text, as_texts, load_table, program_rows
from mblint.software.identity import Oidc
from mblint.software.programs import Programs


class Library(Struct, frozen=True):
    """One row of the table. See its head for the meaning of each field."""

    name: str
    image: tuple[str, ...] = ()
    file: tuple[str, ...] = ()
    issuer: str = "compared"  # "fetched", "verified", "compared", "shown", "unsure"
    provider: bool = False
    complete: bool = False
    browserless: bool = False
    called_by_provider: bool = False
    client_ids: frozenset[tuple[Phrase, Phrase]] = (
        frozenset()
    )  # the words of settings that hold the client id, `*` between
    client_secrets: frozenset[tuple[Phrase, Phrase]] = frozenset()  # the same of its secret
    required: tuple[tuple[str, ...], ...] = ()  # alternatives: all endpoints of one of them; empty: none
    undiscovered: tuple[tuple[str, ...], ...] = ()  # the same where discovery is switched off; empty: as `required`
    adds_discovery: bool | None = None  # whether it puts the path of discovery behind it; None: if verified
    callback_path: str = ""  # where a library takes callbacks; `{instance}`: the name of the client among several
    callback_base: tuple[str, ...] = ()  # settings that hold the address before it; none: that of each request
    callback_name: tuple[str, ...] = ()  # settings that hold what `{name}` in the path stands for

    def names_the_client(self, words: Phrase) -> bool:
        """Whether a setting of these words holds the client id, though its name does not say so."""
        return _is_any(words, self.client_ids)

    def names_the_secret(self, words: Phrase) -> bool:
        """Whether a setting of these words holds the client's secret, though its name does not say so."""
        return _is_any(words, self.client_secrets)


def _is_any(words: Phrase, names: frozenset[tuple[Phrase, Phrase]]) -> bool:
    return any(
        words == start + end or (end and len(words) > len(start + end) and _is_around(words, start, end))
        for start, end in names
    )


def _is_around(words: Phrase, start: Phrase, end: Phrase) -> bool:
    return words[: len(start)] == start and words[len(words) - len(end) :] == end


def _around_the_star(name: str) -> tuple[Phrase, Phrase]:
    start, _, end = name.replace("[*]", "").partition("*")
    return words_of(start), words_of(end)


def library_rows(programs: Programs) -> Iterator[Row]:
    """The rows of programs, then those of libraries."""
    yield from program_rows(programs, Oidc, name="library")
    yield from load_table("oidc", "libraries")


def library_of(row: Row) -> Library:
    """What one row says."""
    return Library(
        name=as_text(row, "library") or "",
        image=as_texts(row, "image"),
        file=as_texts(row, "file"),
        issuer=as_text(row, "issuer") or "compared",
        provider=row.get("provider") is True,
        complete=row.get("complete") is True,
        browserless=row.get("browserless") is True,
        called_by_provider=as_text(row, "caller") == "provider",
        client_ids=frozenset(_around_the_star(name) for name in as_texts(row, "client-id")),
        client_secrets=frozenset(_around_the_star(name) for name in as_texts(row, "client-secret")),
        required=_alternatives(row, "required"),
        undiscovered=_alternatives(row, "required-without-discovery"),
        adds_discovery=adds if isinstance(adds := row.get("adds-discovery"), bool) else None,
        callback_path=next(iter(as_texts(row, "callback-path")), ""),
        callback_base=as_texts(row, "callback-base"),
        callback_name=as_texts(row, "callback-name"),
    )


def _alternatives(row: Row, field: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(alternative.split()) for alternative in as_texts(row, field))
