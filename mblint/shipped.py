"""The rules, tables and schemas that come with mblint: where they are, and what they say.

Reading their YAML would take a tenth of a run. So the build puts beside them what it read: of the tables what each text
parses to (`prepared.json`), of the rules all that a run needs of them (`rules.json`, see `mblint.judge.prepared`), of
software files their sections (`software.json`, see `mblint.software.programs`). A text is known by its length and
checksum: one that was changed since, and every text of a checkout, is read as usual.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from zlib import crc32

from msgspec import Raw, json

PREPARED = "prepared.json"
PREPARED_RULES = "rules.json"
PREPARED_SOFTWARE = "software.json"


@cache
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


def shipped(name: str) -> bytes | None:
    """A file that the build prepared; None in a checkout."""
    try:
        return _shipped(name).read_bytes()
    except OSError:
        return None


def fingerprint(text: bytes) -> str:
    """What a text is known by: its length and checksum, so that a changed file is noticed."""
    return f"{len(text)}-{crc32(text):08x}"


# ---------------------------------------------------------------- tables


def prepared_tables(rules: Path) -> bytes:
    """What the build has to write of the tables and models below `rules/`."""
    files = [path for path in sorted(rules.glob("*/*.yaml")) if path.parent.name != "software"]
    texts = [path.read_bytes() for path in files]
    return json.encode({fingerprint(text): parse_table(text) for text in texts})


def prepared(text: bytes) -> object | None:
    """What the text of a table parses to; None where the build did not see this very text."""
    found = _tables().get(fingerprint(text))
    return None if found is None else json.decode(found)


@cache
def _tables() -> Mapping[str, Raw]:
    data = shipped(PREPARED)
    return {} if data is None else json.decode(data, type=dict[str, Raw])


@cache
def read_table(file: str) -> object:
    """A table or model, by its path below `rules/` (`tables/roles.yaml`). A schema checks it at build time."""
    text = (rules_directory() / file).read_bytes()
    value = prepared(text)
    return parse_table(text) if value is None else value


def parse_table(text: str | bytes) -> object:
    """The text of a table, parsed."""
    import yaml  # noqa: PLC0415  an installed mblint has its tables prepared

    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
