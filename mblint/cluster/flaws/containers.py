"""What the API server refuses in a container although all else about its pod can be read.

Such a workload stays in the view: its labels and ports still say what policies mean for it, its settings whom it calls.
Source: ValidatePodSpec of k8s.io/kubernetes/pkg/apis/core/validation.
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.manifests.nodes import Node, WrongType


def container_flaws(spec: Node) -> Iterator[WrongType]:
    """Each container of a pod spec without a name, and each of its ports without a number."""
    for kind in ("initContainers", "containers"):
        for container in spec.get(kind).items():
            if not container.get("name").text():
                yield container.get("name").missing()
            for port in container.get("ports").items():
                if port.get("containerPort").absent:
                    yield port.get("containerPort").missing()
