"""Where a container binds: the address and port that its settings name, or that its server takes by itself.

The names of settings and the servers are `rules/tables/binds.yaml`; what known software is told, its own file says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from mblint.cluster.objects import Container, Workload
from mblint.cluster.secrets import reveal
from mblint.facts.listening.servers import Address, Server, addresses, names, server_of
from mblint.facts.runs.commands import Program
from mblint.facts.runs.run import Run, run_of
from mblint.facts.software import RunningProgram
from mblint.facts.way.heard import is_of_its_makers, listened_port, reads_what_is_not_there
from mblint.facts.way.host_names import literal_address
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.regex import regex
from mblint.settings.by_container import ContainerSettings
from mblint.settings.names import Origin
from mblint.settings.rows import Setting
from mblint.software.network import Listens

_ADDRESS = regex(r"(?:\w+://)?(\[[0-9a-fA-F:.%]+\]|[^\s:/\[\]]*|[0-9a-fA-F]*:[0-9a-fA-F:]+)(?::(\d{1,5}))?/?")
_SEPARATORS = regex(r"[\s,;]+")
_BRANCHES = frozenset(("if", "[", "[[", "test", "case", "elif", "else"))


class Bound(Struct, frozen=True):
    """One port that a container binds, and to what. `by`: who says so; `said`: that it is said, and no default.

    `place`: of the text that says it, with the address as it stands there; of the container for a default.
    """

    address: str
    port: int
    by: str
    place: Place
    said: bool
    otherwise: str | None = None  # what would be written instead: "--host 0.0.0.0"

    @property
    def is_loopback(self) -> bool:
        """Whether all of the addresses lead to the pod itself alone."""
        hosts = [one[1] for part in _SEPARATORS.split(self.address.strip()) if part and (one := _parts(part))]
        return bool(hosts) and all(_is_loopback(host) for host in hosts)


def bound_by_settings(told: ContainerSettings) -> Iterator[Bound]:
    """What settings say that any program may have."""
    for setting in told.settings:
        row = (
            None if setting.origin is Origin.FILE or setting.guessed or setting.secret else addresses().get(setting.key)
        )
        if row is None or setting.value is None:
            continue
        text = reveal(setting.value).strip()
        port = _port_in(text) or _partner(told, setting, row)
        if port:
            yield Bound(text, port, _says(setting, text), setting.place, True)


class Served(Struct, frozen=True):
    """The port of the server that a command starts. `told`: the command says it, and it is no default."""

    program: str
    port: int
    told: bool


def served_by_command(world: World, workload: Workload, container: Container, told: Sequence[Setting]) -> Served | None:
    """The port of the server with which a container's command ends; None where it runs others beside it."""
    run, known = _run(world, workload, container, told)
    program = run.programs[-1] if run is not None and run.programs and not run.at_once else None
    server = server_of(program) if program is not None else None
    if program is None or server is None or any(program.gives(option) for option in server.unless):
        return None
    says = _says_of(program, server, known)
    named = bool(server.port_options) and program.option(server.port_options) is not None
    if says is None and not named and (server.by_itself is None or reads_what_is_not_there(world, workload)):
        return None
    text = "" if says is None else says.text
    if text is None:
        return None
    port = int(text) if server.positional and text.isdecimal() else _port(program, server, known, text)
    return Served(program.name, port, named or _port_in(text) is not None) if port else None


def _run(
    world: World, workload: Workload, container: Container, told: Sequence[Setting]
) -> tuple[Run | None, Mapping[str, Setting]]:
    """What the command runs, and the variables that it knows; no run where it starts no server of the table."""
    variables = [setting for setting in told if setting.origin is Origin.ENV]
    known = {one.key: one for one in variables}
    if not any(name in word.text for word in container.words for name in names()):
        return None, known
    run = run_of(world, workload, container)
    if any(program.name in _BRANCHES for program in run.programs):
        return None, known  # which of its branches runs is not known
    return run, known


def bound_by_commands(
    world: World, workload: Workload, container: Container, told: Sequence[Setting]
) -> Iterator[Bound]:
    """What the servers say that a container's command starts, or take by themselves."""
    run, known = _run(world, workload, container, told)
    words = [word.text for word in container.words]
    through_entrypoint = container.command is None or any("entrypoint" in word for word in words)
    for program in run.programs if run is not None else ():
        server = server_of(program)
        if server is None or any(program.gives(option) for option in server.unless):
            continue
        says = _says_of(program, server, known)
        if says is not None:
            yield from _told(program, server, known, says)
        elif not reads_what_is_not_there(world, workload) and not (server.entrypoint and through_entrypoint):
            yield from _by_itself(program, server, known, container)


