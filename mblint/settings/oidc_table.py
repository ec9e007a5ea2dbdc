"""From a setting to the OIDC endpoint that it holds, and who uses that.

Programs say so in their files (`rules/software/`), libraries in `rules/tables/oidc.yaml`; programs come first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from functools import lru_cache
from itertools import count

from msgspec import Struct

from mblint.cluster.remembered import remembered
from mblint.regex import regex
from mblint.settings.names import Name, Origin, Role
from mblint.settings.oidc_library import Library, library_of, library_rows
from mblint.settings.role_table import words_of
from mblint.settings.tables import as_texts
from mblint.software.programs import Programs

CREDENTIAL = "credential"
SWITCH = "switch"  # `false`: the relation is off
DISCOVERY = "discovery-switch"  # `false`: the issuer is only compared
NO_DISCOVERY = "no-discovery"  # `true`: the issuer is only compared
REALM = "realm"  # the name of the realm, where the address is that of the whole provider
UNVERIFIED = "unverified"  # `true`: the issuer may differ from what the provider says of itself

FRONT = frozenset(("authorization", "end-session", "redirect", "base", "frontchannel-logout"))

OTHERS = {
    "credentials": CREDENTIAL,
    "switches": SWITCH,
    "discovery": DISCOVERY,
    "no-discovery": NO_DISCOVERY,
    "unverified": UNVERIFIED,
    "realm": REALM,
}
_BY_ISSUER = {"fetched": Role.CALLS, "verified": Role.CALLS, "shown": Role.BROWSER}
_VARIABLE = regex(r"[A-Z0-9_*]+|[A-Za-z0-9*]+(?:__[A-Za-z0-9*]+)+")  # .NET: OpenIDConfig__ClientId


class Form(Enum):
    """How a name is written, which says where it counts."""

    VARIABLE = "variable"  # UPPER_CASE, Section__Key: an environment variable
    OPTION = "option"  # --name: an argument
    PATH = "path"  # a key path: in files, in documents inside variables, and as a -D or -- option


class OidcName(Struct, frozen=True):
    """What a setting says: an endpoint of a library, or one of its credentials or switches (`endpoint` is that word).

    `instance`: which of several providers or clients of one container, in the name's own words.
    """

    library: Library
    endpoint: str
    instance: str = ""

    @property
    def role(self) -> Role:
        """What the software does with the setting."""
        if self.endpoint in OTHERS.values():
            return Role.UNKNOWN
        if self.endpoint == "issuer":
            return _BY_ISSUER.get(self.library.issuer, Role.IDENTITY)
        if self.endpoint in FRONT:
            return Role.BROWSER
        return Role.UNKNOWN if self.library.called_by_provider else Role.CALLS


class _Pattern(Struct, frozen=True):
    """A name of the table. `end` None: the whole name is `start`; else `*` stands for words between the two.

    Of several that match, one of an image's own counts, and of those the one with the lowest number.
    """

    number: int
    library: Library
    endpoint: str
    form: Form
    start: tuple[str, ...]
    end: tuple[str, ...] | None

    @property
    def rank(self) -> tuple[bool, int]:
        """The lowest of several counts."""
        return not self.library.image, self.number

    def instance(self, words: tuple[str, ...]) -> str | None:
        """What `*` stands for; "" where there is none; None where the name is another one."""
        if self.end is None:
            return "" if words == self.start else None
        rest = len(words) - len(self.end)
        if rest <= len(self.start) or words[: len(self.start)] != self.start or words[rest:] != self.end:
            return None
        return " ".join(words[len(self.start) : rest])


# ---------------------------------------------------------------- by name


@lru_cache(maxsize=16384)  # the programs outlive a view: what is remembered with them would never be let go
def oidc_name(name: Name, programs: Programs) -> OidcName | None:
    """What the table says of a setting; None for a name that it does not have."""
    first = min(_matches(name, _index(programs)), key=lambda match: match.pattern.rank, default=None)
    return None if first is None else OidcName(first.pattern.library, first.pattern.endpoint, first.instance)


class _Match(Struct, frozen=True):
    """A pattern that a name is, and the instance that it names."""

    pattern: _Pattern
    instance: str


def _matches(name: Name, index: _Index) -> list[_Match]:
    """For a part of a document in a variable (`CONFIG.oidc.issuer`) also the key path without the variable."""
    plain = name.key.rpartition(" ")[2]
    found = _matches_of(plain, None, name, index)
    if name.origin is Origin.ENV and "." in plain:
        found += _matches_of(plain.partition(".")[2], Form.PATH, name, index)
    return found


def _matches_of(key: str, form: Form | None, name: Name, index: _Index) -> list[_Match]:
    """As a name of that form; None: of those that it can have. Most names are none, which is known first."""
    words = words_of(key)
    candidates = _candidates(words, index)
    if not candidates:
        return []
    forms = _forms(key, name.origin) if form is None else (form,)
    return [
        _Match(pattern, found or _element(key, name.file))
        for pattern in candidates
        if pattern.form in forms
        and (found := pattern.instance(words)) is not None
        and _stands_in(pattern.library.image, name.image)
        and _stands_in(pattern.library.file, name.file)
    ]


def _candidates(words: tuple[str, ...], index: _Index) -> tuple[_Pattern, ...]:
    """The patterns that may be a name of those words."""
    if not words:
        return ()
    return index.whole.get(words, ()) + index.starred.get(words[-1], ())


def _forms(name: str, origin: Origin) -> tuple[Form, ...]:
    if origin is Origin.ARGUMENT:
        return (Form.OPTION, Form.PATH)
    if origin is Origin.FILE:
        return (Form.PATH,)
    return (Form.VARIABLE, Form.PATH) if name.startswith("-") or "." in name else (Form.VARIABLE,)


def _element(key: str, file: str) -> str:
    """The element of a list that a key path leads through: `clients[3]`, of that file."""
    element = key.rpartition("].")[0]
    return f"{element}] in {file}" if element else ""


def _stands_in(parts: tuple[str, ...], text: str) -> bool:
    return not parts or any(text.endswith(part[:-1]) if part.endswith("$") else part in text for part in parts)


def name_of(library: Library, endpoint: str, programs: Programs) -> str:
    """The first name that the table has for an endpoint: what a message asks for."""
    row = next(row for row in library_rows(programs) if row.get("library") == library.name)
    endpoints = row.get("endpoints")
    assert isinstance(endpoints, Mapping)
    names = as_texts(endpoints, endpoint)
    return names[0] if names else endpoint


# ---------------------------------------------------------------- the table


class _Index(Struct, frozen=True):
    """The table's patterns: those of whole names by their words, those with `*` by their last word."""

    whole: Mapping[tuple[str, ...], tuple[_Pattern, ...]]
    starred: Mapping[str, tuple[_Pattern, ...]]


