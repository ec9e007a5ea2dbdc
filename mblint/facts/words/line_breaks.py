"""Variables whose value ends in a line break that nobody meant: `echo secret | base64`, or `|` where `|-` was meant.

The kubelet takes the value of a key as it is, so the break becomes a part of the URL, the host, the name or the
password. Whether a program bears that depends on it: a URL, a host and a port have none in them, a name is another one.
A password that two workloads read from the same key is the same for both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from mblint.cluster.objects import KeyRef, ObjectId
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import reveal
from mblint.facts.words.rows import LineBreak
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.names import Origin
from mblint.settings.rows import Setting

_ADDRESS = regex(
    r"(?:^|_)(?:URL|URI|DSN|HOST|HOSTNAME|PORT|ENDPOINT|ADDRESS|ADDR|SERVER|BUCKET|REGION|DOMAIN|DATABASE|DBNAME|DB_NAME"
    r"|USER|USERNAME|LOGIN|CLIENT_ID)$"
)
_PASSWORD = regex(
    r"(?:^|_)(?:PASSWORD|PASSWD|PASS|PWD|TOKEN|API_KEY|APIKEY|ACCESS_KEY|SECRET_ACCESS_KEY|CLIENT_SECRET)$"
)
_LONGEST = 2048  # characters of what is no document


def line_breaks(world: World) -> Iterator[LineBreak]:
    """A row for each such variable."""
    for setting in world.settings:
        if setting.origin is Origin.ENV and setting.value is not None and _ends_in_a_break(reveal(setting.value)):
            verdict = _verdict(world, setting)
            if verdict is not None:
                yield _row(setting, verdict)


def _ends_in_a_break(text: str) -> bool:
    inner = text.rstrip("\r\n")
    return inner != text and bool(inner.strip()) and "\n" not in inner and len(inner) <= _LONGEST


def _verdict(world: World, setting: Setting) -> str | None:
    name = setting.key.upper()
    if _ADDRESS.search(name):
        return "address"
    if _PASSWORD.search(name):
        readers = _readers(world).get(_key(setting)) if setting.key_ref is not None else None
        return "password" if readers is None or len(readers) < 2 else "shared"
    return None


def _key(setting: Setting) -> tuple[str, str, str, str]:
    ref = setting.key_ref or KeyRef("", "", "", False, setting.place)
    return (setting.workload.id.namespace, ref.kind, ref.name, ref.key)


@remembered
def _readers(world: World) -> Mapping[tuple[str, str, str, str], set[ObjectId]]:
    """The workloads that read each key into a variable."""
    found: defaultdict[tuple[str, str, str, str], set[ObjectId]] = defaultdict(set)
    for setting in world.settings:
        if setting.origin is Origin.ENV and setting.key_ref is not None:
            found[_key(setting)].add(setting.workload.id)
    return found


def _row(setting: Setting, verdict: str) -> LineBreak:
    ref = setting.key_ref
    return LineBreak(
        object=setting.workload.id,
        container=setting.container.name,
        place=setting.place,
        linted=setting.workload.linted,
        setting=setting.key,
        stands_in=f"key {ref.key} of {ref.kind} {ref.name}" if ref is not None else "its value",
        verdict=verdict,
    )
