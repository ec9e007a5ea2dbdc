"""What mblint notices in whole clusters: in each render all names of one kind are made wrong at once, and counted.

Usage: python benchmarks/recall/clusters.py [--missed] RENDER|FOLDER…

Where `injection.py` breaks one thing at a time, this breaks every one, in renders of what people really run:

  host        the own host of a program, in its settings and files, where a route brings browsers to it by that host
  port        the port of a Service that a setting calls
  service     the name of a Service that a setting calls, which loses its last letter
  reference   the name of a Secret, ConfigMap, claim or account that a pod uses, which loses its last letter

A break counts as found where a finding that the render did not have before names the setting or the wrong value.
Templates of ExternalSecrets are settings, too.
"""

from __future__ import annotations

import argparse
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any, NamedTuple

from mentions import template_of
from renders import Tree, ask, load

_LONGEST = 300  # of a variable: more is a file
_FEWEST = 5  # letters of a name that may lose one
_ADDRESS = re.compile(
    r"(?<![\w.-])([a-z0-9][a-z0-9-]*)((?:\.[a-z0-9-]+)?(?:\.svc(?:\.cluster\.local)?)?)(?::(\d+))?(?![\w-]|\.\w)"
)


class Broken(NamedTuple):
    """One break: of which object, what the setting is called, and what stands there now."""

    owner: str
    key: str
    wrong: str


class Text(NamedTuple):
    """A text that a workload is told: `held[key]`. `file`: it is a file and no variable."""

    owner: str
    held: Tree
    key: str
    name: str
    file: bool


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("renders", nargs="+", type=Path)
    parser.add_argument("--missed", action="store_true", help="list what is not found")
    options = parser.parse_args()
    renders = list(load(options.renders))
    before = {path: _said(objects) for path, objects in renders}
    for kind, breaks in KINDS.items():
        found, missed = 0, []
        for path, objects in renders:
            copy = deepcopy(objects)
            broken = list(breaks(Cluster(copy)))
            new = _said(copy) - before[path] if broken else set()
            for each in broken:
                if any(_is_named(each, text) for text in new):
                    found += 1
                else:
                    missed.append(f"       {path.name}: {each.owner}: {each.key}")
        print(f"{found:5} of {found + len(missed):5}  {kind}", flush=True)
        if options.missed and missed:
            print(*missed, sep="\n")
    return 0


def _said(objects: Sequence[Tree]) -> set[str]:
    report = ask(["lint", "--fail-on", "never"], objects)
    return {str(one["message"]) for one in report.get("findings", ())}


def _is_named(broken: Broken, message: str) -> bool:
    wrong = re.compile(rf"(?<![\w.-]){re.escape(broken.wrong)}(?![\w-]|\.\w)")
    return wrong.search(message) is not None or (broken.key in message and broken.owner in message)


# ---------------------------------------------------------------- what there is


