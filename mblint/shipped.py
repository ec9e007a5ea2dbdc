"""The rules, tables and schemas that come with mblint: where they are, and what they say.

Parsing their YAML would take a tenth of a run. So the build puts beside them what each text parses to (`prepared.json`,
by length and checksum of the text); a text that was changed since, and every text of a checkout, is parsed as usual.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from zlib import crc32

from msgspec import json

PREPARED = "prepared.json"
PREPARED_SOFTWARE = "software.json"

Prepared = dict[str, object]  # a text's fingerprint → what the text parses to


def _shipped(name: str) -> Path:
    package = Path(__file__).parent
    in_wheel = package / "data" / name
    return in_wheel if in_wheel.exists() else package.parent / name


def rules_directory() -> Path:
    """The directory of the rule files, with `tables/` and `models/` in it."""
    return _shipped("rules")


def schemas_directory() -> Path:
    """The directory of the JSON Schemas."""
    return _shipped("schemas")


def prepared(text: str) -> object | None:
    """What a shipped YAML text parses to; None where the build did not see this very text."""
    return _prepared().get(fingerprint(text))


def prepared_tables(rules: Path) -> Prepared:
    """What the build has to prepare of the tables and models below `rules/`."""
    files = [path for path in sorted(rules.glob("*/*.yaml")) if path.parent.name != "software"]
    texts = [path.read_text(encoding="utf-8") for path in files]
    return {fingerprint(text): parse_table(text) for text in texts}


def encoded(values: Prepared) -> bytes:
    """The content of `prepared.json`."""
    return json.encode(values)


def fingerprint(text: str) -> str:
    """What a text is known by: its length and checksum, so that a changed file is noticed."""
    data = text.encode("utf-8", "surrogatepass")
    return f"{len(data)}-{crc32(data):08x}"


@cache
def _prepared() -> Prepared:
    try:
        data = _shipped(PREPARED).read_bytes()
    except OSError:
        return {}
    return json.decode(data, type=Prepared)


def shipped_software() -> bytes | None:
    """The software files as the build prepared them (`mblint.software.programs`); None in a checkout."""
    try:
        return _shipped(PREPARED_SOFTWARE).read_bytes()
    except OSError:
        return None


@cache
def read_table(file: str) -> object:
    """A table or model, by its path below `rules/` (`tables/roles.yaml`). A schema checks it at build time."""
    text = (rules_directory() / file).read_text(encoding="utf-8")
    value = prepared(text)
    return parse_table(text) if value is None else value


def parse_table(text: str) -> object:
    """The text of a table, parsed."""
    import yaml  # noqa: PLC0415  an installed mblint has its tables prepared

    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
