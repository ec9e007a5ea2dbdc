"""Prints a cluster to measure `mblint graph` with: Deployments in 20 namespaces, and NetworkPolicies between them.

Usage: python benchmarks/scale/synthetic_cluster.py [WORKLOADS [POLICIES]] [--ports N] [--shape SHAPE] > cluster.yaml
       default: 500 and 200

--ports: how many there are wherever one stands else, in containers and in rules; the connections stay the same.
--shape: what the policies are like: mixed (default), select-all (each selects its whole namespace), scattered (each
rule has ports of its own), ranges (each port is a range of its own), blocks (each peer is an ipBlock of its own).
The same words give the same cluster.
"""

import argparse
import json
import random
from collections.abc import Iterator

SHAPES = ("mixed", "select-all", "scattered", "ranges", "blocks")
NAMESPACES = [f"ns{number}" for number in range(20)]
TEAMS, TIERS, PORTS = 5, 4, (80, 443, 5432, 8080)
EVERY_PORT = range(2000, 60_000, 2)  # no two touch, so that none are one interval
STRIDE = 503  # between a port and those that stand beside it: no two meet

Dict = dict[str, object]


def deployment(number: int, ports: int) -> Dict:
    labels = {"app": f"app{number}", "tier": f"tier{number % TIERS}"}
    named = [
        {"name": name, "containerPort": 8000 + number % 50 + STRIDE * place}
        for place, name in enumerate(port_names(ports))
    ]
    pod = {
        "metadata": {"labels": labels},
        "spec": {"containers": [{"name": "main", "image": "example", "ports": named}]},
    }
    metadata = {"name": f"app{number}", "namespace": NAMESPACES[number % len(NAMESPACES)]}
    spec = {"selector": {"matchLabels": labels}, "template": pod}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}


def peer(draw: random.Random, shape: str) -> Dict:
    if shape == "blocks":
        return {"ipBlock": {"cidr": f"{draw.randrange(1, 220)}.{draw.randrange(256)}.{draw.randrange(256)}.0/24"}}
    pods: Dict = {"podSelector": {"matchLabels": {"tier": f"tier{draw.randrange(TIERS)}"}}}
    kind = draw.random()
    if kind < 0.5:
        return pods
    if kind < 0.8:
        return {"namespaceSelector": {"matchLabels": {"team": f"team{draw.randrange(TEAMS)}"}}, **pods}
    return {"ipBlock": {"cidr": f"10.{draw.randrange(50)}.0.0/16"}}


def port_names(ports: int) -> list[str]:
    return ["http", *(f"http{number}" for number in range(1, ports))]


def listed(draw: random.Random, side: str, ports: int) -> list[Dict]:
    """A few ports, each with those that stand beside it where more are asked for."""
    named = "http" if side == "from" else 9090  # a named port towards an address is an error to netpol-analyzer
    drawn = [draw.choice((*PORTS, named)) for _ in range(draw.randint(1, 3))]
    return [
        {"port": name if isinstance(first, str) else first + STRIDE * place}
        for first in drawn
        for place, name in enumerate(port_names(ports))
    ]


def port_range(draw: random.Random) -> Dict:
    first = draw.randrange(1, 60_000)
    return {"port": first, "endPort": first + draw.randrange(1, 5_000)}


def rule(draw: random.Random, side: str, ports: int, shape: str) -> Dict:
    match shape:
        case "ranges":
            found = [port_range(draw) for _ in range(draw.randint(1, 3) * ports)]
        case "scattered":
            found = [{"port": number} for number in draw.sample(EVERY_PORT, ports)]
        case _:
            found = listed(draw, side, ports)
    return {side: [peer(draw, shape) for _ in range(draw.randint(1, 3))], "ports": found}


def policy(draw: random.Random, number: int, workloads: int, ports: int, shape: str) -> Dict:
    chosen = draw.randrange(workloads)
    selectors: tuple[Dict, ...] = (
        {"matchLabels": {"app": f"app{chosen}"}},
        {"matchLabels": {"tier": f"tier{chosen % TIERS}"}},
        {},
    )
    spec = {
        "podSelector": {} if shape == "select-all" else draw.choice(selectors),
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [rule(draw, "from", ports, shape) for _ in range(draw.randint(1, 3))],
        "egress": [rule(draw, "to", ports, shape) for _ in range(draw.randint(1, 3))],
    }
    metadata = {"name": f"policy{number}", "namespace": NAMESPACES[chosen % len(NAMESPACES)]}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}


def documents(workloads: int = 500, policies: int = 200, ports: int = 1, shape: str = "mixed") -> Iterator[Dict]:
    """The objects: namespaces, Deployments, NetworkPolicies."""
    draw = random.Random(7)
    for number, name in enumerate(NAMESPACES):
        metadata = {"name": name, "labels": {"team": f"team{number % TEAMS}"}}
        yield {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}
    yield from (deployment(number, ports) for number in range(workloads))
    yield from (policy(draw, number, workloads, ports, shape) for number in range(policies))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workloads", type=int, nargs="?", default=500)
    parser.add_argument("policies", type=int, nargs="?", default=200)
    parser.add_argument("--ports", type=int, default=1)
    parser.add_argument("--shape", choices=SHAPES, default="mixed")
    given = parser.parse_args()
    for document in documents(given.workloads, given.policies, given.ports, given.shape):
        print("---", json.dumps(document), sep="\n")


if __name__ == "__main__":
    main()
