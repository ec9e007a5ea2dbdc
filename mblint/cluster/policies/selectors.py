"""Label selectors, as k8s.io/apimachinery's labels package evaluates them."""

from __future__ import annotations

from collections.abc import Mapping

from mblint.cluster.policies.objects import Requirement, Selector


def selects(selector: Selector, labels: Mapping[str, str]) -> bool:
    """True where every label and every expression of the selector holds."""
    return all(labels.get(key) == value for key, value in selector.labels.items()) and all(
        holds(requirement, labels) for requirement in selector.expressions
    )


def holds(requirement: Requirement, labels: Mapping[str, str]) -> bool:
    """One expression. NotIn and DoesNotExist hold where the key is absent."""
    value = labels.get(requirement.key)
    match requirement.operator:
        case "In":
            return value in requirement.values
        case "NotIn":
            return value not in requirement.values
        case "Exists":
            return value is not None
        case _:
            return value is None
