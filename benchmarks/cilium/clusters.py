"""Writes random clusters with policies of Cilium's, and what mblint answers about them, one JSON object a line.

    python benchmarks/cilium/clusters.py 400 | (cd benchmarks/cilium && go run .)

Each cluster has a seed, so that a disagreement can be looked at again: `clusters.py 1 --seed N --manifests`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from random import Random

import yaml

from mblint.cluster.build import build_cluster
from mblint.cluster.engine.engine import PolicyEngine
from mblint.manifests.read import read_text

Manifest = dict[str, object]

NAMESPACES = {"one": {"env": "test"}, "two": {"env": "live", "team": "a"}}
APPS = ("a", "b", "c")
PORTS = (53, 80, 443, 8080)
PROTOCOLS = ("TCP", "UDP")
# Kinds of peers, of which Cilium's library can say what they mean without a running cluster.
ENTITIES = ("all", "cluster", "world", "world", "cluster", "host", "remote-node", "health", "none", "kube-apiserver")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clusters", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--manifests", action="store_true", help="print the manifests instead")
    options = parser.parse_args()
    for seed in range(options.seed, options.seed + options.clusters):
        objects = list(_objects(Random(seed)))
        if options.manifests:
            yaml.safe_dump_all(objects, sys.stdout)
        else:
            print(json.dumps(_asked(seed, objects)))


# ---------------------------------------------------------------- a cluster


def _objects(random: Random) -> Iterator[Manifest]:
    for name, labels in NAMESPACES.items():
        yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}
    for number in range(random.randint(2, 4)):
        labels = {"app": random.choice(APPS)} | ({"tier": "x"} if random.random() < 0.5 else {})
        labels |= {"k8s.io/role": "front"} if random.random() < 0.1 else {}
        metadata = {"name": f"pod-{number}", "namespace": random.choice(sorted(NAMESPACES)), "labels": labels}
        container = {"name": "c", "image": "i", "ports": [{"name": "web", "containerPort": 8080}]}
        yield {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": [container]}}
    for number in range(random.randint(1, 3)):
        yield _policy(random, number)


def _policy(random: Random, number: int) -> Manifest:
    everywhere = random.random() < 0.3
    metadata = {"name": f"policy-{number}"} | ({} if everywhere else {"namespace": random.choice(sorted(NAMESPACES))})
    found: Manifest = {
        "apiVersion": "cilium.io/v2",
        "kind": "CiliumClusterwideNetworkPolicy" if everywhere else "CiliumNetworkPolicy",
        "metadata": metadata,
    }
    if random.random() < 0.8:
        return {**found, "spec": _spec(random)}
    return {**found, "specs": [_spec(random) for _ in range(random.randint(1, 2))]}


def _spec(random: Random) -> Manifest:
    spec: Manifest = {"endpointSelector": _selector(random, of_namespaces=False)}
    for direction, side in (("ingress", "from"), ("egress", "to")):
        for section, chance in ((direction, 0.6), (f"{direction}Deny", 0.25)):
            if random.random() < chance:
                spec[section] = [_rule(random, side) for _ in range(random.choice([1, 1, 1, 2, 2, 0]))]
    if random.random() < 0.15:
        spec["enableDefaultDeny"] = {random.choice(["ingress", "egress"]): random.random() < 0.5}
    return spec


def _rule(random: Random, side: str) -> Manifest:
    rule: Manifest = {}
    kinds = {
        "Endpoints": lambda: _selector(random, of_namespaces=True),
        "Entities": lambda: random.choice(ENTITIES),
        "CIDR": lambda: random.choice(["10.0.0.0/8", "0.0.0.0/0", "::/0", "10.1.2.3"]),
        "CIDRSet": lambda: _block(random),
    }
    several = 2 if random.random() < 0.04 else 1
    for kind in random.sample(sorted(kinds), k=random.choice([0, several, several, several])):
        rule[f"{side}{kind}"] = [kinds[kind]() for _ in range(random.choice([0, 1, 1, 1, 2]))]
    if random.random() < 0.5:
        rule["toPorts"] = [_ports(random) for _ in range(random.choice([0, 1, 1, 2]))]
    if random.random() < 0.05:
        rule["icmps"] = random.choice([[], [{"fields": [{"type": 8, "family": "IPv4"}]}]])
    return rule


def _block(random: Random) -> Manifest:
    if random.random() < 0.5:
        return {"cidr": "10.0.0.0/8"}
    return {"cidr": "10.0.0.0/8", "except": [random.choice(["10.1.0.0/16", "10.2.0.0/16", "10.0.0.0/8", "11.0.0.0/9"])]}


def _ports(random: Random) -> Manifest:
    return {"ports": [_port(random) for _ in range(random.choice([0, 1, 1, 2]))]}


def _port(random: Random) -> Manifest:
    port: Manifest = {"port": random.choice(["0", *map(str, PORTS * 8), "70000"])}
    if random.random() < 0.7:
        port["protocol"] = random.choice(["TCP", "TCP", "UDP", "ANY"])
    if port["port"] in ("53", "80") and random.random() < 0.3:
        port["endPort"] = 443
    return port


def _selector(random: Random, *, of_namespaces: bool) -> Manifest:
    labels: Manifest = {}
    expressions = []
    if random.random() < 0.7:
        labels[random.choice(["app", "k8s:app", "any:app"])] = random.choice(APPS)
    if random.random() < 0.2:
        operator = random.choice(["In", "NotIn", "Exists", "DoesNotExist"])
        values = {"values": ["x"]} if operator in ("In", "NotIn") else {}
        expressions.append({"key": "tier", "operator": operator, **values})
    if of_namespaces and random.random() < 0.3:
        key = random.choice(["io.kubernetes.pod.namespace", "k8s:io.kubernetes.pod.namespace"])
        labels[key] = random.choice(sorted(NAMESPACES))
    if of_namespaces and random.random() < 0.15:
        labels["io.cilium.k8s.namespace.labels.env"] = random.choice(["test", "live"])
    if random.random() < 0.05:
        labels["k8s.io/role"] = "front"
    if random.random() < 0.05:
        labels["io.cilium.k8s.policy.serviceaccount"] = "default"
    return {"matchLabels": labels} | ({"matchExpressions": expressions} if expressions else {})


# ---------------------------------------------------------------- what mblint says


def _asked(seed: int, objects: list[Manifest]) -> dict[str, object]:
    cluster = build_cluster(read_text(yaml.safe_dump_all(objects)).documents)
    engine = PolicyEngine(cluster)
    questions = []
    for source, client in enumerate(cluster.workloads):
        for target, server in enumerate(cluster.workloads):
            if source == target:
                continue
            for protocol in PROTOCOLS:
                for port in PORTS:
                    egress = engine.egress(client, server, port, protocol).outcome.value
                    ingress = engine.ingress(server, client, port, protocol).outcome.value
                    questions.append(
                        {"from": source, "to": target, "protocol": protocol, "port": port}
                        | {"egress": egress, "ingress": ingress}
                    )
    pods = [
        {
            "name": str(workload.id),
            "labels": {
                **{f"io.cilium.k8s.namespace.labels.{key}": value for key, value in _labels_of(workload.id.namespace)},
                **workload.pod.labels,
                "io.kubernetes.pod.namespace": workload.id.namespace,
                "io.cilium.k8s.policy.serviceaccount": "default",
                "io.cilium.k8s.policy.cluster": "default",
            },
        }
        for workload in cluster.workloads
    ]
    policies = [one for one in objects if str(one["apiVersion"]).startswith("cilium.io/")]
    refused = sorted({one.id.name for one in cluster.unmodelled_policies if one.refusal is not None})
    return {"seed": seed, "pods": pods, "policies": policies, "refused": refused, "questions": questions}


def _labels_of(namespace: str) -> list[tuple[str, str]]:
    return [*NAMESPACES[namespace].items(), ("kubernetes.io/metadata.name", namespace)]


if __name__ == "__main__":
    main()
