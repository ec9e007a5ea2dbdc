"""ConfigMaps and Secrets that a program reads through the Kubernetes API: settings that no mount shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import ConfigMap, Container, KeyRef, Secret, Workload
from mblint.cluster.secrets import reveal
from mblint.regex import regex
from mblint.settings.mounted_files import MountedFile
from mblint.settings.rows import Setting
from mblint.settings.tables import Row, as_text, as_texts, load_table

_COMPONENT = "app.kubernetes.io/component"
_NAME = "app.kubernetes.io/name"
# `$key` of the Secret argocd-secret, or `$secret:key`, in the files of Argo CD's ConfigMap:
# https://argo-cd.readthedocs.io/en/stable/operator-manual/user-management/#sensitive-data-and-sso-client-secrets
_ARGO_CD = regex(r"\$(?:([\w.-]+):)?([\w.-]+)")
_ARGO_CDS = "argocd-cm/oidc.config"


class Selected(Struct, frozen=True):
    """A value that a file takes from a Secret. `key`: the key path at which the file says so."""

    key: str
    source: MountedFile


def files_read_through_the_api(cluster: Cluster, workload: Workload, container: Container) -> Iterator[MountedFile]:
    """The keys of such objects as files named `OBJECT/KEY`."""
    for row in load_table("api-config-maps", "config-maps"):
        if _is_image(row, container) and _is_component(as_text(row, "component"), workload, container):
            named = _named(row, container).rpartition("/")[2] if as_text(row, "option") else None
            for config_map in cluster.config_maps.values():
                name = config_map.id.name
                is_meant = name == named if named is not None else name.endswith(as_text(row, "config-map") or "")
                if is_meant and _is_read(config_map, workload):
                    yield from _files(row, config_map)
    for row in load_table("api-config-maps", "secrets"):
        if _is_image(row, container):
            secret = cluster.secrets.get((workload.id.namespace, _named(row, container)))
            if secret is not None:
                yield from _files(row, secret)


def selected(cluster: Cluster, rows: Sequence[Setting], file: MountedFile) -> Iterator[Selected]:
    """What such a file takes from Secrets: `clientId: {name: oidc, key: id}`, `$secret:key`. `rows`: what was read."""
    written = {row.key: row for row in rows if row.value is not None}
    for path, row in written.items():
        above, dot, last = path.rpartition(".")
        text = reveal(row.value or "")
        beside = written.get(f"{above}.key") if dot and last == "name" else None
        if beside is not None:
            yield from _selected(cluster, above, row, text, reveal(beside.value or ""), file)
        elif (referred := _ARGO_CD.fullmatch(text)) is not None and file.path.endswith(_ARGO_CDS):
            yield from _selected(cluster, path, row, referred[1] or "argocd-secret", referred[2], file)


def _selected(cluster: Cluster, path: str, row: Setting, name: str, key: str, file: MountedFile) -> Iterator[Selected]:
    secret = cluster.secrets.get((row.workload.id.namespace, name))
    if secret is not None and (entry := secret.entries.get(key)) is not None:
        yield Selected(path, MountedFile(file.path, entry, KeyRef("Secret", name, key, True, row.place), row.place))


def _is_component(component: str | None, workload: Workload, container: Container) -> bool:
    """Whether the workload is that component, by its labels; where they say none, by its name label or its words."""
    if component is None:
        return True
    labels = workload.pod.labels
    said = labels.get(_COMPONENT)
    if said is not None:
        return said == component
    names = [labels.get(_NAME, ""), *(word.text.rpartition("/")[2] for word in container.words)]
    return any(component in (name, name.partition("-")[2]) for name in names)  # server, argocd-server


def _is_image(row: Row, container: Container) -> bool:
    return any(part in (container.image or "") for part in as_texts(row, "image"))


def _is_read(held: ConfigMap, workload: Workload) -> bool:
    return held.id.namespace == workload.id.namespace


def _named(row: Row, container: Container) -> str:
    """The Secret's name: what an option of the program says, else the one that it takes by itself."""
    option = as_text(row, "option") or ""
    words = [word.text for word in container.words]
    for word, following in pairwise((*words, "")):
        if word == option or word.startswith(f"{option}="):
            return following if word == option else word.partition("=")[2]
    return as_text(row, "secret") or ""


def _files(row: Row, held: ConfigMap | Secret) -> Iterator[MountedFile]:
    name = held.id.name
    for key in as_texts(row, "keys"):
        if (entry := held.entries.get(key)) is not None:
            ref = KeyRef(held.id.kind, name, key, True, held.place)
            yield MountedFile(f"{name}/{key}", entry, ref, held.place)
