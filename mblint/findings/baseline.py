"""A list of known findings, by fingerprint, so that a team can adopt the linter on a red repository."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from mblint.cluster.stable_names import stable_name
from mblint.findings.finding import Finding, Ignored, Report
from mblint.findings.ignores import CONFIGURATION
from mblint.manifests.documents import Document, Value
from mblint.whole_files import write_whole

_VERSION = 1
_NO_OBJECT = ""


class BaselineError(Exception):
    """A baseline file that cannot be used. `str()` is a sentence that begins with the file."""


class Known(Struct, frozen=True, order=True):
    """One finding of a baseline."""

    rule: str
    object: str
    fingerprint: str


class Baselined(Struct, frozen=True):
    """A report without what the baseline knows.

    `fixed`: entries that are found no more; `absent`: whose object is not in this input; `stale`: of no known rule.
    """

    report: Report
    fixed: tuple[Known, ...]
    absent: tuple[Known, ...]
    stale: tuple[Known, ...]


def read_baseline(file: Path) -> tuple[Known, ...]:
    """The entries of a file. Raises BaselineError."""
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        if data["version"] != _VERSION:
            raise BaselineError(f"{file}: this baseline is of version {data['version']}; write it anew")
        return tuple(Known(str(row["rule"]), str(row["object"]), str(row["fingerprint"])) for row in data["findings"])
    except OSError as error:
        raise BaselineError(f"{file}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise BaselineError(f"{file}: this is no baseline; write one with --write-baseline") from error


def write_baseline(file: Path, findings: Iterable[Finding]) -> None:
    """Writes the findings' fingerprints, sorted, so that a change of the file shows what changed."""
    rows = sorted({Known(finding.rule.id, str(finding.object), finding.fingerprint) for finding in findings})
    data = {
        "version": _VERSION,
        "findings": [{"rule": row.rule, "object": row.object, "fingerprint": row.fingerprint} for row in rows],
    }
    try:
        write_whole(file, (json.dumps(data, indent=1) + "\n").encode())
    except OSError as error:
        raise BaselineError(f"{file}: {error.strerror}") from error


def apply_baseline(
    report: Report, known: Sequence[Known], file: str, rules: Collection[str], present: Collection[str]
) -> Baselined:
    """Takes known findings out of the report and lists them as ignored.

    `rules`: every rule there is. `present`: the objects of the input, as `objects_in` names them. Entries of rules that
    this run did not apply are neither fixed nor stale.
    """
    found = {finding.fingerprint for finding in report.findings}
    applied = {rule.id for rule in report.rules}
    gone = [row for row in known if row.fingerprint not in found and row.rule in applied]
    return Baselined(
        report=apply_known(report, known, file),
        fixed=tuple(row for row in gone if _kind_and_name(row.object) in present),
        absent=tuple(row for row in gone if _kind_and_name(row.object) not in present),
        stale=tuple(row for row in known if row.rule not in rules),
    )


def objects_in(documents: Iterable[Document]) -> frozenset[str]:
    """The linted objects, without what changes with every render in their names; and what stands for no object."""
    values = [value for document in documents if document.linted for value in _values(document.value)]
    return frozenset((_NO_OBJECT, *(stable_name(name) for value in values if (name := _named(value)))))


def _values(value: Value) -> Iterator[dict[str, Value]]:
    if isinstance(value, dict):
        items = value.get("items")
        inner = items if isinstance(items, list) and str(value.get("kind")).endswith("List") else []
        yield from (value, *(item for item in inner if isinstance(item, dict)))


def _named(value: dict[str, Value]) -> str | None:
    metadata = value.get("metadata")
    return f"{value.get('kind')}/{metadata.get('name')}" if isinstance(metadata, dict) else None


def _kind_and_name(object_id: str) -> str:
    """Without the namespace: which one an input means may depend on how it is linted."""
    _, kind, name = ("", "", *object_id.split("/"))[-3:]
    return _NO_OBJECT if kind == CONFIGURATION else stable_name(f"{kind}/{name}")


def apply_known(report: Report, known: Iterable[Known], file: str) -> Report:
    """The report without known findings, which are listed as ignored."""
    fingerprints = {row.fingerprint for row in known}
    silenced = tuple(
        Ignored(finding.rule.id, finding.object, "baseline", f"known in {file}")
        for finding in report.findings
        if finding.fingerprint in fingerprints
    )
    return replace(
        report,
        findings=tuple(finding for finding in report.findings if finding.fingerprint not in fingerprints),
        ignored=(*report.ignored, *silenced),
    )
