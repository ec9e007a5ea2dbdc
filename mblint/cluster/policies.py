"""NetworkPolicies, typed. What they mean is in `engine`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from ipaddress import IPv4Network, IPv6Network

from mblint.cluster.objects import Object
from mblint.manifests.documents import Place

Network = IPv4Network | IPv6Network


class Direction(Enum):
    """Whose side of a connection a policy judges."""

    EGRESS = "egress"
    INGRESS = "ingress"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One entry of matchExpressions. Operators: In, NotIn, Exists, DoesNotExist."""

    key: str
    operator: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Selector:
    """A label selector; empty selects everything (an absent one is None, at its user)."""

    labels: Mapping[str, str]
    expressions: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True)
class PortRule:
    """One entry of a rule's `ports`. `port` None: all ports of the protocol; a name resolves per destination pod."""

    protocol: str
    port: int | str | None
    end_port: int | None
    place: Place


@dataclass(frozen=True, slots=True)
class AddressBlock:
    """An ipBlock."""

    network: Network
    excepted: tuple[Network, ...]


@dataclass(frozen=True, slots=True)
class PeerRule:
    """One entry of `to` or `from`. Either a block, or selectors (namespaces None: the policy's own namespace)."""

    pods: Selector | None
    namespaces: Selector | None
    block: AddressBlock | None
    place: Place


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """One egress or ingress rule. `peers` None: everybody; `ports` None: every port. `number` counts from 1."""

    number: int
    peers: tuple[PeerRule, ...] | None
    ports: tuple[PortRule, ...] | None
    place: Place


@dataclass(frozen=True, slots=True, eq=False)
class NetworkPolicy(Object):
    """networking.k8s.io/v1. A direction that it does not judge is None; an empty tuple denies everything."""

    selector: Selector
    egress: tuple[PolicyRule, ...] | None
    ingress: tuple[PolicyRule, ...] | None
