"""Everything that policies tell apart, as bits of one integer: workloads, and ranges of outside addresses.

A set of peers is an integer, so that unions and intersections over hundreds of workloads cost one machine operation
each. Outside addresses are cut at every boundary that some policy names; between two cuts all are alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from mblint.cluster.cluster import Cluster
from mblint.cluster.engine.addresses import Addresses, addresses_of
from mblint.cluster.objects import Workload, account_of
from mblint.cluster.policies.objects import (
    AddressBlock,
    AdminPolicy,
    AdminRule,
    Direction,
    NetworkPolicy,
    PeerRule,
    PluginPolicy,
    PodsOf,
    PolicyRule,
    Requirement,
    Selector,
)

Mask = int
_EVERYWHERE = (Addresses(4, 0, 2**32 - 1), Addresses(6, 0, 2**128 - 1))


def bits(mask: Mask) -> Iterator[int]:
    """The numbers of the bits that are set, ascending."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


class LabelIndex:
    """Answers label selectors over a fixed sequence of label maps: bit n stands for the nth."""

    def __init__(self, labels: Sequence[Mapping[str, str]]) -> None:
        self.all: Mask = (1 << len(labels)) - 1
        self._pairs: defaultdict[tuple[str, str], Mask] = defaultdict(int)
        self._keys: defaultdict[str, Mask] = defaultdict(int)
        for number, entries in enumerate(labels):
            for key, value in entries.items():
                self._pairs[key, value] |= 1 << number
                self._keys[key] |= 1 << number

    def select(self, selector: Selector) -> Mask:
        """Those for which every label and every expression holds."""
        mask = self.all
        for key, value in selector.labels.items():
            mask &= self._pairs.get((key, value), 0)
        for requirement in selector.expressions:
            mask &= self._holding(requirement)
        return mask

    def _holding(self, requirement: Requirement) -> Mask:
        """NotIn and DoesNotExist hold where the key is absent."""
        if requirement.operator in ("Exists", "DoesNotExist"):
            mask = self._keys.get(requirement.key, 0)
        else:
            mask = 0
            for value in requirement.values:
                mask |= self._pairs.get((requirement.key, value), 0)
        return mask if requirement.operator in ("In", "Exists") else self.all & ~mask


