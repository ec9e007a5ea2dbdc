"""Admission webhooks that are asked about every new pod, also about the pods that answer for them.

Once none of these runs, none can be created: the API server asks the webhook first, nobody answers, and with
failurePolicy Fail (the default) it refuses the pod. Namespace and object selectors are what spares them.
Source: https://book.kubebuilder.io/reference/webhook-bootstrap-problem.html
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object, Workload
from mblint.cluster.policies.labels import read_selector
from mblint.cluster.policies.selectors import selects
from mblint.cluster.services import members
from mblint.facts.callers.called_rows import OwnWebhook
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.manifests.nodes import Node
from mblint.manifests.partial import read_parts

_KINDS = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")
_NAME = "kubernetes.io/metadata.name"


def own_webhooks(world: World) -> Iterator[OwnWebhook]:
    """A row for each webhook that fails requests, judges new pods, and has pods of the view behind it."""
    for kind in _KINDS:
        for held in world.cluster.of_kind(kind, "admissionregistration.k8s.io"):
            webhooks, _ = read_parts(held.node, lambda node: tuple(node.get("webhooks").items()))
            for webhook in webhooks or ():
                row, _ = read_parts(webhook, lambda node, held=held: _judged(world.cluster, held, node))  # type: ignore[misc]
                if row is not None:
                    yield row


def _judged(cluster: Cluster, held: Object, webhook: Node) -> OwnWebhook | None:
    service = webhook.get("clientConfig").get("service")
    behind = cluster.services.get((service.get("namespace").text() or "", service.get("name").text() or ""))
    pods = [pod for pod in members(cluster, behind) if pod.lasting] if behind is not None else []
    if not pods or webhook.get("failurePolicy").text() == "Ignore" or not _asks_about_pods(webhook):
        return None
    verdict, reason = _verdict(cluster, webhook, pods)
    return OwnWebhook(
        object=held.id,
        place=webhook.place,
        related=tuple(Related("these pods answer for it", pod.place, pod.id) for pod in pods[:1]),
        linted=held.linted,
        name=webhook.get("name").text() or held.id.name,
        pods=tuple(f"{pod.id.kind} {pod.id.name}" for pod in pods),
        namespace=pods[0].id.namespace,
        verdict=verdict,
        reason=reason,
    )


def _asks_about_pods(webhook: Node) -> bool:
    return any(
        not {"", "*"}.isdisjoint(rule.get("apiGroups").texts())
        and not {"pods", "*", "*/*"}.isdisjoint(rule.get("resources").texts())
        and not {"CREATE", "*"}.isdisjoint(rule.get("operations").texts())
        and rule.get("scope").text() != "Cluster"
        for rule in webhook.get("rules").items()
    )


def _verdict(cluster: Cluster, webhook: Node, pods: list[Workload]) -> tuple[str, str | None]:
    if webhook.get("matchConditions").value not in (None, []):
        return "unknown", "its matchConditions are not read"
    spaces = read_selector(webhook.get("namespaceSelector"))
    objects = read_selector(webhook.get("objectSelector"))
    for pod in pods:
        namespace = cluster.namespaces.get(pod.id.namespace)
        seen = namespace is not None and cluster.objects.get(namespace.id) is not None
        keys = [*spaces.labels, *(one.key for one in spaces.expressions)] if spaces is not None else []
        if not seen and any(key != _NAME for key in keys):
            return "unknown", f"the labels of namespace {pod.id.namespace} are not in the view"
        if spaces is not None and not selects(spaces, namespace.labels if namespace is not None else {}):
            return "spares-itself", None
        if objects is not None and not selects(objects, pod.pod.labels):
            return "spares-itself", None
    return "judges-itself", None
