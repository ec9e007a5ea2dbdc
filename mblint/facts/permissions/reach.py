"""Rules of Roles for resources that are in no namespace: a Role grants nothing of them.

A Role holds for requests within its namespace (Kubernetes, "Using RBAC Authorization"); those for nodes, volumes,
definitions are within none. A request for one Namespace by its name is within that one: `get` on it works.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mblint.cluster.cluster import Cluster
from mblint.cluster.kinds import complete_groups, is_cluster_scoped
from mblint.cluster.objects import Object, account_of
from mblint.cluster.remembered import remembered
from mblint.facts.permissions.grants import Granted, Rule, granted_to, rules_of
from mblint.facts.permissions.resources import known_resources
from mblint.facts.permissions.rows import RoleReach
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.manifests.documents import Place

_BY_ITS_NAME = frozenset(("get", "patch", "update", "delete"))
_IN_PODS_NAMESPACE = frozenset(("use",))  # of policies for pods: asked for the namespace of the pod
_NAMESPACES = ("", "namespaces")


def role_reaches(world: World) -> Iterator[RoleReach]:
    """A row for each rule of a Role that is about resources in no namespace."""
    for role in world.cluster.of_kind("Role", "rbac.authorization.k8s.io"):
        for place, rule in rules_of(role):
            beyond = tuple(_beyond(world.cluster, rule))
            if beyond:
                yield _row(world.cluster, role, place, rule, beyond)


def _beyond(cluster: Cluster, rule: Rule) -> Iterator[tuple[str, str]]:
    """Group and name of the resources that the rule names, and that are in no namespace."""
    wide = _of_the_cluster(cluster)
    for resource in sorted(rule.resources):
        for group in sorted(rule.groups):
            key = group, resource.partition("/")[0]
            if key in wide and not rule.verbs <= (_BY_ITS_NAME if key == _NAMESPACES else _IN_PODS_NAMESPACE):
                yield group, resource


@remembered
def _of_the_cluster(cluster: Cluster) -> frozenset[tuple[str, str]]:
    defined = {(each.group, each.name) for each in known_resources(cluster).values() if each.cluster}
    return frozenset(defined | _of_kubernetes())


def _of_kubernetes() -> set[tuple[str, str]]:
    return {
        (group, plural(kind))
        for group, kinds in complete_groups().items()
        for kind in kinds
        if is_cluster_scoped(f"{group}/v1" if group else "v1", kind)
    }


def plural(kind: str) -> str:
    """The name of the resource whose objects are of a kind of Kubernetes'."""
    name = kind.lower()
    if name.endswith("s"):
        return f"{name}es"
    return f"{name[:-1]}ies" if name.endswith("y") else f"{name}s"


def _row(cluster: Cluster, role: Object, place: Place, rule: Rule, beyond: Sequence[tuple[str, str]]) -> RoleReach:
    accounts = accounts_with(cluster).get(role.id, ())
    users = [account for account in accounts if not _has_of_it(granted_to(cluster, account), rule, beyond)]
    named = tuple(f"{name}.{group}" if group else name for group, name in beyond)
    return RoleReach(
        object=role.id,
        place=place,
        related=tuple(
            Related(f"{workload.id.kind} {workload.id.name} runs as {name}", workload.place, workload.id)
            for namespace, name in users[:1]
            for workload in cluster.workloads
            if account_of(workload) == (namespace, name)
        )[:2],
        linted=role.linted,
        resources=named,
        verbs=tuple(sorted(rule.verbs)),
        accounts=tuple(name for _, name in users),
        verdict="void" if users else "unknown",
        reason=None if users else "who is bound to it has this by a ClusterRole, or is not in the view",
    )


def _has_of_it(granted: Granted, rule: Rule, beyond: Sequence[tuple[str, str]]) -> bool:
    """Whether ClusterRoles that hold everywhere give the account some of it; true where roles of it are not known.

    Then somebody has thought of it: which verbs it really needs, a Role of which most is void does not say.
    """
    if granted.unknown is not None:
        return True
    wide = [each for each in granted.rules if each.namespace is None]
    return all(
        any(each.allows(group, name, verb, None) for each in wide for verb in rule.verbs) for group, name in beyond
    )


@remembered
def accounts_with(cluster: Cluster) -> Mapping[object, Sequence[tuple[str, str]]]:
    """By role: the accounts that pods of the view run as, and that it is bound to."""
    found: dict[object, list[tuple[str, str]]] = {}
    for account in dict.fromkeys(account_of(workload) for workload in cluster.workloads):
        for role in granted_to(cluster, account).roles:
            found.setdefault(role.id, []).append(account)
    return found
