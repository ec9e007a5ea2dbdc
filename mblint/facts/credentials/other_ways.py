"""How a client's pod may come to a server's password, where no setting beside the server's address has it."""

from __future__ import annotations

from collections.abc import Sequence

from mblint.cluster.objects import Container, ContainerRole, Workload
from mblint.cluster.secrets import SecretText, reveal
from mblint.facts.credentials.fillers import filled_by
from mblint.facts.credentials.server_credential import ServerCredential
from mblint.facts.credentials.strangers import may_be_a_login
from mblint.facts.told import settings_of
from mblint.facts.way.heard import reads_what_is_not_there
from mblint.facts.world import World
from mblint.settings.mounted_files import mounted_files
from mblint.settings.names import Origin
from mblint.settings.role_table import words_of
from mblint.settings.rows import Setting

_INJECTORS = (
    "vault",
    "conjur",
    "akeyless",
    "doppler",
    "infisical",
    "1password",
    "onepassword",
    "secrets-store",
    "berglas",
)
_SECRET = frozenset(("password", "pass", "passwd", "pwd", "auth", "pw", "credentials", "file"))


def may_know(
    world: World,
    client: Workload,
    among: Sequence[Container],
    given: ServerCredential,
    meant: frozenset[str],
    *,
    by_name: bool = False,
) -> str | None:
    """A clause that says how these containers of a pod may; None where nothing shows that.

    `meant`: words of names that go with such a server's password. `by_name`: they learn it by a name that they are not
    told, and other variables do not count.
    """
    value, by_http = given.value, given.product.asks_when is not None
    if reads_what_is_not_there(world, client):
        return "a part of what it is told is not in the view"
    if (put_in := _is_put_in(world, client, among)) is not None:
        return put_in
    every = (setting for container in among for setting in settings_of(world, client, container))
    for setting in every if not by_name else (each for each in every if each.file is not None):
        if value is not None and setting.value is not None and SecretText(reveal(setting.value)) == value:
            return f"{setting.label} has the server's password"
        named = _is_named_so(setting, meant) or (by_http and may_be_a_login(setting.key))
        if named and (held := _held(world, client, setting)) is not None:
            return held
    return _in_a_file(world, client, among, value)


def _in_a_file(world: World, client: Workload, among: Sequence[Container], value: SecretText | None) -> str | None:
    """A clause for a file of these containers that has it, or may."""
    for container in among:
        if container.role is ContainerRole.INIT and container.mounts:
            return f"the init container {container.name} may write it into a file"
        for file in mounted_files(world.cluster, client, container):
            text = file.entry.text
            if value is not None and text is not None and reveal(value) in reveal(text):
                return f"{file.path} has the server's password"
    return None


def _is_named_so(setting: Setting, meant: frozenset[str]) -> bool:
    """Whether it is called like what holds such a server's password."""
    words = frozenset(words_of(setting.key))
    return not _SECRET.isdisjoint(words) and (not meant.isdisjoint(words) or words <= _SECRET)


def _held(world: World, client: Workload, setting: Setting) -> str | None:
    """A clause for what a setting holds, or is to hold: the key of a Secret may be written later."""
    if setting.origin is Origin.ARGUMENT:
        return None
    if setting.value is None or reveal(setting.value):
        return f"{setting.label} may hold it"
    ref = setting.key_ref
    held = world.cluster.secrets.get((client.id.namespace, ref.name)) if ref is not None else None
    return None if held is None else filled_by(world.cluster, held, world.programs)


def _is_put_in(world: World, client: Workload, among: Sequence[Container]) -> str | None:
    """A clause for what puts secrets into a pod when it runs: an injector, a driver, a Secret that may be absent."""
    if any(mark in key for key in client.pod.annotations for mark in _INJECTORS):
        return "an injector may put it in"
    for container in among:
        volumes = (client.pod.volumes.get(mount.volume) for mount in container.mounts)
        if any(volume is not None and volume.kind == "csi" for volume in volumes):
            return f"a driver may put it into a volume of {container.name}"
        known = world.cluster.secrets
        if any(each.optional and (client.id.namespace, each.name) not in known for each in container.env_from):
            return f"{container.name} may read it from an object that may be absent"
    return None
