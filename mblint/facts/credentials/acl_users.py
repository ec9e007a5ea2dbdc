"""Users of Redis and Valkey with passwords of their own: from an ACL file, `user` lines of a configuration, and the
init script of Valkey's chart, which writes such a file.

A user who is on has any of the passwords behind `>`, or those whose SHA-256 stands behind `#`. Without a line of its
own the user default is on, and wants none.
Source: https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/,
https://github.com/valkey-io/valkey-helm/blob/dbcf6a6093cab69ef174ed0c1bb679ba92d0bf2d/valkey/templates/init_config.yaml
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from mblint.cluster.objects import Container, ContainerRole, KeyRef
from mblint.cluster.secrets import SHOWN, SecretText, reveal
from mblint.facts.credentials.server_credential import ServerCredential
from mblint.facts.credentials.told import Telling, known
from mblint.manifests.documents import Place
from mblint.regex import regex
from mblint.settings.mounted_files import MountedFile, mounted_files
from mblint.settings.server_table import Product

PRODUCTS = ("Redis", "Valkey")
_ACL = ("--aclfile", "aclfile")
USER = regex(r"(?m)^[ \t]*user[ \t]+(\S+)[ \t]+(.+?)[ \t]*$")
_OF_CHART = regex(r"""(?m)^[ \t]*PASSWORD=\$\(get_user_password[ \t]+"([^"$]+)"[ \t]+"([^"$]+)"\)""")
_DEFAULT = "default"
_NOBODY = SecretText("\0")  # lets nobody in who is off


class _User(Struct, frozen=True, eq=False):
    """A user. `value` None: not known, or none is wanted (`free`)."""

    name: str
    value: SecretText | None
    hashed: SecretText | None
    free: bool
    place: Place
    key_ref: KeyRef | None
    hidden: bool
    said_by: str


def acl_users(telling: Telling, product: Product, ports: frozenset[int]) -> list[ServerCredential]:
    """The users of such a server; none where it has no list of them that is in the view."""
    if product.name not in PRODUCTS:
        return []
    users = [*_of_files(telling), *_of_chart(telling)]
    open_to_all = all(user.name != _DEFAULT or user.free for user in users)
    used = replace(product, alone=None) if open_to_all else product
    last = sorted(users, key=lambda user: user.name == _DEFAULT)  # who names no user is told of the last
    return [_credential(telling, used, user, ports) for user in last if not user.free]


def _of_files(telling: Telling) -> Iterator[_User]:
    path = telling.first(_ACL)
    acl = posixpath.normpath(reveal(path.text)) if path is not None and path.text is not None else None
    for file in mounted_files(telling.cluster, telling.workload, telling.container):
        if file.entry.text is not None and (file.path == acl or file.path.endswith(".conf")):
            for name, rules in USER.findall(reveal(file.entry.text)):
                user = _user(file, name, rules.split())
                if user is not None:
                    yield user


def _user(file: MountedFile, name: str, rules: Sequence[str]) -> _User | None:
    """None for one who is off, but for the user default: clients that name no user are refused then."""
    passwords = [known(SecretText(rule[1:])) for rule in rules if rule.startswith(">")]
    hashes = [SecretText(rule[1:]) for rule in rules if rule.startswith("#")]
    if known(SecretText(name)) is None or ("on" not in rules and name != _DEFAULT):
        return None
    only = len(passwords) + len(hashes) == 1
    return _User(
        name,
        _NOBODY if "on" not in rules else passwords[0] if only and passwords else None,
        hashes[0] if only and hashes else None,
        "nopass" in rules and "on" in rules,
        file.entry.place,
        file.key_ref,
        isinstance(file.entry.text, SecretText),
        file.path,
    )


def _of_chart(telling: Telling) -> Iterator[_User]:
    for container in telling.workload.pod.containers:
        if container.role is ContainerRole.INIT:
            files = {file.path: file for file in mounted_files(telling.cluster, telling.workload, container)}
            for script in files.values():
                text = reveal(script.entry.text) if script.entry.text is not None else ""
                for name, key in _OF_CHART.findall(text) if "aclfile" in text else ():
                    yield _user_of_chart(files, container, name, key)


def _user_of_chart(files: dict[str, MountedFile], container: Container, name: str, key: str) -> _User:
    """Its password is read from a Secret that is there before, else from that of the chart."""
    whole = [mount for mount in container.mounts if mount.mount_path == "/valkey-users-secret"]
    file = files.get(f"/valkey-users-secret/{key}") or (
        None if whole else files.get(f"/valkey-auth-secret/{name}-password")
    )
    value = known(SecretText(reveal(file.entry.text).rstrip("\n"))) if file is not None and file.entry.text else None
    return _User(
        name,
        value,
        None,
        free=False,
        place=file.entry.place if file is not None else container.place,
        key_ref=file.key_ref if file is not None else None,
        hidden=False,
        said_by=file.path if file is not None else "its init script",
    )


def _credential(telling: Telling, product: Product, user: _User, ports: frozenset[int]) -> ServerCredential:
    return ServerCredential(
        server=telling.workload,
        product=product,
        user=f"{SHOWN} of {user.said_by}" if user.hidden and user.name != _DEFAULT else user.name,
        name=SecretText(user.name),
        value=user.value,
        setting=user.said_by,
        place=user.place,
        container=telling.container.name,
        key_ref=user.key_ref,
        ports=ports,
        hashed=user.hashed,
    )
