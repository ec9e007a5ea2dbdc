"""The rule that is missing, ready to paste."""

from __future__ import annotations

from mblint.cluster.objects import Workload
from mblint.cluster.policies.objects import Direction, NetworkPolicy
from mblint.facts.calls.peers import peer_of_service, peer_of_workload
from mblint.facts.calls.reach import Call, Reach


def fix(call: Call, reached: Reach) -> str | None:
    """A rule to paste, with the policy to paste it into. None where it is no such rule that is missing."""
    server = reached.server
    if reached.verdict not in ("egress-denied", "ingress-denied", "service-port-only") or not reached.policies:
        return None
    if server is None or (reached.rule is not None and reached.verdict != "service-port-only"):
        return None
    policy = next((policy for policy in reached.policies if isinstance(policy, NetworkPolicy)), None)
    if policy is None:
        return None
    if reached.direction is Direction.EGRESS:
        side, peer = "to", _peer_of(reached, server, call.client.id.namespace)
    else:
        side, peer = "from", peer_of_workload(call.client, server.id.namespace)
    if peer is None:
        return None
    where = f"spec.{'egress' if side == 'to' else 'ingress'} of NetworkPolicy {policy.id.namespace}/{policy.id.name}"
    rule = f"- {side}:\n    - {peer}\n  ports:\n    - {{port: {reached.pod_port}, protocol: {call.protocol}}}"
    return f"Add to {where}:\n\n{rule}"


def _peer_of(reached: Reach, server: Workload, seen_from: str) -> str | None:
    if reached.service is not None:
        return peer_of_service(reached.service, seen_from)
    return peer_of_workload(server, seen_from)