def bound_by_software(one: RunningProgram) -> Iterator[Bound]:
    """What known software is told, by the settings that its file names."""
    for entry in one.running.entries(Listens):
        if one.told.applies(entry) is not True:
            continue
        port = listened_port(one, entry)
        names = entry.address or (entry.setting if entry.form != "port" else ())
        setting = one.told.first(names) if names else None
        if setting is not None and setting.value is not None and not setting.secret and port:
            text = reveal(setting.value).strip()
            yield Bound(text, port, _says(setting, text), setting.place, True)
        elif setting is None and port and _is_local(one, entry):
            by = f"{one.running.program.name} does so where nobody tells it an address"
            yield Bound("127.0.0.1", port, by, one.container.place, False)


def _is_local(one: RunningProgram, entry: Listens) -> bool:
    """Whether it is started as its makers do, and takes the loopback address then."""
    as_its_makers_do = one.container.command is None and is_of_its_makers(one.running)
    return as_its_makers_do and entry.local is not None and one.told.holds(entry.local) is True


# ---------------------------------------------------------------- servers


class _Says(Struct, frozen=True):
    """What says the address of a server, in words, and the address; None where that is not known."""

    text: str | None
    place: Place
    by: str


def _says_of(program: Program, server: Server, known: Mapping[str, Setting]) -> _Says | None:
    told = program.option(server.address_options) if server.address_options else None
    if told is None and server.positional:
        named = [word for word in program.arguments if not word.plain.startswith("-")][bool(server.subcommand) :]
        told = named[0] if named else None
    if told is not None:
        text = None if told.text is None else told.plain
        return _Says(text, told.place, f"{program.name} is told {text}")
    for name in server.address_variables:
        if name in known:
            setting = known[name]
            text = None if setting.value is None or setting.secret else reveal(setting.value)
            return _Says(text, setting.place, f"{name} says {text}")
    return None


def _told(program: Program, server: Server, known: Mapping[str, Setting], says: _Says) -> Iterator[Bound]:
    if says.text is None:
        return
    only_a_port = server.positional and says.text.isdecimal()
    port = int(says.text) if only_a_port else _port(program, server, known, says.text)
    if only_a_port and server.by_itself:
        yield Bound(server.by_itself, port, _default(program, server), says.place, False, f"0.0.0.0:{port}")
    elif port:
        yield Bound(says.text, port, says.by, says.place, True)


def _by_itself(program: Program, server: Server, known: Mapping[str, Setting], container: Container) -> Iterator[Bound]:
    port = _port(program, server, known, "")
    if server.by_itself and port:
        option = next((name for name in server.address_options if name.startswith("--")), None)
        instead = f"{option} 0.0.0.0" if option is not None else f"{' '.join(server.subcommand)} 0.0.0.0:{port}"
        yield Bound(server.by_itself, port, _default(program, server), container.place, False, instead)


def _default(program: Program, server: Server) -> str:
    return f"{program.name} listens on {server.by_itself} unless it is told otherwise"


def _port(program: Program, server: Server, known: Mapping[str, Setting], address: str) -> int:
    """The port of a server; 0 where it is not known."""
    told = program.option(server.port_options) if server.port_options else None
    if told is not None:
        return int(told.plain) if told.plain.isdecimal() else 0
    if (port := _port_in(address)) is not None:
        return port
    for name in server.port_variables:
        if name in known:
            value = known[name].value
            text = "" if value is None else reveal(value)
            return int(text) if text.isdecimal() else 0
    return server.port


# ---------------------------------------------------------------- addresses


def _parts(text: str) -> tuple[str, str, int | None] | None:
    found = _ADDRESS.fullmatch(text)
    return None if found is None else (text, found[1].strip("[]"), int(found[2]) if found[2] else None)


def _port_in(text: str) -> int | None:
    ports = {one[2] for part in _SEPARATORS.split(text) if part and (one := _parts(part))}
    return ports.pop() if len(ports) == 1 else None


def _is_loopback(host: str) -> bool:
    address = literal_address(host)
    return host == "localhost" if address is None else address.is_loopback


def _partner(told: ContainerSettings, setting: Setting, row: Address) -> int | None:
    partner = None if row.port is None else told.beside(setting, row.port)
    text = "" if partner is None or partner.value is None else reveal(partner.value)
    return int(text) if text.isdecimal() else None


def _says(setting: Setting, text: str) -> str:
    return f"{setting.label} says {text}"
