"""The servers of a render, their users, and the passwords that they are given."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from mblint.cluster.objects import Container, ContainerRole, Workload
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import SHOWN, SecretText, reveal
from mblint.cluster.services import services_of
from mblint.facts.credentials.acl_users import acl_users
from mblint.facts.credentials.clickhouse_users import clickhouse_users
from mblint.facts.credentials.defined_users import defined_users
from mblint.facts.credentials.made_keys import made_keys
from mblint.facts.credentials.resource_servers import resource_credentials
from mblint.facts.credentials.server_credential import ServerCredential
from mblint.facts.credentials.told import Telling, Told, known
from mblint.facts.software import program_of
from mblint.facts.told import settings_of_workload
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.names import Origin
from mblint.settings.rows import Setting
from mblint.settings.server_table import Product, ServerUser, product_of

_OWN = regex(r"(?i)(?:^|[/@(=,])(?:localhost|127\.\d+\.\d+\.\d+)(?![\w.-])")
_ON = ("yes", "true", "1", "on")
_OUTLIVES_PODS = ("persistentVolumeClaim", "hostPath", "nfs", "iscsi", "fc", "rbd", "cephfs", "glusterfs", "local")


class _User(Struct, frozen=True, eq=False):
    """A user of a server. `called`: what messages call it."""

    name: SecretText
    called: str
    value: SecretText | None
    given: Told


@remembered
def servers(world: World) -> tuple[ServerCredential, ...]:
    """Every server's users with their passwords, known or not: containers first, then custom resources."""
    return (
        *_of_containers(world),
        *made_keys(world),
        *resource_credentials(world.cluster),
        *clickhouse_users(world.cluster),
    )


def _of_containers(world: World) -> Iterator[ServerCredential]:
    running = {
        id(container): (workload, container, product)
        for workload in world.cluster.workloads
        if workload.lasting
        for container in workload.pod.containers
        if container.role is ContainerRole.MAIN
        and (product := product_of(container.image, world.programs)) is not None
        and _is_served(world, workload, container)
    }
    if not running:
        return
    settings: dict[int, dict[str, Setting]] = {key: {} for key in running}
    for setting in world.settings:
        # What a mounted script sets, it sets under conditions, such as for replicas.
        in_script = setting.origin is Origin.ARGUMENT and setting.file is not None
        if not in_script and (own := settings.get(id(setting.container))) is not None:
            own[setting.key] = setting
    for key, (workload, container, product) in running.items():
        telling = Telling(world.cluster, workload, container, settings[key])
        if _has_them_from_elsewhere(world, workload, container, product):
            yield from defined_users(telling, product, ports_of(workload, container))
        elif listed := acl_users(telling, product, ports_of(workload, container)):
            yield from listed
        else:
            yield from _of_container(telling, product, complete=_is_complete(world, workload, container))


def _is_served(world: World, workload: Workload, container: Container) -> bool:
    """False for a server's image that is run for its client programs, such as a backup beside an application."""
    if container.ports or (container.words == () and _is_asked_beside(world, workload, container)):
        return True
    alone = sum(each.role is ContainerRole.MAIN for each in workload.pod.containers) == 1
    return alone and bool(services_of(world.cluster, workload))


def _is_asked_beside(world: World, workload: Workload, container: Container) -> bool:
    """Whether another container of its pod is told an address of the pod itself."""
    return any(
        setting.container is not container
        and setting.value is not None
        and _OWN.search(reveal(setting.value)) is not None
        for setting in settings_of_workload(world, workload)
    )


def _has_them_from_elsewhere(world: World, workload: Workload, container: Container, product: Product) -> bool:
    """Whether a file may give its users their passwords in place of its settings."""
    if product.elsewhere_when is None:
        return False
    program = program_of(world, workload, container)
    return program is not None and program.told.holds(product.elsewhere_when) is not False


def _is_complete(world: World, workload: Workload, container: Container) -> bool:
    """Whether all that the server is told is in the view, so that what is not there has its default."""
    program = program_of(world, workload, container)
    by_itself = container.command is None and not any(
        mount.volume in _of_configuration(workload) for mount in container.mounts
    )
    return program is not None and program.told.complete and by_itself


