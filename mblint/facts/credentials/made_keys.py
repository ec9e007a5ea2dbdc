"""The keys that containers make in a store of objects by commands: `mc admin user add store KEY SECRET`.

They are for the only such store in the container's namespace. A container whose commands are all read makes these keys,
and no more.
Source: https://min.io/docs/minio/linux/reference/minio-mc-admin/mc-admin-user.html,
https://min.io/docs/minio/linux/reference/minio-mc-admin/mc-admin-accesskey.html,
https://github.com/minio/minio/blob/7aac2a2c5b7c882e68c1ce017d8256be2feea27f/helm/minio/templates/_helper_create_user.txt,
https://github.com/deuxfleurs-org/garage/blob/3f4ab3a4a38e382fc54c15580862af55b0257848/src/garage/cli/structs.rs
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from msgspec import Struct

from mblint.cluster.objects import Container, ContainerRole, Workload
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import SHOWN, SecretText, Text, reveal
from mblint.facts.credentials.server_credential import ServerCredential
from mblint.facts.credentials.told import known
from mblint.facts.told import settings_of
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.arguments import command_words, shell_script
from mblint.settings.mounted_files import mounted_files
from mblint.settings.names import Origin
from mblint.settings.scripts import read_script
from mblint.settings.server_table import Product, product_of
from mblint.settings.tables import load_words
from mblint.settings.words import Command, Word, option_values, without_options

MAKE = r"admin\s+(?:user|accesskey)|svcacct|\bkey\s+(?:create|new|import)\b"  # the words by which keys are made
_ANY = regex(f"(?i){MAKE}")
# The script of MinIO's chart: a function, and for each key two lines of a file before it is called.
_FUNCTION = "createUser() {"
_CALL = regex(r"(?m)^createUser\b(?!\()")
_PAIR = regex(
    r"(?m)^echo (?P<name>[^\s$]+) > \$MINIO_ACCESSKEY_SECRETKEY_TMP\n"
    r"(?:echo (?P<secret>[^\s$]+)|cat (?P<file>\S+)) >> \$MINIO_ACCESSKEY_SECRETKEY_TMP$"
)
_MINIO = ("mc", "mcli")
_MAKERS = (*_MINIO, "garage")
_VALUED = (
    "-n",
    "--config-dir",
    "-C",
    "--access-key",
    "--secret-key",
    "--name",
    "--description",
    "--expiry",
    "--policy",
)


class MadeKey(Struct, frozen=True, eq=False):
    """A key that a command makes: its name and its secret, which may be unknown."""

    name: Text
    secret: SecretText | None
    word: Word


class KeyMaking(Struct, frozen=True, eq=False):
    """A container that makes keys of a product. `complete`: these are all."""

    workload: Workload
    container: Container
    keys: tuple[MadeKey, ...]
    complete: bool


@remembered
def key_makers(world: World) -> tuple[KeyMaking, ...]:
    """The containers of the view that make keys by commands."""
    return tuple(
        _making(world, workload, container)
        for workload in world.cluster.workloads
        for container in workload.pod.containers
        if _ANY.search(" ".join(reveal(word.text) for word in container.words))
        or _ANY.search(_files(world, workload, container))
    )


def made_keys(world: World) -> Iterator[ServerCredential]:
    """The keys whose store is known, as users of it."""
    for making in key_makers(world):
        store = _store(world, making.workload)
        for key in making.keys if store is not None else ():
            if store is not None:
                yield _credential(making, key, store)


def _files(world: World, workload: Workload, container: Container) -> str:
    files = mounted_files(world.cluster, workload, container)
    return "\n".join(reveal(file.entry.text) for file in files if file.entry.text is not None)


def _making(world: World, workload: Workload, container: Container) -> KeyMaking:
    told = {one.key: one.value for one in settings_of(world, workload, container) if one.origin is Origin.ENV}
    words = list(command_words(container, told))
    script = shell_script(words)
    commands: Sequence[Command] = [tuple(words)] if script is None else list(read_script(script, told))
    charts = _of_chart(world, workload, container, words)
    if charts is not None:
        return charts
    complete = not _ANY.search(_files(world, workload, container))
    keys: list[MadeKey] = []
    for command in commands:
        made = _made(command)
        if made is not None:
            keys.append(made)
        else:
            complete = complete and not _ANY.search(" ".join(word.plain or word.before for word in command))
    return KeyMaking(workload, container, tuple(keys), complete)


def _of_chart(world: World, workload: Workload, container: Container, words: Sequence[Word]) -> KeyMaking | None:
    """The keys of the script that MinIO's chart mounts, where it is all that the container runs; none of another one
    beside it."""
    files = {file.path: file for file in mounted_files(world.cluster, workload, container)}
    file = files.get(words[-1].plain) if words else None
    text = reveal(file.entry.text) if file is not None and file.entry.text is not None else ""
    makers = [path for path, each in files.items() if _ANY.search(reveal(each.entry.text or ""))]
    if file is not None and text and file.path not in makers and not any(path in text for path in makers):
        return KeyMaking(workload, container, (), complete=True)
    if _FUNCTION not in text or file is None:
        return None
    keys = []
    for found in _PAIR.finditer(text):
        read = files.get(found["file"] or "")
        secret = found["secret"] or (
            reveal(read.entry.text) if read is not None and read.entry.text is not None else ""
        )
        place = (read or file).entry.place
        word = Word(SecretText(secret), place, exact=False)
        keys.append(MadeKey(found["name"], known(SecretText(secret.rstrip("\n"))), word))
    return KeyMaking(workload, container, tuple(keys), complete=len(keys) == len(_CALL.findall(text)))


def _made(command: Command) -> MadeKey | None:
    """The key that a command makes; None where it makes none, or one that nobody knows before."""
    for index, word in enumerate(command):
        program = posixpath.basename(word.plain)
        if program not in _MAKERS:
            continue
        rest = command[index + 1 :]
        plain = without_options(rest, _VALUED)
        texts = [each.plain for each in plain]
        if program in _MINIO and texts[:3] == ["admin", "user", "add"]:
            return _key(plain[4:6])
        if program in _MINIO and (
            texts[:4] == ["admin", "user", "svcacct", "add"] or texts[:3] == ["admin", "accesskey", "create"]
        ):
            return _key([each for name in ("--access-key", "--secret-key") for each in option_values(rest, name)])
        if program == "garage" and texts[:2] == ["key", "import"]:
            return _key(plain[2:4])
    return None


def _key(words: Sequence[Word]) -> MadeKey | None:
    if len(words) != 2 or words[0].text is None or known(SecretText(words[0].plain)) is None:
        return None
    secret = words[1]
    return MadeKey(words[0].text, None if secret.text is None else known(SecretText(secret.plain)), secret)


def _store(world: World, maker: Workload) -> tuple[Workload, Container, Product] | None:
    """The only store of objects in a namespace."""
    stores = [
        (workload, container, product)
        for workload in world.cluster.workloads
        if workload.lasting and workload.id.namespace == maker.id.namespace
        for container in workload.pod.containers
        if container.role is ContainerRole.MAIN
        and (product := product_of(container.image, world.programs)) is not None
        and product.name in load_words("logins", "keep objects")
    ]
    return stores[0] if len(stores) == 1 else None


def _credential(making: KeyMaking, key: MadeKey, store: tuple[Workload, Container, Product]) -> ServerCredential:
    workload, container, product = store
    by = f"{making.container.name} of {making.workload.id.kind} {making.workload.id.name}"
    return ServerCredential(
        server=workload,
        product=product,
        user=f"{SHOWN} of {by}" if isinstance(key.name, SecretText) else key.name,
        name=SecretText(reveal(key.name)),
        value=key.secret,
        setting=by,
        place=key.word.place,
        container=container.name,
    )