class Cluster:
    """The objects of a render, and what leads from one to another."""

    def __init__(self, objects: Sequence[Tree]) -> None:
        self.objects = objects
        self.by_name = {(str(each.get("kind")), *_identity(each)): each for each in objects}
        self.services = {
            _identity(each): each["spec"] for each in objects if each.get("kind") == "Service" and each.get("spec")
        }

    def workloads(self) -> Iterator[tuple[str, str, Mapping[str, Any], Mapping[str, str]]]:
        """Its name, namespace, pod, and the pod's labels."""
        for each in self.objects:
            template = template_of(each)
            if template is not None and template.get("spec"):
                namespace, name = _identity(each)
                yield name, namespace, template["spec"], (template.get("metadata") or {}).get("labels") or {}

    def held(self, kind: str, namespace: str, name: str) -> Tree | None:
        """The texts of a ConfigMap or Secret, or those that an ExternalSecret has for it."""
        found = self.by_name.get((kind, namespace, name))
        if found is not None:
            return found.get("data" if kind == "ConfigMap" else "stringData")
        made = self.made().get((namespace, name)) if kind == "Secret" else None
        return None if made is None else ((made.get("target") or {}).get("template") or {}).get("data")

    def made(self) -> Mapping[tuple[str, str], Tree]:
        """What ExternalSecrets say of the Secrets that they make, by these."""
        return {
            (namespace, (spec.get("target") or {}).get("name") or name): spec
            for (kind, namespace, name), each in self.by_name.items()
            if kind == "ExternalSecret" and isinstance(spec := each.get("spec"), dict)
        }

    def texts(self, name: str, namespace: str, pod: Mapping[str, Any]) -> Iterator[Text]:
        """All that a workload is told, each once."""
        for container in _containers(pod):
            yield from (Text(name, entry, "value", entry["name"], file=False) for entry in container.get("env") or ())
        files = {(kind, str(held[key])): True for kind, held, key, _ in _of_volumes(pod) if held.get(key)}
        variables = {(kind, str(held[key])): False for kind, held, key, _ in _of_variables(pod) if held.get(key)}
        for (kind, of), file in {**variables, **files}.items():
            held = self.held(kind, namespace, of) or {}
            yield from (Text(name, held, key, key, file) for key in held)

    def hosts(self) -> Mapping[tuple[str, str], set[str]]:
        """The hosts of routes by the Services that they lead to."""
        found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for each in self.objects:
            spec, (namespace, _) = each.get("spec") or {}, _identity(each)
            if each.get("kind") == "Ingress":
                for rule in spec.get("rules") or ():
                    for path in (rule.get("http") or {}).get("paths") or ():
                        found[namespace, _service_of(path)].add(rule.get("host") or "*")
            if each.get("kind") == "HTTPRoute":
                for backend in (ref for rule in spec.get("rules") or () for ref in rule.get("backendRefs") or ()):
                    found[backend.get("namespace") or namespace, backend["name"]].update(spec.get("hostnames") or ())
        return found


def _identity(tree: Tree) -> tuple[str, str]:
    metadata = tree.get("metadata") or {}
    return metadata.get("namespace") or "default", str(metadata.get("name"))


def _containers(pod: Mapping[str, Any]) -> Iterator[Tree]:
    yield from (*(pod.get("initContainers") or ()), *(pod.get("containers") or ()))


def _service_of(path: Tree) -> str:
    return str(((path.get("backend") or {}).get("service") or {}).get("name"))


# ---------------------------------------------------------------- what is broken


def hosts(cluster: Cluster) -> Iterator[Broken]:
    """`wrong-` before the first label of each host that leads to the workload which is told it."""
    routed = cluster.hosts()
    for name, namespace, pod, labels in cluster.workloads():
        own = {
            host
            for (within, service), spec in cluster.services.items()
            if within == namespace and (selector := spec.get("selector")) and selector.items() <= labels.items()
            for host in routed.get((within, service), ())
            if "*" not in host
        }
        for text in cluster.texts(name, namespace, pod) if own else ():
            for host in sorted(own):
                if _swap(text, re.compile(rf"(?<![\w.-]){re.escape(host)}(?![\w-]|\.\w)"), f"wrong-{host}"):
                    yield Broken(name, text.name, f"wrong-{host}")


def _swap(text: Text, pattern: re.Pattern[str], instead: str) -> bool:
    was = text.held.get(text.key)
    if not isinstance(was, str) or not pattern.search(was):
        return False
    text.held[text.key] = pattern.sub(instead, was)
    return True


def ports(cluster: Cluster) -> Iterator[Broken]:
    """Another port for each address of a Service that names one of its ports."""

    def wrong(spec: Tree, name: str, rest: str, port: str | None) -> str | None:
        known = port is not None and any(each.get("port") == int(port) for each in spec.get("ports") or ())
        return f"{name}{rest}:{int(port or 0) + 7}" if known else None

    yield from _addresses(cluster, wrong)


