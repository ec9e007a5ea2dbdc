"""Who else may make names in a server: Jobs and init containers that log in there, scripts, custom resources.

Asked only about a name that the server itself does not make.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Container, ContainerRole, Object, Workload
from mblint.cluster.remembered import remembered_each
from mblint.cluster.secrets import reveal
from mblint.facts.callers.dependencies import Found
from mblint.facts.credentials.made_keys import MAKE as MAKE_KEY
from mblint.facts.credentials.servers import servers
from mblint.facts.names.made_buckets import MAKE, read_makers, switched_on, texts_of
from mblint.facts.names.resource_makers import spoken_of
from mblint.facts.names.shape import Asked, Offered
from mblint.facts.names.unseen_makers import unseen_before
from mblint.facts.software import running_programs
from mblint.facts.told import settings_of, told_containers
from mblint.facts.world import World
from mblint.settings.names import Origin
from mblint.settings.role_table import words_of
from mblint.settings.rows import Setting
from mblint.software.setting_names import texts
from mblint.software.storage import Makes

_Asks = Sequence[tuple[Found, Sequence[Asked]]]

# The words by which names are made, by what is asked for. What else there is may be made by any of them.
# Rarely asked for, so they are compiled when they are.
_MAKES = {
    "database": r"create\s+(?:database|schema)|\b(?:createdb|db:create|db:setup|db:prepare)\b",
    "user": r"create\s*(?:user|role|login)|grant\s|add_user|\bdeclare\s+user|api/users|acl\s+setuser"
    rf"|{MAKE_KEY}|s3\.configure",
    "vhost": r"add_vhost|\bdeclare\s+vhost|api/vhosts|definitions",
    "bucket": MAKE,
    "grant": r"set_permissions|api/permissions|\bdeclare\s+permission|grant\s|definitions",
}
_ANY = "|".join(_MAKES.values())
_CLIENTS = ("psql ", "pg_dump ", "mysql ", "mariadb ", "createdb ")
_PASSWORDS = frozenset({"pass", "password", "passwd", "pwd"})
_ADMINISTRATORS = frozenset({"root", "admin", "super", "superuser"})  # words of the names of settings


def may_add(world: World, asked: Asked, offered: Offered, everybody: _Asks) -> str | None:
    """A clause that says what may make a name that the server itself does not; None where nothing shows that."""
    server = offered.by
    # The scripts, and the definitions, of the server itself.
    are_read = offered.of_files
    if asked.container is not None and _makes_its_own(world, asked):
        return f"{asked.container.name} makes its {asked.what} itself"
    by = asked.by
    if isinstance(by, Workload) and asked.container is not None and _comes_as_administrator(world, by, asked.container):
        return f"{asked.container.name} is told the password of an administrator, and may make it"
    if isinstance(by, Workload) and (first := unseen_before(world, by)) is not None:
        return f"{first.name} runs before it, and nobody knows what it is told"
    switch = switched_on(world, asked)
    if switch is not None:
        return f"{switch.label} may have it make its own"
    other = spoken_of(world.cluster, asked, offered)
    if other is not None:
        return f"{other.id.kind} {other.id.name} names it"
    read = read_makers(world, asked.what)
    for workload, container in _makers(world.cluster, _MAKES.get(asked.what, _ANY)):
        is_read = (are_read and workload is server) or any(each is container for each in read)
        # Who is that user in its commands cannot make it there.
        is_read = is_read or (asked.what == "user" and container is asked.container and _is_of_a_command(asked))
        if not is_read and workload.id.namespace in (server.id.namespace, asked.by.id.namespace):
            return f"{workload.id.kind} {workload.id.name} ({container.name}) runs commands that make such names"
    others = [(found, asks) for found, asks in everybody if found.destination.setting.container not in read]
    return next(_who_log_in(world, asked, server, others, read), None)


def _makes_its_own(world: World, asked: Asked) -> bool:
    """Whether the program of a container makes what is missing, or may: it depends on what nobody knows."""
    return any(
        program.container is asked.container
        and any(
            asked.what in texts(entry.what) and program.told.applies(entry) is not False
            for entry in program.running.program.entries(Makes)
            if program.running.may_have(entry)
        )
        for program in running_programs(world)
        if program.running.program.has(Makes)
    )


def _is_of_a_command(asked: Asked) -> bool:
    """Whether the name stands in a command that logs in: `psql -h db -U app`."""
    return asked.name.said_by.startswith(_CLIENTS) and asked.name.said_by.endswith(" user")


def _makes_nothing(world: World, container: Container) -> bool:
    """Whether its program's file says that it makes no names, as migrations that only change what they are told of."""
    return any(
        program.container is container
        and any(
            "nothing" in texts(entry.what) and program.told.applies(entry) for entry in program.running.entries(Makes)
        )
        for program in running_programs(world)
    )


def _who_log_in(
    world: World, asked: Asked, server: Object, everybody: _Asks, read: Sequence[Container]
) -> Iterator[str]:
    for found, asks in everybody:
        setting = found.destination.setting
        if (
            not _leads_to(found, server)
            or setting.container is asked.container
            or _makes_nothing(world, setting.container)
        ):
            continue
        passes_by = setting.workload.lasting and setting.container.role is not ContainerRole.INIT
        if _comes_as_administrator(world, setting.workload, setting.container):
            yield f"{setting.container.name} is told the password of an administrator, and may make more"
        same = [each for each in asks if each.what == asked.what and each.name.text == asked.name.text]
        if not passes_by and asks and not same:
            workload = setting.workload.id
            yield f"{workload.kind} {workload.name} ({setting.container.name}) logs in there, too, and may make more"
    if asked.container is not None and _knows_another_password(world, asked, server):
        yield f"{asked.container.name} is told the password of another user there, and may make more itself"
    if asked.what == "user" and _is_there_as_another(asked, server, everybody):
        yield "the same container logs in there as another user, too, and may make more itself"
    administrator = _administrator(world, server, read) if asked.what != "bucket" else None
    if administrator is not None:
        yield f"{administrator.name} is told the password of an administrator there, and may make more"


