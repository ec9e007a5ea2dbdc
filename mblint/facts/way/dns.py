"""Whether a client's egress lets it ask the cluster's DNS: what a name needs before any packet is sent to it."""

from __future__ import annotations

from mblint.cluster.engine.rule_ports import covers_by_number
from mblint.cluster.objects import ObjectId, Workload
from mblint.cluster.policies.objects import Action, Direction, NetworkPolicy, PeerRule, PortRule, Selector
from mblint.cluster.policies.selectors import selects
from mblint.cluster.remembered import remembered_each
from mblint.cluster.workloads_by_label import workloads_in
from mblint.facts.world import World

_NAMESPACES = ("kube-system", "openshift-dns")  # of Kubernetes' add-on; of OpenShift's DNS operator


def dns_policies(world: World, client: Workload) -> tuple[NetworkPolicy, ...]:
    """The NetworkPolicies that judge what the client asks."""
    return () if client.pod.host_network else world.engine.policies_of(client, Direction.EGRESS)


def may_ask_dns(world: World, client: Workload) -> str:
    """Whether a client's egress lets it ask the cluster's DNS: allowed, egress-denied, unseen-label, unknown.

    The DNS server's pods are outside the render: a rule counts if it may mean them. TCP alone does not do: resolvers
    ask by UDP first, and wait for an answer (RFC 7766).
    """
    said = _by_policies(world, client)
    return "unknown" if _may_be_overruled(world, client, said) else said


def _may_be_overruled(world: World, client: Workload, said: str) -> bool:
    """Whether an admin policy may say the opposite: of the DNS server's pods nobody knows namespace, labels, address.

    Its networks count too: "cluster-internal traffic will be checked against the rule as well" (the API of
    policy.networking.k8s.io), and plugins differ in whether they do.
    """
    if client.pod.host_network:
        return False
    opposite = Action.ALLOW if said == "egress-denied" else Action.DENY
    return any(
        rule.action is opposite and any(covers_by_number(rule, port, "UDP") for port in world.config.cluster.dns_ports)
        for _, rule in world.engine.admin_rules(client, Direction.EGRESS)
    )


def _by_policies(world: World, client: Workload) -> str:
    policies = dns_policies(world, client)
    if not policies:
        return "allowed"
    if world.engine.plugin_policies_of(client, Direction.EGRESS):
        return "unknown"  # what they allow adds to what NetworkPolicies do
    if any(peer is None or _may_be_dns(world, policy, peer) for policy, peer in _asked(world, policies)):
        return "allowed"
    asked = [world.engine.egress_outside(client, port, "UDP") for port in world.config.cluster.dns_ports]
    if any(answer.reason is not None for answer in asked):
        return "unknown"
    return "unseen-label" if unseen_label(world, client) is not None else "egress-denied"


def unseen_label(world: World, client: Workload) -> str | None:
    """The label by which a rule means the namespace of DNS, and which no cluster sets by itself: `name=kube-system`."""
    peers = _asked(world, dns_policies(world, client))
    return next(
        (f"name={name}" for _, peer in peers if peer is not None and (name := _by_name(peer)) is not None), None
    )


@remembered_each
def _asked(world: World, policies: tuple[NetworkPolicy, ...]) -> list[tuple[NetworkPolicy, PeerRule | None]]:
    """The peers of the rules that let DNS out; None: everybody."""
    ports = world.config.cluster.dns_ports
    return [
        (policy, peer)
        for policy in policies
        for rule in policy.egress or ()
        if rule.ports is None or any(_covers(entry, port) for entry in rule.ports for port in ports)
        for peer in rule.peers or (None,)
    ]


def _covers(entry: PortRule, port: int) -> bool:
    if entry.protocol != "UDP":
        return False
    if isinstance(entry.port, str):  # a named port of the DNS server's pods
        return True
    return entry.port is None or entry.port <= port <= (entry.end_port or entry.port)


def _may_be_dns(world: World, policy: NetworkPolicy, peer: PeerRule) -> bool:
    """Another namespace's pods, or a block: NodeLocal DNSCache answers at a link-local address."""
    if peer.block is not None:
        return True
    if peer.namespaces is not None:
        name = _by_name(peer)
        held = world.cluster.objects.get(ObjectId("", "Namespace", name)) if name is not None else None
        return name is None or (held is not None and held.labels.get("name") == name)
    return _names_dns(world, policy, peer.pods)


def _by_name(peer: PeerRule) -> str | None:
    """The namespace of DNS that a peer means by a label `name`; the one that all namespaces have is another."""
    name = peer.namespaces.labels.get("name") if peer.namespaces is not None else None
    return name if name in _NAMESPACES else None


def _names_dns(world: World, policy: NetworkPolicy, pods: Selector | None) -> bool:
    """Pods of the policy's own namespace: the cluster's DNS only where they are labelled like it, and it runs there."""
    if pods is None or pods.labels.get("k8s-app") not in ("kube-dns", "node-local-dns"):
        return False
    return policy.id.namespace in _NAMESPACES or any(
        selects(pods, workload.pod.labels) for workload in workloads_in(world.cluster, policy.id.namespace)
    )