class Universe:
    """The bits of one cluster view: bit n is workload n; above them stand the address cells."""

    def __init__(self, cluster: Cluster) -> None:
        self.workloads = cluster.workloads
        self.number = {workload.id: number for number, workload in enumerate(cluster.workloads)}
        self.pods: Mask = (1 << len(self.workloads)) - 1
        self.host_network = _mask(n for n, workload in enumerate(self.workloads) if workload.pod.host_network)
        named = {direction: tuple(_named(cluster, direction)) for direction in Direction}
        self.cuts = {direction: frozenset(_ipv4_cuts(ranges)) for direction, ranges in named.items()}
        self.cells = tuple(_cells((*_EVERYWHERE, *named[Direction.EGRESS], *named[Direction.INGRESS])))
        self.outside = _mask(range(len(self.workloads), len(self.workloads) + len(self.cells)))
        self.all: Mask = self.pods | self.outside
        self._labels = LabelIndex([workload.pod.labels for workload in self.workloads])
        self._namespaces = tuple(cluster.namespaces.values())
        self._namespace_labels = LabelIndex([namespace.labels for namespace in self._namespaces])
        self._pods_in: defaultdict[str, Mask] = defaultdict(int)
        for number, workload in enumerate(self.workloads):
            self._pods_in[workload.id.namespace] |= 1 << number
        self._addresses: dict[Addresses, Mask] = {}

    def pods_in(self, namespace: str, selector: Selector) -> Mask:
        """The workloads of a namespace whose template labels a selector matches."""
        return self._labels.select(selector) & self.namespace(namespace)

    def namespace(self, namespace: str) -> Mask:
        """All workloads of a namespace."""
        return self._pods_in.get(namespace, 0)

    def pods_of(self, pods: PodsOf) -> Mask:
        """The workloads that an admin policy's subject or peer means."""
        mask = self._in_namespaces(pods.namespaces)
        if not pods.host_network:
            mask &= ~self.host_network
        if pods.accounts is not None:
            mask &= _mask(n for n, workload in enumerate(self.workloads) if account_of(workload) in pods.accounts)
        return mask if pods.pods is None else mask & self._labels.select(pods.pods)

    def admin_rule_peers(self, rule: AdminRule) -> Mask:
        """What a rule of an admin policy selects: pods, or outside addresses (nodes and domain names: nothing)."""
        if rule.peers is None:
            return self.all
        mask = 0
        for peer in rule.peers:
            if peer.pods is not None:
                mask |= self.pods_of(peer.pods)
            for block in peer.blocks:
                mask |= self._all_of(addresses_of(block))
        return mask

    def rule_peers(self, policy: NetworkPolicy, rule: PolicyRule) -> Mask:
        """What a rule of a NetworkPolicy selects: without peers, every pod and every address."""
        if rule.peers is None:
            return self.all
        mask = 0
        for peer in rule.peers:
            mask |= self.peers(policy.id.namespace, peer)
        return mask

    def peers(self, namespace: str, peer: PeerRule) -> Mask:
        """What one peer of a NetworkPolicy in that namespace selects."""
        if peer.block is not None:
            return self._all_of(addresses_of(peer.block))
        inside = self.namespace(namespace) if peer.namespaces is None else self._in_namespaces(peer.namespaces)
        return inside if peer.pods is None else inside & self._labels.select(peer.pods)

    def addresses(self, addresses: Addresses) -> Mask:
        """The cells of a range that some policy names."""
        known = self._addresses.get(addresses)
        if known is None:
            inside = (
                number
                for number, cell in enumerate(self.cells, start=len(self.workloads))
                if cell.version == addresses.version and addresses.first <= cell.first and cell.last <= addresses.last
            )
            known = self._addresses[addresses] = _mask(inside)
        return known

    def bit(self, workload: Workload) -> Mask:
        """The bit of a workload."""
        return 1 << self.number[workload.id]

    def _all_of(self, ranges: Iterable[Addresses]) -> Mask:
        mask = 0
        for addresses in ranges:
            mask |= self.addresses(addresses)
        return mask

    def _in_namespaces(self, selector: Selector) -> Mask:
        mask = 0
        for number in bits(self._namespace_labels.select(selector)):
            mask |= self._pods_in.get(self._namespaces[number].id.name, 0)
        return mask


def _mask(numbers: Iterable[int]) -> Mask:
    mask = 0
    for number in numbers:
        mask |= 1 << number
    return mask


def _named(cluster: Cluster, direction: Direction) -> Iterator[Addresses]:
    """Every range that some policy names in that direction, without its exceptions."""
    for block in (*_of_policies(cluster, direction), *_of_admin_policies(cluster, direction)):
        yield from addresses_of(block)


def _of_policies(cluster: Cluster, direction: Direction) -> Iterator[AddressBlock]:
    for policy in cluster.policies:
        for rule in policy.rules(direction) or ():
            yield from (peer.block for peer in rule.peers or () if peer.block is not None)


def _of_admin_policies(cluster: Cluster, direction: Direction) -> Iterator[AddressBlock]:
    policies: tuple[AdminPolicy | PluginPolicy, ...] = (*cluster.admin_policies, *cluster.plugin_policies)
    for policy in policies:
        for rule in policy.rules(direction):
            for peer in rule.peers or ():
                yield from peer.blocks


def _ipv4_cuts(ranges: Iterable[Addresses]) -> Iterator[int]:
    """The addresses at which a range begins or after which one ends."""
    for addresses in ranges:
        if addresses.version == 4:
            yield addresses.first
            yield addresses.last + 1


def _cells(ranges: Iterable[Addresses]) -> Iterator[Addresses]:
    """The coarsest ranges that are each inside or outside of every given one."""
    cuts: defaultdict[int, set[int]] = defaultdict(set)
    for addresses in ranges:
        cuts[addresses.version] |= {addresses.first, addresses.last + 1}
    for version in sorted(cuts):
        for first, after in pairwise(sorted(cuts[version])):
            yield Addresses(version, first, after - 1)
