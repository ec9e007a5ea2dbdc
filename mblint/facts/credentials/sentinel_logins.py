"""Clients of Redis Sentinel that do not log in to it as it wants, or not to the master that it leads them to.

Sentinel's password is another setting than Redis's: a client that has none is told NOAUTH, and one that sends one to a
Sentinel without is refused as well. Nothing is said where the pod may know more than its settings tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mblint.cluster.objects import ContainerRole
from mblint.cluster.secrets import SecretText, reveal
from mblint.facts.callers.dependencies import Found, find
from mblint.facts.callers.settings import is_certain
from mblint.facts.credentials.rows import PasswordUse
from mblint.facts.credentials.sentinels import Sentinel, sentinels
from mblint.facts.credentials.servers import ports_of
from mblint.facts.rows import Related
from mblint.facts.told import settings_of
from mblint.facts.way.heard import reads_what_is_not_there
from mblint.facts.world import World
from mblint.settings.names import Origin
from mblint.settings.role_table import words_of
from mblint.settings.rows import Setting

_SENTINEL = frozenset(("sentinel", "sentinels"))
_PASSWORDS = frozenset(("password", "passwd", "pass", "pwd", "auth"))


def sentinel_password_uses(world: World) -> Iterator[tuple[PasswordUse, Setting]]:
    """A row for each setting that leads to a Sentinel of which the view says whether it asks for a password."""
    known = sentinels(world)
    for found in find(world) if known else ():
        server, setting = found.reached.server, found.destination.setting
        if server is None or setting.workload is server or found.reached.beside:
            continue
        if _SENTINEL.isdisjoint(words_of(setting.key)) or setting.container.role is ContainerRole.INIT:
            continue
        for sentinel in known.get(id(server), ()):
            ports = ports_of(sentinel.workload, sentinel.container)
            if ports and found.reached.pod_port not in ports:
                continue
            if sentinel.asks is not None:
                yield _row(world, found, sentinel), setting
            if sentinel.of_masters and not _may_log_in(world, setting):
                yield _of_master(found, sentinel), setting


def _row(world: World, found: Found, sentinel: Sentinel) -> PasswordUse:
    setting, server = found.destination.setting, sentinel.workload
    every = settings_of(world, setting.workload, setting.container)
    sent = [each for each in every if _is_its_password(each)]
    verdict, reason = _judged(world, setting, every, sent, sentinel)
    given = Related(f"{server.id.kind} {server.id.name} is given its password here", sentinel.place, server.id)
    return PasswordUse(
        object=setting.workload.id,
        container=setting.container.name,
        place=sent[0].place if verdict == "needless" else setting.place,
        related=(given,) if sentinel.asks else (),
        linted=setting.workload.linted,
        client=f"{setting.workload.id.kind} {setting.workload.id.name}",
        server=f"{server.id.kind} {server.id.name}",
        product="Redis Sentinel",
        settings=sent[0].label if verdict == "needless" else setting.label,
        host=found.destination.host,
        given=sentinel.given or None,
        brings="without a password" if sentinel.asks else "with a password",
        has=f"asks for one: {sentinel.given}" if sentinel.asks else "has none",
        by_url=False,
        certain=is_certain(found.destination),
        verdict=verdict,
        reason=reason,
    )


def _may_log_in(world: World, setting: Setting) -> bool:
    """Whether the client of a Sentinel may have the password of the master that it is led to."""
    every = settings_of(world, setting.workload, setting.container)
    named = [
        each for each in every if not _PASSWORDS.isdisjoint(words_of(each.key)[-2:]) and not _is_its_password(each)
    ]
    told = any(each.value is None or reveal(each.value).strip() for each in named)
    unseen = bool(setting.container.mounts) or reads_what_is_not_there(world, setting.workload)
    return told or unseen or "@" in reveal(setting.value or "")


def _of_master(found: Found, sentinel: Sentinel) -> PasswordUse:
    setting, server = found.destination.setting, sentinel.workload
    return PasswordUse(
        object=setting.workload.id,
        container=setting.container.name,
        place=setting.place,
        linted=setting.workload.linted,
        client=f"{setting.workload.id.kind} {setting.workload.id.name}",
        server=f"{server.id.kind} {server.id.name}",
        product="the master",
        settings=setting.label,
        host=found.destination.host,
        given=f"auth-pass in {sentinel.of_masters}",
        brings="without a password",
        has=f"asks for one: auth-pass in {sentinel.of_masters}",
        by_url=False,
        certain=is_certain(found.destination),
        verdict="no-password",
    )


def _is_its_password(setting: Setting) -> bool:
    words = words_of(setting.key)
    named = not _SENTINEL.isdisjoint(words) and not _PASSWORDS.isdisjoint(words[-2:])
    return named and (setting.value is None or bool(reveal(setting.value).strip()))


def _judged(
    world: World, setting: Setting, every: Sequence[Setting], sent: Sequence[Setting], sentinel: Sentinel
) -> tuple[str, str | None]:
    if not sentinel.asks:
        if not sent:
            return "fits", None
        unknown = any(each.value is None or each.origin is not Origin.ENV for each in sent)
        return ("unknown", "what it sends is not in the view") if unknown else ("needless", None)
    if sent:
        return "fits", None
    if reads_what_is_not_there(world, setting.workload):
        return "unknown", "a part of what it is told is not in the view"
    if "@" in reveal(setting.value or "") or setting.container.mounts:
        return "unknown", "its address or a file may hold it"
    for each in every:
        is_password = not _PASSWORDS.isdisjoint(words_of(each.key)[-2:])
        if is_password and (each.value is None or sentinel.value in (None, SecretText(reveal(each.value)))):
            return "unknown", f"{each.label} may be for both"
    return "no-password", None