@remembered
def _index(programs: Programs) -> _Index:
    whole: dict[tuple[str, ...], tuple[_Pattern, ...]] = {}
    starred: dict[str, tuple[_Pattern, ...]] = {}
    for pattern in _patterns(programs):
        if pattern.end is None:
            whole[pattern.start] = (*whole.get(pattern.start, ()), pattern)
        else:
            last = (pattern.end or pattern.start)[-1]
            starred[last] = (*starred.get(last, ()), pattern)
    return _Index(whole, starred)


def _patterns(programs: Programs) -> Iterator[_Pattern]:
    number = count()
    for row in library_rows(programs):
        library = library_of(row)
        endpoints = row.get("endpoints")
        assert isinstance(endpoints, Mapping)
        named = [(meaning, as_texts(row, field)) for field, meaning in OTHERS.items()]
        named += [(CREDENTIAL, as_texts(row, field)) for field in ("client-id", "client-secret")]
        named += [(str(endpoint), as_texts(endpoints, endpoint)) for endpoint in endpoints]
        for meaning, names in named:
            for name in names:
                yield _pattern(next(number), library, meaning, name)


def _pattern(number: int, library: Library, endpoint: str, name: str) -> _Pattern:
    form = Form.OPTION if name.startswith("-") else Form.VARIABLE if _VARIABLE.fullmatch(name) else Form.PATH
    start, star, end = name.replace("[*]", "").partition("*")
    return _Pattern(number, library, endpoint, form, words_of(start), words_of(end) if star else None)
