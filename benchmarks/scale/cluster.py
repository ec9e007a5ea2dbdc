"""Prints a cluster to measure `mblint graph` with: Deployments in 20 namespaces, and NetworkPolicies between them.

Usage: python benchmarks/scale/cluster.py [WORKLOADS [POLICIES]] > cluster.yaml     default: 500 and 200

The same numbers give the same cluster.
"""

import json
import random
import sys

NAMESPACES = [f"ns{number}" for number in range(20)]
TEAMS, TIERS, PORTS = 5, 4, (80, 443, 5432, 8080)


def deployment(number: int) -> dict[str, object]:
    labels = {"app": f"app{number}", "tier": f"tier{number % TIERS}"}
    ports = [{"name": "http", "containerPort": 8000 + number % 50}]
    pod = {
        "metadata": {"labels": labels},
        "spec": {"containers": [{"name": "main", "image": "example", "ports": ports}]},
    }
    metadata = {"name": f"app{number}", "namespace": NAMESPACES[number % len(NAMESPACES)]}
    spec = {"selector": {"matchLabels": labels}, "template": pod}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}


def peer(draw: random.Random) -> dict[str, object]:
    pods = {"podSelector": {"matchLabels": {"tier": f"tier{draw.randrange(TIERS)}"}}}
    kind = draw.random()
    if kind < 0.5:
        return pods
    if kind < 0.8:
        return {"namespaceSelector": {"matchLabels": {"team": f"team{draw.randrange(TEAMS)}"}}, **pods}
    return {"ipBlock": {"cidr": f"10.{draw.randrange(50)}.0.0/16"}}


def rule(draw: random.Random, side: str) -> dict[str, object]:
    named = "http" if side == "from" else 9090  # a named port towards an address is an error to netpol-analyzer
    ports = [{"port": draw.choice((*PORTS, named))} for _ in range(draw.randint(1, 3))]
    return {side: [peer(draw) for _ in range(draw.randint(1, 3))], "ports": ports}


def policy(draw: random.Random, number: int, workloads: int) -> dict[str, object]:
    chosen = draw.randrange(workloads)
    selectors = ({"matchLabels": {"app": f"app{chosen}"}}, {"matchLabels": {"tier": f"tier{chosen % TIERS}"}}, {})
    spec = {
        "podSelector": draw.choice(selectors),
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [rule(draw, "from") for _ in range(draw.randint(1, 3))],
        "egress": [rule(draw, "to") for _ in range(draw.randint(1, 3))],
    }
    metadata = {"name": f"policy{number}", "namespace": NAMESPACES[chosen % len(NAMESPACES)]}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}


def main() -> None:
    given = [int(text) for text in sys.argv[1:3]]
    workloads, policies = given + [500, 200][len(given) :]
    draw = random.Random(7)
    for number, name in enumerate(NAMESPACES):
        metadata = {"name": name, "labels": {"team": f"team{number % TEAMS}"}}
        print("---", json.dumps({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}), sep="\n")
    for number in range(workloads):
        print("---", json.dumps(deployment(number)), sep="\n")
    for number in range(policies):
        print("---", json.dumps(policy(draw, number, workloads)), sep="\n")


if __name__ == "__main__":
    main()
