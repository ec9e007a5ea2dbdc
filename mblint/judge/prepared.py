"""Rules as the build read them: a run of an installed mblint reads and checks none of the files that come with it.

Reading a rule asks for the fields of the rows that it is about, and so for their modules, which a run without such rows
needs not import. A file that was changed since is read as any other: see `mblint.shipped`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from msgspec import Raw, json
from msgspec.structs import replace

from mblint.judge.rule import Rule
from mblint.shipped import PREPARED_RULES, fingerprint, shipped


def prepared_rules(rules: Iterable[Rule]) -> bytes:
    """What the build has to write of the rules of files."""
    return json.encode(dict(map(_written, rules)))


def prepared_rule(path: Path) -> Rule | None:
    """The rule of a file; None where the build did not see this very file, or it cannot be read."""
    known = _rules()
    if not known:
        return None
    try:
        found = known.get(_key(path, path.read_bytes()))
    except OSError:
        return None
    return None if found is None else replace(json.decode(found, type=Rule), file=str(path))


def _written(rule: Rule) -> tuple[str, Rule]:
    """Wherever the build reads it, the same."""
    path = Path(rule.file)
    return _key(path, path.read_bytes()), replace(rule, file=path.name)


def _key(path: Path, text: bytes) -> str:
    """A rule's id is the name of its file, so that the same text is no rule in another one."""
    return f"{path.name} {fingerprint(text)}"


@cache
def _rules() -> Mapping[str, Raw]:
    data = shipped(PREPARED_RULES)
    return {} if data is None else json.decode(data, type=dict[str, Raw])
