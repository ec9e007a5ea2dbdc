"""The elements of a list of hosts or origins: how its text is taken apart, and whether they are hosts at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import cast

from msgspec import DecodeError, json

from mblint.cluster.secrets import SecretText, Text, reveal
from mblint.facts.names.host_patterns import without_port
from mblint.facts.names.shape import Name
from mblint.facts.way.host_names import is_inside, is_placeholder, kind_of, means_loopback
from mblint.regex import regex
from mblint.settings.rows import Setting
from mblint.software.network import Hosts

ELEMENT = regex(r"\[\d*\]$")  # behind the name of a setting that is a list
_BLANK = regex(r"[,\s]+")
_HOST_NAME = regex(r"(?:\*?\.)?(?=[\d.-]*[a-z])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.?")
_NO_HOST = regex(r"[\\^$()|\[/]")


def elements(setting: Setting, entry: Hosts) -> Iterator[Name]:
    """Those that a setting says, without quotes."""
    if setting.value is None:
        return
    for text in _parts(reveal(setting.value).strip(), entry.separator):
        element = text.strip().strip("\"'")
        if element:
            value: Text = SecretText(element) if isinstance(setting.value, SecretText) else element
            yield Name(value, setting.place, ELEMENT.sub("", setting.label))


def _parts(text: str, separator: str) -> Iterable[str]:
    if text.startswith(("[", "(")) and text.endswith(("]", ")")):
        try:
            return cast("Sequence[str]", json.decode(text, type=list[str]))
        except DecodeError:
            return text[1:-1].split(",")
    if separator in ("blank", ","):
        return _BLANK.split(text)
    return [text] if separator == "json" else text.split(separator)


def are_hosts(names: Iterable[Name]) -> bool:
    """Whether they are hosts: not addresses of clients alone, nor expressions, nor globs of another language."""
    hosts = [_host(name) for name in names]
    return any(_HOST_NAME.fullmatch(host) for host in hosts) and not any(_NO_HOST.search(host) for host in hosts)


def are_its_own(names: Iterable[Name], served: Sequence[str]) -> bool:
    """Whether one of them may be the program's own host, and no host that it calls: this machine, a name inside the
    cluster, what stands where somebody was to fill it in, or one of the domain of those by which it is served.
    """
    domains = {_domain(host) for host in served}
    return any(
        means_loopback(host)
        or is_inside(host)
        or is_placeholder(host)
        or kind_of(host) != "public"
        or _domain(host) in domains
        for host in map(_host, names)
    )


def _host(name: Name) -> str:
    before, mark, after = reveal(name.text).strip().lower().partition("://")
    return without_port((after if mark else before).rstrip("/"))


def _domain(host: str) -> str:
    return ".".join(host.lower().rstrip(".").split(".")[-2:])
