"""What a program with routes is told of its own address, and whether it needs to be told.

A setting may be made of others: `%(protocol)s://%(domain)s/` of Grafana. Which those are, its file says (`made-of`).
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from mblint.cluster.objects import ObjectId
from mblint.cluster.secrets import SHOWN, reveal, unquoted
from mblint.facts.edits.slips import differ_by_a_slip
from mblint.facts.names.address_names import is_client_id
from mblint.facts.names.this_machine import this_machine
from mblint.facts.relations import relations
from mblint.facts.software import RunningProgram, program_of
from mblint.facts.way.heard import listened_port
from mblint.facts.way.host_names import address_of, is_inside
from mblint.facts.way.served import ServedHost, served_hosts
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.names import Origin
from mblint.settings.programs import ProgramSettings
from mblint.settings.rows import Setting
from mblint.software.network import Listens, PublicUrl
from mblint.software.setting_names import Form, setting_names
from mblint.urls import split_url

_FILLED = regex(r"\{([^{}]+)\}")


class Told(Struct, frozen=True, eq=False):
    """A program with routes, an entry of its file, and the setting that tells it its address (None: not set).

    `front`: the workload of its application that the routes lead to, where that is another one.
    """

    program: RunningProgram
    entry: PublicUrl
    setting: Setting | None
    served: tuple[ServedHost, ...]
    front: ObjectId | None = None

    @property
    def text(self) -> str:
        """What the setting says, with the other settings that it is made of; empty where it is not known."""
        if self.setting is None or self.setting.value is None:
            return ""
        text = unquoted(self.setting.value)
        for mark, part in self.entry.made_of.items():
            if mark in text:
                other = self.program.told.first(part.setting)
                said = part.default if other is None else other.value and reveal(other.value).strip()
                text = text.replace(mark, said) if said else text
        return self._one_of(text.split(self.entry.separator)) if self.entry.separator else text

    def _one_of(self, addresses: Sequence[str]) -> str:
        """Of several addresses one that a route serves; else the first that is no address of a machine, nor a name
        of the cluster."""
        parted = [(each.strip(), _host_of(each.strip())) for each in addresses]
        served = {one.host.text for one in self.served}
        public = (text for text, host in parted if "." in host and address_of(host) is None and not is_inside(host))
        return next((text for text, host in parted if host in served), next(public, ""))

    @property
    def default(self) -> str | None:
        """What the program takes where nobody tells it, with the other settings that this is made of (`{NAME}`);
        empty where one of them is not known."""
        text = self.entry.default
        for part in _FILLED.findall(text or ""):
            other = self.program.told.first((part,))
            said = "" if other is None or other.value is None else reveal(other.value).strip()
            if not said or text is None:
                return ""
            text = text.replace(f"{{{part}}}", said)
        return text

    @property
    def written(self) -> str:
        """The setting's own text, for messages."""
        if self.setting is None or self.setting.value is None:
            return ""
        return SHOWN if self.setting.secret else reveal(self.setting.value).strip()

    @property
    def shown(self) -> str:
        """What messages say of it: its text, and what that comes to."""
        if self.entry.separator and self.written != SHOWN:
            return self.text
        is_made = self.written != SHOWN and self.text != self.written.strip("\"'")
        return f"{self.written}, which is {self.text}" if is_made else self.written

    @property
    def hosts(self) -> tuple[str, ...]:
        """Those of its routes."""
        return tuple(dict.fromkeys(one.host.text for one in self.served))

    @property
    def called(self) -> str:
        """What the routes lead to, for messages: "it", or what stands before it."""
        return "it" if self.front is None else f"{self.front.kind} {self.front.name} before it"

    @property
    def ways(self) -> str:
        """A clause that says by which hosts users come."""
        return f"{', '.join(self.hosts[:3])} lead{'s' if len(self.hosts) == 1 else ''} to {self.called}"


def _host_of(url: str) -> str:
    return split_url(url if "://" in url else f"//{url}").hostname or ""


def own_addresses(world: World, told: ProgramSettings) -> frozenset[str]:
    """The labels of the settings by which a container's program is told its address, where its file says which."""
    program = program_of(world, told.workload, told.container)
    entries = program.running.entries(PublicUrl) if program is not None else ()
    return frozenset(setting.label for entry in entries for setting in told.all_of(entry.setting))


def misspelt_setting(told: Told) -> Setting | None:
    """A setting that has nearly the name, in the file or environment where it would stand; None for several."""
    found: dict[str, Setting] = {}
    known = told.program.running.program.names
    for name in setting_names(told.entry.setting):
        for setting in told.program.told.settings:
            in_a_file = setting.origin is Origin.FILE
            alike = in_a_file if name.form is Form.PATH else setting.origin is Origin.ENV
            if alike and setting.key not in known and setting.value and differ_by_a_slip(setting.key, name.key):
                found[setting.label] = setting
    return next(iter(found.values())) if len(found) == 1 else None


def is_needed(world: World, told: Told) -> bool:
    """Whether something breaks where the program is not told it."""
    when = told.entry.needed_when
    if when == "apart":
        return _comes_apart(told)
    return when in ("route", "always") or (when == "oidc" and logs_in(world, told))


def logs_in(world: World, told: Told) -> bool:
    """Whether the program sends browsers to a provider: it is told one, or a client's id at one that it knows."""
    settings = told.program.told.settings
    if any(is_client_id(each.key) and (each.value is None or reveal(each.value).strip()) for each in settings):
        return True
    return any(
        relation.container is told.program.container
        and relation.used
        and not relation.library.provider
        and (relation.all("authorization") or relation.all("issuer") or relation.all("discovery"))
        for relation in relations(world)
    )


def works_so(world: World, told: Told) -> bool:
    """Whether it needs its address for logins alone, has none, and takes this machine for its own by itself."""
    entry = told.entry
    own = split_url(entry.default or "").hostname
    return entry.needed_when == "oidc" and own is not None and this_machine(own) and not logs_in(world, told)


def opens_parts(world: World, told: Told, host: str) -> bool:
    """Whether routes lead several paths of a host straight to it, and not the rest: /realms/ and /resources/."""
    straight = served_hosts(world, told.program.workload)
    return len({one.path for one in straight if one.host.text == host}) > 1


def strays(told: Told, host: str) -> tuple[int, int] | None:
    """The port to which the routes of a host lead, and the one where it has to land; None where it lands there."""
    program = told.program
    named = (one for one in program.running.entries(Listens) if one.name == told.entry.lands)
    ports = {listened_port(program, one) for one in named if program.told.applies(one) is True} - {0}
    here = [one for one in told.served if one.host.text == host]
    come = {one.number(program.container) for one in here}
    numbers = sorted(port for port in come if isinstance(port, int))
    by_others = told.front is not None or any(one.by is not None for one in here)
    if len(ports) != 1 or not come or by_others or len(numbers) != len(come) or ports & come:
        return None
    return numbers[0], ports.pop()


def _comes_apart(told: Told) -> bool:
    """Whether some hosts lead to the one port of the program, and others, none of them the same, to another of its."""
    program = told.program
    entries = [one for one in program.running.entries(Listens) if one.name == told.entry.beside]
    ports = {listened_port(program, one) for one in entries if program.told.applies(one) is True}
    by_port = [(one.number(program.container), one.host.text) for one in told.served]
    here = {host for port, host in by_port if port in ports}
    apart = {host for port, host in by_port if port not in ports and isinstance(port, int)}
    return bool(here and apart) and here.isdisjoint(apart)
