"""Rows about what pods ask of the Kubernetes API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from mblint.facts.rows import Fact


class Permission(Fact, frozen=True, kw_only=True):
    """What a command of a container, or its program, asks of the API.

    Verdicts: granted; missing (the Roles of its account, all in the view, do not allow it); unbound (the view has no
    Role for its account, which something else may have); no-token (its pods are given none, whatever the Roles say);
    unknown.
    """

    about: ClassVar[str] = "permission"
    reported: ClassVar[tuple[str, ...]] = ("account", "verbs", "resource", "command")
    listed: ClassVar[tuple[str, ...]] = ("command",)
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "verdict": ("granted", "missing", "unbound", "no-token", "unknown")
    }

    account: str  # "team/shop-hook"
    command: str  # "kubectl rollout restart", or the program's name
    verbs: tuple[str, ...]  # those that are not allowed; of a granted one, all
    resource: str  # "deployments", "pods/exec"
    where: str  # "in namespace team", "in all namespaces"
    asked: str  # "get and watch pods/exec in namespace team"
    lacking: str  # what the cause is: "pods/exec in namespace team"; one for all where no Role is bound
    granted_by: str = ""  # what can: "a Role that is bound to team/shop-hook"
    paste: str | None = None  # the rule to add
    verdict: str
    reason: str | None = None


class BoundAccount(Fact, frozen=True, kw_only=True):
    """A service account that roles of the view are bound to. `object`: the workload that must have meant it, if any.

    Verdicts: used (pods of the view run as it); unused (none does, and a workload that runs as `default` must have
    meant it); unknown.
    """

    about: ClassVar[str] = "bound-account"
    reported: ClassVar[tuple[str, ...]] = ("account", "roles")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("used", "unused", "unknown")}

    account: str
    roles: tuple[str, ...]  # "ClusterRole watch"
    verdict: str
    reason: str | None = None


class RoleReach(Fact, frozen=True, kw_only=True):
    """A rule of a Role for resources that are in no namespace.

    Verdicts: void (who is bound to it needs what it does not give); unknown.
    """

    about: ClassVar[str] = "role-reach"
    reported: ClassVar[tuple[str, ...]] = ("resources", "verbs", "accounts")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("void", "unknown")}

    resources: tuple[str, ...]  # "nodes", "customresourcedefinitions.apiextensions.k8s.io"
    verbs: tuple[str, ...]
    accounts: tuple[str, ...] = ()
    verdict: str
    reason: str | None = None


class RuleGroups(Fact, frozen=True, kw_only=True):
    """A rule of a Role or ClusterRole for resources that are in none of its groups, and so for nothing.

    Verdicts: void (pods run as who is bound to it, and no other rule gives them what this one means), unused.
    """

    about: ClassVar[str] = "rule-groups"
    reported: ClassVar[tuple[str, ...]] = ("resources", "groups", "homes")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("void", "unused")}

    resources: tuple[str, ...]  # "deployments"
    groups: str  # those of the rule: `""`
    homes: str  # those that have the resources: "apps"
    accounts: tuple[str, ...] = ()  # that are left without
    verdict: str
