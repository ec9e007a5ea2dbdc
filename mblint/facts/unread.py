"""Variables and files that look as if they named a host, and of which no reader made anything: the ceiling of what can
be judged.

What looks like a host is found in the text alone, whatever its format: URLs, `host:port`, and the full names of
Services. It is unread where no setting of the same variable or file, of which is known what software does with it,
names that host. A workload's own Service is nobody it calls, and what nginx calls an upstream is no host.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from mblint.cluster.objects import Container, Workload
from mblint.cluster.secrets import SHOWN, SecretText, Text, reveal
from mblint.cluster.services import services_of
from mblint.facts.rows import Unread
from mblint.facts.told import told_to
from mblint.facts.way.endpoints import endpoints
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.regex import regex
from mblint.settings.by_container import ContainerSettings
from mblint.settings.formats.by_name import LARGEST
from mblint.settings.mounted_files import mounted_files
from mblint.settings.names import Origin, Role
from mblint.settings.rows import Setting

_NAME = r"[A-Za-z0-9](?:[\w-]*[A-Za-z0-9])?"
_HOST = rf"{_NAME}(?:\.{_NAME})*"
_IN_PLACE = regex(
    rf"://(?:[^\s/@\"'<>]*@)?(?P<url>{_HOST})(?=[:/\s\"',;?$)\]}}<]|$)"
    rf"|(?<![\w./@:-])(?P<port>[A-Za-z]{_HOST}|{_NAME}\.{_HOST}):\d{{2,5}}(?![\w.:-])"
    rf"|(?<![\w./@-])(?P<full>{_NAME}\.{_NAME}\.svc(?:\.{_NAME})*)(?![\w-])"
)
_COMMENTS = regex(r"^\s*(?:#|//|;|--\s|\*)[^\n]*$|/\*.*?\*/|<!--.*?-->", re.M | re.S)
_UPSTREAM = regex(r"^\s*upstream\s+([\w.-]+)\s*\{", re.M)
_LOOPBACK = regex(r"(?:localhost|127[\d.]*|0\.0\.0\.0)$")
_MOST = 8  # hosts that one row names


def unread(world: World) -> Iterator[Unread]:
    """Every such variable and file, in the order of the workloads and their containers."""
    for workload in world.cluster.workloads:
        own = frozenset(service.id.name for service in services_of(world.cluster, workload))
        for container in workload.pod.containers:
            settings = told_to(world, workload, container)
            rows = (*_of_variables(workload, container, settings), *_of_files(world, workload, container, settings))
            for row in rows:
                others = tuple(host for host in row.hosts if own.isdisjoint(host.split(".")[:2]))
                if others:
                    yield replace(row, hosts=others)


def _of_variables(workload: Workload, container: Container, told: ContainerSettings | None) -> Iterator[Unread]:
    by_variable: defaultdict[str, list[Setting]] = defaultdict(list)
    for setting in () if told is None else told.settings:
        if setting.origin is Origin.ENV:
            by_variable[re.split(r"[ \[]", setting.key, maxsplit=1)[0]].append(setting)
    for name, settings in by_variable.items():
        whole = next((setting for setting in settings if setting.key == name), None)
        parts = [setting for key, of in by_variable.items() if key.startswith(f"{name}.") for setting in of]
        if whole is not None and whole.value is not None and not parts:
            yield from _row(workload, container, name, whole.value, whole.place, settings)


def _of_files(
    world: World, workload: Workload, container: Container, told: ContainerSettings | None
) -> Iterator[Unread]:
    by_file: defaultdict[str | None, list[Setting]] = defaultdict(list)
    for setting in () if told is None else told.settings:
        by_file[setting.file].append(setting)
    for file in mounted_files(world.cluster, workload, container):
        text = file.entry.text
        if text is not None and (place := file.entry.place) is not None:
            yield from _row(workload, container, file.path, text, place, by_file.get(file.path, []))


def _row(
    workload: Workload, container: Container, source: str, text: Text, place: Place, settings: list[Setting]
) -> Iterator[Unread]:
    seen = _hosts(reveal(text))
    if not seen:
        return
    known = _named_by(settings)
    left = tuple(host for host in seen if host not in known)
    if left:
        shown = (SHOWN,) if isinstance(text, SecretText) else left[:_MOST]
        yield Unread(
            object=workload.id,
            container=container.name,
            place=place,
            linted=workload.linted,
            source=source,
            hosts=shown,
            reason=_reason(source, reveal(text), left, settings),
        )


def _hosts(text: str) -> tuple[str, ...]:
    """What stands in a text as a host, each once."""
    if len(text) > LARGEST:
        text = text[:LARGEST]
    found: Mapping[str, None] = dict.fromkeys(
        (match["url"] or match["port"] or match["full"]).lower()
        for match in _IN_PLACE.finditer(_COMMENTS.sub("", text))
    )
    upstreams = _UPSTREAM.findall(text)
    return tuple(host for host in found if not _LOOPBACK.match(host) and host not in upstreams)


def _named_by(settings: list[Setting]) -> frozenset[str]:
    """The hosts in settings of which is known what software does with them."""
    return frozenset(
        endpoint.host.lower()
        for setting in settings
        if setting.role is not Role.UNKNOWN and setting.value is not None
        for endpoint in endpoints(reveal(setting.value))
    ) | frozenset(
        host
        for setting in settings
        if setting.role is not Role.UNKNOWN and setting.role is not Role.CALLS and setting.value is not None
        for host in _hosts(reveal(setting.value))
    )


def _reason(source: str, text: str, left: tuple[str, ...], settings: list[Setting]) -> str:
    holding = [
        setting.key
        for setting in settings
        if setting.value is not None and any(host in reveal(setting.value).lower() for host in left)
    ]
    if holding:
        return f"nothing says what software does with {holding[0]}"
    if len(text) > LARGEST:
        return "the file is longer than what is read"
    if settings:
        return "it stands where the reader of this format does not look"
    return f"nothing is read from {source.rpartition('/')[2]}"
