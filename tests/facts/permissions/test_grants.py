"""What roles allow an account: by itself, as one of a group, for named objects."""

from __future__ import annotations

import pytest

from mblint.facts.permissions.grants import granted_to
from tests.facts.worlds import world

ROLE = """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: reader}
rules: [RULE]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reader, namespace: team}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reader}
subjects: [SUBJECT]
"""
HOOK = "{kind: ServiceAccount, name: hook}"
PODS = "{apiGroups: [''], resources: [pods], verbs: [get, list, create]}"


def allows(rule: str, group: str, resource: str, verb: str, name: str | None = None) -> bool:
    granted = granted_to(world(ROLE.replace("RULE", rule).replace("SUBJECT", HOOK)).cluster, ("team", "hook"))
    return any(each.allows(group, resource, verb, name) for each in granted.rules)


@pytest.mark.parametrize(
    ("rule", "question", "answer"),
    [
        (PODS, ("", "pods", "get"), True),
        (PODS, ("", "pods", "delete"), False),
        (PODS, ("", "pods/exec", "create"), False),
        (PODS, ("apps", "pods", "get"), False),
        (PODS.replace("[pods]", "[pods/exec]"), ("", "pods/exec", "create"), True),
        (PODS.replace("[pods]", "['*/exec']"), ("", "pods/exec", "create"), True),
        (PODS.replace("[pods]", "['*']"), ("", "pods/exec", "create"), True),
        (PODS.replace("['']", "['*']"), ("apps", "pods", "get"), True),
        (PODS.replace("[get, list, create]", "['*']"), ("", "pods", "delete"), True),
    ],
)
def test_a_rule_allows_what_it_names(rule: str, question: tuple[str, str, str], answer: bool) -> None:
    assert allows(rule, *question) is answer


def test_a_rule_for_named_objects_allows_those() -> None:
    rule = PODS.replace("verbs", "resourceNames: [shop], verbs")
    assert allows(rule, "", "pods", "get", "shop")
    assert not allows(rule, "", "pods", "get", "other")
    assert not allows(rule, "", "pods", "create", "shop")  # the name is not known before


@pytest.mark.parametrize(
    ("subject", "is_bound"),
    [
        (HOOK, True),
        ("{kind: ServiceAccount, name: hook, namespace: other}", False),
        ("{kind: Group, name: 'system:serviceaccounts'}", True),
        ("{kind: Group, name: 'system:serviceaccounts:team'}", True),
        ("{kind: Group, name: 'system:serviceaccounts:other'}", False),
        ("{kind: Group, name: 'system:authenticated'}", True),
        ("{kind: User, name: 'system:serviceaccount:team:hook'}", True),
        ("{kind: User, name: hook}", False),
    ],
)
def test_a_binding_is_for_those_that_it_names(subject: str, is_bound: bool) -> None:
    granted = granted_to(world(ROLE.replace("RULE", PODS).replace("SUBJECT", subject)).cluster, ("team", "hook"))
    assert bool(granted.rules) is is_bound
    assert {rule.namespace for rule in granted.rules} <= {"team"}


def test_a_role_that_the_view_does_not_have_leaves_it_open() -> None:
    text = (
        ROLE.replace("RULE", PODS)
        .replace("SUBJECT", HOOK)
        .replace("kind: ClusterRole, name: reader", "kind: Role, name: x")
    )
    assert granted_to(world(text).cluster, ("team", "hook")).unknown == "Role x is not in the view"
