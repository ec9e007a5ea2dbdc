"""Writes what mblint says of pod templates beside what the Pod Security admission's own code says.

`pods.py ORACLE` makes the templates, asks the built oracle (`main.go`) about all of them, prints every difference to
mblint's answers, and writes those of the oracle to tests/fixtures/pod-security.json, which the tests compare with.
"""

from __future__ import annotations

import copy
import json
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mblint.cluster.build import build_cluster
from mblint.facts.admission.pod_security import violations_of
from mblint.manifests.read import read_text

FIXTURE = Path(__file__).resolve().parents[2] / "tests" / "fixtures" / "pod-security.json"
LEVELS = ("baseline", "restricted")
KINDS = ("containers", "initContainers")
WRITTEN = 100  # of the random ones, in the fixture
Template = dict[str, Any]

POD = {
    "hostNetwork": [True, False],
    "hostPID": [True],
    "hostIPC": [True],
    "hostUsers": [False, True],
    "os": [{"name": "windows"}, {"name": "linux"}],
    "securityContext.runAsNonRoot": [True, False],
    "securityContext.runAsUser": [0, 1000],
    "securityContext.seccompProfile": [
        {"type": "RuntimeDefault"},
        {"type": "Unconfined"},
        {"type": "Localhost", "localhostProfile": "a"},
    ],
    "securityContext.seLinuxOptions": [
        {"type": "container_t"},
        {"type": "spc_t"},
        {"user": "system_u"},
        {"role": "r"},
        {"level": "s0"},
        {},
    ],
    "securityContext.appArmorProfile": [
        {"type": "Unconfined"},
        {"type": "RuntimeDefault"},
        {"type": "Localhost", "localhostProfile": "a"},
    ],
    "securityContext.sysctls": [
        [{"name": name, "value": "1"}]
        for name in (
            *("kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies", "kernel.msgmax"),
            *("net.ipv4.ping_group_range", "net.ipv4.ip_unprivileged_port_start", "net.ipv4.tcp_keepalive_time"),
            *("net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem", "net.core.somaxconn"),
            *("net.ipv4.tcp_slow_start_after_idle", "net.ipv4.tcp_notsent_lowat", "net.ipv4.tcp_fin_timeout"),
        )
    ],
    "securityContext.windowsOptions": [{"hostProcess": True}, {"hostProcess": False}],
    "volumes": [
        [{"name": "a", kind: source}]
        for kind, source in {
            "hostPath": {"path": "/"},
            "emptyDir": {},
            "configMap": {"name": "a"},
            "secret": {"secretName": "a"},
            "projected": {"sources": []},
            "persistentVolumeClaim": {"claimName": "a"},
            "ephemeral": {"volumeClaimTemplate": {"spec": {}}},
            "csi": {"driver": "a"},
            "downwardAPI": {"items": []},
            "nfs": {"server": "a", "path": "/"},
            "gitRepo": {"repository": "a"},
            "iscsi": {"targetPortal": "a", "iqn": "a", "lun": 0},
            "image": {"reference": "a"},
        }.items()
    ],
}
CONTAINER = {
    "securityContext.privileged": [True, False],
    "securityContext.allowPrivilegeEscalation": [True, False],
    "securityContext.runAsNonRoot": [True, False],
    "securityContext.runAsUser": [0, 1000],
    "securityContext.capabilities": [
        {"drop": ["ALL"]},
        {"drop": ["all"]},
        {"drop": ["NET_RAW"]},
        {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]},
        {"drop": ["ALL"], "add": ["CHOWN"]},
        {"add": ["SYS_ADMIN"]},
        {"add": ["NET_ADMIN"]},
        {"add": ["CHOWN"]},
    ],
    "securityContext.procMount": ["Default", "Unmasked"],
    "securityContext.seccompProfile": [{"type": "RuntimeDefault"}, {"type": "Unconfined"}],
    "securityContext.seLinuxOptions": [{"type": "container_init_t"}, {"type": "spc_t"}, {"user": "u"}],
    "securityContext.appArmorProfile": [{"type": "Unconfined"}, {"type": "RuntimeDefault"}],
    "securityContext.windowsOptions": [{"hostProcess": True}],
    "ports": [[{"containerPort": 80, "hostPort": 80}], [{"containerPort": 80, "hostPort": 0}], [{"containerPort": 80}]],
    "livenessProbe": [
        {"httpGet": {"port": 80, "host": "192.0.2.1"}},
        {"httpGet": {"port": 80}},
        {"tcpSocket": {"port": 80, "host": "a"}},
    ],
    "readinessProbe": [{"httpGet": {"port": 80, "host": "127.0.0.1"}}],
    "startupProbe": [{"tcpSocket": {"port": 80, "host": "localhost"}}],
    "lifecycle": [
        {"preStop": {"httpGet": {"port": 80, "host": "192.0.2.1"}}},
        {"postStart": {"httpGet": {"port": 80}}},
    ],
}
ANNOTATIONS = [
    {"container.apparmor.security.beta.kubernetes.io/app": value}
    for value in ("unconfined", "runtime/default", "localhost/a", "")
]


