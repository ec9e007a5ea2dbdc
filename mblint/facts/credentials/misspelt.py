"""The key, or the object, that a reference to nothing must have meant."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from mblint.cluster.cluster import Cluster
from mblint.cluster.kinds import is_custom
from mblint.cluster.objects import ConfigMap, Other, Secret
from mblint.cluster.promised import NAMED_BY_HAND, Promised, is_given, promised
from mblint.cluster.stable_names import without_checksum
from mblint.facts.edits.near_names import is_near
from mblint.manifests.documents import texts_in
from mblint.regex import regex

_OF_CERTIFICATES = regex(r"(?:^|-)(?:ca|certs?|certificates?|tls|ssl|truststore|public)(?:-|$)")
_CERTIFICATES = frozenset(("ca.crt", "tls.crt"))
_Object = tuple[str, str, str]  # kind, namespace, name


def nearest_key(key: str, held: ConfigMap | Secret) -> str | None:
    """The key with the most similar name, where one is similar."""
    return nearest_of(key, held.entries)


def nearest_of(key: str, keys: Iterable[str]) -> str | None:
    """The most similar of these names, where one is similar."""
    from difflib import get_close_matches  # noqa: PLC0415  most inputs need none

    return next(iter(get_close_matches(key, list(keys), 1)), None)


def misspelt_promise(
    cluster: Cluster, absent: _Object, asked: Collection[str], referred: Collection[_Object]
) -> Promised | None:
    """What an operator makes that a name must mean which nothing has: of nearly that name, and referred to by nobody.

    The object that asks for it may have the name that is written, and another for what it makes.
    """
    kind, namespace, name = absent
    meant = [
        each
        for key, each in promised(cluster).items()
        if key[:2] == (kind, namespace)
        and key not in referred
        and (each.keys is None or set(asked) <= set(each.keys))
        and (is_near(name, each.name) or (each.maker.id.name == name and each.keys is not None))
        and not is_given(each, name)
    ]
    others = (other for other in cluster.others if not meant or other is not meant[0].maker)
    return meant[0] if len(meant) == 1 and not any(names_in(other, name) for other in others) else None


def of_that_family(cluster: Cluster, absent: _Object, asked: Collection[str]) -> Promised | None:
    """The certificates that an operator makes under another name, for an object whose name this one begins with.

    `shop-ca` for the Kafka shop, whose authority is in `shop-cluster-ca-cert`. What no object names, and what is of no
    certificate, may be made by hand.
    """
    kind, namespace, name = absent
    if not _OF_CERTIFICATES.search(name) or any(names_in(other, name) for other in cluster.others):
        return None
    made = [
        each
        for key, each in promised(cluster).items()
        if key[:2] == (kind, namespace)
        and each.keys is not None
        and not _CERTIFICATES.isdisjoint(each.keys)
        and set(asked) <= set(each.keys)
        and each.name.startswith(f"{each.maker.id.name}-")
        and each.maker.id.kind not in NAMED_BY_HAND
        and (name.startswith(f"{each.maker.id.name}-") or f"-{each.maker.id.name}" in name)
    ]
    words = set(name.split("-"))
    return max(made, key=lambda each: len(words & set(each.name.split("-"))), default=None)


def misspelt_object(
    cluster: Cluster, absent: _Object, asked: Collection[str], referred: Collection[_Object]
) -> ConfigMap | Secret | None:
    """The object that a name must mean which nothing in the render has. None where that cannot be shown.

    It has nearly the same name (a slip, one word more or less, the checksum of a generator of kustomize; not other
    digits) and all keys that are asked for; nobody refers to it.
    """
    kind, namespace, name = absent
    objects: Collection[ConfigMap | Secret] = (
        cluster.secrets.values() if kind == "Secret" else cluster.config_maps.values()
    )
    meant = [
        held
        for held in objects
        if held.id.namespace == namespace
        and (kind, namespace, held.id.name) not in referred
        and set(asked) <= set(held.entries)
        and (is_near(name, held.id.name) or without_checksum(held.id.name) == name)
        and not any(names_in(other, held.id.name) for other in cluster.others)
    ]
    return meant[0] if len(meant) == 1 else None


def names_in(other: Other, name: str) -> bool:
    """True for a custom resource that has this name itself, or somewhere in it: it may refer to the object."""
    return is_custom(other.api_version) and name in texts_in(other.place.value)
