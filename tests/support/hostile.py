"""Manifests whose every name tries to break out of where it is written."""

from collections.abc import Iterator

import yaml

NAMES = (
    '</script><script>document.title="pwned"</script>',
    '"]; n0["x',
    '"]\n  click n0 href "javascript:alert(1)"',
    '\\" label="pwned',
    "\\",
    "<img src=x onerror=alert(1)>",
    "'><svg onload=alert(1)>",
    "]]>--><!--",
    "end #quot; %% {{{ ${x} `",
    "\u202e\u2028\x1b[31m",
)


def manifests(names: tuple[str, ...] = NAMES) -> str:
    """One workload for each name, in a namespace and a release of that name, each calling the next one and outside."""
    return yaml.safe_dump_all(_objects(names))


def _objects(names: tuple[str, ...]) -> Iterator[object]:
    for number, name in enumerate(names):
        labels = {"app": f"a{number}"}
        env = [
            {"name": f"NEXT_{name}_URL", "value": f"http://s{(number + 1) % len(names)}.{name}/"},
            {"name": "API_URL", "value": f"http://s{number}/{name}"},
            {"name": "AUTH_URL", "value": "https://example.com/"},
        ]
        yield {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": name, "namespace": name, "labels": {"app.kubernetes.io/instance": name}},
            "spec": {
                "selector": {"matchLabels": labels},
                "template": {
                    "metadata": {"labels": labels},
                    "spec": {"containers": [{"name": name, "image": "x", "env": env}]},
                },
            },
        }
        yield {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": f"s{number}", "namespace": name},
            "spec": {"selector": labels, "ports": [{"port": 80, "name": name}]},
        }
        yield {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": name, "namespace": name},
            "spec": {"podSelector": {}, "policyTypes": ["Egress"], "egress": []},
        }
