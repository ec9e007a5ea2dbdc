"""The examples at the end of a software file: manifests in which rules find what it knows, and such in which not."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct, ValidationError, convert, field

from mblint.software.program import Program
from mblint.software.written import SoftwareError, read_chunks, value_of


class Found(Struct, frozen=True, forbid_unknown_fields=True):
    """What an example finds: the rule and its level, and as much of the rest as the file gives."""

    rule: str
    level: str
    object: str | None = None
    message: str | None = None
    line: int | None = None


class Example(Struct, frozen=True, forbid_unknown_fields=True):
    """Manifests, and for the step of an upgrade those before (`old`); `config`: the text of a .mblint.yaml.

    `finds`: of a failing one. `rules`: of a passing one, those that find nothing; without them, no rule finds an error
    or a warning.
    """

    manifests: str
    old: str | None = None
    config: str | None = None
    finds: tuple[Found, ...] = ()
    rules: tuple[str, ...] = ()


class Examples(Struct, frozen=True, forbid_unknown_fields=True, rename={"passing": "pass"}):
    """The failing and the passing examples, by name."""

    fail: dict[str, Example] = field(default_factory=dict)
    passing: dict[str, Example] = field(default_factory=dict)


def examples_of(program: Program) -> Examples:
    """The examples of a program's file; what the build prepared has none, so the file is read. Raises SoftwareError."""
    chunk = read_chunks(Path(program.file)).get("examples")
    if chunk is None:
        return Examples()
    try:
        return convert(value_of("examples", chunk, program.file), Examples)
    except ValidationError as error:
        raise SoftwareError(program.file, chunk.line, f"examples: {error}") from error
