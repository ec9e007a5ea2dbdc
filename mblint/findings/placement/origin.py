"""Where a rendered document comes from: its release, its chart template, and the files that may set its values."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from mblint.findings.placement.charts import chart_of, template_of
from mblint.findings.placement.lines import Part
from mblint.findings.placement.releases import Release
from mblint.findings.placement.repository import Repository
from mblint.manifests.documents import Document, Value
from mblint.regex import regex

_SETS_VALUES = regex(r"\.(?:ya?ml|gotmpl|json|env|properties)$")
_COMPOSE = regex(r"(?:^|/)(?:docker-)?compose[^/]*\.ya?ml$")
_MANIFEST = regex(r"^(?:apiVersion|kind):", re.MULTILINE)
_HASH = regex(r"-[0-9a-z]{10}$")  # kustomize's, behind the names of generated ConfigMaps and Secrets


class Origin(Struct, frozen=True):
    """`template`: the chart template. `kind`: of the object. `values`: the release's own values files, and what its
    helmfile says itself; empty where no helmfile tells. `names`: what the app's files are likely to be called after.
    """

    template: str | None
    kind: str
    values: tuple[Part, ...]
    names: tuple[str, ...]
    helmfile: Release | None

    @property
    def chart(self) -> str | None:
        """The directory of the chart, where it is in the repository."""
        return None if self.template is None else chart_of(self.template)


def origin_of(document: Document, repository: Repository, releases: Sequence[Release]) -> Origin:
    """What is known about where a document comes from."""
    source = document.source
    chart_name = source.partition("/")[0] if source else ""
    names = tuple(dict.fromkeys(name for name in (_instance(document.value), chart_name) if name))
    chosen = _chosen(releases, _instance(document.value), chart_name)
    directories = {_chart_directory(release) for release in chosen}
    template = template_of(repository, source, directories.pop() if len(directories) == 1 else None) if source else None
    values = dict.fromkeys(file for release in chosen for file in release.values)
    inline = [Part(one.helmfile, repository.lines(one.helmfile), one.first, one.end) for one in chosen]
    return Origin(
        template=template,
        kind=_text(document.value, "kind"),
        values=(*(Part(file, repository.lines(file)) for file in values), *inline),
        names=names,
        helmfile=chosen[0] if chosen else None,
    )


def values_files(repository: Repository) -> list[str]:
    """The tracked files outside charts that may set values. Manifests and the files of other tools do not."""
    return [
        file
        for file in repository.files
        if _SETS_VALUES.search(file)
        and not file.startswith(".")
        and "/." not in file
        and not _COMPOSE.search(file)
        and not repository.in_chart(file)
        and not _is_manifest(repository.text(file))
    ]


def nearest(files: Iterable[str], origin: Origin) -> list[list[str]]:
    """Files in groups, the likeliest first: those beside the chart, directory by directory upwards; of a chart that is
    elsewhere, those that are called after the app, then the others.
    """
    groups: dict[int, list[str]] = {}
    for file in files:
        groups.setdefault(_distance(file, origin), []).append(file)
    return [groups[distance] for distance in sorted(groups)]


def manifests_of(document: Document, repository: Repository) -> list[str]:
    """The tracked manifests (of a kustomization) that define an object of this kind and name."""
    kind, name = _text(document.value, "kind"), _text(_part(document.value, "metadata"), "name")
    names = dict.fromkeys((name, _HASH.sub("", name)))
    return sorted({file for one in names for file in repository.defining(kind, one)})


def _chosen(releases: Sequence[Release], instance: str | None, chart: str) -> list[Release]:
    by_name = [release for release in releases if release.name == instance]
    if by_name:
        return by_name
    by_chart = [release for release in releases if chart and release.chart_name == chart]
    return by_chart if len(by_chart) == 1 else []


def _chart_directory(release: Release) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(release.helmfile), release.chart))


def _distance(file: str, origin: Origin) -> int:
    if origin.chart is not None:
        return origin.chart.count("/") - posixpath.commonpath([f"/{file}", f"/{origin.chart}"]).count("/")
    return 0 if any(name in file for name in origin.names) else 1


def _is_manifest(text: str) -> bool:
    return "{{" not in text and _MANIFEST.search(text) is not None


def _instance(value: Value) -> str | None:
    metadata = _part(value, "metadata")
    return (
        _text(_part(metadata, "annotations"), "meta.helm.sh/release-name")
        or _text(_part(metadata, "labels"), "app.kubernetes.io/instance")
        or _text(_part(metadata, "labels"), "release")
        or None
    )


def _part(value: Value, key: str) -> Value:
    return value.get(key) if isinstance(value, dict) else None


def _text(value: Value, key: str) -> str:
    text = _part(value, key)
    return text if isinstance(text, str) else ""
