"""Objects that two releases of the view bring.

Helm installs no release that has an object which another one owns: "exists and cannot be imported into the current
release: invalid ownership metadata" (Helm, pkg/action/validate.go). Applied as they are, the last one wins.
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.helm_hooks import HOOK
from mblint.cluster.objects import ObjectId
from mblint.facts.claims.rows import Claim
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.manifests.documents import Place, Value

_OWNER, _WITHIN = "meta.helm.sh/release-name", "meta.helm.sh/release-namespace"
_RELEASES = ("app.kubernetes.io/instance", "release")


_Release = tuple[str, str]  # its name, and its chart; "" where nothing says them


def owned_twice(world: World) -> Iterator[Claim]:
    """A row for each object that is given twice, by two releases."""
    by_helm = world.config.cluster.applied_by == "helm"
    held = {obj.place: obj for obj in world.cluster.everything} if world.cluster.replaced else {}
    for earlier, later in world.cluster.replaced:
        final = held.get(later)
        if final is None or not final.linted or _is_no_part(earlier) or _is_no_part(later):
            continue
        one, other = _release(earlier), _release(later)
        if _differ(one, other):
            yield _row(final.id, earlier, later, (one, other), by_helm=by_helm)


def _is_no_part(place: Place) -> bool:
    """Hooks, and what lies in a folder `crds`, belong to no release."""
    folders = (place.document.source or "").split("/")[:-1]
    is_in_crds = "crds" in folders and "templates" not in folders
    return is_in_crds or HOOK in _mapping(place.at("metadata", "annotations").value)


def _differ(one: _Release, other: _Release) -> bool:
    """By their names, where both say them; else by their charts."""
    names = one[0], other[0]
    return names[0] != names[1] if all(names) else bool(one[1] and other[1] and one[1] != other[1])


def _release(place: Place) -> _Release:
    """What tells a release: its name, as the metadata have it, and the chart that the object was rendered from."""
    annotations = _mapping(place.at("metadata", "annotations").value)
    owner, within = annotations.get(_OWNER), annotations.get(_WITHIN)
    if owner and within:  # releases of one name may lie in several namespaces
        owner = f"{owner} of namespace {within}"
    labels = _mapping(place.at("metadata", "labels").value)
    name = owner or next((labels[key] for key in _RELEASES if labels.get(key)), None)
    chart = (place.document.source or "").partition("/")[0]
    return str(name or ""), chart


def _mapping(value: Value) -> dict[str, Value]:
    return value if isinstance(value, dict) else {}


def _row(
    identity: ObjectId, earlier: Place, later: Place, releases: tuple[_Release, _Release], *, by_helm: bool
) -> Claim:
    named = all(name for name, _ in releases) and releases[0][0] != releases[1][0]
    one, other = (f"release {name}" if named else f"chart {chart}" for name, chart in releases)
    object_words = f"{identity.kind} {identity.name}"
    return Claim(
        object=identity,
        place=later,
        related=(Related(f"{one} brings it here", earlier, identity),),
        claims="own",
        claimed=object_words,
        who=f"{one} and {other} both bring {object_words}",
        other=one,
        consequence="Helm refuses to install the second, since the object belongs to another release"
        if by_helm
        else "the one that is applied last wins, each time",
        remedy="Leave it to one of them, by the values of the other.",
        verdict="contested" if by_helm else "doubled",
    )
