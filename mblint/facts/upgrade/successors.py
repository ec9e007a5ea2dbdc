"""Which workload of NEW comes in the place of which of OLD, and which container: whose data it should find.

By identity first; then, for what is gone, the only new one of its release with the same images, or with the same
folders on claims: charts rename their workloads, and make a StatefulSet of a Deployment. Without a release, both must
be the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from mblint.cluster.objects import Container, ContainerRole, Object, Workload
from mblint.cluster.remembered import remembered
from mblint.facts.upgrade.data_places import LASTING_CLAIMS, Store, store_of, stores_of
from mblint.facts.upgrade.pairs import pairs_of
from mblint.facts.world import Step


@remembered
def successors(step: Step) -> tuple[tuple[Workload, Workload], ...]:
    """The workloads that last, before and after; then those that have another name now."""
    return tuple(_successors(step))


def _successors(step: Step) -> Iterator[tuple[Workload, Workload]]:
    pairs = pairs_of(step)
    for pair in pairs.kept:
        if isinstance(pair.old, Workload) and isinstance(pair.new, Workload) and pair.new.lasting:
            yield pair.old, pair.new
    taken: set[Workload] = set()
    for trait in (_images, _folders_of_its_release):
        added, removed = _by(trait, pairs.added, taken), _by(trait, pairs.removed, taken)
        for key, (new, *others) in added.items():
            before = removed.get(key, [])
            if not others and len(before) == 1:
                taken.update((before[0], new))
                yield before[0], new


def kept_claims(old: Workload, new: Workload) -> set[Store]:
    """The claims that both have."""
    return {store for store in stores_of(old) if store.kind in LASTING_CLAIMS} & set(stores_of(new))


def containers_of(old: Workload, new: Workload) -> Iterator[tuple[Container, Container]]:
    """Containers that last, of the same name, or alone on both sides."""
    before = [one for one in old.pod.containers if one.role is not ContainerRole.INIT]
    after = [one for one in new.pod.containers if one.role is not ContainerRole.INIT]
    named = {one.name: one for one in after}
    for one in before:
        same = named.get(one.name) or (after[0] if len(before) == len(after) == 1 else None)
        if same is not None:
            yield one, same


def _by(
    trait: Callable[[Workload], tuple[str, ...]], objects: Sequence[Object], taken: set[Workload]
) -> Mapping[tuple[object, ...], list[Workload]]:
    """Workloads of a release, or of none, by what stays where only the name or the kind changes."""
    found: dict[tuple[object, ...], list[Workload]] = {}
    for one in objects:
        if isinstance(one, Workload) and one.lasting and one not in taken and (same := trait(one)):
            found.setdefault((one.id.namespace, one.release, same), []).append(one)
    return found


def _images(workload: Workload) -> tuple[str, ...]:
    images = tuple((each.image or "").partition(":")[0] for each in workload.pod.containers)
    if workload.release:
        return images
    folders = _folders(workload)
    return (*images, *folders) if folders else ()


def _folders_of_its_release(workload: Workload) -> tuple[str, ...]:
    """Those of a workload that came under another name, of another image too."""
    return _folders(workload) if workload.release else ()


def _folders(workload: Workload) -> tuple[str, ...]:
    """The folders that it keeps on claims."""
    mounts = (mount for container in workload.pod.containers for mount in container.mounts)
    stores = ((mount.mount_path, store_of(workload, mount.volume)) for mount in mounts)
    return tuple(path for path, store in stores if store is not None and store.kind in LASTING_CLAIMS)
