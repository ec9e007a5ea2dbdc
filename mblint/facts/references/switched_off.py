"""Settings of what a switch beside them, or above, turns off: `ssl_certificate` beside `ssl_enabled: false`.

The switch is called like what it is for, and enabled: `tls.enabled` is of all below `tls`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import reveal
from mblint.facts.world import World
from mblint.settings.role_table import Phrase, words_of
from mblint.settings.rows import Setting

_SWITCH = frozenset(("enabled", "enable"))
_OFF = frozenset(("false", "no", "off", "0"))

_Switches = Mapping[tuple[int, int, str | None], frozenset[tuple[str, Phrase]]]  # of a file: the mapping, the words


def is_switched_off(world: World, setting: Setting) -> bool:
    """Whether a switch says that what a setting is for is off."""
    switches = _switches(world).get(_file_of(setting), frozenset())
    return bool(switches) and any(
        (above, words[:length]) in switches
        for above, words in _steps(setting.key)
        for length in range(0 if above else 1, len(words) + 1)
    )


def _steps(key: str) -> Iterator[tuple[str, Phrase]]:
    """Each part of a key: what it stands in, and its words."""
    parts = key.split(".")
    return ((".".join(parts[:at]), words_of(part)) for at, part in enumerate(parts))


@remembered
def _switches(world: World) -> _Switches:
    found: defaultdict[tuple[int, int, str | None], set[tuple[str, Phrase]]] = defaultdict(set)
    for setting in _that_are_off(world.settings):
        above, _, leaf = setting.key.rpartition(".")
        words = words_of(leaf)
        if not _SWITCH.isdisjoint(words):
            found[_file_of(setting)].add((above, tuple(word for word in words if word not in _SWITCH)))
    return {file: frozenset(switches) for file, switches in found.items()}


def _that_are_off(settings: Iterable[Setting]) -> Iterator[Setting]:
    for setting in settings:
        if setting.value is not None and reveal(setting.value).strip().lower() in _OFF:
            yield setting


def _file_of(setting: Setting) -> tuple[int, int, str | None]:
    return id(setting.workload), id(setting.container), setting.file
