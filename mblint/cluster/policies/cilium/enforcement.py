"""Whether Cilium drops what policies deny: its agents are told by the ConfigMap cilium-config.

`policy-audit-mode` only writes down what would be dropped; with `enable-policy: never` no policy is looked at. Both
are about NetworkPolicies, too, which Cilium carries out beside its own.
Sources: docs.cilium.io/en/stable/security/policy-creation (policy audit mode), …/security/policy/intro (policy
enforcement modes) and the chart's values policyAuditMode and policyEnforcementMode (cilium/cilium,
install/kubernetes/cilium/templates/cilium-configmap.yaml).
"""

from __future__ import annotations

from collections.abc import Iterable

from mblint.cluster.objects import ConfigMap, Object


def enforced(objects: Iterable[Object]) -> bool:
    """False where the view holds the configuration of a Cilium that lets through all that policies deny."""
    settings = (one for one in objects if one.id.name == "cilium-config" and isinstance(one, ConfigMap))
    return not any(
        _says(held, "policy-audit-mode", "true") or _says(held, "enable-policy", "never") for held in settings
    )


def _says(held: ConfigMap, key: str, value: str) -> bool:
    entry = held.entries.get(key)
    return entry is not None and entry.text is not None and str(entry.text).strip().lower() == value
