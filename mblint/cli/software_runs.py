"""Checks software files: against their schema, and by running their examples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from pathlib import Path

from jsonschema import Draft202012Validator
from msgspec import json

from mblint.cli.configuration import read_configuration
from mblint.config import Config
from mblint.findings.finding import Finding
from mblint.judge.rule import Level, Rule
from mblint.manifests.read import read_text
from mblint.pipeline import Ruleset, analyse, report
from mblint.shipped import parse_table, schemas_directory
from mblint.software.examples import Example, Found, examples_of
from mblint.software.program import Program
from mblint.software.programs import Programs
from mblint.software.sections import SECTIONS
from mblint.software.versions import RangeError, check_range
from mblint.upgrades import analyse_upgrade


def mistakes_in(program: Program, rules: Sequence[Rule], programs: Programs) -> Iterator[str]:
    """What is wrong with a program's file, in sentences. Raises SoftwareError and ConfigurationError."""
    errors = [
        f"{error.json_path.removeprefix('$.')}: {error.message}"
        for error in _schema().iter_errors(parse_table(Path(program.file).read_text(encoding="utf-8")))
    ]
    yield from errors
    if errors:
        return
    yield from _wrong_ranges(program)
    examples = examples_of(program)
    known = {rule.id for rule in rules}
    for name, example in (*examples.fail.items(), *examples.passing.items()):
        unknown = sorted({*example.rules, *(found.rule for found in example.finds)} - known)
        yield from (f"{name}: there is no rule {rule}" for rule in unknown)
        yield from (f"{name}: {mistake}" for mistake in _mistakes(example, _found(example, rules, programs)))


@cache
def _schema() -> Draft202012Validator:
    return Draft202012Validator(json.decode((schemas_directory() / "software.schema.json").read_bytes()))


def _wrong_ranges(program: Program) -> Iterator[str]:
    for key, kind in SECTIONS.items():
        for entry in program.entries(kind):
            ranges = getattr(entry, "versions", ())
            for text in (ranges,) if isinstance(ranges, str) else ranges:
                try:
                    check_range(text)
                except RangeError as error:
                    yield f"{key}: {error}"


def _found(example: Example, rules: Sequence[Rule], programs: Programs) -> tuple[Finding, ...]:
    config = Config() if example.config is None else read_configuration(example.config)
    manifests = read_text(example.manifests)
    analysis = (
        analyse(manifests, config, None, programs)
        if example.old is None
        else analyse_upgrade(read_text(example.old), manifests, config, None, programs)
    )
    return report(analysis, Ruleset(tuple(rules), tuple(rules)), today=date.today()).findings


def _mistakes(example: Example, found: Sequence[Finding]) -> Iterator[str]:
    for expected in example.finds:
        if not any(_agrees(finding, expected) for finding in found):
            yield f"is not found: {expected.level} {expected.rule}"
    if example.finds:
        return
    for finding in found:
        if finding.rule.id in example.rules or (not example.rules and finding.level >= Level.WARNING):
            yield f"is found, and should not be: {finding.level} {finding.rule.id} {finding.object}: {finding.message}"


def _agrees(finding: Finding, expected: Found) -> bool:
    return (
        finding.rule.id == expected.rule
        and str(finding.level) == expected.level
        and expected.object in (None, str(finding.object))
        and expected.line in (None, finding.location.line)
        and (expected.message or "") in finding.message
    )
