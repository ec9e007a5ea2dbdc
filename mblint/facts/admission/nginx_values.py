"""Values of ingress-nginx's annotations that it cannot read, and leaves aside (`rules/tables/nginx-annotations.yaml`).

`proxy-read-timeout: 3600s` is no number and `proxy-body-size: 100MB` no size of nginx, so that uploads and long
requests end as if nobody had written anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from msgspec import Struct, convert

from mblint.cluster.objects import Route
from mblint.facts.admission.rows import NginxIngress
from mblint.regex import regex
from mblint.remedies.edits import Change
from mblint.remedies.rendered import put
from mblint.shipped import read_table

PREFIX = "nginx.ingress.kubernetes.io/"
_FORMS = {
    "number": (regex(r"[+-]?\d+"), "no whole number"),
    "size": (regex(r"\d+[bkmgBKMG]?"), "no size of nginx, such as 8k, 10m or 1g"),
    "switch": (regex(r"1|t|T|TRUE|true|True|0|f|F|FALSE|false|False"), "neither true nor false"),
}
_SECONDS = regex(r"(\d+) ?s(?:ec(?:onds?)?)?")
_BYTES = regex(r"(\d+) ?([kmgKMG])(?:[iI]?[bB]|i)")
_FILLED_LATER = ("{{", "${", "$(", "%")


class _Row(Struct, frozen=True):
    names: tuple[str, ...]
    source: str
    form: str = ""
    words: tuple[str, ...] = ()


class _Table(Struct, frozen=True):
    forms: tuple[_Row, ...]


@cache
def _rows() -> dict[str, _Row]:
    table = convert(read_table("tables/nginx-annotations.yaml"), _Table)
    return {name: row for row in table.forms for name in row.names}


def unread_values(route: Route) -> Iterator[NginxIngress]:
    """A row for each annotation of an Ingress whose value is left aside."""
    for key, value in route.annotations.items():
        row = _rows().get(key.removeprefix(PREFIX)) if key.startswith(PREFIX) else None
        is_no = None if row is None else _is_no(row, value)
        if row is not None and is_no is not None:
            meant = _meant(row, value.strip())
            yield NginxIngress(
                object=route.id,
                place=route.place.at("metadata", "annotations", key),
                linted=route.linted,
                what=key,
                verdict="value-ignored",
                says=f"{value.strip()} is {is_no}",
                remedy=f"Write {meant}" if meant else "Write a value of that form",
                edits=_edits(route, key, meant),
            )


def _is_no(row: _Row, value: str) -> str | None:
    """What a value is not; None for one that is taken, is empty, or is filled in later."""
    if not value.strip() or len(value) > 60 or "\n" in value or any(mark in value for mark in _FILLED_LATER):
        return None
    if row.words:
        listed = " nor ".join(row.words)
        return None if value.strip() in row.words else f"neither {listed}"
    form, words = _FORMS[row.form]
    text = value.replace(" ", "") if row.form == "size" else value
    return None if form.fullmatch(text) else words


def _meant(row: _Row, value: str) -> str | None:
    if row.form == "number" and (seconds := _SECONDS.fullmatch(value)):
        return seconds[1]
    if row.form == "size" and (size := _BYTES.fullmatch(value)):
        return f"{size[1]}{size[2].lower()}"
    if row.words == ("on", "off"):
        return {"true": "on", "false": "off"}.get(value.lower())
    if row.form == "switch":
        return {"on": "true", "yes": "true", "off": "false", "no": "false"}.get(value.lower())
    return None


def _edits(route: Route, key: str, meant: str | None) -> tuple[Change, ...]:
    if meant is None or not route.linted:
        return ()
    return (put(route, route.place.at("metadata", "annotations"), key, meant),)
