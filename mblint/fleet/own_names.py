"""Which names are an environment's own, so that one cause is known again in environments that call things otherwise.

`docs-eu7` cannot reach `db.docs-eu7.svc` here, and `docs-us2` cannot reach `db.docs-us2.svc` there: one cause. A name
is the environment's own where it is its only namespace, what the names of all its namespaces begin or end with, the
domain that all its routes share, or a word of its folder's name that is a number or stands in one of these.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from mblint.cluster.cluster import Cluster
from mblint.regex import regex

_ANY = "*"
_WORD = regex(r"[A-Za-z]+[0-9]+|[0-9]+|[A-Za-z]+")
_EVERYWHERE = frozenset({"default", "kube-system", "kube-public", "kube-node-lease"})
_DOMAIN_LABELS = 2  # a shared end of one label, such as "com", is nobody's own


def own_names(name: str, cluster: Cluster) -> tuple[str, ...]:
    """Names in the objects of the environment `name` that the same objects elsewhere would not have, longest first."""
    linted = [item for item in cluster.objects.values() if item.linted]
    namespaces = {item.id.namespace for item in linted} - _EVERYWHERE - {""}
    domain = _shared_domain(_hosts(cluster))
    shared = [*_shared_names(namespaces), *([domain] if domain else [])]
    words = {word for text in shared for word in _WORD.findall(text)}
    parts = [part for part in name.split("/") if part not in (".", "..")]
    folder = {
        word for part in parts for word in (part, *_WORD.findall(part)) if any(map(str.isdigit, word)) or word in words
    }
    return tuple(sorted({*shared, *folder}, key=lambda text: (-len(text), text)))


def without(cause: Sequence[str], names: Collection[str]) -> str:
    """A root cause as one text, with what is the environment's own left open.

    A bare number is a name only behind a hyphen or a dot: `web-017` is, the port in `web:8080` is not.
    """
    text = "\0".join(cause)
    if not names:
        return text
    written = "|".join(rf"(?<=[-.]){re.escape(name)}" if name.isdigit() else re.escape(name) for name in names)
    return re.sub(rf"(?<![A-Za-z0-9])(?:{written})(?![A-Za-z0-9])", _ANY, text)


def namespaces_in(cluster: Cluster) -> frozenset[str]:
    """Every namespace that an object of the environment is in."""
    return frozenset(item.id.namespace for item in cluster.objects.values()) - {""}


def alike(cause: str, namespaces: Collection[str]) -> str:
    """The cause with every namespace left open: what `shop/Deployment/web` in one environment has in common with
    `default/Deployment/web` in another. Within one environment, two causes may be alike and not the same.
    """
    if not namespaces:
        return cause
    written = "|".join(re.escape(name) for name in sorted(namespaces, key=len, reverse=True))
    return re.sub(rf"(?<![\w./-])(?:{written})(?=/)|(?<=\.)(?:{written})(?=\.svc\b)", _ANY, cause)


def _shared_names(namespaces: Collection[str]) -> list[str]:
    """The only namespace, or the words that all of several begin and end with."""
    if len(namespaces) < 2:
        return list(namespaces)
    split = [name.split("-") for name in sorted(namespaces)]
    return [text for text in ("-".join(_common(split)), "-".join(reversed(_common(map(_reversed, split))))) if text]


def _common(rows: Iterable[Sequence[str]]) -> list[str]:
    """What all rows begin with."""
    found: list[str] = []
    for words in zip(*rows, strict=False):
        if len(set(words)) > 1:
            break
        found.append(words[0])
    return found


def _reversed(words: Sequence[str]) -> Sequence[str]:
    return words[::-1]


def _shared_domain(hosts: Collection[str]) -> str | None:
    labels = _common([host.lower().split(".")[::-1] for host in hosts])
    return ".".join(reversed(labels)) if len(labels) >= _DOMAIN_LABELS else None


def _hosts(cluster: Cluster) -> set[str]:
    """The host names that routes serve."""
    return {host.text for route in cluster.routes for host in route.hosts if host.text and "*" not in host.text}
