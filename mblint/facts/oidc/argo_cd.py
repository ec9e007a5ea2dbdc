"""Static clients that Argo CD's dex is given beside Argo CD's own: one of the same id takes its place.

Argo CD writes its own clients before those of `dex.config`, and dex keeps the last of an id. Sources:
https://github.com/argoproj/argo-cd/blob/master/util/dex/config.go and
https://github.com/dexidp/dex/blob/master/storage/static.go.
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.objects import ConfigMap, Entry
from mblint.cluster.secrets import reveal
from mblint.facts.oidc.rows import OidcRedirect
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.regex import regex
from mblint.settings.formats.by_name import read_leaves
from mblint.settings.formats.leaf import Leaf

_STATIC = regex(r"(staticClients\[\d+\])\.(id|redirectURIs)(?:\[\d+\])?")
_OWN, _CALLBACK = "argo-cd", "/auth/callback"


def replaced_clients(world: World) -> Iterator[OidcRedirect]:
    """A row for each ConfigMap of Argo CD whose static clients have one of its own id."""
    for config_map in world.cluster.config_maps.values():
        url, dex = config_map.entries.get("url"), config_map.entries.get("dex.config")
        if config_map.id.name.endswith("argocd-cm") and url is not None and dex is not None:
            yield from _rows(config_map, reveal(url.text or "").strip(), dex)


def _rows(config_map: ConfigMap, url: str, dex: Entry) -> Iterator[OidcRedirect]:
    clients: dict[str, dict[str, list[Leaf]]] = {}
    for leaf in read_leaves("dex.config.yaml", reveal(dex.text or "")):
        if (found := _STATIC.fullmatch(leaf.key)) is not None:
            clients.setdefault(found[1], {}).setdefault(found[2], []).append(leaf)
    for parts in clients.values():
        ids, uris = parts.get("id", []), parts.get("redirectURIs", [])
        wanted = url.rstrip("/") + _CALLBACK
        if url.startswith("http") and ids and ids[0].value == _OWN and wanted not in [each.value for each in uris]:
            yield OidcRedirect(
                object=config_map.id,
                place=_place(dex, ids[0]),
                related=tuple(Related("this takes the place of Argo CD's own", _place(dex, each)) for each in uris[:1]),
                linted=config_map.linted,
                url=wanted,
                settings="url",
                client=_OWN,
                realm="dex",
                where="its dex, whose staticClients replace that client,",
                registered=tuple(each.value for each in uris),
                accepted=False,
            )


def _place(entry: Entry, leaf: Leaf) -> Place:
    return entry.place if entry.encoded or leaf.offset is None else entry.place.inside(leaf.offset)
