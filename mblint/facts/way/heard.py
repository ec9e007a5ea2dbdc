"""What each container listens on, as far as somebody says so: its own settings, or the file of its software.

A declared container port says nothing: software listens where it is told to, or where it does by itself.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from msgspec import Struct

from mblint.cluster.objects import Container, ContainerRole, Workload
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import reveal, unquoted
from mblint.facts.software import RunningProgram, running_programs
from mblint.facts.told import settings_of_workload, told_to
from mblint.facts.way.nginx_listens import nginx_listens
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.by_container import ContainerSettings
from mblint.settings.mounted_files import mounted_files
from mblint.settings.names import Origin, Role
from mblint.settings.rows import Setting
from mblint.settings.tables import as_texts, load_table
from mblint.software.entries import Entry
from mblint.software.images import fits
from mblint.software.network import Listens
from mblint.software.program import Running
from mblint.software.setting_names import texts

_PORT = regex(r"(?:^|[:*+\]])(\d{2,5})(?=$|[/;,\s])")
_BINDS = regex(r"(?:\w+://)?(?:0\.0\.0\.0|127\.\d+\.\d+\.\d+|localhost|\[?::1?\]?|\*|\+|true)?(?::\d+)?/?", re.I)
_EXAMPLES = (
    "registry.k8s.io",
    "k8s.gcr.io",
    "gcr.io",
)  # https://github.com/kubernetes/k8s.io/tree/main/registry.k8s.io
_LONGEST = 1 << 20  # characters of one file that are searched for a number


class Heard(Struct, frozen=True, eq=False):
    """A port that a container listens on. `by`: who says so. `speaks`: as software files write it; "" not known.

    `setting`: None where the software does by itself, as its file says, or its command says it (`told`). `usual`: where
    it would without the setting.
    """

    port: int
    by: str
    setting: Setting | None = None
    speaks: str = ""
    name: str = ""
    usual: int = 0
    told: bool = False


class Ears(Struct, frozen=True, eq=False):
    """What one container listens on.

    `known`: it does listen on these; `complete`: and on no other that no word mentions. `shut`: ports of its software
    that are not open as it is set up.
    """

    workload: Workload
    container: Container
    heard: tuple[Heard, ...]
    shut: tuple[Heard, ...]
    known: bool
    complete: bool
    program: str | None = None

    @property
    def ports(self) -> frozenset[int]:
        """The numbers."""
        return frozenset(heard.port for heard in self.heard)


@remembered
def ears(world: World) -> Mapping[int, tuple[Ears, ...]]:
    """What the containers of each workload listen on that run beside each other, by the workload's `id()`."""
    programs = {(id(one.workload), id(one.container)): one for one in running_programs(world)}
    found: defaultdict[int, tuple[Ears, ...]] = defaultdict(tuple)
    for workload in world.cluster.workloads:
        for container in workload.pod.containers:
            if container.role is not ContainerRole.INIT:
                key = id(workload), id(container)
                told = told_to(world, workload, container)
                found[id(workload)] += (_ears(world, workload, container, programs.get(key), told),)
    return found


def _ears(
    world: World,
    workload: Workload,
    container: Container,
    program: RunningProgram | None,
    told: ContainerSettings | None,
) -> Ears:
    by_settings = tuple(_of_settings(told)) if told is not None else ()
    if program is not None and program.running.program.id == "nginx" and is_of_its_makers(program.running):
        by_file = nginx_listens(world.cluster, workload, container, told) if told is not None else None
        if by_file is not None:
            heard = tuple(Heard(port, setting.label, setting) for port, setting in by_file)
            return Ears(workload, container, heard, (), True, True, program.running.program.name)
    if program is None or not program.running.entries(Listens):
        return Ears(workload, container, by_settings, (), bool(by_settings), bool(by_settings))
    entries = [(entry, program.told.applies(entry)) for entry in program.running.entries(Listens)]
    heard = tuple(_of_entry(program, entry) for entry, applies in entries if applies)
    shut = tuple(_of_entry(program, entry) for entry, applies in entries if applies is False)
    ports = {one.port for one in heard}
    decided = not program.running.undecided(Listens) and all(applies is not None for _, applies in entries)
    numbered = all(one.port for one in heard)
    named = [entry for entry, applies in entries if applies]
    all_of_it = decided and numbered and container.command is None and is_spoken_of(program.running, named)
    known = all_of_it if heard else bool(by_settings)
    return Ears(
        workload,
        container,
        heard or by_settings,
        tuple(one for one in shut if one.port not in ports) if decided else (),
        known,
        known and not any(entry.among_others for entry, _ in entries),
        program.running.program.name,
    )


# ---------------------------------------------------------------- of software files


def is_of_its_makers(running: Running) -> bool:
    """Whether an image is one that the software file speaks of by its whole name, and not somebody's own build of it.

    `nextcloud` of Docker Hub and `quay.io/keycloak/keycloak` are; of `acme/grafana` nobody knows what acme changed, and
    what Kubernetes' own registry has under such a name was built for its examples, unless the file names its folder.
    """
    named = any("/" in pattern and fits(pattern, running.image.path) for pattern in running.program.images)
    if running.image.registry in _EXAMPLES:
        return named
    folder, _, name = running.image.path.rpartition("/")
    own = {"", "library", name, running.program.id}
    return folder.rpartition("/")[2] in own or named


