"""Label selectors in words."""

from __future__ import annotations

from mblint.cluster.policies.objects import Requirement, Selector


def selector_words(selector: Selector) -> str:
    """`app=web, tier in (a, b)`; empty for one that selects everything."""
    labels = [f"{key}={value}" for key, value in selector.labels.items()]
    return ", ".join([*labels, *map(requirement_words, selector.expressions)])


def requirement_words(requirement: Requirement) -> str:
    """What a pod or namespace has to carry: `tier in (a, b)`, `tier with any value`, `no tier`."""
    match requirement.operator:
        case "In":
            return f"{requirement.key} in ({', '.join(requirement.values)})"
        case "NotIn":
            return f"{requirement.key} not in ({', '.join(requirement.values)})"
        case "Exists":
            return f"{requirement.key} with any value"
        case _:
            return f"no {requirement.key}"
