"""What the Roles and ClusterRoles of the view allow each service account (Kubernetes, "Using RBAC Authorization").

A rule for named objects (resourceNames) allows no `create`; a list or watch by it must ask for that one name, which
kubectl does where it waits for one object.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct, field

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object
from mblint.cluster.remembered import remembered
from mblint.manifests.documents import Place
from mblint.manifests.nodes import Node
from mblint.manifests.partial import read_parts

_RBAC = "rbac.authorization.k8s.io"
_ALL = "*"
_EVERYBODY = ("system:serviceaccounts", "system:authenticated")
_AS_USER = "system:serviceaccount:"
_BY_NAME_NEVER = frozenset(("create", "deletecollection"))

Account = tuple[str, str]  # namespace, name


class Rule(Struct, frozen=True):
    """One rule of a role, as far as it is granted: `namespace` None: in all of them."""

    namespace: str | None
    groups: frozenset[str]
    resources: frozenset[str]
    verbs: frozenset[str]
    names: frozenset[str]

    def allows(self, group: str, resource: str, verb: str, name: str | None) -> bool:
        """Whether it allows a verb on a resource (`pods`, `pods/exec`)."""
        part = resource.partition("/")[2]
        resources = {resource, _ALL, f"*/{part}" if part else resource}
        if self.verbs.isdisjoint((verb, _ALL)) or self.groups.isdisjoint((group, _ALL)):
            return False
        if self.resources.isdisjoint(resources):
            return False
        return not self.names or (verb not in _BY_NAME_NEVER and (name is None or name in self.names))


class Granted(Struct, eq=False):
    """What an account is granted. `unknown`: why there may be more. `roles`: that the view has, bound to it."""

    rules: list[Rule] = field(default_factory=list)
    roles: list[Object] = field(default_factory=list)
    unknown: str | None = None


def granted_to(cluster: Cluster, account: Account) -> Granted:
    """What the view grants to an account, by itself or as one of a group."""
    found = _grants(cluster)
    whole = Granted()
    for key in (account, ("", f"system:serviceaccounts:{account[0]}"), *(("", group) for group in _EVERYBODY)):
        each = found.get(key)
        if each is not None:
            whole.rules += each.rules
            whole.roles += each.roles
            whole.unknown = whole.unknown or each.unknown
    return whole


def bound_elsewhere(cluster: Cluster, account: Account) -> str | None:
    """Another namespace in which an account of that name is bound, and of which the view has none there."""
    accounts = {(each.id.namespace, each.id.name) for each in cluster.of_kind("ServiceAccount", "")}
    others = (key for key in _grants(cluster) if key[1] == account[1] and key[0] not in ("", account[0]))
    return next((namespace for namespace, name in others if (namespace, name) not in accounts), None)


def rules_of(role: Object) -> Iterator[tuple[Place, Rule]]:
    """The rules of a Role, each with its place; none where one cannot be read."""
    rules, left = read_parts(role.node, _rules)
    if rules is not None and not left.flaws:
        place = role.place.at("rules")
        for index, rule in enumerate(rules):
            yield place.at(index), Rule(role.id.namespace, *rule)


@remembered
def _grants(cluster: Cluster) -> Mapping[Account, Granted]:
    roles = {
        (each.id.kind, each.id.namespace, each.id.name): each
        for kind in ("Role", "ClusterRole")
        for each in cluster.of_kind(kind, _RBAC)
    }
    found: defaultdict[Account, Granted] = defaultdict(Granted)
    for kind in ("RoleBinding", "ClusterRoleBinding"):
        for binding in cluster.of_kind(kind, _RBAC):
            read, left = read_parts(binding.node, _binding)
            (role_kind, role_name), subjects = read if read is not None else (("", ""), ())
            within = binding.id.namespace if kind == "RoleBinding" else None
            role = roles.get((role_kind, binding.id.namespace if role_kind == "Role" else "", role_name))
            for namespace, name in subjects:
                grant = found[binding.id.namespace if namespace is None else namespace, name]
                if left.flaws or role is None:
                    grant.unknown = f"{role_kind} {role_name} is not in the view"
                else:
                    _add(grant, role, within)
    return found


def _add(grant: Granted, role: Object, within: str | None) -> None:
    rules, left = read_parts(role.node, _rules)
    if left.flaws or rules is None:
        grant.unknown = f"parts of {role.id.kind} {role.id.name} cannot be read"
    elif role.place.at("aggregationRule").value is not None:
        grant.unknown = f"{role.id.kind} {role.id.name} gathers the rules of others"
    grant.roles.append(role)
    for rule in rules or ():
        grant.rules.append(Rule(within, *rule))


def _binding(node: Node) -> tuple[tuple[str, str], tuple[tuple[str | None, str], ...]]:
    ref = node.get("roleRef")
    return (ref.get("kind").text() or "", ref.get("name").text() or ""), tuple(_subjects(node))


def _subjects(node: Node) -> Iterator[tuple[str | None, str]]:
    """Namespace and name of each; None: the binding's own namespace. Groups are in none, which is ""."""
    for subject in node.get("subjects").items():
        kind, name = subject.get("kind").text(), subject.get("name").text() or ""
        if kind == "ServiceAccount":
            yield subject.get("namespace").text() or None, name
        elif kind == "Group":
            yield "", name
        elif kind == "User" and name.startswith(_AS_USER) and name.count(":") == _AS_USER.count(":") + 1:
            namespace, _, account = name.removeprefix(_AS_USER).partition(":")
            yield namespace, account


def _rules(node: Node) -> Sequence[tuple[frozenset[str], frozenset[str], frozenset[str], frozenset[str]]]:
    keys = ("apiGroups", "resources", "verbs", "resourceNames")
    found = []
    for rule in node.get("rules").items():
        groups, resources, verbs, names = (frozenset(rule.get(key).texts()) for key in keys)
        found.append((groups, resources, verbs, names))
    return found
