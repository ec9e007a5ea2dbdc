"""What ConfigMaps and Secrets hold: those of the view, and those that operators make of templates in the view.

An ExternalSecret may say the texts of its Secret as templates of Go: what is written there as it is, is known, and
`{{ .key }}` comes of a store outside.
Sources: https://external-secrets.io/latest/guides/templating/ and `applyTemplate` in
pkg/controllers/externalsecret/externalsecret_controller_template.go of external-secrets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mblint.cluster.cluster import Cluster
from mblint.cluster.kinds import row_of
from mblint.cluster.objects import ConfigMap, Entry, Object, Secret
from mblint.cluster.promised import Promised, makers
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import SecretText
from mblint.manifests.documents import Place
from mblint.regex import regex

_KEY = r"""(?:\.|index\s+\.\s+["`])(?P<key>[\w.-]+)["`]?"""
_ACTION = regex(r"(?:(?:(?<!\s)\s+)?\{\{-\s+|\{\{)\s*" + _KEY + r"\s*(?:\|[^{}]*)?(?:-\}\}\s*|\}\})")
_OPEN = "{{"


def held_entries(cluster: Cluster, kind: str, namespace: str, name: str) -> Mapping[str, Entry] | None:
    """The entries by key; None for an object that nothing of the view says the texts of."""
    objects: Mapping[tuple[str, str], ConfigMap | Secret] = cluster.secrets if kind == "Secret" else cluster.config_maps
    found = objects.get((namespace, name))
    return found.entries if found is not None else _templated(cluster).get((kind, namespace, name))


def asked_keys(template: str) -> Iterator[tuple[str, int]]:
    """The keys of the store that a template asks for, and where each stands; none of one that decides or repeats."""
    if _OPEN in template and _OPEN not in _ACTION.sub("", template):
        yield from ((action["key"], action.start("key")) for action in _ACTION.finditer(template))


def is_secret_text(held: Object, place: Place) -> bool:
    """True for what an object says of a Secret's texts: beside `{{ .key }}` somebody may have written a password."""
    within = place.path[len(held.place.path) :]
    paths = (tuple(fill.texts.split(".")) for fill in row_of(held.api_version, held.id.kind).fills if fill.texts)
    return any(within[: len(path)] == path for path in paths)


def texts_of(made: Promised) -> Iterator[tuple[str, Place]]:
    """The templates of what an operator makes, by key."""
    if made.texts is not None and isinstance(written := made.texts.value, dict):
        yield from ((key, made.texts.at(key)) for key, text in written.items() if isinstance(text, str))


@remembered
def _templated(cluster: Cluster) -> Mapping[tuple[str, str, str], Mapping[str, Entry]]:
    """Those of templates, where one object alone makes them."""
    return {
        key: {each: _entry(place) for each, place in texts_of(made[0])}
        for key, made in makers(cluster).items()
        if len(made) == 1 and made[0].texts is not None
    }


def _entry(place: Place) -> Entry:
    """What a template becomes. What comes of the store stands in it as `$(store:key)`, which names no variable."""
    template = str(place.value)
    if _OPEN not in template:
        return Entry(SecretText(template), place, encoded=False)
    text = _ACTION.sub(lambda action: f"$(store:{action['key']})", template)
    known = _OPEN not in text and _ACTION.fullmatch(template) is None
    return Entry(SecretText(text) if known else None, place, encoded=True)
