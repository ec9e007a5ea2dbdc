"""Redis Sentinel: the masters that it knows, whether it wants a password of its own, and what its clients tell it.

Sentinel is told all by a file (`sentinel monitor NAME HOST PORT QUORUM`, `requirepass`), which Bitnami's image writes
itself. A client names the master, logs in to Sentinel with one password, and to the master with another.
Source: https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/;
https://github.com/bitnami/containers/blob/main/bitnami/redis-sentinel/README.md
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from mblint.cluster.objects import Container, ContainerRole, Workload
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import SecretText, Text, reveal
from mblint.facts.credentials.told import known
from mblint.facts.told import settings_of
from mblint.facts.way.heard import reads_what_is_not_there
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.settings.mounted_files import mounted_files
from mblint.settings.names import Origin
from mblint.settings.rows import Setting

_NAMES = ("redis", "valkey", "sentinel")
# Rarely asked for, so they are compiled when they are.
_STARTS = r"redis-sentinel|valkey-sentinel|--sentinel\b"
_MONITORS = r"\bsentinel[ \t]+monitor[ \t]+([\w.${}\"'-]+)[ \t]+\S+[ \t]+\S+[ \t]+\S+"
_WANTS = r"(?m)^[ \t]*(?:requirepass|user|aclfile|include)\b"
_PASSWORD = r"(?m)^[ \t]*requirepass[ \t]+[\"']?([^\s\"']+)"
_OF_MASTERS = r"\bsentinel[ \t]+auth-pass[ \t]+\S+[ \t]+\S"
_MAY_WANT = r"requirepass|aclfile|include\s"
_USUAL = "mymaster"  # of Bitnami's image


class Master(Struct, frozen=True, eq=False):
    """A master that a Sentinel watches, and where something says so."""

    name: Text
    place: Place
    said_by: str


class Sentinel(Struct, frozen=True, eq=False):
    """A container that runs Sentinel. `masters`: None where a part of what it is told is not known.

    `asks`: whether it wants a password, None where that is not known; `given`: what says so, with its place; `value`:
    that password, compared and never shown. `of_masters`: what says that the masters want one.
    """

    workload: Workload
    container: Container
    masters: tuple[Master, ...] | None
    asks: bool | None
    given: str
    place: Place
    value: SecretText | None = None
    of_masters: str = ""


class _Said(Struct, frozen=True, eq=False):
    """A text that the pod is told: a file of an object, or a word of a command."""

    text: Text
    place: Place
    said_by: str
    file: bool


@remembered
def sentinels(world: World) -> Mapping[int, tuple[Sentinel, ...]]:
    """The Sentinels of the view, by the identity of their workload."""
    found: dict[int, list[Sentinel]] = {}
    for workload in world.cluster.workloads:
        for container in workload.pod.containers if workload.lasting else ():
            if container.role is ContainerRole.MAIN and _is_sentinel(container):
                found.setdefault(id(workload), []).append(_sentinel(world, workload, container))
    return {key: tuple(each) for key, each in found.items()}


def _is_sentinel(container: Container) -> bool:
    image = _image(container)
    if not any(name in image for name in _NAMES):
        return False
    return image.endswith("-sentinel") or any(re.search(_STARTS, word.text) for word in container.words)


def _image(container: Container) -> str:
    return (container.image or "").partition("@")[0].rpartition("/")[2].partition(":")[0]


def _sentinel(world: World, workload: Workload, container: Container) -> Sentinel:
    variables = {each.key: each for each in settings_of(world, workload, container) if each.origin is Origin.ENV}
    said = list(_said(world, workload))
    unread = reads_what_is_not_there(world, workload)
    masters = None if unread else _masters(container, said, variables.get("REDIS_MASTER_SET"))
    of_masters = next((each.said_by for each in said if re.search(_OF_MASTERS, reveal(each.text))), "")
    own = variables.get("REDIS_SENTINEL_PASSWORD")
    if own is not None and (own.value is None or reveal(own.value)):
        return Sentinel(workload, container, masters, True, own.label, own.place, known(own.value), of_masters)
    for each in said:
        if each.file and re.search(_MONITORS, reveal(each.text)) and re.search(_WANTS, reveal(each.text)):
            wanted = re.search(_PASSWORD, reveal(each.text))
            value = known(SecretText(wanted[1])) if wanted is not None else None
            return Sentinel(workload, container, masters, True, each.said_by, each.place, value, of_masters)
    doubtful = unread or any(re.search(_MAY_WANT, reveal(each.text)) for each in said)
    return Sentinel(workload, container, masters, None if doubtful else False, "", container.place, None, of_masters)


def _said(world: World, workload: Workload) -> Iterator[_Said]:
    """All texts of the pod: many an init container copies the file of Sentinel, or writes it."""
    for container in workload.pod.containers:
        for word in container.words:
            yield _Said(word.text, word.place, f"the command of {container.name}", file=False)
        for file in mounted_files(world.cluster, workload, container):
            if file.entry.text is not None:
                yield _Said(file.entry.text, file.entry.place, file.path, file=True)


def _masters(container: Container, said: Sequence[_Said], named: Setting | None) -> tuple[Master, ...] | None:
    found: dict[str, Master] = {}
    for each in said:
        for match in re.finditer(_MONITORS, reveal(each.text)):
            name = match[1].strip("\"'")
            text: Text = SecretText(name) if isinstance(each.text, SecretText) else name
            found.setdefault(name, Master(text, each.place, each.said_by))
    if not found and "bitnami" in (container.image or "") and _image(container).endswith("-sentinel"):
        if named is None:
            return (Master(_USUAL, container.place, "its default"),)
        return None if named.value is None else (Master(named.value, named.place, named.label),)
    return None if not found or any("$" in name for name in found) else tuple(found.values())
