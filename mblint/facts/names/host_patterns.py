"""Whether an element of a list of hosts means a host: a name, a domain with all below it, a glob, an expression."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec.structs import replace

from mblint.globs import matches
from mblint.software.network import Hosts
from mblint.software.setting_names import texts


def is_meant(host: str, element: str, entry: Hosts, *, tls: bool = False) -> bool:
    """Whether an element of a list means a host; both in lower case. `tls`: the origin of its pages is by https."""
    if element in texts(entry.wildcard):
        return True
    if entry.form == "regex":
        return _matches(element, host)
    if _is_no_host(element, entry) or (tls and _is_of_whole_origins(entry) and element.startswith("http://")):
        return False
    element = element.partition("://")[2] or element  # a list of hosts may take those of a URL, too
    element = element.partition("/")[0] if entry.with_port else without_port(element.partition("/")[0])
    if entry.form == "glob":
        return matches(host, element)
    if entry.form == "domain":
        return host == element.removeprefix(".") or host.endswith("." + element.removeprefix("."))
    for mark in texts(entry.subdomains):
        if element.startswith(mark) and len(element) > len(mark):
            domain = element.removeprefix(mark)
            return host == domain or host.endswith("." + domain)
    return host == element


def is_nearly_meant(host: str, elements: Iterable[str], entry: Hosts) -> bool:
    """Whether one of them means a host but for a scheme, a path or a port, which the program may take off."""
    loose = replace(entry, to_the_letter=False)
    return any(is_meant(host.lower(), element.strip().lower(), loose) for element in elements)


def _is_of_whole_origins(entry: Hosts) -> bool:
    return entry.kind == "pages" and entry.form == "origin"


def _is_no_host(element: str, entry: Hosts) -> bool:
    """Whether an element has more than a host, where that is compared as it stands; cookies have no scheme."""
    if entry.usual and entry.form == "domain":
        return "://" in element
    if _is_of_whole_origins(entry):
        return entry.to_the_letter and ("://" not in element or "/" in element.partition("://")[2])
    return entry.to_the_letter and ("/" in element or without_port(element) != element)


def _matches(pattern: str, host: str) -> bool:
    """What is no regular expression here is taken to allow it: other languages write them in other ways."""
    try:
        return re.search(pattern, host) is not None
    except re.error:
        return True


def without_port(host: str) -> str:
    """A host without the port behind it."""
    name, colon, port = host.rpartition(":")
    return name if colon and (port.isdigit() or port == "*") and (":" not in name or name.endswith("]")) else host
