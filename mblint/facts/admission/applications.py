"""Applications of Argo CD, held against their AppProject: from where they may come, and to where they may go.

A project lists the repositories, the clusters with their namespaces, and, for Applications outside of Argo CD's own
namespace, the namespaces of these. What it does not list it refuses. Projects that exclude (`!`) are not judged, nor
clusters of which one side says the address and the other the name.
Sources: https://github.com/argoproj/argo-cd/blob/master/pkg/apis/application/v1alpha1/app_project_types.go ,
https://github.com/argoproj/argo-cd/blob/master/docs/operator-manual/app-any-namespace.md
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from mblint.cluster.objects import Object
from mblint.facts.admission.rows import PermittedApplication
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.globs import matches
from mblint.manifests.documents import Place
from mblint.manifests.nodes import Node
from mblint.manifests.partial import read_parts
from mblint.regex import regex

_GROUP = "argoproj.io"
_HERE = ("https://kubernetes.default.svc", "in-cluster")
_UNREAD = ("!", "{", "$", "/")  # beginnings and parts of patterns that are not read
_SCP = regex(r"([\w.-]+@[\w.-]+):(?!//)")


class _Destination(Struct, frozen=True):
    server: str | None
    name: str | None
    namespace: str


_ALL = (_Destination("*", None, "*"),)


class _Project(Struct, frozen=True):
    destinations: tuple[_Destination, ...]
    repositories: tuple[str, ...]
    namespaces: tuple[str, ...]


def permitted_applications(world: World) -> Iterator[PermittedApplication]:
    """A row for each Application whose project is in the view."""
    projects = {held.id.name: held for held in world.cluster.of_kind("AppProject", _GROUP)}
    for held in world.cluster.of_kind("Application", _GROUP) if projects else ():
        name, _ = read_parts(held.node, lambda node: node.get("spec").get("project").text())
        by = projects.get(name or "default")
        read, partial = read_parts(by.node, _project) if by is not None else (None, None)
        if by is not None and read is not None and partial is not None and not partial.flaws:
            yield _row(held, by, read)


def _project(node: Node) -> _Project:
    """What it lists. Argo CD makes the project `default`, which permits all: what its manifest leaves out stays."""
    spec = node.get("spec")
    made = node.get("metadata").get("name").text() == "default"
    return _Project(
        destinations=_ALL if made and spec.get("destinations").absent else tuple(_destinations(spec)),
        repositories=("*",) if made and spec.get("sourceRepos").absent else spec.get("sourceRepos").texts(),
        namespaces=spec.get("sourceNamespaces").texts(),
    )


def _destinations(spec: Node) -> Iterator[_Destination]:
    for each in spec.get("destinations").items():
        yield _destination(each)


def _destination(node: Node) -> _Destination:
    return _Destination(node.get("server").text(), node.get("name").text(), node.get("namespace").text() or "")


def _row(held: Object, by: Object, project: _Project) -> PermittedApplication:
    found = next(_refusals(held, by, project), None)
    return PermittedApplication(
        object=held.id,
        place=found[0] if found is not None else held.place,
        related=(Related(f"AppProject {by.id.name} is here", by.place, by.id),),
        linted=held.linted,
        project=by.id.name,
        because=found[1] if found is not None else "",
        verdict="permitted" if found is None else "refused",
    )


def _refusals(held: Object, by: Object, project: _Project) -> Iterator[tuple[Place, str]]:
    """What the project does not permit: where it stands, and a clause."""
    spec = held.node.get("spec")
    own = held.id.namespace
    listed = _readable(project.namespaces)
    if own != by.id.namespace and listed is not None and not any(matches(own, glob) for glob in listed):
        says = f"lists {', '.join(listed)}" if listed else "lists none"
        yield held.place.at("metadata"), f"it is in namespace {own}, and sourceNamespaces of the project {says}"
    wanted, _ = read_parts(spec.get("destination"), _destination)
    if wanted is not None and _is_allowed(wanted, project.destinations) is False:
        there = ", ".join(dict.fromkeys(f"{each.namespace or '*'}" for each in project.destinations)) or "nothing"
        yield (
            spec.get("destination").place,
            f"it goes to namespace {wanted.namespace} of {wanted.server or wanted.name}, and the project lists {there}",
        )
    yield from _refused_sources(spec, project)


def _refused_sources(spec: Node, project: _Project) -> Iterator[tuple[Place, str]]:
    patterns = [_normal(each) for each in project.repositories]
    if any(each.startswith("!") or "{" in each or "[" in each for each in patterns):
        return
    for source in (spec.get("source"), *spec.get("sources").items()):
        url, _ = read_parts(source, lambda node: node.get("repoURL").text())
        if url and "{" not in url and "$" not in url and not any(_covers(each, _normal(url)) for each in patterns):
            listed = ", ".join(project.repositories) or "none"
            yield source.get("repoURL").place, f"it comes from {url}, and sourceRepos of the project lists {listed}"


def _readable(globs: tuple[str, ...]) -> tuple[str, ...] | None:
    return None if any(mark in glob for glob in globs for mark in _UNREAD) else globs


def _is_allowed(wanted: _Destination, allowed: tuple[_Destination, ...]) -> bool | None:
    """None where it cannot be told."""
    server, name = wanted.server, wanted.name
    if server == _HERE[0] or name == _HERE[1]:
        server, name = _HERE
    if not wanted.namespace or "{" in f"{server}{name}{wanted.namespace}":
        return None
    for each in allowed:
        if any("!" in part or "{" in part for part in (each.server or "", each.name or "", each.namespace)):
            return None
        if not matches(wanted.namespace, each.namespace):
            continue
        if _fits(server, each.server) or _fits(name, each.name):
            return True
        if (server is None and each.server) or (name is None and each.name):
            return None
    return False


def _fits(wanted: str | None, glob: str | None) -> bool:
    return wanted is not None and bool(glob) and matches(wanted, glob or "")


def _normal(url: str) -> str:
    """As Argo CD compares addresses of repositories: one way to write them, without `.git`."""
    plain = _SCP.sub(r"ssh://\1/", url.strip()).lower()
    return plain.rstrip("/").removesuffix(".git")


def _covers(glob: str, url: str) -> bool:
    """`*` goes up to the next `/`, `**` over all; a `*` alone is everything."""
    if glob == "*":
        return True
    parts = re.split(r"(\*\*|\*)", glob)
    pattern = "".join({"**": ".*", "*": "[^/]*"}.get(part, re.escape(part)) for part in parts)
    return len(parts) < 12 and re.fullmatch(pattern, url[:300]) is not None