def services(cluster: Cluster) -> Iterator[Broken]:
    """The name of each Service that is called, without its last letter."""

    def wrong(_: Tree, name: str, rest: str, port: str | None) -> str | None:
        return f"{name[:-1]}{rest}{'' if port is None else f':{port}'}" if len(name) >= _FEWEST else None

    yield from _addresses(cluster, wrong)


def _addresses(cluster: Cluster, wrong: Callable[[Tree, str, str, str | None], str | None]) -> Iterator[Broken]:
    for name, namespace, pod, _ in cluster.workloads():
        for text in cluster.texts(name, namespace, pod):
            was = text.held.get(text.key)
            if text.file or not isinstance(was, str) or len(was) > _LONGEST:
                continue
            instead: list[str] = []

            def other(found: re.Match[str], was: str = was, within: str = namespace, to: list[str] = instead) -> str:
                service, rest, port = found.groups()
                labels = rest.split(".")[1:]
                there = labels[0] if labels and labels[0] != "svc" else within
                spec = cluster.services.get((there, service))
                is_host = "svc" in rest or was[: found.start()].endswith(("//", "@")) or (port and was == found[0])
                made = wrong(spec, service, rest, port) if spec and spec.get("selector") and is_host else None
                to.extend([] if made is None else [made])
                return made or found[0]

            changed = _ADDRESS.sub(other, was)
            if instead:
                text.held[text.key] = changed
                yield Broken(name, text.name, instead[0])


def references(cluster: Cluster) -> Iterator[Broken]:
    """Each name of a Secret, ConfigMap, claim or account of the render, without its last letter."""
    made = cluster.made()
    for name, namespace, pod, _ in cluster.workloads():
        for kind, held, key, label in _named(pod):
            was = held.get(key)
            there = (kind, namespace, was) in cluster.by_name or (kind == "Secret" and (namespace, was) in made)
            if there and isinstance(was, str) and len(was) >= _FEWEST and not held.get("optional"):
                held[key] = was[:-1]
                yield Broken(name, label, was[:-1])


_Named = tuple[str, Tree, str, str]  # the kind, where the name stands, and how a finding calls the place


def _named(pod: Mapping[str, Any]) -> Iterator[_Named]:
    for container in _containers(pod):
        for entry in container.get("env") or ():
            for field, kind in (("secretKeyRef", "Secret"), ("configMapKeyRef", "ConfigMap")):
                if isinstance(held := (entry.get("valueFrom") or {}).get(field), dict):
                    yield kind, held, "name", entry["name"]
    yield from _of_variables(pod)
    yield from _of_volumes(pod)
    if pod.get("serviceAccountName") and isinstance(pod, dict):
        yield "ServiceAccount", pod, "serviceAccountName", "serviceAccountName"


def _of_variables(pod: Mapping[str, Any]) -> Iterator[_Named]:
    for container in _containers(pod):
        for entry in container.get("envFrom") or ():
            for field, kind in (("secretRef", "Secret"), ("configMapRef", "ConfigMap")):
                if isinstance(held := entry.get(field), dict):
                    yield kind, held, "name", "envFrom"


def _of_volumes(pod: Mapping[str, Any]) -> Iterator[_Named]:
    for volume in pod.get("volumes") or ():
        for field, kind, key in (
            ("secret", "Secret", "secretName"),
            ("configMap", "ConfigMap", "name"),
            ("persistentVolumeClaim", "PersistentVolumeClaim", "claimName"),
        ):
            if isinstance(held := volume.get(field), dict):
                yield kind, held, key, str(volume.get("name"))


KINDS: Mapping[str, Callable[[Cluster], Iterator[Broken]]] = {
    "host": hosts,
    "port": ports,
    "service": services,
    "reference": references,
}

if __name__ == "__main__":
    raise SystemExit(main())