def is_spoken_of(running: Running, entries: Iterable[Entry]) -> bool:
    """Whether the software file speaks of the image: of its makers', or by these entries that name its folder."""
    return is_of_its_makers(running) or all(
        any("/" in pattern and fits(pattern, running.image.path) for pattern in texts(entry.images))
        for entry in entries
    )


def listened_port(program: RunningProgram, entry: Listens) -> int:
    """The port of an entry, where a setting moves it that one; 0 where the setting's value is not known."""
    setting = program.told.first(entry.setting) if entry.setting else None
    return entry.port if setting is None else next(iter(_ports(setting)), 0)


def _of_entry(program: RunningProgram, entry: Listens) -> Heard:
    """The port of an entry: where a setting moves it, that one; 0 where the setting's value is not known."""
    setting = program.told.first(entry.setting) if entry.setting else None
    port = listened_port(program, entry)
    by = setting.label if setting is not None and port else program.running.program.name
    return Heard(port, by, setting if port else None, entry.speaks, entry.name, entry.port)


# ---------------------------------------------------------------- of settings that any program may have


def _of_settings(told: ContainerSettings) -> Iterator[Heard]:
    for setting in told.settings:
        is_named_so = setting.origin is not Origin.FILE and not setting.guessed and setting.key in _names()
        if is_named_so and not _names_a_server(told, setting):
            ports = (port for port in _ports(setting) if port not in _OF_ROUTES or setting.key not in _names("outside"))
            yield from (Heard(port, setting.label, setting) for port in ports)


_OF_ROUTES = (80, 443)


@cache
def _names(part: str = "listens") -> frozenset[str]:
    return frozenset(name for row in load_table("listens", part) for name in as_texts(row, "names"))


def _names_a_server(told: ContainerSettings, setting: Setting) -> bool:
    """Whether the partner of a port names a host that nobody binds to: then the port is another server's."""
    stem = re.sub(r"(?i)port$", "", setting.key)
    if stem == setting.key:
        return False
    partners = (told.beside(setting, stem + word) for word in ("HOST", "host", "ADDRESS", "address", "hostname"))
    return any(one is not None and one.value and not _BINDS.fullmatch(reveal(one.value)) for one in partners)


def _ports(setting: Setting) -> Iterator[int]:
    """The port numbers in a value: `8080`, `http://+:8080;http://+:8081`. None of a Secret's: they are shown."""
    text = "" if setting.value is None or setting.secret else unquoted(setting.value)
    yield from (int(port) for port in _PORT.findall(text) if 0 < int(port) < 65536)


# ---------------------------------------------------------------- what mentions a number


def mentions(world: World, workload: Workload, port: int) -> bool:
    """Whether anything that the workload's pods are told has that number in it, but for what they call."""
    number = re.compile(rf"(?<![\d.]){port}(?![\d.]\d|\d)")
    return any(number.search(text) for text in told_texts(world, workload))


def may_listen(world: World, one: Ears, port: int) -> bool:
    """Whether a container may listen on a port that it declares: beside others that are known it must be told of it."""
    settings = [each for each in settings_of_workload(world, one.workload) if each.container is one.container]
    ports = one.ports or {number for each in settings for number in _told_in_secret(each)}
    if not ports or 0 in ports or port in ports:
        return True
    number = re.compile(rf"(?<![\d.]){port}(?![\d.]\d|\d)")
    return any(number.search(text) for text in _texts(world, one.workload, settings, (one.container,)))


def _told_in_secret(setting: Setting) -> Iterator[int]:
    """The ports of a setting that is called like one to listen on, whose value must not be shown."""
    if setting.secret and setting.value is not None and setting.key in _names():
        yield from (int(port) for port in _PORT.findall(reveal(setting.value)))


def told_texts(world: World, workload: Workload) -> Iterator[str]:
    """All that the containers of a workload are told: values, words of commands, and mounted files. May be secret."""
    return _texts(world, workload, settings_of_workload(world, workload), workload.pod.containers)


def _texts(
    world: World, workload: Workload, settings: Iterable[Setting], containers: Iterable[Container]
) -> Iterator[str]:
    for setting in settings:
        if setting.role is not Role.CALLS and setting.value is not None:
            yield reveal(setting.value)
    for container in containers:
        yield from (word.text for word in container.words)
        for file in mounted_files(world.cluster, workload, container):
            if file.entry.text is not None:
                yield reveal(file.entry.text)[:_LONGEST]


def reads_what_is_not_there(world: World, workload: Workload) -> bool:
    """Whether a container is told something by a ConfigMap or Secret that is not in the view, or unread."""
    namespace, cluster = workload.id.namespace, world.cluster
    for volume in workload.pod.volumes.values():
        for source in volume.files:
            known = cluster.secrets if source.kind == "Secret" else cluster.config_maps
            if (namespace, source.name) not in known and not source.optional:
                return True
    return any(
        not source.optional
        and (namespace, source.name) not in (cluster.secrets if source.kind == "Secret" else cluster.config_maps)
        for container in workload.pod.containers
        for source in container.env_from
    )
