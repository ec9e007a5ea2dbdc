"""Servers that answer strangers, and those that ask everybody for a login: Redis, and what is called by http."""

from __future__ import annotations

import re

from mblint.cluster.objects import ContainerRole, Workload
from mblint.cluster.secrets import reveal
from mblint.facts.software import RunningProgram, programs_of
from mblint.facts.way.heard import reads_what_is_not_there, told_texts
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.role_table import words_of
from mblint.settings.rows import Setting
from mblint.software.conditions import Condition

REDIS = ("Redis", "Valkey", "Dragonfly")
_WANTS = regex(r"requirepass|aclfile|masterauth|^\s*user\s+\w+\s+o", re.M)
_SHUNS = ("ALLOW_EMPTY_PASSWORD",)  # of Bitnami's images: then there may be none
_ACCESS = regex(r"pass|auth|acl|user|include|\$|\.conf", re.I)
_SERVER = ("elastic", "opensearch", "search")
_LOGIN = ("pass", "token", "key", "auth", "cred", "secret", "user", "login", "cert")


def asks_everybody(world: World, server: Workload, asks_when: Condition) -> bool:
    """Whether a server is known to ask for a login: its security is on, and nothing lets in who has none."""
    programs = [one for one in programs_of(world, server) if one.told.holds(asks_when)]
    return bool(programs) and not any("anonymous" in text for text in told_texts(world, server))


def may_be_a_login(key: str) -> bool:
    """Whether a setting of this name may hold what a client logs in with: ES_AUTH, ELASTIC_API_KEY, elastic.user."""
    words = words_of(key)
    name = "_".join(words)
    of_the_server = "es" in words or any(part in name for part in _SERVER)
    return any(part in name for part in _LOGIN) and (of_the_server or len(words) <= len(("api", "key")))


def is_open(world: World, one: RunningProgram, port: int | None) -> bool:
    """Whether a Redis is known to have no password: nothing that it is told speaks of one, and all of it is in view."""
    container, server = one.container, one.workload
    ports = {each.number for each in container.ports}
    if one.running.program.name not in REDIS or container.role is not ContainerRole.MAIN:
        return False
    if (ports and port is not None and port not in ports) or not one.told.complete:
        return False
    bitnami = "bitnami" in (container.image or "")
    shunned = [setting for setting in one.told.settings if setting.key in _SHUNS]
    allowed = any(map(_is_on, shunned))
    named = any("PASSWORD" in each.key or _may_tell_one(each) for each in one.told.settings if each not in shunned)
    if named or (bitnami and not allowed) or (not bitnami and _runs_a_script(one)):
        return False
    volumes = server.pod.volumes
    unseen = any(m.volume in volumes and volumes[m.volume].kind in ("emptyDir", "csi") and "conf" in m.mount_path
                 for m in container.mounts)  # fmt: skip
    texts = told_texts(world, server)
    return not unseen and not reads_what_is_not_there(world, server) and not any(_WANTS.search(text) for text in texts)


def _may_tell_one(setting: Setting) -> bool:
    """Whether a variable of options for the server (REDIS_ARGS) may have a password or a list of users among them."""
    return "REDIS_ARGS" in setting.key and (setting.value is None or _ACCESS.search(reveal(setting.value)) is not None)


def _is_on(setting: Setting) -> bool:
    return reveal(setting.value or "").lower() in ("yes", "true", "1")


def _runs_a_script(one: RunningProgram) -> bool:
    command = one.container.command
    return command is not None and not any(
        "redis-server" in word.text or "valkey-server" in word.text for word in command
    )
