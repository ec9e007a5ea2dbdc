"""NetworkPolicies, typed. What they mean is in `engine`."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from ipaddress import IPv4Network, IPv6Network

from msgspec import Struct

from mblint.cluster.objects import Object
from mblint.manifests.documents import Place

Network = IPv4Network | IPv6Network


class Direction(Enum):
    """Whose side of a connection a policy judges."""

    EGRESS = "egress"
    INGRESS = "ingress"


class Requirement(Struct, frozen=True):
    """One entry of matchExpressions. Operators: In, NotIn, Exists, DoesNotExist."""

    key: str
    operator: str
    values: tuple[str, ...]


class Selector(Struct, frozen=True):
    """A label selector; empty selects everything (an absent one is None, at its user)."""

    labels: Mapping[str, str]
    expressions: tuple[Requirement, ...]


class PortRule(Struct, frozen=True):
    """One entry of a rule's `ports`. `port` None: all ports of the protocol; a name resolves per destination pod."""

    protocol: str
    port: int | str | None
    end_port: int | None
    place: Place


class AddressBlock(Struct, frozen=True):
    """An ipBlock."""

    network: Network
    excepted: tuple[Network, ...]


class PeerRule(Struct, frozen=True):
    """One entry of `to` or `from`. Either a block, or selectors (namespaces None: the policy's own namespace)."""

    pods: Selector | None
    namespaces: Selector | None
    block: AddressBlock | None
    place: Place


class PolicyRule(Struct, frozen=True):
    """One egress or ingress rule. `peers` None: everybody; `ports` None: every port. `number` counts from 1."""

    number: int
    peers: tuple[PeerRule, ...] | None
    ports: tuple[PortRule, ...] | None
    place: Place


class NetworkPolicy(Object, frozen=True, eq=False):
    """networking.k8s.io/v1. A direction that it does not judge is None; an empty tuple denies everything."""

    selector: Selector
    egress: tuple[PolicyRule, ...] | None
    ingress: tuple[PolicyRule, ...] | None

    def rules(self, direction: Direction) -> tuple[PolicyRule, ...] | None:
        """Its rules of one direction; None where it does not judge that direction."""
        return self.egress if direction is Direction.EGRESS else self.ingress


# ---------------------------------------------------------------- policies of the cluster's administrators


class Action(Enum):
    """What an admin rule does with traffic that it matches. PASS leaves it to the tiers that follow."""

    ALLOW = "Allow"
    DENY = "Deny"
    PASS = "Pass"


class Tier(Enum):
    """When an admin policy is asked: before the NetworkPolicies, or after, for pods that none of them selects."""

    ADMIN = "Admin"
    BASELINE = "Baseline"


class PodsOf(Struct, frozen=True):
    """Pods by namespace and, where given, by their own labels. Host-networked ones only if it says so.

    `accounts`: namespace and name of the service accounts of which they run under one; None: under any.
    """

    namespaces: Selector
    pods: Selector | None
    host_network: bool = False
    accounts: frozenset[tuple[str, str]] | None = None


class AdminPeer(Struct, frozen=True):
    """One peer of an admin rule: pods, or blocks, or neither (nodes, domain names), which selects no pod.

    Only policies of plugins can say both: pods, and addresses that no pod has.
    """

    pods: PodsOf | None
    blocks: tuple[AddressBlock, ...]
    place: Place


class AdminPort(Struct, frozen=True):
    """Ports of an admin rule: an interval of one protocol, or a name (`protocol` None: of any)."""

    protocol: str | None
    first: int = 0
    last: int = 0
    name: str | None = None


class AdminRule(Struct, frozen=True):
    """One rule of an admin policy. `peers` None: everybody, which only policies of plugins can say.

    `ports` None: every port. `number` counts from 1 in its direction.
    """

    number: int
    name: str | None
    action: Action
    peers: tuple[AdminPeer, ...] | None
    ports: tuple[AdminPort, ...] | None
    place: Place


class AdminPolicy(Object, frozen=True, eq=False):
    """An AdminNetworkPolicy, BaselineAdminNetworkPolicy (v1alpha1) or ClusterNetworkPolicy (v1alpha2)."""

    tier: Tier
    priority: int  # the lowest is asked first
    subject: PodsOf
    egress: tuple[AdminRule, ...]
    ingress: tuple[AdminRule, ...]

    def rules(self, direction: Direction) -> tuple[AdminRule, ...]:
        """Its rules of one direction, in their order."""
        return self.egress if direction is Direction.EGRESS else self.ingress


# ---------------------------------------------------------------- policies of network plugins


class PluginRule(AdminRule, frozen=True, kw_only=True):
    """One rule of a plugin's policy: a rule of an admin policy with a place in the order of its tier.

    Kubernetes' own NetworkPolicies stand at `NETWORK_POLICIES`. `restricted`: the field that lets through only some of
    what the rule allows, by what no manifest knows (HTTP paths, names of hosts). `blocks_cover_pods` False: the plugin
    matches pods by their labels alone, whatever their addresses are.
    """

    order: float
    restricted: str | None = None
    blocks_cover_pods: bool = True


NETWORK_POLICIES = 1000.0  # where Calico puts them among its own; Cilium has no order but denials before all else


class PluginTier(Struct, frozen=True, order=True):
    """A tier of plugins' policies; the lowest order is asked first, and of one order the first name."""

    order: float
    name: str


DEFAULT_TIER = PluginTier(1_000_000.0, "default")  # where NetworkPolicies are, and everything of Cilium's


class PluginPolicy(Object, frozen=True, eq=False):
    """A policy of Cilium or Calico in terms of admin rules. What one object says may be several of these.

    `isolates`: the directions in which it denies what no policy of its tier allows. Host-networked pods are no
    subjects.
    """

    subjects: tuple[PodsOf, ...]
    isolates: frozenset[Direction]
    egress: tuple[PluginRule, ...]
    ingress: tuple[PluginRule, ...]
    tier: PluginTier = DEFAULT_TIER

    def rules(self, direction: Direction) -> tuple[PluginRule, ...]:
        """Its rules of one direction, in their order."""
        return self.egress if direction is Direction.EGRESS else self.ingress

    def judges(self, direction: Direction) -> bool:
        """True where it says anything about that direction."""
        return direction in self.isolates or bool(self.rules(direction))


class Refusal(Struct, frozen=True):
    """Why a policy is not in force though it is written: a sentence without full stop, and the value at fault."""

    message: str
    place: Place


class UnmodelledPolicy(Object, frozen=True, eq=False):
    """A policy that says something that is not modelled: what becomes of the pods that it may select is unknown.

    `field`: what is not modelled, as a path in its spec; None: policies of its kind. `refusal`: the cluster refuses the
    policy, so that what it was meant to say holds for nobody. `says`: a clause, of one that is not in the view itself.
    """

    subjects: tuple[PodsOf, ...]
    directions: frozenset[Direction]
    field: str | None = None
    refusal: Refusal | None = None
    says: str | None = None
