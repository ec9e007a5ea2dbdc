"""Users whose passwords, or their hashes, stand in a file that the server takes in: RabbitMQ's, SeaweedFS's."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

import msgspec
from msgspec.structs import replace

from mblint.cluster.secrets import SHOWN, SecretText, reveal, unquoted
from mblint.facts.credentials.server_credential import ServerCredential, is_hash
from mblint.facts.credentials.told import Telling, known
from mblint.settings.mounted_files import MountedFile, mounted_files
from mblint.settings.server_table import Product
from mblint.software.identity import DefinedIn
from mblint.software.setting_names import texts


def defined_users(telling: Telling, product: Product, ports: frozenset[int]) -> Iterator[ServerCredential]:
    """The users of the files that the server's settings lead to; none where such a file is not in the render."""
    where = product.defined_in
    if where is None:
        return
    for name in texts(where.setting):
        path = telling.of(name)
        if path is None or path.text is None:
            continue
        wanted = posixpath.normpath(unquoted(path.text))
        for file in mounted_files(telling.cluster, telling.workload, telling.container):
            if wanted in (file.path, posixpath.dirname(file.path)):
                for row in _rows(file, where):
                    yield from _user(telling, product, where, file, row, ports)


def _rows(file: MountedFile, where: DefinedIn) -> Iterator[Mapping[str, object]]:
    try:
        read = msgspec.json.decode(reveal(file.entry.text or ""))
    except (msgspec.DecodeError, UnicodeError):
        return
    rows = _dicts(read.get(where.list) if isinstance(read, dict) else None)
    for row in rows:
        yield from _dicts(row.get(where.each)) if where.each else (row,)


def _dicts(rows: object) -> Iterator[Mapping[str, object]]:
    yield from (row for row in rows if isinstance(row, dict)) if isinstance(rows, list) else ()


def _user(
    telling: Telling,
    product: Product,
    where: DefinedIn,
    file: MountedFile,
    row: Mapping[str, object],
    ports: frozenset[int],
) -> Iterator[ServerCredential]:
    name, password, hashed = (row.get(key) for key in (where.key, where.password, where.hash))
    if not isinstance(name, str) or known(SecretText(name)) is None:
        return
    hidden = isinstance(file.entry.text, SecretText)
    user = ServerCredential(
        server=telling.workload,
        product=product,
        user=f"{SHOWN} of {file.path}" if hidden else name,
        name=SecretText(name),
        value=known(SecretText(password)) if isinstance(password, str) else None,
        setting=file.path,
        place=file.entry.place,
        container=telling.container.name,
        key_ref=file.key_ref,
        persistent=True,
        ports=ports,
    )
    if user.value is not None:
        yield user
    elif where.hash and isinstance(hashed, str) and is_hash(hashed):
        yield replace(user, hashed=SecretText(hashed))
