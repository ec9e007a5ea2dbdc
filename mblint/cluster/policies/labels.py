"""Reads label maps and label selectors, as strictly as the API server does."""

from __future__ import annotations

from mblint.cluster.policies.objects import Requirement, Selector
from mblint.manifests.nodes import Node, WrongType

_WITH_VALUES = ("In", "NotIn")
_WITHOUT_VALUES = ("Exists", "DoesNotExist")


def read_label_map(node: Node) -> dict[str, str]:
    """Labels: a mapping of strings to strings. A null value is the empty string."""
    return node.text_map()


def read_selector(node: Node) -> Selector | None:
    """A LabelSelector; None where it is absent. Raises WrongType for an operator or values that the API refuses."""
    if node.absent:
        return None
    labels = read_label_map(node.get("matchLabels"))
    return Selector(labels, tuple(_requirement(entry) for entry in node.get("matchExpressions").items()))


def _requirement(node: Node) -> Requirement:
    operator = node.get("operator").required_text()
    values = node.get("values").texts()
    if operator not in _WITH_VALUES + _WITHOUT_VALUES:
        raise WrongType(
            node.get("operator").place, f"operator must be In, NotIn, Exists or DoesNotExist, not {operator}"
        )
    if operator in _WITH_VALUES and not values:
        raise WrongType(node.place, f"values is required where the operator is {operator}")
    if operator in _WITHOUT_VALUES and values:
        raise WrongType(node.get("values").place, f"values must be empty where the operator is {operator}")
    return Requirement(node.get("key").required_text(), operator, values)
