"""The settings that give a server its users and passwords, and where it keeps them.

Those of images are the `credentials` of software files, those of custom resources in `rules/tables/servers.yaml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import cast

from msgspec import Struct

from mblint.settings.tables import Row, as_text, as_texts, load_table
from mblint.software.conditions import Condition
from mblint.software.identity import Credentials, DefinedIn
from mblint.software.programs import Programs
from mblint.software.setting_names import texts


class ServerUser(Struct, frozen=True):
    """One user of a server in a container. See the head of the table for the meaning of each field."""

    user: tuple[str, ...]
    default: str | None
    password: tuple[str, ...]
    joined: str | None
    list: str | None
    default_password: str | None = None
    empty: tuple[str, ...] = ()


class ResourceUser(Struct, frozen=True):
    """One user, or list of users, of a custom resource. See the head of the table for the meaning of each field."""

    secret: str
    default_secret: str | None
    key: str
    key_at: str | None
    user: str | None
    user_key: str | None
    default: str | None
    of: Row | None = None
    unless_key: str | None = None


class WrittenUser(Struct, frozen=True):
    """A user whose name and password stand in a text of `key = value` lines, in the resource or in a key of a Secret
    that it names."""

    user: str
    password: str
    at: str | None
    secret: str | None
    key: str | None


class Product(Struct, frozen=True):
    """What a server is. `stored`: "volume" or "config". `database`: the settings that say where it keeps its data."""

    name: str
    stored: str
    change: str | None
    alone: str | None
    database: tuple[str, ...] | None  # None: on a volume of its own pod
    asks_when: Condition | None = None  # then it answers nobody without a login; None: see the program
    elsewhere_when: Condition | None = None  # then its users come from a file, and no setting gives them passwords
    defined_in: DefinedIn | None = None  # that file
    updated: tuple[str, ...] = ()
    users: tuple[ServerUser, ...] = ()
    resource_users: tuple[ResourceUser, ...] = ()
    written_users: tuple[WrittenUser, ...] = ()
    open_unless: tuple[str, ...] | None = None  # fields of the resource that may give a password; None: not known

    def changed(self, user: str) -> str | None:
        """The statement or command that gives a user who exists another password, with a placeholder for that."""
        return None if self.change is None else self.change.replace("{user}", user)


def product_of(image: str | None, programs: Programs) -> Product | None:
    """What runs in a container of this image; None for what is no server of the table."""
    running = programs.of_image(image)
    entries = () if running is None else running.entries(Credentials)
    return None if running is None or not entries else _server(running.program.name, entries[0])


def product_of_resource(api_version: str, kind: str) -> Product | None:
    """What an operator makes of a custom resource; None for one that the table does not have."""
    return _by_resource().get((api_version.rpartition("/")[0], kind))


def image_name(image: str) -> str:
    """The last part of an image's name: `registry.example:5000/bitnami/postgresql:17@sha256:…` is `postgresql`."""
    return image.partition("@")[0].rpartition("/")[2].partition(":")[0]


def _server(program: str, entry: Credentials) -> Product:
    return Product(
        name=entry.server or program,
        stored=entry.stored,
        change=entry.change,
        alone=entry.alone,
        asks_when=entry.asks_when,
        elsewhere_when=entry.elsewhere_when,
        defined_in=entry.defined_in,
        database=texts(entry.database) if entry.kept == "database" else None,
        updated=texts(entry.updated),
        users=tuple(
            ServerUser(
                texts(user.user),
                user.default,
                texts(user.password),
                user.joined,
                user.list,
                user.default_password,
                texts(user.empty),
            )
            for user in entry.users
        ),
    )


@cache
def _by_resource() -> Mapping[tuple[str, str], Product]:
    return {(str(row["group"]), str(row["kind"])): _product(row) for row in load_table("servers", "resources")}


def _product(row: Row) -> Product:
    return Product(
        name=str(row["server"]),
        stored=str(row["stored"]),
        change=as_text(row, "change"),
        alone=as_text(row, "alone"),
        database=None,
        resource_users=tuple(map(_resource_user, _rows(row, "users"))),
        written_users=tuple(map(_written_user, _rows(row, "written"))),
        open_unless=as_texts(row, "open-unless") or None,
    )


def _rows(row: Row, field: str) -> tuple[Row, ...]:
    cells = row.get(field) or []
    assert isinstance(cells, list)
    return tuple(cells)


def _written_user(row: Row) -> WrittenUser:
    at, secret, key = (as_text(row, field) for field in ("at", "secret", "key"))
    return WrittenUser(user=str(row["user"]), password=str(row["password"]), at=at, secret=secret, key=key)


def _resource_user(row: Row) -> ResourceUser:
    return ResourceUser(
        secret=str(row["secret"]),
        default_secret=as_text(row, "default-secret"),
        key=as_text(row, "key") or "password",
        key_at=as_text(row, "key-at"),
        user=as_text(row, "user"),
        user_key=as_text(row, "user-key"),
        default=as_text(row, "default"),
        of=cast("Row | None", row.get("of")),
        unless_key=as_text(row, "unless-key"),
    )
