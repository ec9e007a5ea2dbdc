"""Calls of pods to the Kubernetes API, and whether their egress policies let them out to it.

A pod calls the API whose service account a binding of the view gives a role, or whose containers run kubectl. A Role
that lets read nothing but objects of the core is what charts give to pods that never call it, too. Where the API server
listens no manifest says: at the Service's port 443, at one of its own (`_PORTS`), outside the pods' network.
Sources: https://kubernetes.io/docs/reference/access-authn-authz/rbac/ ,
https://kubernetes.io/docs/concepts/security/controlling-access/ (6443), https://microk8s.io/docs/services-and-ports
(16443), https://minikube.sigs.k8s.io/docs/commands/start/ (8443)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from ipaddress import IPv4Network

from mblint.cluster.engine.rule_ports import numbered_ports
from mblint.cluster.engine.strangers import Stranger
from mblint.cluster.objects import Object, Workload, account_of, names_once
from mblint.cluster.policies.objects import AddressBlock, Direction, NetworkPolicy, PluginPolicy
from mblint.cluster.remembered import remembered
from mblint.cluster.service_accounts import token_refused_at
from mblint.facts.callers.called_rows import ApiCall
from mblint.facts.callers.cilium_entities import is_of_cilium, may_reach_api_server
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.manifests.nodes import Node
from mblint.manifests.partial import read_parts

_RBAC = "rbac.authorization.k8s.io"
_SERVICE_PORT = 443
_FEW = 28  # bits of a block that has a handful of addresses: those of the API servers
_PORTS = (_SERVICE_PORT, 6443, 8443, 16443)
_READS = frozenset(("get", "list", "watch"))
_ONLY_NAMED = frozenset(("use",))  # of a policy for pods: nobody calls the API for it

# RFC 1918. A block of all addresses but these leaves out most API servers.
_PRIVATE = tuple(IPv4Network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))

_Bound = Mapping[tuple[str, str], tuple[Object, Object]]  # account to a binding, and the role


def api_calls(world: World) -> Iterator[ApiCall]:
    """A row for each workload that calls the API and is restricted."""
    for workload in world.cluster.workloads:
        if not workload.pod.host_network and _policies(world, workload):
            signs = tuple(_signs(world, workload))
            if signs:
                yield _row(world, workload, signs, sure=_is_sure(world, workload, signs))


def _policies(world: World, workload: Workload) -> tuple[NetworkPolicy | PluginPolicy, ...]:
    """What judges its egress; policies of plugins where one of them closes it."""
    engine = world.engine
    plugin = engine.plugin_policies_of(workload, Direction.EGRESS)
    closes = any(Direction.EGRESS in one.isolates for one in plugin)
    return (*engine.policies_of(workload, Direction.EGRESS), *(plugin if closes else ()))


def _row(world: World, workload: Workload, signs: Sequence[Related], *, sure: bool) -> ApiCall:
    policies = _policies(world, workload)
    of_cilium = [policy.id.name for policy in policies if is_of_cilium(policy)]
    verdict, reason = _verdict(world, workload)
    return ApiCall(
        object=workload.id,
        place=workload.pod.place,
        related=(
            *signs,
            *(Related(f"{each.id.kind} {each.id.name} judges it", each.place, each.id) for each in policies),
        ),
        linted=workload.linted,
        client=str(workload.id),
        signs=tuple(sign.message for sign in signs),
        sure=sure,
        calls="calls" if sure else "may call",
        ports=_PORTS,
        verdict=verdict,
        reason=reason,
        policies=names_once(policies),
        left_out=", ".join(map(str, _PRIVATE)) if verdict == "private-left-out" else None,
        network_policies=tuple(policy.id.name for policy in policies if not is_of_cilium(policy)),
        cilium_policies=tuple(dict.fromkeys(of_cilium)),
    )


def _verdict(world: World, workload: Workload) -> tuple[str, str | None]:
    if world.engine.plugin_policies_of(workload, Direction.EGRESS):
        return _by_cilium(world, workload)
    answers = {port: world.engine.egress_to_stranger(workload, Stranger.POD, port) for port in _PORTS}
    outcomes = {port: answer.outcome.value for port, answer in answers.items()}
    if any(outcomes[port] != "denied" for port in _PORTS if port != _SERVICE_PORT):
        if _leaves_out_private(world, workload):
            return "private-left-out", None
        known = "allowed" if "allowed" in outcomes.values() else "unknown"
        return known, next((answer.reason for answer in answers.values() if answer.reason), None)
    return ("egress-denied" if outcomes[_SERVICE_PORT] == "denied" else "service-port-only"), None


def _leaves_out_private(world: World, workload: Workload) -> bool:
    """Whether all that may let it out are blocks of addresses without the private ones, as most API servers have."""
    found = False
    for policy in world.engine.policies_of(workload, Direction.EGRESS):
        for rule in policy.rules(Direction.EGRESS) or ():
            ports = numbered_ports(rule)
            if not any(ports.has(port, "TCP") for port in _PORTS):
                continue
            for peer in rule.peers if rule.peers is not None else (None,):
                if peer is None or (peer.block is None and peer.namespaces is not None):
                    return False
                if peer.block is not None:
                    found = True
                    if peer.block.network.prefixlen >= _FEW:
                        return False  # who names single addresses knows whose they are
                    if not all(_is_left_out(private, peer.block) for private in _PRIVATE):
                        return False
    return found


def _is_left_out(private: IPv4Network, block: AddressBlock) -> bool:
    """Whether a block has none of some private addresses: it is elsewhere, or all of them are excepted."""
    if not isinstance(block.network, IPv4Network) or not block.network.overlaps(private):
        return True
    return any(isinstance(each, IPv4Network) and private.subnet_of(each) for each in block.excepted)


def _by_cilium(world: World, workload: Workload) -> tuple[str, str | None]:
    """Only policies of Cilium are read here, and only where they are all that selects the pods."""
    policies = _policies(world, workload)
    unsure = world.engine.unsure(workload, Direction.EGRESS)
    if unsure is not None:
        return "unknown", unsure
    others = [policy for policy in policies if not is_of_cilium(policy)]
    if others or any(may_reach_api_server(policy, _PORTS) for policy in policies):
        return "unknown", "policies of a plugin say more of it than is read here"
    return "egress-denied", None


# ---------------------------------------------------------------- who calls it


def _signs(world: World, workload: Workload) -> Iterator[Related]:
    bound = _bound(world).get(account_of(workload))
    if bound is not None and token_refused_at(world.cluster, workload) is None:
        binding, role = bound
        name = account_of(workload)[1]
        words = f"its service account {name} is bound to {role.id.kind} {role.id.name}"
        yield Related(words, binding.place, binding.id)
    for container in workload.pod.containers:
        for text in container.words:
            if _runs_kubectl(text.text):
                yield Related(f"its container {container.name} runs kubectl", text.place, workload.id)
                break


def _is_sure(world: World, workload: Workload, signs: Sequence[Related]) -> bool:
    """Whether a sign is more than a Role to read objects of the core in its own namespace."""
    bound = _bound(world).get(account_of(workload))
    if bound is None or len(signs) > 1 or signs[0].object != bound[0].id:
        return True
    binding, role = bound
    asks, _ = read_parts(role.node, lambda node: tuple(_asks(node)))
    return binding.id.kind == "ClusterRoleBinding" or any(
        set(groups) != {""} or not set(verbs) <= _READS for groups, verbs in asks or ()
    )


def _asks(role: Node) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """The groups and the verbs of each rule."""
    return ((rule.get("apiGroups").texts(), rule.get("verbs").texts()) for rule in role.get("rules").items())


def _runs_kubectl(text: str) -> bool:
    words = text.replace(";", " ").replace("(", " ").replace("`", " ").split()
    return any(word.rpartition("/")[2] == "kubectl" for word in words)


@remembered
def _bound(world: World) -> _Bound:
    """The service accounts to which a binding of the view gives a role of the view."""
    roles = {
        (each.id.kind, each.id.namespace, each.id.name): each
        for kind in ("Role", "ClusterRole")
        for each in world.cluster.of_kind(kind, _RBAC)
    }
    found: dict[tuple[str, str], tuple[Object, Object]] = {}
    for kind in ("RoleBinding", "ClusterRoleBinding"):
        for binding in world.cluster.of_kind(kind, _RBAC):
            read, _ = read_parts(binding.node, lambda node: (_reference(node), tuple(_accounts(node))))
            for (role_kind, role_name), accounts in (read,) if read is not None else ():
                namespace = binding.id.namespace if role_kind == "Role" else ""
                role = roles.get((role_kind, namespace, role_name))
                if role is not None and _calls_for(role):
                    for namespace, name in accounts:
                        found.setdefault((namespace or binding.id.namespace, name), (binding, role))
    return found


def _reference(node: Node) -> tuple[str, str]:
    ref = node.get("roleRef")
    return ref.get("kind").text() or "", ref.get("name").text() or ""


def _accounts(node: Node) -> Iterator[tuple[str, str]]:
    for subject in node.get("subjects").items():
        if subject.get("kind").text() == "ServiceAccount":
            yield subject.get("namespace").text() or "", subject.get("name").text() or ""


def _calls_for(role: Object) -> bool:
    """True where the role has a rule for requests: the verb `use` only names what admission lets its pods do."""
    rules, _ = read_parts(
        role.node, lambda node: tuple(rule.get("verbs").texts() for rule in node.get("rules").items())
    )
    return any(frozenset(verbs) - _ONLY_NAMED for verbs in rules or ())
