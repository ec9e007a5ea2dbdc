"""When an entry of a software file is true: a closed set of questions about the settings of a container."""

from __future__ import annotations

from msgspec import Struct

from mblint.software.setting_names import Texts

Value = str | int | bool


class Condition(Struct, frozen=True, forbid_unknown_fields=True, rename={"equals": "is", "negated": "not"}):
    """One question: a setting with `is`, `set`, `matches`, `same` or `holds`, a file with `says`, or one of `runs`,
    `all`, `any`, `not`.

    `setting`: its names; the first that is set counts. `default`: what the program takes where none is.
    `is`: it has one of these values, whatever their case; true and false stand for every way to write them.
    `set`: it is set at all (true), or is not (false). `matches`: this regular expression is found in its value.
    `same`: it has the value of the first of these other settings. `holds`: that value is a word of it.
    `file`, `says`: a mounted file of which this is the path (a glob) has text in which the regular expression is found.
    `runs`: these words stand one after the other in the container's command and arguments (`mcp run`).
    """

    setting: Texts = ()
    default: Value | None = None
    equals: Value | tuple[Value, ...] = ()
    set: bool | None = None
    matches: str | None = None
    same: Texts = ()
    holds: Texts = ()
    file: Texts = ()
    says: str | None = None
    runs: str | None = None
    all: tuple[Condition, ...] = ()
    any: tuple[Condition, ...] = ()
    negated: Condition | None = None
