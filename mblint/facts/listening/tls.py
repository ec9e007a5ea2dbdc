"""TLS in protocols that are no HTTP (Redis, AMQP, LDAP, PostgreSQL): what the client insists on, what the server does.

The client: by its URL's scheme, or a word beside the host (`sslmode=require`), as rules/tables/tls.yaml has them. The
server: by the `listens` of its software file, where that says how TLS is switched on (`speaks: tls`, or `starttls`:
both on one port). Of a server that is not told to speak TLS nothing that it reads may so much as mention it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from mblint.cluster.objects import ContainerRole, Workload
from mblint.cluster.secrets import reveal
from mblint.facts.callers.dependencies import Found
from mblint.facts.listening.backends import Asked
from mblint.facts.software import RunningProgram, program_of, programs_of
from mblint.facts.told import told_to
from mblint.facts.way.heard import is_of_its_makers, listened_port, reads_what_is_not_there, told_texts
from mblint.facts.way.listeners import has_sidecar
from mblint.facts.way.speech import Spoken
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.rows import Setting
from mblint.settings.tables import Row, as_text, as_texts, load_table
from mblint.software.conditions import Condition
from mblint.software.images import is_among
from mblint.software.network import Listens
from mblint.software.setting_names import texts
from mblint.software.versions import within

TLS, PLAIN, EITHER = "tls", "plain", "either"
_OF_ENTRIES = {"tls": TLS, "starttls": EITHER, "tcp": PLAIN}
_SPEAKS_OF_IT = r"(?i)(?<![a-z])(?:tls|ssl)"  # rare
_HOST = regex(r"(?i)_?(?:host(?:name)?|url|uri|dsn|server|address|endpoint)$")


def tls_at(world: World, server: Workload, port: int) -> Spoken | None:
    """What a known server speaks at a port of its pods; None where nobody knows."""
    if has_sidecar(server):
        return None
    for one in programs_of(world, server):
        entries = one.running.entries(Listens) if one.container.role is not ContainerRole.INIT else ()
        if any(entry.speaks in ("tls", "starttls") for entry in entries):
            return _of_program(world, one, entries, port)
    return None


def _of_program(world: World, one: RunningProgram, entries: tuple[Listens, ...], port: int) -> Spoken | None:
    told = {entry: one.told.applies(entry) for entry in entries if entry.speaks in _OF_ENTRIES}
    if None in told.values() or one.running.undecided(Listens) or not _is_known(one, entries):
        return None
    heard = [(entry, listened_port(one, entry)) for entry, applies in told.items() if applies]
    spoken = {_OF_ENTRIES[entry.speaks] for entry, number in heard if number == port}
    if len(spoken) != 1:
        return None
    scheme, name = next(iter(spoken)), one.running.program.name
    switch = next((found for entry in entries if (found := _switch(one, entry)) is not None), None)
    elsewhere = next((number for entry, number in heard if entry.speaks == "tls" and number != port), None)
    if scheme == PLAIN and elsewhere is not None:
        return Spoken(scheme, f"{name} speaks TLS on port {elsewhere}", certain=True)
    unsure = reads_what_is_not_there(world, one.workload) or (switch is None and _mentions_it(world, one.workload))
    if scheme == PLAIN and unsure:
        return None
    if switch is not None:
        return Spoken(scheme, f"{switch.label} says so", certain=True)
    return Spoken(scheme, f"{name} does by itself, and is told nothing else", certain=False)


def _is_known(one: RunningProgram, entries: tuple[Listens, ...]) -> bool:
    """Whether the file speaks of this image: its makers' own, or one that an entry names."""
    named = (texts(entry.images) for entry in entries if entry.images)
    return is_of_its_makers(one.running) or any(is_among(one.running.image, images) for images in named)


def _mentions_it(world: World, workload: Workload) -> bool:
    return any(re.search(_SPEAKS_OF_IT, text) for text in told_texts(world, workload))


def _switch(one: RunningProgram, entry: Listens) -> Setting | None:
    """The setting that switches TLS on or off for an entry."""
    if entry.speaks not in ("tls", "starttls"):
        return None
    return next((found for name in _names(entry.when) if (found := one.told.first(name)) is not None), None)


def _names(condition: Condition | None) -> Iterator[str]:
    if condition is not None:
        yield from (condition.setting,) if isinstance(condition.setting, str) else condition.setting
        for part in (*condition.any, *condition.all):
            yield from _names(part)


# ---------------------------------------------------------------- clients


def wants(world: World, found: Found) -> Asked | None:
    """What the client insists on; None where it takes what it gets."""
    setting, scheme = found.destination.setting, found.destination.scheme
    if found.destination.hidden or setting.value is None:
        return None
    by_scheme = _by_scheme().get(scheme or "")
    if by_scheme is not None:
        return Asked(by_scheme, setting.label, setting.place, certain=True)
    for row in load_table("tls", "parameters"):
        if scheme is None or scheme in as_texts(row, "schemes"):
            said = _in_text(row, setting, reveal(setting.value)) or _beside(world, row, setting)
            if said is not None:
                value, by = said
                wanted = TLS if value in as_texts(row, "tls") else PLAIN if value in as_texts(row, "plain") else None
                if wanted is None and scheme is None:
                    continue
                word = f"{as_texts(row, 'words')[0]}={value} in {by.label}" if by is setting else f"{by.label}={value}"
                return Asked(wanted, word, by.place, certain="usual" not in row) if wanted is not None else None
    return _by_default(world, setting)


def _by_default(world: World, setting: Setting) -> Asked | None:
    """What the driver of a known program insists on, where nobody says anything."""
    one = program_of(world, setting.workload, setting.container)
    if one is None:
        return None
    for row in load_table("tls", "defaults"):
        named = row["program"] == one.running.program.name and setting.key in as_texts(row, "settings")
        versions = as_text(row, "versions")
        true = versions is None or within(versions, one.running.version)
        if named and true and one.told.is_set(as_texts(row, "unless")) is False:
            return Asked(TLS, f"{setting.label} without sslmode", setting.place, certain=True)
    return None


@cache
def _by_scheme() -> Mapping[str, str]:
    return {as_text(row, "scheme") or "": TLS if row["tls"] else PLAIN for row in load_table("tls", "schemes")}


def _in_text(row: Row, setting: Setting, text: str) -> tuple[str, Setting] | None:
    """The parameter of a URL's query, or of a connection string."""
    if text.count("://") > 1:
        return None
    for word in as_texts(row, "words"):
        match = re.search(rf"(?:^|[?&;\s]){re.escape(word)}\s*=\s*'?([\w-]+)", text)
        if match is not None:
            return match[1].lower(), setting
    return None


def _beside(world: World, row: Row, setting: Setting) -> tuple[str, Setting] | None:
    """The partner of the host's setting: DB_SSLMODE of DB_HOST."""
    stem = _HOST.sub("", setting.key)
    told = told_to(world, setting.workload, setting.container)
    if told is None or stem == setting.key:
        return None
    for end in as_texts(row, "partners"):
        for name in (f"{stem}_{end}", f"{stem}{end}"):
            partner = told.beside(setting, name)
            if partner is not None and partner.value is not None and not partner.secret:
                return reveal(partner.value).strip().lower(), partner
    return None
