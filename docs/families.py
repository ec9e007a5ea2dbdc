"""The families of the rules, by which the site sorts them: the first tag of a rule says which is its own."""

from __future__ import annotations

from mblint.judge.rule import Rule

FAMILIES = {
    "What reaches what": ("reachability", "network-policy", "labels", "dns"),
    "Routes, hosts and TLS": ("routes", "hosts", "tls"),
    "Logins and passwords": ("oidc", "credentials"),
    "Probes, start-up and memory": ("probes", "memory"),
    "What a container runs": ("commands", "environment", "images"),
    "What objects refer to": ("references", "rbac"),
    "Volumes and claims": ("storage",),
    "What the cluster refuses": ("schema", "crd", "templates", "security"),
    "Roll-outs": ("roll-out",),
    "Order": ("order",),
    "Upgrades": ("upgrade", "kubernetes"),
    "What a program needs": ("software",),
    "mblint itself": ("configuration",),
}


def by_family(rules: list[Rule]) -> dict[str, list[Rule]]:
    """The rules of each family. Raises ValueError for a rule of none."""
    found: dict[str, list[Rule]] = {family: [] for family in FAMILIES}
    for rule in rules:
        family = next((name for name, tags in FAMILIES.items() if rule.tags[:1] and rule.tags[0] in tags), None)
        if family is None:
            raise ValueError(f"{rule.id}: its first tag, of {', '.join(rule.tags)}, is that of no family")
        found[family].append(rule)
    return found
