"""Objects that others name, as the table of references says, and whether the view has them.

Most of what is missing may be there all the same: classes are the cluster's, accounts may be another release's. So
only a name is judged that something of the view shows to be meant otherwise (see `meant`), and what is certain: what
only one release can bring (`sure` in the table), and kinds of which the user says that the view holds all (`complete`).
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from mblint.cluster.cluster import Cluster
from mblint.cluster.fills import filler_of
from mblint.cluster.objects import ConfigMap, Object, Secret
from mblint.cluster.promised import may_be_copied, promised
from mblint.cluster.remembered import remembered
from mblint.facts.credentials.fillers import filled_by
from mblint.facts.edits.slips import differ_by_a_letter
from mblint.facts.references.argo_cd_keys import argo_cd_keys
from mblint.facts.references.index import Meant, Named, all_named, held
from mblint.facts.references.meant import meant
from mblint.facts.references.rows import NamedObject
from mblint.facts.rows import Related
from mblint.facts.way.unseen import is_like_a_release, unrendered_release
from mblint.facts.world import World
from mblint.globs import matches
from mblint.manifests.nodes import dotted
from mblint.remedies.rendered import instead

_OF_RELEASES = ("toolkit.fluxcd.io", "argoproj.io")  # what makes releases, and is part of none as a rule
_SAID = ("this one must be meant", "this is the one that is read")


def named_objects(world: World) -> Iterator[NamedObject]:
    """A row for each name, in the order of the table."""
    complete = frozenset(world.config.cluster.complete)
    for named in all_named(world.cluster):
        there = held(world.cluster).get(named.key) if named.wanted else None
        made = promised(world.cluster).get(named.key) if named.wanted and there is None else None
        if isinstance(there, ConfigMap | Secret):
            yield _with_keys(world, named, there)
        elif made is not None and made.keys is not None and not set(named.wanted) <= set(made.keys):
            yield _without_key(named, made.maker, tuple(made.keys))
        elif not named.naming.only_keys:
            yield _row(world.cluster, named, complete)
    yield from argo_cd_keys(world.cluster)


def _with_keys(world: World, named: Named, there: ConfigMap | Secret) -> NamedObject:
    """One that is there, and of which keys are read."""
    lacking = tuple(key for key in named.wanted if key not in there.entries)
    if not lacking:
        return _made(named, "exists")
    if world.cluster.is_unread(there.id):
        return _made(named, "unknown", reason=f"parts of {there.id.kind} {there.id.name} cannot be read")
    if (filler := filled_by(world.cluster, there, world.programs)) is not None:
        return _made(named, "unknown", reason=filler)
    return _without_key(named, there, tuple(there.entries))


def _without_key(named: Named, there: Object, keys: tuple[str, ...]) -> NamedObject:
    """One whose keys are those that `there` has, or says."""
    says = "has" if there.id.kind in ("Secret", "ConfigMap") else "makes it with"
    found = Meant(there, f"{there.id.kind} {there.id.name} {says} {', '.join(keys[:8])}")
    return replace(_made(named, "no-key", found=found), lacking=tuple(key for key in named.wanted if key not in keys))


def _row(cluster: Cluster, named: Named, complete: frozenset[str]) -> NamedObject:
    naming = named.naming
    if named.key in held(cluster) or any(matches(named.name, glob) for glob in naming.known):
        return _made(named, "exists")
    if (why := _perhaps_there(cluster, named)) is not None:
        found = _slip(cluster, named)
        return _made(named, "unknown" if found is None else "near", reason=why if found is None else None, found=found)
    found = meant(cluster, named)
    if naming.sure and found is None and _is_of_others(cluster, named.namespace):
        return _made(named, "unknown", reason=f"the view has nothing but roles and bindings in {named.namespace}")
    if naming.sure or naming.to.kind in complete:
        return _made(named, "missing", found=found)
    if found is not None:
        return _made(named, "near", found=found)
    return _made(named, "unknown", reason=f"{naming.to.kind} {named.name} is not in the render, and may be elsewhere")


def _made(named: Named, verdict: str, *, reason: str | None = None, found: Meant | None = None) -> NamedObject:
    holder, near = named.holder, found.object if found is not None else None
    swap = near is not None and found is not None and found.in_place and verdict == "near"
    return NamedObject(
        object=holder.id,
        place=named.place,
        related=(Related(_SAID[verdict == "no-key"], near.place, near.id),) if near is not None else (),
        linted=holder.linted,
        edits=(instead(holder, named.place, near.id.name),)
        if near is not None and swap and named.place.value == named.name
        else (),
        kind=named.naming.to.kind,
        name=named.name,
        namespace=named.namespace,
        shown=f"{named.namespace}/{named.name}" if named.namespace not in ("", holder.id.namespace) else named.name,
        field=dotted(named.place.path[len(holder.place.path) :]),
        fails=named.naming.fails,
        verdict=verdict,
        reason=reason,
        nearest=near.id.name if near is not None else None,
        hint=found.why if found is not None else None,
    )


def _perhaps_there(cluster: Cluster, named: Named) -> str | None:
    """Why an object may be there that the view lacks; None where nothing says so."""
    naming = named.naming
    if named.namespace.startswith("kube-"):
        return f"{named.namespace} belongs to the cluster"
    if naming.to.kind in ("Secret", "ConfigMap", "Role"):
        filler = filler_of(cluster, naming.to.kind, named.namespace, named.name)
        if filler is not None:
            return f"{filler.id.kind} {filler.id.name} makes it"
    if naming.to.kind in ("Secret", "ConfigMap") and may_be_copied(cluster, naming.to.kind, named.name):
        return "one of that name is copied to other namespaces"
    release = unrendered_release(named.namespace, cluster) if named.namespace else None
    if release is not None and not named.holder.api_version.split("/")[0].endswith(_OF_RELEASES):
        return f"{release.id.kind} {release.id.name} brings objects to {named.namespace} that the view does not hold"
    return None


def _slip(cluster: Cluster, named: Named) -> Meant | None:
    """The object that nobody names and one letter away, where no release that the view lacks has such a name."""
    if named.namespace.startswith("kube-") or is_like_a_release(named.name, named.namespace, cluster):
        return None
    found = meant(cluster, named)
    one_letter = found is not None and found.in_place and differ_by_a_letter(named.name, found.object.id.name)
    return found if one_letter else None


def _is_of_others(cluster: Cluster, namespace: str) -> bool:
    """Whether the view only binds accounts in a namespace, as an extension does in that of what it extends."""
    peopled = _peopled(cluster)
    return bool(peopled) and namespace not in peopled


@remembered
def _peopled(cluster: Cluster) -> frozenset[str]:
    """The namespaces in which the view has anything else than roles and their bindings."""
    bound = ("Role", "RoleBinding")
    return frozenset(each.id.namespace for each in cluster.everything if each.id.kind not in bound) - {""}
