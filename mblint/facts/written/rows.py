"""Rows about texts in objects: files that do not parse, and traces of templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from mblint.facts.rows import Fact


class UnparsableFile(Fact, frozen=True, kw_only=True):
    """A file that a container mounts, and that is not of its format. Verdicts: broken unknown.

    `object`: the ConfigMap or Secret. `reader`: the program that is known to read it; None where the name alone says
    of which format it is.
    """

    about: ClassVar[str] = "unparsable-file"
    reported: ClassVar[tuple[str, ...]] = ("key", "format", "problem", "path")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("broken", "unknown")}

    key: str  # "prometheus.yml"
    called: str  # the key; where the mount gives it another name, with that
    format: str  # "YAML"
    problem: str  # "expected ',' or ']' here"
    line: int  # of the file
    path: str  # where it is mounted
    mounted_by: str  # "Deployment web (container app)"
    reader: str | None = None
    verdict: str
    reason: str | None = None  # for unknown: why


class Leftover(Fact, frozen=True, kw_only=True):
    """What a template engine left in a value. `kind`: map, printf, no-value, number, encrypted, template.

    `in_name`: the value is a name, a host or an image, which cannot hold it.
    """

    about: ClassVar[str] = "leftover"
    reported: ClassVar[tuple[str, ...]] = ("where", "text", "kind")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "kind": ("map", "printf", "no-value", "number", "encrypted", "template")
    }

    where: str  # "spec.template.spec.containers[0].env[2].value", "data["app.yaml"], line 3"
    text: str  # "map[host:db port:5432]"
    kind: str
    meaning: str  # a clause: "so Go prints a map"
    in_name: bool


class UndeclaredField(Fact, frozen=True, kw_only=True):
    """A key that stands where its kind has no such field. Verdicts: misspelt misplaced unknown."""

    about: ClassVar[str] = "undeclared-field"
    reported: ClassVar[tuple[str, ...]] = ("key", "within", "meant", "elsewhere")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("misspelt", "misplaced", "unknown")}

    key: str  # "imagePulPolicy"
    within: str  # "spec.template.spec.containers[0]"
    meant: str | None = None  # misspelt: the field of the same mapping that is meant
    elsewhere: str | None = None  # misplaced: the path at which there is a field of that name
    meaning: str  # what that says as the end of a sentence: ": imagePullPolicy is meant"
    verdict: str


class DecimalMode(Fact, frozen=True, kw_only=True):
    """A mode of mounted files that is written in decimal digits, and meant in octal.

    Verdicts: closed (a file that its owner alone was to have is open to a group, which may write to it), odd.
    """

    about: ClassVar[str] = "decimal-mode"
    reported: ClassVar[tuple[str, ...]] = ("field", "written", "comes_out")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("closed", "odd")}

    field: str  # "defaultMode of volume ssh"
    written: int  # 400
    comes_out: str  # "0620"
    meant: str  # "0400"
    decimal: int  # the same in decimal: 256
    verdict: str