def _leads_to(found: Found, server: Object) -> bool:
    """Whether a setting leads to a server, or to the resource whose operator makes it."""
    behind = (found.reached, *found.reached.beside)
    return found.resolution.maker is server or any(reached.server is server for reached in behind)


def _is_there_as_another(asked: Asked, server: Object, everybody: _Asks) -> bool:
    """Whether the container that asks also logs in to the server as a user of another name, who may make this one."""
    return any(
        each.what == "user" and each.name.text != asked.name.text
        for found, asks in everybody
        if found.destination.setting.container is asked.container and _leads_to(found, server)
        for each in asks
    )


def _knows_another_password(world: World, asked: Asked, server: Object) -> bool:
    """True for a container that is told passwords of several users of the server."""
    return any(
        len(_held_of(world, server, each.settings)) > 1 and len(_told_of(world, server, each.settings)) != 1
        for each in told_containers(world)
        if each.container is asked.container
    )


def _administrator(world: World, server: Object, read: Sequence[Container]) -> Container | None:
    """A container beside the server's own, none of those read, that is told a password of it as an administrator's."""
    values = frozenset(
        reveal(each.value) for each in servers(world) if each.server is server and each.value is not None
    )
    return next(
        (
            each.container
            for each in told_containers(world)
            if each.workload is not server and each.container not in read
            for setting in each.settings
            if setting.value is not None
            and reveal(setting.value) in values
            and _is_an_administrators(setting)
            and not (_is_the_servers(world, server, setting) and _told_of(world, server, each.settings))
        ),
        None,
    )


def _is_an_administrators(setting: Setting) -> bool:
    return not _ADMINISTRATORS.isdisjoint(words_of(setting.key))


def _comes_as_administrator(world: World, workload: Workload, container: Container) -> bool:
    """Whether it makes a database before the program starts: it is told INIT_POSTGRES_SUPER_PASS, and ends."""
    ends = container.role is ContainerRole.INIT or not workload.lasting
    return ends and any(
        _is_an_administrators(each) and not _PASSWORDS.isdisjoint(words_of(each.key))
        for each in settings_of(world, workload, container)
    )


def _told_of(world: World, server: Object, settings: Sequence[Setting]) -> frozenset[str]:
    """The passwords of a server that these settings hold, but for those that are there for the server's sake."""
    told = [
        setting
        for setting in settings
        if not (
            (setting.file is not None or _is_an_administrators(setting)) and _is_the_servers(world, server, setting)
        )
    ]
    return _held_of(world, server, told)


def _held_of(world: World, server: Object, settings: Sequence[Setting]) -> frozenset[str]:
    """The passwords of a server that these settings hold."""
    values = frozenset(reveal(each.value) for each in settings if each.value is not None)
    return values & {reveal(each.value) for each in servers(world) if each.server is server and each.value is not None}


def _is_the_servers(world: World, server: Object, setting: Setting) -> bool:
    """True for what a lasting program has only because it has all keys of a Secret, of which the server itself reads
    this one: a variable, or a file that nothing names."""
    ref, workload = setting.key_ref, setting.workload
    if ref is None or not workload.lasting or setting.container.role is ContainerRole.INIT:
        return False
    came_along = (
        any(source.place == ref.place for source in setting.container.env_from)
        if setting.file is None
        else _is_spare(world, setting)
    )
    return came_along and any(
        each.server is server
        and each.key_ref is not None
        and (each.key_ref.kind, each.key_ref.name, each.key_ref.key) == (ref.kind, ref.name, ref.key)
        and server.id.namespace == workload.id.namespace
        for each in servers(world)
    )


def _is_spare(world: World, setting: Setting) -> bool:
    """Whether a file is a key of a Secret that is mounted whole, and no variable, command or other file names it."""
    ref, file, volumes = setting.key_ref, setting.file, setting.workload.pod.volumes.values()
    if ref is None or file is None:
        return False
    is_whole = any(
        source.items is None and (source.kind, source.name) == (ref.kind, ref.name)
        for volume in volumes
        for source in volume.files
    )
    told = settings_of(world, setting.workload, setting.container)
    values = [reveal(each.value) for each in told if each.origin is Origin.ENV and each.value is not None]
    said = [*values, *texts_of(world.cluster, setting.workload, setting.container)]
    name = re.compile(rf"(?<![\w.-]){re.escape(file.rpartition('/')[2])}(?![\w.-])")
    return is_whole and not any(name.search(text) for text in said)


@remembered_each
def _makers(cluster: Cluster, words: str) -> tuple[tuple[Workload, Container], ...]:
    """The containers whose commands, or mounted scripts, have words by which names are made."""
    makes = re.compile(words, re.I)
    return tuple(
        (workload, container)
        for workload in cluster.workloads
        for container in workload.pod.containers
        if makes.search(" ".join(texts_of(cluster, workload, container)))
    )
