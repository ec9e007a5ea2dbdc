"""What was not judged, for every format: objects that could not be read, and what was passed over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from mblint.findings.finding import Report
from mblint.findings.unlooked import LeftOut
from mblint.manifests.documents import Skipped
from mblint.reports.printable import printable
from mblint.reports.values import Json, location_value, object_value

_NAMED = 10  # in one line; JSON lists all


def quiet(report: Report) -> Report:
    """Of what was not judged, only the objects that a verdict depends on."""
    return replace(report, left_out=tuple(one for one in report.left_out if one.unknown), skipped=())


def lines(report: Report) -> tuple[str, ...]:
    """One line for objects that could not be read, one for what was passed over; none where there is nothing."""
    return tuple(printable(line) for line in (_left_out(report.left_out), _skipped(report.skipped)) if line)


def left_out_value(one: LeftOut) -> dict[str, Json]:
    """An object that could not be read, of the JSON report."""
    return {
        "object": object_value(one.object),
        "location": location_value(one.location),
        "reason": one.reason,
        "unknown": one.unknown,
    }


def skipped_value(one: Skipped) -> dict[str, Json]:
    """What was passed over, of the JSON report."""
    value: dict[str, Json] = {"location": _where(one.file, one.line), "reason": one.reason}
    if one.other is not None:
        value["other"] = _where(*one.other)
    if one.count is not None:
        value["count"] = one.count
    return value


def _where(file: str, line: int | None) -> dict[str, Json]:
    return {"file": file, "line": line}


def sentence(one: LeftOut) -> str:
    """An object that could not be read, and what that costs."""
    depends = f"; {one.unknown} unknown because of it" if one.unknown else ""
    return f"{_name(one)} could not be read: {one.reason}{depends}"


def passed_over(one: Skipped) -> str:
    """What was passed over, as a sentence."""
    number = f" ({one.count})" if one.count is not None else ""
    other = "" if one.other is None else f" ({_position(*one.other)})"
    return f"{_position(one.file, one.line)}: {one.reason}{number}{other}"


def _left_out(rows: Sequence[LeftOut]) -> str:
    if not rows:
        return ""
    unknown = sum(one.unknown for one in rows)
    depends = f"; {unknown} unknown because of that" if unknown else ""
    return f"not wholly read: {_listed([_name(one) for one in rows])}{depends}"


def _skipped(rows: Sequence[Skipped]) -> str:
    return f"not looked at: {_listed(list(map(passed_over, rows)))}" if rows else ""


def _name(one: LeftOut) -> str:
    return "/".join(part for part in (one.object.namespace, one.object.kind, one.object.name) if part)


def _position(file: str, line: int | None) -> str:
    return file if line is None else f"{file}:{line}"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def notifications(report: Report) -> Iterator[tuple[str, str, int | None]]:
    """Sentence, file and line of everything that was not judged."""
    for one in report.left_out:
        yield sentence(one), one.location.file, one.location.line
    for each in report.skipped:
        yield passed_over(each), each.file, each.line