def bases() -> Iterator[Template]:
    """A pod that says nothing, and one that is restricted, with an init container each."""
    plain = [{"name": "app", "image": "a"}]
    yield {"metadata": {}, "spec": {"containers": plain}}
    strict = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
    yield {
        "metadata": {},
        "spec": {
            "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
            "initContainers": [{"name": "init", "image": "a", "securityContext": copy.deepcopy(strict)}],
            "containers": [{"name": "app", "image": "a", "securityContext": copy.deepcopy(strict)}],
        },
    }


def put(mapping: dict[str, Any], path: str, value: object) -> None:
    """Sets what is at a path."""
    *before, last = path.split(".")
    for key in before:
        mapping = mapping.setdefault(key, {})
    mapping[last] = copy.deepcopy(value)


def templates(randoms: int) -> Iterator[Template]:
    """Each value at each place of each base; then several of them together."""
    for base in bases():
        yield base
        yield from one_by_one(base)
        yield from that_mean_something_together(base)
    choose = random.Random(7)
    for _ in range(randoms):
        yield several(choose)


def one_by_one(base: Template) -> Iterator[Template]:
    """One value more than the base has."""
    for path, values in POD.items():
        for value in values:
            one = copy.deepcopy(base)
            put(one["spec"], path, value)
            yield one
    for kind in KINDS:
        for path, values in CONTAINER.items() if kind in base["spec"] else ():
            for value in values:
                one = copy.deepcopy(base)
                put(one["spec"][kind][0], path, value)
                yield one
    for said in ANNOTATIONS:
        one = copy.deepcopy(base)
        one["metadata"]["annotations"] = said
        yield one


def that_mean_something_together(base: Template) -> Iterator[Template]:
    """A user namespace of the pod's own, and a pod whose containers say the opposite."""
    for path, value in (("runAsUser", 0), ("runAsNonRoot", False), ("procMount", "Unmasked")):
        one = copy.deepcopy(base)
        one["spec"]["hostUsers"] = False
        put(one["spec"]["containers"][0], f"securityContext.{path}", value)
        yield one
    one = copy.deepcopy(base)
    put(one["spec"], "securityContext.runAsNonRoot", False)
    for container in (*one["spec"]["containers"], *one["spec"].get("initContainers", ())):
        put(container, "securityContext.runAsNonRoot", True)
    yield one


def several(choose: random.Random) -> Template:
    """A base with up to two values of the pod and three of each container."""
    one = copy.deepcopy(choose.choice(list(bases())))
    for path in choose.sample(list(POD), choose.randint(0, 2)):
        put(one["spec"], path, choose.choice(POD[path]))
    for kind in KINDS:
        for path in choose.sample(list(CONTAINER), choose.randint(0, 3)):
            if one["spec"].get(kind):
                put(one["spec"][kind][0], path, choose.choice(CONTAINER[path]))
    return one


def said_by_mblint(template: Template) -> dict[str, list[str]]:
    """What mblint finds in the pod."""
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "a", **template["metadata"]},
        "spec": template["spec"],
    }
    (workload,) = build_cluster(read_text(json.dumps(pod)).documents).workloads
    return {level: list(violations_of(workload, level)) for level in LEVELS}


def main() -> None:
    """Asks both."""
    asked = list(templates(randoms=int(sys.argv[2]) if len(sys.argv) > 2 else 2000))
    run = subprocess.run([sys.argv[1]], input=json.dumps(asked), capture_output=True, text=True, check=True)
    answers = json.loads(run.stdout)
    differences = 0
    for template, answer in zip(asked, answers, strict=True):
        own = said_by_mblint(template)
        for level in LEVELS:
            if bool(own[level]) != bool(answer[level]):
                differences += 1
                print(level, json.dumps(template), "\n   oracle:", answer[level], "\n   mblint:", own[level])
    print(f"{len(asked)} pods at {len(LEVELS)} levels, {differences} answers differ")
    kept = sum(1 for _ in templates(randoms=WRITTEN))
    rows = [{**one, **{level: bool(said[level]) for level in LEVELS}} for one, said in zip(asked, answers, strict=True)]
    rows = rows[:kept]
    FIXTURE.write_text("[\n" + ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows) + "\n]\n")


main()
