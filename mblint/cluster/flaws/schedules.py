"""Schedules of CronJobs that the API server refuses, or that no day of the calendar meets.

Source: ValidateCronJobSpec of k8s.io/kubernetes/pkg/apis/batch/validation, which parses schedules by
github.com/robfig/cron/v3, and time zones by Go's time.LoadLocation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mblint.cluster.flaws.forms import FILLED_LATER
from mblint.cluster.objects import Object
from mblint.manifests.nodes import Node, WrongType
from mblint.regex import regex

_PREDEFINED = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
_FIELDS: tuple[tuple[int, int, Sequence[str]], ...] = (
    (0, 59, ()),
    (0, 23, ()),
    (1, 31, ()),
    (1, 12, _MONTHS),
    (0, 6, _DAYS),
)  # minute … day of the week
_RANGE = regex(r"(?P<from>\*|\?|[0-9A-Za-z]+)(?:-(?P<to>[0-9A-Za-z]+))?(?:/(?P<step>\d+))?")
_DAYS_OF = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
# Names of the tz database, which Go reads, have an area and a place; those without an area are these. Rarely asked for,
# so both are compiled when they are.
_AREA = (
    r"Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Brazil|Canada|Chile|Etc|Europe|Indian|Mexico|Pacific|US"
)
_ZONE = (
    r"CET|CST6CDT|Cuba|EET|EST|EST5EDT|Egypt|Eire|Factory|GB|GB-Eire|GMT|GMT[+-]?0|Greenwich|HST|Hongkong|Iceland|Iran"
    r"|Israel|Jamaica|Japan|Kwajalein|Libya|MET|MST|MST7MDT|NZ|NZ-CHAT|Navajo|PRC|PST8PDT|Poland|Portugal|ROC|ROK"
    r"|Singapore|Turkey|UCT|UTC|Universal|W-SU|WET|Zulu"
)


def schedule_flaws(obj: Object) -> Iterator[WrongType]:
    """Of a CronJob's schedule and time zone."""
    spec = obj.node.get("spec")
    schedule, zone = spec.get("schedule"), spec.get("timeZone")
    text = schedule.text()
    if not text:
        yield WrongType(schedule.place, "spec.schedule is required")
    elif "TZ=" in text:
        says = "a time zone belongs in spec.timeZone (Kubernetes refuses it here in every new CronJob)"
        yield WrongType(schedule.place, f"spec.schedule is {text!r}: {says}")
    elif not is_schedule(text):
        yield WrongType(schedule.place, f"spec.schedule is {text!r}, which is no schedule of five fields")
    elif not _comes(text) and not _by_hand_alone(text):
        says = "no month that it names has such a day, so that no Job ever starts"
        yield WrongType(schedule.place, f"spec.schedule is {text!r}: {says}", refused=False)
    yield from _zone(zone)


def _zone(zone: Node) -> Iterator[WrongType]:
    text = zone.text()
    if text is None or any(mark in text for mark in FILLED_LATER):
        return
    area, slash, _ = text.partition("/")
    if (re.fullmatch(_AREA, area) if slash else re.fullmatch(_ZONE, text)) is None:
        says = "no time zone: these are names like Europe/Paris or Etc/UTC, and no offsets"
        yield WrongType(zone.place, f"spec.timeZone is {text!r}, which is {says}")


def _by_hand_alone(text: str) -> bool:
    """The 31st of February: how a CronJob is written whose Jobs are only to be started by hand."""
    return text.split()[2:4] in (["31", "2"], ["31", "feb"], ["31", "FEB"])


def _comes(text: str) -> bool:
    """Whether a day of the month can be met in one of the months; a day of the week is met in any."""
    fields = text.split()
    if len(fields) != len(_FIELDS) or not fields[2].isdigit():
        return True
    if not fields[4].startswith(("*", "?")):
        return True
    months = [_number(part, _MONTHS, 1) for part in fields[3].split(",")]
    return any(month is None or int(fields[2]) <= _DAYS_OF[month - 1] for month in months)


def is_schedule(text: str) -> bool:
    """Whether a text is a schedule of cron: five fields, or a name; a time zone before it is refused elsewhere."""
    if text.startswith(("TZ=", "CRON_TZ=", "@every ")):
        return True
    if text.startswith("@"):
        return text in _PREDEFINED
    fields = text.split()
    return len(fields) == len(_FIELDS) and all(
        _is_field(field, *bounds) for field, bounds in zip(fields, _FIELDS, strict=True)
    )


def _is_field(text: str, least: int, most: int, names: Sequence[str]) -> bool:
    return all(_is_range(part, least, most, names) for part in text.split(",") if part) and text.strip(",") != ""


def _is_range(text: str, least: int, most: int, names: Sequence[str]) -> bool:
    match = _RANGE.fullmatch(text)
    if match is None or match["step"] == "0":
        return False
    if match["from"] in ("*", "?"):
        return True
    first = _number(match["from"], names, least)
    last = first if match["to"] is None else _number(match["to"], names, least)
    return first is not None and last is not None and least <= first <= last <= most


def _number(text: str, names: Sequence[str], least: int) -> int | None:
    if text.isdigit():
        return int(text)
    return names.index(text.lower()) + least if text.lower() in names else None
