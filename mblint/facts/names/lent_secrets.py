"""Secrets that one namespace lends to others for TLS: the TLSCertificateDelegations of Contour.

Source: https://github.com/projectcontour/contour/blob/main/site/content/docs/main/config/tls-delegation.md
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.cluster import Cluster
from mblint.manifests.nodes import Node
from mblint.manifests.partial import read_parts


def is_lent(cluster: Cluster, namespace: str, name: str, to: str) -> bool:
    """Whether a delegation of a namespace lets another one name its Secret; so it is where one cannot be read."""
    for delegation in cluster.of_kind("TLSCertificateDelegation", "projectcontour.io"):
        if delegation.id.namespace == namespace:
            lent, partial = read_parts(delegation.node, lambda node: tuple(_lent(node)))
            if partial.flaws or any(secret == name and space in (to, "*") for secret, space in lent or ()):
                return True
    return False


def _lent(node: Node) -> Iterator[tuple[str, str]]:
    for each in node.get("spec").get("delegations").items():
        for space in each.get("targetNamespaces").texts():
            yield each.get("secretName").text() or "", space
