"""Ingresses of ingress-nginx: what its admission webhook refuses by default, and rewrites that lose the path.

From 1.12 on it takes the letters of regular expressions only in paths of the type ImplementationSpecific, and
annotations with pieces of configuration only where its own configuration allows both snippets and their risk. A rewrite
target that names a group which its path does not have is the same for every request. A path is a regular expression
only where an Ingress of its host says `use-regex` or has a rewrite target; elsewhere it is taken letter by letter.
Sources: https://github.com/kubernetes/ingress-nginx/blob/dbb11b92d/docs/user-guide/nginx-configuration/configmap.md,
changelog/controller-1.12.0.md, internal/ingress/inspector/rules.go, docs/examples/rewrite/README.md;
https://github.com/kubernetes/ingress-nginx/blob/main/docs/user-guide/ingress-path-matching.md
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from mblint.cluster.ingress_classes import ingress_class
from mblint.cluster.objects import Route
from mblint.cluster.secrets import reveal
from mblint.facts.admission.nginx_values import PREFIX, unread_values
from mblint.facts.admission.other_controllers import annotations_for_another
from mblint.facts.admission.rows import NginxIngress
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.manifests.nodes import Node
from mblint.manifests.partial import read_parts
from mblint.regex import regex
from mblint.remedies.edits import Change
from mblint.remedies.rendered import put

_SNIPPETS = ("configuration-snippet", "server-snippet", "stream-snippet", "auth-snippet", "modsecurity-snippet")
_PLAIN = regex(r"/[A-Za-z0-9._/-]*")
_GROUP = regex(r"(?<!\\)\((?!\?)")
_PATTERN = regex(r"[*()\[\]|^$\\?]")
_ALL_BELOW = regex(r"([A-Za-z0-9._/-]*/)\.?\*")
_OF_NGINX_INC = "nginx.org/"  # annotations of another controller, whose class is called nginx, too
_YES = ("1", "t", "T", "TRUE", "true", "True")
_NUMBERED = regex(r"\$(\d)")
_STRICT = "strict-validate-path-type"
_ALLOWED = "allow-snippet-annotations"
_RISK = "annotations-risk-level"


def nginx_ingresses(world: World) -> Iterator[NginxIngress]:
    """A row for each path, each snippet and each value left aside of the Ingresses that ingress-nginx serves."""
    told = _told(world)
    served = [route for route in world.cluster.routes if route.id.kind == "Ingress" and _is_its_own(world, route)]
    patterns = {host for route in served if _reads_patterns(route) for host, _, _ in _paths(route)}
    for route in world.cluster.routes:
        if route.id.kind == "Ingress":
            yield from annotations_for_another(world, route)
    for route in served:
        yield from _snippets(route, told)
        yield from unread_values(route)
        for host, path, kind in _paths(route):
            row = _row_of_path(route, path, kind, told)
            yield row if row.verdict != "taken" or host in patterns else _letter_by_letter(route, path, row)


def _is_its_own(world: World, route: Route) -> bool:
    """Whether its class, or annotations that nobody else reads, say that ingress-nginx serves it."""
    if any(key.startswith(_OF_NGINX_INC) for key in route.annotations):
        return False
    name = ingress_class(route)
    for held in world.cluster.of_kind("IngressClass", "networking.k8s.io"):
        if name == held.id.name:
            controller, _ = read_parts(held.node, lambda node: node.get("spec").get("controller").text())
            return controller == "k8s.io/ingress-nginx"
    if name is None:
        return any(key.startswith(PREFIX) for key in route.annotations)
    return (
        name == "nginx"
        or name.startswith("ingress-nginx")
        or ("nginx" in name and any(key.startswith(PREFIX) for key in route.annotations))
    )


def _told(world: World) -> dict[str, str]:
    """What a ConfigMap of the view tells the controller."""
    return {
        key: reveal(entry.text).strip().lower()
        for held in world.cluster.config_maps.values()
        for key, entry in held.entries.items()
        if key in (_STRICT, _ALLOWED, _RISK) and entry.text is not None
    }


def _reads_patterns(route: Route) -> bool:
    """Whether the paths of its hosts, also those of other Ingresses, are regular expressions."""
    said = route.annotations.get(f"{PREFIX}use-regex", "").strip() in _YES
    return said or f"{PREFIX}rewrite-target" in route.annotations


def _paths(route: Route) -> Iterator[tuple[str | None, Node, str | None]]:
    """The paths that can be read, each with its host and its type."""
    found, _ = read_parts(
        route.node,
        lambda node: [
            (rule.get("host").text(), path, path.get("pathType").text())
            for rule in node.get("spec").get("rules").items()
            for path in rule.get("http").get("paths").items()
            if path.get("path").text() is not None
        ],
    )
    yield from found or ()


def _row_of_path(route: Route, node: Node, kind: str | None, told: dict[str, str]) -> NginxIngress:
    path = node.get("path").text() or ""
    row = _taken(route, node.get("path").place, path)
    if kind in ("Prefix", "Exact") and not _PLAIN.fullmatch(path) and told.get(_STRICT) != "false":
        edits = (put(route, node.place, "pathType", "ImplementationSpecific"),) if route.linted else ()
        said = f"the path {path} has letters of a regular expression, and its pathType is {kind}"
        remedy = "Set pathType to ImplementationSpecific"
        return replace(row, verdict="path-refused", says=said, remedy=remedy, edits=edits)
    target = route.annotations.get(f"{PREFIX}rewrite-target", "")
    named = max((int(number) for number in _NUMBERED.findall(target)), default=0)
    groups = len(_GROUP.findall(path))
    if named > groups:
        has = "no group" if not groups else "one group" if groups == 1 else f"{groups} groups"
        said = f"the rewrite target {target} names ${named}, and the path {path} has {has}"
        rest = target.replace(f"${named}", "") or "/"
        says = f"{said}: every request goes to {rest}"
        return replace(row, verdict="empty-group", says=says, remedy=_with_groups(path, named))
    if target.endswith("/") and not named and kind != "Exact" and path.rstrip("/") not in ("", target.rstrip("/")):
        says = f"the rewrite target {target} names no group: every request below {path} goes to {target}"
        remedy = f"{_with_groups(path, 2)}, and the target as {target}$2"
        return replace(row, verdict="empty-group", says=says, remedy=remedy)
    return row


def _letter_by_letter(route: Route, node: Node, row: NginxIngress) -> NginxIngress:
    """A pattern that is none for nginx."""
    path = node.get("path").text() or ""
    if not _PATTERN.search(path):
        return row
    key = f"{PREFIX}use-regex"
    says = f"the path {path} is no pattern there: it is taken letter by letter, and no request has it"
    whole = _ALL_BELOW.fullmatch(path)
    if whole is not None:
        edits: tuple[Change, ...] = (
            put(route, node.place, "path", whole[1]),
            put(route, node.place, "pathType", "Prefix"),
        )
        remedy = f"Write the path as {whole[1]}, with pathType Prefix, which is all below it"
    else:
        edits = (put(route, route.place.at("metadata", "annotations"), key, "true"),) if route.annotations else ()
        remedy = f'Set the annotation {key} to "true"'
    return replace(row, verdict="letter-by-letter", says=says, remedy=remedy, edits=edits if route.linted else ())


def _with_groups(path: str, named: int) -> str:
    group = "(/|$)(.*)" if named == 2 else "(.*)"
    return f"Write the path as {path.rstrip('/')}{group}, with pathType ImplementationSpecific"


def _snippets(route: Route, told: dict[str, str]) -> Iterator[NginxIngress]:
    for name in _SNIPPETS:
        key = f"{PREFIX}{name}"
        if key in route.annotations:
            row = _taken(route, route.place.at("metadata", "annotations", key), key)
            allowed = told.get(_ALLOWED) == "true" and told.get(_RISK, "critical") == "critical"
            said = f"the annotation {key} is refused unless the controller's configuration allows it"
            remedy = f"Set {_ALLOWED} to true and {_RISK} to Critical in the controller's ConfigMap, or do without it"
            known = _ALLOWED in told
            yield row if allowed else replace(row, verdict="snippet-refused", says=said, remedy=remedy, known=known)


def _taken(route: Route, place: Place, what: str) -> NginxIngress:
    return NginxIngress(object=route.id, place=place, linted=route.linted, what=what, verdict="taken")
