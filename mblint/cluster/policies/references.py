"""What policies of plugins refer to, by name or by label, and what only the other objects of the view can tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from mblint.cluster.objects import Namespace, Object, Service, ServiceAccount, Workload, account_of
from mblint.cluster.policies.objects import AddressBlock, NetworkPolicy, PluginTier

Labels = Mapping[str, str]


class AddressGroup(Object, frozen=True, eq=False):
    """Addresses under one name, with labels: Calico's NetworkSet and GlobalNetworkSet, Cilium's CiliumCIDRGroup."""

    blocks: tuple[AddressBlock, ...]


class CalicoTier(Object, frozen=True, eq=False):
    """A Tier. `passes`: what its policies do not decide goes to the next tier; else it is denied."""

    tier: PluginTier
    passes: bool


class References(Struct, frozen=True):
    """The objects that are looked up while policies are read.

    `accounts`: those that a workload runs under, by namespace and name, with their labels; None: not in the view.
    `values`: every value that a label key has on any object, for selectors that compare parts of values.
    """

    namespaces: Mapping[str, Labels]
    services: tuple[Service, ...]
    accounts: Mapping[tuple[str, str], Labels | None]
    groups: tuple[AddressGroup, ...]
    tiers: Mapping[str, CalicoTier]
    values: Mapping[str, frozenset[str]]
    has_network_policies: bool

    def label_values(self, key: str) -> frozenset[str]:
        """The values of a label as Calico calls it: of a pod, or of its namespace ("pcns.") or account ("pcsa.")."""
        plain = key.removeprefix("pcns.").removeprefix("pcsa.")
        if plain in ("projectcalico.org/name", "projectcalico.org/namespace", "projectcalico.org/serviceaccount"):
            return frozenset((*self.namespaces, *(name for _, name in self.accounts)))
        return self.values.get(plain, frozenset())


def references(objects: Iterable[Object], namespaces: Mapping[str, Namespace]) -> References:
    """Gathers them from all objects of the view."""
    known = tuple(objects)
    return References(
        namespaces={name: namespace.labels for name, namespace in namespaces.items()},
        services=tuple(one for one in known if isinstance(one, Service)),
        accounts=_accounts(known),
        groups=tuple(one for one in known if isinstance(one, AddressGroup)),
        tiers={one.id.name: one for one in known if isinstance(one, CalicoTier)},
        values=_values((*known, *namespaces.values())),
        has_network_policies=any(isinstance(one, NetworkPolicy) for one in known),
    )


def _accounts(objects: Iterable[Object]) -> dict[tuple[str, str], Labels | None]:
    """The account "default" is there without anybody's doing, and then has no labels."""
    known = tuple(objects)
    used = sorted({account_of(one) for one in known if isinstance(one, Workload)})
    labelled = {(one.id.namespace, one.id.name): one.labels for one in known if isinstance(one, ServiceAccount)}
    return {account: labelled.get(account, {} if account[1] == "default" else None) for account in used}


def _values(objects: Iterable[Object]) -> dict[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for labels in (labels for one in objects for labels in _label_maps(one)):
        for key, value in labels.items():
            found[key].add(value)
    return {key: frozenset(values) for key, values in found.items()}


def _label_maps(one: Object) -> Iterator[Labels]:
    if isinstance(one, Workload):
        yield one.pod.labels
    elif isinstance(one, Namespace | ServiceAccount | AddressGroup):
        yield one.labels
