"""The hosts of the applications whose files an office server opens: each tells it where its files are (WOPI).

An application is told the office server, by a host of its routes or by its Service. It says by which host of its own
files are fetched in a setting of that protocol, or, as most do, it is the host by which browsers come to it.
Source: https://sdk.collaboraonline.com/docs/How_to_integrate.html
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from msgspec import Struct

from mblint.cluster.objects import TextAt, Workload
from mblint.cluster.secrets import reveal
from mblint.cluster.services import services_of
from mblint.facts.way.host_names import is_inside
from mblint.facts.way.served import served_hosts
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.role_table import words_of
from mblint.settings.rows import Setting
from mblint.urls import split_url

_URL = regex(r"https?://([\w.-]+)(?=[:/]|$)")


class FileHost(Struct, frozen=True, eq=False):
    """A host by which an office server is to fetch files. `said`: a setting of the protocol says so."""

    host: TextAt
    client: str
    said: bool


def file_hosts(world: World, office: Workload) -> Iterator[tuple[FileHost, ...]]:
    """For each application that is told the office server: the hosts of which one is enough."""
    own = {one.host.text.lower() for one in served_hosts(world, office)}
    inside = {(one.id.namespace, one.id.name) for one in services_of(world.cluster, office)}
    for _, group in groupby(world.settings, key=lambda each: id(each.workload)):
        settings = [each for each in group if each.value is not None and not each.secret]
        client = settings[0].workload if settings else office
        if client is office or not any(_leads(each, own, inside) for each in settings):
            continue
        name = f"{client.id.kind} {client.id.name}"
        said = [FileHost(host, name, said=True) for each in settings if (host := _said(each, own, inside)) is not None]
        yield tuple(said or (FileHost(one.host, name, said=False) for one in served_hosts(world, client)))


def _leads(setting: Setting, own: set[str], inside: set[tuple[str, str]]) -> bool:
    """Whether a setting is a URL of the office server."""
    host = _host(setting)
    if host is None or not is_inside(host):
        return host in own
    name, _, rest = host.partition(".")
    return (rest.partition(".")[0] or setting.workload.id.namespace, name) in inside


def _said(setting: Setting, own: set[str], inside: set[tuple[str, str]]) -> TextAt | None:
    """The host that a setting of the protocol names, and that is not the office server's."""
    host = _host(setting)
    is_of_protocol = any(word in ("wopi", "wopisrc") for word in words_of(setting.key))
    is_of_files = host is not None and is_of_protocol and not _leads(setting, own, inside)
    return TextAt(host, setting.place) if host is not None and is_of_files else None


def _host(setting: Setting) -> str | None:
    text = reveal(setting.value or "").strip()
    found = _URL.match(text)
    return None if found is None else (split_url(found[0]).hostname or None)
