"""How much of what configuration mentions does mblint understand? Prints understood/mentioned, and what is left.

Usage: python benchmarks/recall/mentions.py [--mblint PROGRAM] [--left] RENDER…

A mention is a workload × a place of its configuration (an environment variable, its command line, a mounted file) ×
a Service of the render that stands there as a host: behind `://` or `@`, before `:PORT`, as `NAME.NAMESPACE.svc`, or
as the whole of a value whose name is not that of something else (a database, a user, a bucket). It is found by looking
at the text alone: nothing of mblint is imported, and no format is known but YAML's. Comments, a workload's own Services
and files that only browsers or people read are left out.
A mention is understood where `mblint facts` has a dependency of that workload, from that place, on that Service.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import json
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Tree = Mapping[str, Any]

_LINE_COMMENT = re.compile(r"^\s*(?:#|//|;|--\s|<!--|\*)[^\n]*$", re.M)
_BLOCK_COMMENT = re.compile(r"/\*.*?\*/|<!--.*?-->", re.S)
_NAME = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_HOST = rf"{_NAME}(?:\.{_NAME})*"
_IN_PLACE = re.compile(
    rf"(?:://(?:[^\s/@\"']*@)?|@)(?P<url>{_HOST})(?=[:/\s\"',;?$)\]}}]|$)"
    rf"|(?<![\w./@:-])(?P<port>{_HOST}):\d{{2,5}}(?![\w.-])"
    rf"|(?<![\w./-])(?P<full>{_HOST}\.svc(?:\.{_NAME})*)(?![\w-])"
)
_ASSIGNED = re.compile(
    rf"(?:host|hostname|server|address|addr|hosts|servers|service|url|endpoint)\w*[\"']?\s*(?:=>|[=:,])\s*[\[(]?\s*"
    rf"[\"']?(?P<host>{_HOST})[\"']?(?=\s*[,;)\]}}\n]|\s*$|\s+\w+=)",
    re.I,
)
_NO_HOSTS = re.compile(
    r"(?:^env |[_.-])(?:db|database|user|username|bucket|name|password|realm|schema|prefix|app|component|job|topic"
    r"|index|client_?id|no_?proxy|namespace|role|group|queue|vhost|tag|version|level|mode|type|engine|driver|provider)$",
    re.I,
)
_LARGEST = 256 * 1024
_SEEN_BY_BROWSERS = (".html", ".css", ".svg", ".md", ".crt", ".pem")


@dataclass(frozen=True)
class Service:
    namespace: str
    name: str
    selector: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Mention:
    """`place`: `env NAME`, `command`, or `file PATH`."""

    workload: tuple[str, str, str]  # kind, namespace ("" where no manifest says it), name
    place: str
    service: str  # namespace/name
    text: str


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("renders", nargs="+", type=Path)
    parser.add_argument("--mblint", default="mblint", help="the program to ask for facts")
    parser.add_argument("--left", action="store_true", help="list the mentions that are not understood")
    options = parser.parse_args()
    mentioned = understood = 0
    for render in options.renders:
        found = mentions(read(render))
        if not found:
            continue
        known = facts(options.mblint, render)
        left = [mention for mention in found if not is_understood(mention, known)]
        mentioned += len(found)
        understood += len(found) - len(left)
        print(f"{len(found) - len(left):5} of {len(found):5}  {render}")
        for mention in left if options.left else ():
            kind, namespace, name = mention.workload
            print(f"       {namespace or '?'}/{kind}/{name}  {mention.place}  {mention.service}:  {mention.text!r}")
    share = 100 * understood / mentioned if mentioned else 100.0
    print(f"{understood} of {mentioned} mentions understood: {share:.1f} %")
    return 0


# ---------------------------------------------------------------- the render


def read(render: Path) -> list[Tree]:
    """The objects of a render; lists are opened."""
    objects: list[Tree] = []
    for text in re.split(r"^---.*$", render.read_text(encoding="utf-8"), flags=re.M):
        try:
            tree = yaml.load(text, Loader=yaml.CSafeLoader)
        except yaml.YAMLError:
            continue
        items = tree.get("items") if isinstance(tree, dict) and str(tree.get("kind", "")).endswith("List") else [tree]
        objects.extend(item for item in items or () if isinstance(item, dict) and isinstance(item.get("kind"), str))
    return objects


def namespace_of(tree: Tree) -> str:
    """Its namespace; empty where no manifest says it, as in most renders of one chart."""
    return (tree.get("metadata") or {}).get("namespace") or ""


def services_of(objects: Sequence[Tree]) -> Mapping[tuple[str, str], Service]:
    found = {}
    for tree in objects:
        if tree["kind"] == "Service" and tree.get("apiVersion") == "v1":
            spec = tree.get("spec") or {}
            selector = tuple(sorted((str(k), str(v)) for k, v in (spec.get("selector") or {}).items()))
            key = namespace_of(tree), tree["metadata"]["name"]
            found[key] = Service(*key, selector)
    return found


def template_of(tree: Tree) -> Tree | None:
    """The pod that an object makes."""
    spec = tree.get("spec") or {}
    if tree["kind"] == "Pod":
        return tree
    if tree["kind"] == "CronJob":
        spec = (spec.get("jobTemplate") or {}).get("spec") or {}
    if tree["kind"] in ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob"):
        return spec.get("template")
    return None


# ---------------------------------------------------------------- texts that a workload is told


class Told:
    """The texts of each workload of a render, by place."""

    def __init__(self, objects: Sequence[Tree]) -> None:
        self.data: dict[tuple[str, str, str], dict[str, str]] = {}
        for tree in objects:
            if tree["kind"] in ("ConfigMap", "Secret"):
                entries = {key: str(value) for key, value in (tree.get("data") or {}).items() if value is not None}
                if tree["kind"] == "Secret":
                    entries = {key: decoded(value) for key, value in entries.items()}
                    entries |= {key: str(value) for key, value in (tree.get("stringData") or {}).items()}
                self.data[tree["kind"], namespace_of(tree), tree["metadata"]["name"]] = entries

    def texts(self, template: Tree, namespace: str) -> Iterator[tuple[str, str]]:
        pod = template.get("spec") or {}
        volumes = {volume["name"]: volume for volume in pod.get("volumes") or ()}
        for container in (*(pod.get("containers") or ()), *(pod.get("initContainers") or ())):
            yield from self._environment(container, namespace)
            words = [str(word) for word in (*(container.get("command") or ()), *(container.get("args") or ()))]
            yield "command", "\n".join(words)
            for mount in container.get("volumeMounts") or ():
                yield from self._files(volumes.get(mount["name"]) or {}, mount, namespace)

    def _environment(self, container: Tree, namespace: str) -> Iterator[tuple[str, str]]:
        for source in container.get("envFrom") or ():
            for kind, field in (("ConfigMap", "configMapRef"), ("Secret", "secretRef")):
                name = (source.get(field) or {}).get("name")
                for key, text in self.data.get((kind, namespace, str(name)), {}).items():
                    yield f"env {source.get('prefix') or ''}{key}", text
        for variable in container.get("env") or ():
            if variable.get("value") is not None:
                yield f"env {variable['name']}", str(variable["value"])
            for kind, field in (("ConfigMap", "configMapKeyRef"), ("Secret", "secretKeyRef")):
                ref = (variable.get("valueFrom") or {}).get(field) or {}
                text = self.data.get((kind, namespace, str(ref.get("name"))), {}).get(str(ref.get("key")))
                if text is not None:
                    yield f"env {variable['name']}", text

    def _files(self, volume: Tree, mount: Tree, namespace: str) -> Iterator[tuple[str, str]]:
        sources = [volume, *((volume.get("projected") or {}).get("sources") or ())]
        for source in sources:
            for kind, field in (("ConfigMap", "configMap"), ("Secret", "secret")):
                files = source.get(field)
                if isinstance(files, dict):
                    entries = self.data.get((kind, namespace, str(files.get("name") or files.get("secretName"))), {})
                    yield from self._mounted(entries, files.get("items"), mount)

    def _mounted(self, entries: Mapping[str, str], items: Any, mount: Tree) -> Iterator[tuple[str, str]]:
        paths = {item["key"]: item["path"] for item in items} if items else {key: key for key in entries}
        base = "/" + str(mount["mountPath"]).strip("/")  # as runtimes take a path without its slash
        for key, path in paths.items():
            if key not in entries:
                continue
            if mount.get("subPath") is None:
                yield f"file {base}/{path}", entries[key]
            elif mount["subPath"] == path:
                yield f"file {base}", entries[key]


def decoded(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return value


# ---------------------------------------------------------------- mentions


def mentions(objects: Sequence[Tree]) -> list[Mention]:
    """Every mention of a render, each once, in its order."""
    services = services_of(objects)
    told = Told(objects)
    found: dict[Mention, None] = {}
    seen: set[tuple[object, ...]] = set()
    for tree in objects:
        template = template_of(tree)
        if template is None:
            continue
        namespace = namespace_of(tree)
        workload = tree["kind"], namespace, str(tree["metadata"].get("name"))
        labels = {str(k): str(v) for k, v in ((template.get("metadata") or {}).get("labels") or {}).items()}
        for place, text in told.texts(template, namespace):
            if (
                len(text) > _LARGEST
                or place.endswith(_SEEN_BY_BROWSERS)
                or _NO_HOSTS.search(place)
                or '"schemaVersion"' in text
            ):
                continue
            for host in hosts(text):
                service = meant(host, namespace, services)
                if service is None or (service.selector and set(service.selector) <= set(labels.items())):
                    continue
                name = f"{service.namespace}/{service.name}"
                if (key := (workload, place, name)) not in seen:
                    seen.add(key)
                    found[Mention(workload, place, name, host)] = None
    return list(found)


def hosts(text: str) -> Iterator[str]:
    """What stands in a text as a host."""
    if re.fullmatch(_HOST, text.strip()):
        yield text.strip()
        return
    text = _LINE_COMMENT.sub("", _BLOCK_COMMENT.sub("", text))
    for match in _IN_PLACE.finditer(text):
        yield match["url"] or match["port"] or match["full"]
    for match in _ASSIGNED.finditer(text):
        yield match["host"]


def meant(host: str, namespace: str, services: Mapping[tuple[str, str], Service]) -> Service | None:
    """The Service that a name means inside the cluster."""
    labels = host.removesuffix(".").split(".")
    if "svc" in labels[1:]:
        labels = labels[: labels.index("svc", 1)]
        if len(labels) < 2:
            return None
        return services.get((labels[-1], labels[-2])) or services.get(("", labels[-2]))
    if len(labels) == 1:
        return services.get((namespace, labels[0]))
    if len(labels) == 2:
        return services.get((labels[1], labels[0])) or services.get((namespace, labels[1]))
    return None


# ---------------------------------------------------------------- what mblint understands


def facts(program: str, render: Path) -> Mapping[tuple[str, str, str], list[tuple[str, str]]]:
    """By workload: the (setting, Service) of its dependencies."""
    command = [program, "facts", str(render), "--about", "dependency", "--format", "json"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if not run.stdout:
        sys.exit(run.stderr or f"{program} printed nothing about {render}")
    known: defaultdict[tuple[str, str, str], list[tuple[str, str]]] = defaultdict(list)
    for fact in json.loads(run.stdout)["facts"]:
        said = fact["settings"], fact["service"] or ""
        thing = fact["object"]
        named = [(thing["kind"], thing["name"])]
        for other in fact["shared_by"]:
            kind, _, name = other.partition(" (")[0].partition("/")
            named.append((kind, name))
        for kind, name in named:
            known[kind, thing["namespace"], name].append(said)
            known[kind, "", name].append(said)
    return known


def is_understood(mention: Mention, known: Mapping[tuple[str, str, str], list[tuple[str, str]]]) -> bool:
    """True where a dependency of the workload on the Service comes from the mention's place."""
    kind, _, where = mention.place.partition(" ")
    for setting, service in known.get(mention.workload, ()):
        if service != mention.service and not (mention.service.startswith("/") and service.endswith(mention.service)):
            continue
        key, in_file, path = setting.partition(" in /")
        if kind == "file" and in_file and where == f"/{path}":
            return True
        if kind == "env" and not in_file and (key == where or re.match(rf"{re.escape(where)}[ .\[]", key)):
            return True
        if kind == "command":
            return True
    return False


if __name__ == "__main__":
    sys.exit(main())
