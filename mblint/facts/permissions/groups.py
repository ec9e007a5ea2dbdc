"""Rules of roles for resources in a group that does not have them: `deployments` of the group "" are nothing.

The API server takes any words for groups and resources. Only groups of which all kinds are known are judged, and only
resources of Kubernetes' own; another group may have resources of the same name (`pods` of metrics.k8s.io).
Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-resources.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from mblint.cluster.cluster import Cluster
from mblint.cluster.kinds import complete_groups
from mblint.cluster.objects import Object
from mblint.facts.permissions.grants import Rule, granted_to, rules_of
from mblint.facts.permissions.reach import accounts_with, plural
from mblint.facts.permissions.rows import RuleGroups
from mblint.facts.world import World
from mblint.manifests.documents import Place

_RBAC = "rbac.authorization.k8s.io"


def rule_groups(world: World) -> Iterator[RuleGroups]:
    """A row for each rule with resources that none of its groups has."""
    for kind in ("Role", "ClusterRole"):
        for role in world.cluster.of_kind(kind, _RBAC):
            rules = list(rules_of(role))
            for place, rule in rules:
                void = [name for name in sorted(rule.resources) if _is_void(rule, name)]
                lacking = [name for name in void if not _is_given(name, (each for _, each in rules))]
                if lacking:
                    yield _row(world.cluster, role, place, rule, lacking)


def _is_void(rule: Rule, resource: str) -> bool:
    homes = _homes().get(resource.partition("/")[0])
    return homes is not None and bool(rule.groups) and rule.groups <= complete_groups().keys() - homes


def _is_given(resource: str, rules: Iterator[Rule]) -> bool:
    """Whether another rule gives some of the resource in its right group: then this one is only a word too many."""
    homes = _homes()[resource.partition("/")[0]]
    return any(each.allows(group, resource, verb, None) for each in rules for group in homes for verb in each.verbs)


@cache
def _homes() -> Mapping[str, frozenset[str]]:
    """By the plural of each kind of Kubernetes': the groups that have it."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for group, kinds in complete_groups().items():
        for kind in kinds:
            found[plural(kind)].add(group)
    return {name: frozenset(groups) for name, groups in found.items()}


def _row(cluster: Cluster, role: Object, place: Place, rule: Rule, lacking: Sequence[str]) -> RuleGroups:
    accounts = accounts_with(cluster).get(role.id, ())
    granted = [(account, granted_to(cluster, account)) for account in accounts]
    users = [
        account[1]
        for account, each in granted
        if each.unknown is None and not all(_is_given(name, iter(each.rules)) for name in lacking)
    ]
    homes = sorted({group for name in lacking for group in _homes()[name.partition("/")[0]] if group != "extensions"})
    return RuleGroups(
        object=role.id,
        place=place.at("apiGroups"),
        linted=role.linted,
        resources=tuple(lacking),
        groups=_shown(sorted(rule.groups)),
        homes=_shown(homes),
        accounts=tuple(users),
        verdict="void" if users else "unused",
    )


def _shown(groups: Sequence[str]) -> str:
    return " and ".join(group or '""' for group in groups)