def _of_configuration(workload: Workload) -> frozenset[str]:
    """The volumes of a pod that hold files of objects."""
    return frozenset(name for name, volume in workload.pod.volumes.items() if volume.files)


def _of_container(telling: Telling, product: Product, *, complete: bool) -> Iterator[ServerCredential]:
    if (switch := telling.first(product.updated)) is not None and _text(switch).lower() in _ON:
        product = replace(product, stored="config")
    persistent = _is_persistent(telling, product)
    taken: set[SecretText] = set()
    for row in product.users:
        for user in _users(telling, row):
            if user.name not in taken:
                taken.add(user.name)
                yield _credential(telling, product, user, persistent=persistent)
        usual = _usual(telling, product, row) if complete else None
        if usual is not None and usual.name not in taken:
            taken.add(usual.name)
            yield usual


def _users(telling: Telling, row: ServerUser) -> Iterator[_User]:
    """The users of a row with their passwords; none where no password is set, or the user's name is not known."""
    given = telling.first(row.password)
    if given is None:
        switch = telling.first(row.empty)
        if switch is not None and _text(switch).lower() in _ON:
            named = telling.first(row.user)
            yield _user(_text(named) or row.default or "", named, SecretText(""), switch)
        return
    if row.joined is not None:
        user, separator, password = _text(given).partition(row.joined)
        if separator:
            yield _user(user, given, known(SecretText(password)), given)
        return
    named = telling.first(row.user)
    if named is not None and named.text is None:
        return
    user = _text(named) or row.default or ""
    if row.list is None:
        if user:
            yield _user(user, named, given.text, given)
        return
    users, passwords = user.split(row.list), _text(given).split(row.list)
    if len(users) == len(passwords):
        for one, password in zip(users, passwords, strict=True):
            yield _user(one.strip(), named, known(SecretText(password.strip())), given)


def _usual(telling: Telling, product: Product, row: ServerUser) -> ServerCredential | None:
    """The user with the password that the server has where nobody gives it one."""
    if row.default_password is None or telling.first(row.password) is not None:
        return None
    named = telling.first(row.user)
    name = row.default if named is None else _text(named)
    if not name:
        return None
    hidden = named is not None and named.hidden
    return ServerCredential(
        server=telling.workload,
        product=product,
        user=f"{SHOWN} of {named.setting.label}" if named is not None and hidden else name,
        name=SecretText(name),
        value=SecretText(row.default_password),
        setting="its default",
        place=telling.container.place,
        container=telling.container.name,
        persistent=False,
        ports=ports_of(telling.workload, telling.container),
    )


def _user(name: str, named: Told | None, value: SecretText | None, given: Told) -> _User:
    """A name that stands in a Secret is called by the setting that holds it."""
    hidden = named is not None and named.hidden
    return _User(SecretText(name), f"{SHOWN} of {named.setting.label}" if named and hidden else name, value, given)


def _text(told: Told | None) -> str:
    return "" if told is None or told.text is None else reveal(told.text)


def _credential(telling: Telling, product: Product, user: _User, *, persistent: bool) -> ServerCredential:
    given = user.given
    return ServerCredential(
        server=telling.workload,
        product=product,
        user=user.called,
        name=user.name,
        value=user.value,
        setting=given.setting.label,
        place=given.place,
        container=telling.container.name,
        key_ref=given.key_ref,
        reference=given.reference,
        persistent=persistent,
        ports=ports_of(telling.workload, telling.container),
    )


def ports_of(workload: Workload, container: Container) -> frozenset[int]:
    """The ports by which a container is told from those beside it; none where it is alone in its pod."""
    alone = sum(each.role is ContainerRole.MAIN for each in workload.pod.containers) == 1
    return frozenset(() if alone else (port.number for port in container.ports))


def _is_persistent(telling: Telling, product: Product) -> bool:
    """Whether what the server keeps is still there when its pods are made anew."""
    if product.database is not None:
        return telling.first(product.database) is not None
    claims = {claim.name for claim in telling.workload.claims}
    volumes = telling.workload.pod.volumes
    return any(
        mount.volume in claims or (mount.volume in volumes and volumes[mount.volume].kind in _OUTLIVES_PODS)
        for mount in telling.container.mounts
    )
