"""Whether a container speaks to the Kubernetes API by a kubeconfig: as another than its service account, or elsewhere.

Controllers take the option before the variable, and their service account where neither says anything.
Source: https://github.com/kubernetes-sigs/controller-runtime/blob/v0.19.0/pkg/client/config/config.go
"""

from __future__ import annotations

from itertools import pairwise

from mblint.cluster.objects import Container

_OPTION, _VARIABLE = "kubeconfig", "KUBECONFIG"


def has_a_kubeconfig(container: Container) -> bool:
    """Whether it is told one, or something is mounted that looks like it."""
    return is_told_a_kubeconfig(container) or any(
        "kube" in mount.mount_path.rpartition("/")[2] or ".kube" in mount.mount_path for mount in container.mounts
    )


def is_told_a_kubeconfig(container: Container) -> bool:
    """Whether its words or variables name one."""
    texts = [word.text for word in container.words]
    for text, after in pairwise((*texts, "")):
        name, is_said, value = text.partition("=")
        if text.startswith("-") and name.lstrip("-") == _OPTION and (value if is_said else after):
            return True
    return any(each.name == _VARIABLE and each.value != "" for each in container.env)
