"""`$key` and `$secret:key` in Argo CD's ConfigMap, by which it reads its Secret argocd-secret, or another one.

A key that is not there is no mistake of a template: Argo CD takes the text as it stands for the value, so that a
provider refuses the client. People add keys by hand, too. So a key is missing only where the Secret has one that
nothing else reads, and which must be meant.
Source: https://argo-cd.readthedocs.io/en/stable/operator-manual/user-management/#sensitive-data-and-sso-client-secrets
and https://github.com/argoproj/argo-cd/blob/master/util/settings/settings.go (ReplaceStringSecret).
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.fills import filler_of
from mblint.cluster.objects import ConfigMap, Entry, Secret
from mblint.cluster.secrets import reveal
from mblint.facts.references.rows import NamedObject
from mblint.facts.rows import Related
from mblint.globs import matches
from mblint.manifests.documents import Place
from mblint.regex import regex
from mblint.settings.formats.by_name import read_leaves

_CONFIG_MAP, _SECRET = "argocd-cm", "argocd-secret"
_FILES = ("oidc.config", "dex.config")
_REFERENCE = regex(r"\$(?:([\w.-]+):)?([\w.-]+)")
# What Argo CD reads of its Secret by these names, whatever refers to it.
_OWN = ("admin.*", "server.*", "tls.*", "webhook.*", "accounts.*", "config-management-plugin.*", "*.crt", "*.key")
_FAILS = "Argo CD then takes the text as it stands for the value"


class _Asked(Struct, frozen=True):
    """A reference: which key of which Secret, and where it stands."""

    secret: str
    key: str
    field: str
    place: Place


def argo_cd_keys(cluster: Cluster) -> Iterator[NamedObject]:
    """A row for each reference to a Secret of the view."""
    for config_map in cluster.config_maps.values():
        if config_map.id.name.endswith(_CONFIG_MAP):
            asked = tuple(_references(config_map))
            for each in asked:
                secret = cluster.secrets.get((config_map.id.namespace, each.secret))
                if secret is not None:
                    yield _row(cluster, config_map, each, secret, {one.key for one in asked})


def _references(config_map: ConfigMap) -> Iterator[_Asked]:
    for name in _FILES:
        entry = config_map.entries.get(name)
        if entry is None or "$" not in reveal(entry.text or ""):
            continue
        for leaf in read_leaves(f"{name}.yaml", reveal(entry.text or "")):
            found = _REFERENCE.fullmatch(leaf.value)
            if found is not None:
                yield _Asked(found[1] or _SECRET, found[2], f"{leaf.key} in {name}", _place(entry, leaf.offset))


def _row(cluster: Cluster, config_map: ConfigMap, asked: _Asked, secret: Secret, read: set[str]) -> NamedObject:
    verdict, reason = "exists", None
    spare: tuple[str, ...] = ()
    if asked.key not in secret.entries:
        spare = tuple(key for key in secret.entries if key not in read and not any(matches(key, one) for one in _OWN))
        reason = _unsure(cluster, secret, spare)
        verdict = "no-key" if reason is None else "unknown"
    is_missing = verdict == "no-key"
    return NamedObject(
        object=config_map.id,
        place=asked.place,
        related=(Related("this one is read", secret.place, secret.id),) if is_missing else (),
        linted=config_map.linted,
        kind="Secret",
        name=secret.id.name,
        namespace=secret.id.namespace,
        shown=secret.id.name,
        field=asked.field,
        fails=_FAILS,
        verdict=verdict,
        reason=reason,
        nearest=spare[0] if is_missing else None,
        hint=f"Nothing reads its {' and '.join(spare[:3])}" if is_missing else None,
        lacking=(asked.key,) if is_missing else (),
    )


def _unsure(cluster: Cluster, secret: Secret, spare: tuple[str, ...]) -> str | None:
    """Why the key may be there all the same."""
    if cluster.is_unread(secret.id):
        return f"parts of Secret {secret.id.name} cannot be read"
    filler = filler_of(cluster, "Secret", secret.id.namespace, secret.id.name)
    if filler is not None:
        return f"{filler.id.kind} {filler.id.name} may have keys added to it"
    return None if spare else f"keys of {secret.id.name} are added by hand, too"


def _place(entry: Entry, offset: int | None) -> Place:
    return entry.place if entry.encoded or offset is None else entry.place.inside(offset)
