"""What comes of linting one environment: plain data that travels between processes and is kept in the cache."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import DecodeError, Struct, ValidationError, json, msgpack

from mblint.judge.rule import Level
from mblint.manifests.documents import Location


class Row(Struct, frozen=True, array_like=True):
    """What the reports of a fleet need of a finding that its JSON does not say.

    `cause`: what it has in common with the same finding elsewhere. `alike`: the same, whatever the namespaces are
    called. `shown`: where an alert about it can be shown.
    """

    cause: str
    alike: str
    shown: Location
    related: tuple[Location, ...]


class Result(Struct, frozen=True, array_like=True):
    """One environment's findings. `report`: JSON text, an object with the keys of lint's own report.

    `rendered`: lint's own reports, by format. `broken`: mblint itself failed.
    """

    report: bytes
    rows: tuple[Row, ...]
    rendered: Mapping[str, str] = {}
    broken: bool = False

    def read(self) -> Found:
        """The report's findings and errors, typed."""
        return json.decode(self.report, type=Found)


class Object(Struct, frozen=True):
    """An object of the JSON report."""

    kind: str
    namespace: str
    name: str
    container: str | None

    def __str__(self) -> str:
        return "/".join(part for part in (self.namespace, self.kind, self.name) if part)


class Where(Struct, frozen=True):
    """A location of the JSON report."""

    file: str
    line: int | None
    column: int | None


class Related(Struct, frozen=True):
    """A further place of a finding."""

    message: str
    location: Where


class FoundFinding(Struct, frozen=True):
    """A finding of the JSON report."""

    rule: str
    level: str
    message: str
    notes: tuple[str, ...]
    fix: str
    object: Object
    location: Where
    related: tuple[Related, ...]
    fingerprint: str

    @property
    def weight(self) -> int:
        """The level, as a number."""
        return Level[self.level.upper()]


class FoundError(Struct, frozen=True):
    """An input error of the JSON report."""

    location: Where
    message: str


class Found(Struct, frozen=True):
    """The part of the JSON report that other formats show."""

    findings: tuple[FoundFinding, ...]
    errors: tuple[FoundError, ...]


def encoded(result: Result) -> bytes:
    """The result as bytes, the same for the same result."""
    return msgpack.encode(result)


def decoded(data: bytes) -> Result | None:
    """The result that bytes hold; None where they hold none."""
    try:
        return msgpack.decode(data, type=Result)
    except (DecodeError, ValidationError):
        return None
