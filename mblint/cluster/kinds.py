"""The table of Kubernetes' and other projects' kinds (rules/tables/kinds.yaml): where they live, what reads them.

What a kind may do to other objects stands there too: the Services that routes lead to (`read_listed_routes`), policies
that are not modelled (`policies.unmodelled`), and what fills ConfigMaps and Secrets (`fills`). A kind that is not
listed is taken as namespaced, which most custom ones are.
"""

# Annotations are not postponed here: msgspec would compile each anew when it reads rows.
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Literal

from msgspec import Struct, convert, field

from mblint.manifests.documents import Value
from mblint.shipped import read_table


class When(Struct, frozen=True):
    """A condition: what must stand at a path."""

    at: str
    is_: str = field(name="is")


class Unmodelled(Struct, frozen=True):
    """Whom a policy concerns that is not modelled: `pods` and `labels` are paths of a selector, of plain labels."""

    directions: tuple[Literal["egress", "ingress"], ...]
    pods: str | None = None
    labels: str | None = None
    root: str | None = None  # a namespace whose policies concern the pods of all
    when: When | None = None


class More(Struct, frozen=True):
    """What lets an object fill in more keys than it lists: a value at a path, but for these; or an annotation."""

    at: str | None = None
    but: tuple[str, ...] = ()
    annotation: str | None = None


class Stands(Struct, frozen=True):
    """What a custom resource has to say at a path."""

    at: str
    is_: tuple[str, ...] = field(name="is")


class Fill(Struct, frozen=True):
    """Which ConfigMaps or Secrets are filled: those named `at` these paths; else those `named` so, as globs.

    `each`: the path of names of which each stands for {each} there; without any it is the object's own.
    `keys`: the paths of all keys that it fills in, and `writes`: those of every such object, where nothing lets it fill
    in `more`. `texts`: the path of a map of keys and templates of Go, filled in beside `keys`; where an object has one
    there, the fills without are not for it. `when`: only where the switch at this path is on. `where`: only
    where one of these texts stands at a path.
    """

    kind: Literal["ConfigMap", "Secret", "Role"]
    keys: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    more: tuple[More, ...] = ()
    at: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    each: str | None = None
    in_: str | None = field(default=None, name="in")
    when: str | None = None
    texts: str | None = None
    where: Stands | None = None
    source: str | None = None


class RouteBackends(Struct, frozen=True):
    """Where a route names Services: `service` and `port` are keys of what stands `at` a path.

    `form`: address where the name is `name.namespace:port` or a URL of a Service.
    """

    at: str
    service: str
    port: tuple[str, ...] = ()
    namespace: str | None = None
    where: Mapping[str, tuple[str, ...]] = {}
    form: Literal["name", "address"] = "name"


class RouteRow(Struct, frozen=True):
    """What a kind of routes leads to, and the paths of its hosts. `web`: browsers come by it."""

    backends: tuple[RouteBackends, ...]
    hosts: tuple[str, ...] = ()
    web: bool = False


class KindRow(Struct, frozen=True):
    """What the table says of one kind."""

    scope: Literal["namespaced", "cluster"] = "namespaced"
    reader: str | None = None
    route: RouteRow | None = None
    unmodelled: Unmodelled | None = None
    fills: tuple[Fill, ...] = ()
    source: str | None = None


class _Group(Struct, frozen=True):
    groups: tuple[str, ...]
    kinds: Mapping[str, KindRow]
    source: str
    complete: bool = False


class _Table(Struct, frozen=True):
    groups: tuple[_Group, ...]
    made: tuple[Fill, ...]


_UNLISTED = KindRow()


def group_of(api_version: str) -> str:
    """The API group of an apiVersion; empty for the core group."""
    return api_version.rpartition("/")[0]


def row_of(api_version: str, kind: str) -> KindRow:
    """What the table says of a kind; of one that it does not list, what holds for most."""
    found = _rows().get((group_of(api_version), kind))
    return found[1] if found is not None else _UNLISTED


def family_of(api_version: str, kind: str) -> str:
    """The first of the groups that serve the same objects: a Deployment of `extensions` is that of `apps`."""
    group = group_of(api_version)
    found = _rows().get((group, kind))
    return found[0] if found is not None else group


def is_cluster_scoped(api_version: str, kind: str) -> bool:
    """True for kinds whose objects are in no namespace."""
    return row_of(api_version, kind).scope == "cluster"


def is_custom(api_version: str) -> bool:
    """True for an API group that is not Kubernetes' own."""
    group = group_of(api_version)
    return "." in group and group not in complete_groups() and not group.endswith(".k8s.io")


def is_listed(group: str, kind: str | None = None) -> bool:
    """True where the table has this kind of a group; without a kind: any of it."""
    return (group, kind) in _rows() if kind is not None else any(group == name for name, _ in _rows())


@cache
def complete_groups() -> Mapping[str, frozenset[str]]:
    """The groups of which the table has all kinds, with these."""
    complete = {name for group in _table().groups if group.complete for name in group.groups}
    return {name: frozenset(kind for group, kind in _rows() if group == name) for name in complete}


def made_by_any() -> tuple[Fill, ...]:
    """What any custom resource fills that says so."""
    return _table().made


def texts_at(value: Value, path: str) -> Iterator[str]:
    """The texts at a path of the table: `spec.target.name`, `spec.secretObjects[*].secretName`, `spec.data{}`."""
    step, _, rest = path.partition(".")
    inner = value.get(step.removesuffix("[*]").removesuffix("{}")) if isinstance(value, dict) else None
    if step.endswith("{}"):
        yield from inner if isinstance(inner, dict) else ()
        return
    for each in inner if step.endswith("[*]") and isinstance(inner, list) else (inner,):
        if rest:
            yield from texts_at(each, rest)
        elif isinstance(each, str) and each:
            yield each


def usual_names(own: str, value: Value, fill: Fill) -> Iterator[str]:
    """What a fill's objects are named where the resource says no names of its own."""
    if fill.when is not None and value_at(value, fill.when) is not True:
        return
    each = (list(texts_at(value, fill.each)) if fill.each is not None else []) or [own]
    for name in fill.named:
        if "{each." in name:
            yield from _of_elements(name.replace("{name}", own), value, fill.each or "")
            continue
        for one in each if "{each}" in name else ("",):
            said = one.replace("_", "-") if fill.kind == "Secret" else one  # no object has an underscore in its name
            yield name.replace("{name}", own).replace("{each}", said)


def value_at(value: Value, path: str) -> Value:
    """What stands at a path of keys; None where there is nothing."""
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _of_elements(name: str, value: Value, path: str) -> Iterator[str]:
    """The name with the fields of each mapping in a list; nothing for an element that has not all of them."""
    elements = value_at(value, path.removesuffix("[*]"))
    for each in elements if isinstance(elements, list) else ():
        said = name
        for field_, text in each.items() if isinstance(each, dict) else ():
            if isinstance(text, str):
                said = said.replace(f"{{each.{field_}}}", text.lower().replace("_", "-"))
        if "{" not in said:
            yield said


@cache
def _rows() -> Mapping[tuple[str, str], tuple[str, KindRow]]:
    """By group and kind: the first of its groups, and the row."""
    rows: dict[tuple[str, str], tuple[str, KindRow]] = {}
    for group in _table().groups:
        for name in group.groups:
            for kind, row in group.kinds.items():
                rows[name, kind] = (group.groups[0], row)
    return rows


@cache
def _table() -> _Table:
    return convert(read_table("tables/kinds.yaml"), _Table)
