"""Keys of a file that are written with their whole path once more, below that path.

`output.elasticsearch.username` within `output.elasticsearch` is output.elasticsearch.output.elasticsearch.username,
which no program has. Many programs take both forms, dotted and nested, and examples mix them.
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.facts.programs.refusals import Refusal, refused_anywhere
from mblint.facts.programs.rows import RefusedSetting
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.names import Origin

_TWICE = regex(r"(?P<path>(?:[A-Za-z][\w-]*\.){2,})(?P=path)(?P<key>[\w-]+)")


def doubled_keys(world: World) -> Iterator[RefusedSetting]:
    """A row for each such key of a mounted file."""
    for setting in world.settings:
        found = _TWICE.fullmatch(setting.key) if setting.origin is Origin.FILE and not setting.guessed else None
        if found is None:
            continue
        path = found["path"].rstrip(".")
        what = f"{found['path']}{found['key']} in {setting.file}"
        otherwise = f"it stands within {path} and has that path once more, so that nothing reads it"
        instead = f"{found['key']} there"
        refusal = Refusal(setting.label, setting.place, what, otherwise, starts=True, instead=instead)
        yield refused_anywhere(world, setting, refusal)
