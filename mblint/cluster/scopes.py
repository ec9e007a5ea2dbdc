"""Which kinds live outside of namespaces.

Source: `kubectl api-resources --namespaced=false`, and the CRDs of the projects named. A kind that is not listed is
taken as namespaced, which most custom resources are.
"""

from __future__ import annotations

_CALICO = {
    *("GlobalNetworkPolicy", "GlobalNetworkSet", "StagedGlobalNetworkPolicy"),
    *("HostEndpoint", "IPPool", "Profile", "Tier"),
}
_CLUSTER_SCOPED = {
    "": {"ComponentStatus", "Namespace", "Node", "PersistentVolume"},
    "admissionregistration.k8s.io": {
        "MutatingAdmissionPolicy",
        "MutatingAdmissionPolicyBinding",
        "MutatingWebhookConfiguration",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration",
    },
    "apiextensions.k8s.io": {"CustomResourceDefinition"},
    "apiregistration.k8s.io": {"APIService"},
    "certificates.k8s.io": {"CertificateSigningRequest", "ClusterTrustBundle"},
    "flowcontrol.apiserver.k8s.io": {"FlowSchema", "PriorityLevelConfiguration"},
    "networking.k8s.io": {"IngressClass", "IPAddress", "ServiceCIDR"},
    "node.k8s.io": {"RuntimeClass"},
    "policy": {"PodSecurityPolicy"},
    "policy.networking.k8s.io": {"AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ClusterNetworkPolicy"},
    "rbac.authorization.k8s.io": {"ClusterRole", "ClusterRoleBinding"},
    "resource.k8s.io": {"DeviceClass", "ResourceSlice"},
    "scheduling.k8s.io": {"PriorityClass"},
    "storage.k8s.io": {"CSIDriver", "CSINode", "StorageClass", "VolumeAttachment", "VolumeAttributesClass"},
    "snapshot.storage.k8s.io": {"VolumeSnapshotClass", "VolumeSnapshotContent"},
    "gateway.networking.k8s.io": {"GatewayClass"},
    "cert-manager.io": {"ClusterIssuer"},
    "cilium.io": {"CiliumCIDRGroup", "CiliumClusterwideEnvoyConfig", "CiliumClusterwideNetworkPolicy"},
    "crd.projectcalico.org": _CALICO,
    "projectcalico.org": _CALICO,
    "external-secrets.io": {"ClusterExternalSecret", "ClusterSecretStore"},
    "kyverno.io": {"ClusterPolicy"},
    "security.openshift.io": {"SecurityContextConstraints"},
}


def group_of(api_version: str) -> str:
    """The API group of an apiVersion; empty for the core group."""
    return api_version.rpartition("/")[0]


def is_cluster_scoped(api_version: str, kind: str) -> bool:
    """True for kinds whose objects are in no namespace."""
    return kind in _CLUSTER_SCOPED.get(group_of(api_version), ())
