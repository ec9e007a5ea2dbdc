"""A list of known findings, by fingerprint, so that a team can adopt the linter on a red repository."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from mblint.findings.finding import Finding, Ignored, Report
from mblint.whole_files import write_whole

_VERSION = 1


class BaselineError(Exception):
    """A baseline file that cannot be used. `str()` is a sentence that begins with the file."""


class Known(Struct, frozen=True, order=True):
    """One finding of a baseline."""

    rule: str
    object: str
    fingerprint: str


class Baselined(Struct, frozen=True):
    """A report without what the baseline knows. `fixed`: entries that are found no more; `stale`: of no known rule."""

    report: Report
    fixed: tuple[Known, ...]
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


def apply_baseline(report: Report, known: Sequence[Known], file: str, rules: Collection[str]) -> Baselined:
    """Takes known findings out of the report and lists them as ignored. `rules`: every rule there is.

    Entries of rules that this run did not apply are neither fixed nor stale.
    """
    found = {finding.fingerprint for finding in report.findings}
    applied = {rule.id for rule in report.rules}
    return Baselined(
        report=apply_known(report, known, file),
        fixed=tuple(row for row in known if row.fingerprint not in found and row.rule in applied),
        stale=tuple(row for row in known if row.rule not in rules),
    )


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
