"""Whether an element of a list of hosts means a host: a name, a domain with all below it, a glob, an expression."""

from __future__ import annotations

import re

from mblint.globs import matches
from mblint.software.network import Hosts
from mblint.software.setting_names import texts


def is_meant(host: str, element: str, entry: Hosts) -> bool:
    """Whether an element of a list means a host; both in lower case."""
    if element in texts(entry.wildcard):
        return True
    if entry.form == "regex":
        return _matches(element, host)
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
