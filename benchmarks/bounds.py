"""Small inputs that ask for much: how long mblint takes, and how much memory, on each.

    python benchmarks/bounds.py [FILE…]

Exits with 1 where an input of less than 1 MB takes more than 10 s or 512 MiB, or its report more than 100 MB.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

SECONDS, MEMORY, OUTPUT = 10.0, 512 * 1024, 100_000_000  # kibibytes, bytes
FORMATS = ("json", "sarif", "text", "github", "junit")


def _pod(**container: object) -> str:
    spec = {"containers": [{"name": "c", "image": "i", **container}]}
    return json.dumps({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "x"}, "spec": spec})


def _script(text: str) -> str:
    return _pod(command=["sh", "-c", text])


def _expansion() -> str:
    values = ["x" * 10, *("".join([f"$(V{number})"] * 10) for number in range(40))]
    return _pod(env=[{"name": f"V{number}", "value": value} for number, value in enumerate(values)])


def _wide_expansion() -> str:
    env = [{"name": "A", "value": "x" * 60_000}, *({"name": f"V{number}", "value": "$(A)"} for number in range(20_000))]
    return _pod(env=env)


def _nginx() -> str:
    text = "server {\n set $a http://b:80;\n" + " set $a $a$a;\n" * 60 + " location / { proxy_pass $a; }\n}\n"
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "f", "namespace": "x"}}
    mounted = {"volumeMounts": [{"name": "v", "mountPath": "/etc/nginx/conf.d"}]}
    pod = json.loads(_pod(**mounted))
    pod["spec"]["volumes"] = [{"name": "v", "configMap": {"name": "f"}}]
    return json.dumps({**config, "data": {"default.conf": text}}) + "\n---\n" + json.dumps(pod)


def _aliases() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{number}: &a{number} [{', '.join([f'*a{number - 1}'] * 10)}]" for number in range(1, 12)]
    return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n" + "\n".join(lines) + "\n"


def _replicas() -> str:
    found = json.loads(_pod())
    meta = {"name": "s", "namespace": "x"}
    template = {"metadata": {"labels": {"app": "a"}}, "spec": found["spec"]}
    spec = {"replicas": 2_000_000_000, "selector": {"matchLabels": {"app": "a"}}, "template": template}
    key = "statefulset.kubernetes.io/pod-name"
    policy_spec = {"podSelector": {"matchLabels": {key: "s-1"}}, "policyTypes": ["Egress"]}
    objects = [
        {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": meta, "spec": spec},
        {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": meta, "spec": policy_spec},
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": meta,
            "spec": {"selector": {key: "s-1"}, "ports": [{"port": 1}]},
        },
    ]
    return "\n---\n".join(map(json.dumps, objects))


def _each_other(number: int = 600) -> str:
    """Pods that call each other, and policies that each select all of them."""
    return yaml.dump_all(_pods_and_policies(number), Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper))


def _pods_and_policies(number: int) -> Iterator[dict[str, object]]:
    for one in range(number):
        meta = {"name": f"p{one}", "namespace": "x", "labels": {"app": f"a{one}"}}
        env = [{"name": "API_URL", "value": f"http://p{(one + 1) % number}:80/"}]
        spec = {"containers": [{"name": "c", "image": "i", "env": env}]}
        yield {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec}
        service = {"selector": {"app": f"a{one}"}, "ports": [{"port": 80}]}
        yield {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": f"p{one}", "namespace": "x"},
            "spec": service,
        }
        policy = {"podSelector": {}, "policyTypes": ["Egress"], "egress": [{"ports": [{"port": 1000 + one}]}]}
        yield {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": f"p{one}", "namespace": "x"},
            "spec": policy,
        }


INPUTS: Mapping[str, Callable[[], str]] = {
    "variables of variables": _expansion,
    "one long variable, 20,000 times": _wide_expansion,
    "nginx variables of themselves": _nginx,
    "shell variables of themselves": lambda: _script("a=xxxxxxxxxx\n" + "a=$a$a\n" * 60 + "curl $a\n"),
    "nested command substitutions": lambda: _script("$(echo " * 50_000),
    "command substitutions that never close": lambda: _script("$(" * 300_000),
    "quotes that never close": lambda: _script("\"$(echo '" * 100_000),
    "here-documents that never end": lambda: _script("".join(f"cat <<E{number}\n" for number in range(50_000))),
    "parentheses": lambda: _script("(" * 500_000),
    "aliases of aliases": _aliases,
    "lists in lists": lambda: "a: " + "[" * 400_000,
    "two billion replicas": _replicas,
    "600 pods and 600 policies of all": _each_other,
}


def main() -> int:
    files = {str(Path(name).name): Path(name).read_bytes() for name in sys.argv[1:]}
    inputs = files or {name: make().encode() for name, make in INPUTS.items()}
    worst = 0
    print(f"{'input':45} {'bytes':>8} {'seconds':>8} {'MiB':>6} {'report':>11} {'exit':>5}")
    for name, data in inputs.items():
        seconds, memory, size, code = _measured(data)
        print(f"{name:45} {len(data):8} {seconds:8.1f} {memory / 1024:6.0f} {size:11} {code:5}")
        beyond = seconds > SECONDS or memory > MEMORY or size > OUTPUT or code == 70
        worst |= beyond and len(data) < 1_000_000
    return int(worst)


def _measured(data: bytes) -> tuple[float, int, int, int]:
    """Seconds of processor, peak memory in KiB and bytes of the largest report of one run that writes all of them."""
    with TemporaryDirectory() as name:
        file = Path(name) / "in.yaml"
        file.write_bytes(data)
        outputs = [word for form in FORMATS for word in ("--output", f"{form}={name}/{form}")]
        words = [sys.executable, "-m", "mblint", "--quiet", *outputs, str(file)]
        with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        sizes = [path.stat().st_size for path in Path(name).iterdir() if path.name in FORMATS]
        return usage.ru_utime + usage.ru_stime, usage.ru_maxrss, max(sizes, default=0), child.returncode


if __name__ == "__main__":
    sys.exit(main())
