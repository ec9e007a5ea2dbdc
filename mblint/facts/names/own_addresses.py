"""Settings that are called a program's public address, in programs of which nothing is known.

What FRONTEND_URL or PUBLIC_URL says (rules/tables/own-addresses.yaml) is for browsers. Where it says localhost, and a
route of the view brings browsers to the container from another host, its links lead them to their own machine.
"""

from __future__ import annotations

from collections.abc import Container as Group
from collections.abc import Iterator
from functools import cache
from itertools import groupby, islice
from urllib.parse import urlsplit

from mblint.cluster.objects import Container, ContainerRole, Workload
from mblint.cluster.secrets import SHOWN, reveal
from mblint.facts.names.host_rows import PublicAddress
from mblint.facts.rows import Related
from mblint.facts.way.host_names import address_of, is_loopback, means_loopback
from mblint.facts.way.served import ServedHost, hosts_of
from mblint.facts.world import World
from mblint.settings.names import Origin
from mblint.settings.role_table import Phrase, words_of
from mblint.settings.rows import Setting
from mblint.settings.tables import load_words


def addresses_by_name(world: World, known: Group[int]) -> Iterator[PublicAddress]:
    """At most one row for each container that is not among the known ones (by `id()`): the first such setting."""
    for _, group in groupby(world.settings, key=lambda one: id(one.container)):
        meant = [setting for setting in group if setting.origin is Origin.ENV and _is_public(words_of(setting.key))]
        if not meant or id(meant[0].container) in known or meant[0].container.role is ContainerRole.INIT:
            continue
        served = hosts_of(world, meant[0].workload, meant[0].container) if meant[0].workload.lasting else ()
        if served and not any(this_machine(one.host.text) for one in served):
            yield from islice((row for setting in meant for row in _row(setting, served)), 1)


def this_machine(host: str) -> bool:
    """Whether a host is the machine of whoever asks for it."""
    address = address_of(host)
    return is_loopback(address) if address is not None else means_loopback(host)


def _row(setting: Setting, served: tuple[ServedHost, ...]) -> Iterator[PublicAddress]:
    text = "" if setting.value is None or setting.guessed else reveal(setting.value).strip().strip("\"'")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return
    if parts.scheme not in ("http", "https") or not host:
        return
    if not this_machine(host) or not _is_its_own(setting.workload, setting.container, port):
        return
    yield PublicAddress(
        object=setting.workload.id,
        container=setting.container.name,
        place=setting.place,
        related=tuple(
            Related(f"{one.route.id.kind} {one.route.id.name} leads to it from {one.host.text}", one.host.place)
            for one in served[:2]
        ),
        linted=setting.workload.linted,
        software="a program of which nothing is known",
        settings=setting.label,
        value=SHOWN if setting.secret else text,
        hosts=tuple(dict.fromkeys(one.host.text for one in served)),
        otherwise="its links lead users there",
        verdict="loopback",
        by_name=True,
        says=f"says {SHOWN if setting.secret else text}, which is the browser's own machine",
    )


def _is_its_own(workload: Workload, container: Container, port: int | None) -> bool:
    """Whether no other container of the pod is meant, which the pod may call by that address."""
    beside = [each for each in workload.pod.containers if each.role is not ContainerRole.INIT]
    return len(beside) == 1 or port in [each.number for each in container.ports]


@cache
def _names() -> frozenset[Phrase]:
    return frozenset(tuple(name.split()) for name in load_words("own-addresses", "names"))


def _is_public(words: Phrase) -> bool:
    if not load_words("own-addresses", "other").isdisjoint(words):
        return False
    return any(words[-len(name) :] == name for name in _names())
