"""What the API server refuses of kinds that have no type of their own here: budgets, autoscalers, classes.

Source: ValidatePodDisruptionBudgetSpec of k8s.io/kubernetes/pkg/apis/policy/validation, ValidateHorizontalPodAutoscaler
of pkg/apis/autoscaling/validation, and ValidateIngressCreate of pkg/apis/networking/validation.
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.flaws.schedules import schedule_flaws
from mblint.cluster.kinds import group_of
from mblint.cluster.objects import Object
from mblint.manifests.nodes import WrongType

_CLASS = "kubernetes.io/ingress.class"
_COUNT_TO_ZERO = ("Object", "External")


def other_flaws(obj: Object) -> Iterator[WrongType]:
    """Those of an object of such a kind."""
    match group_of(obj.api_version), obj.id.kind:
        case "policy", "PodDisruptionBudget":
            yield from _budget(obj)
        case "autoscaling", "HorizontalPodAutoscaler":
            yield from _autoscaler(obj)
        case "batch", "CronJob":
            yield from schedule_flaws(obj)
        case "networking.k8s.io", "Ingress":
            yield from _class(obj)


def _budget(obj: Object) -> Iterator[WrongType]:
    spec = obj.node.get("spec")
    most = spec.get("maxUnavailable")
    if not most.absent and not spec.get("minAvailable").absent:
        yield WrongType(most.place, "spec.minAvailable and spec.maxUnavailable must not both be set")


def _autoscaler(obj: Object) -> Iterator[WrongType]:
    spec = obj.node.get("spec")
    least, most = spec.get("minReplicas").integer(), spec.get("maxReplicas").integer()
    if most is None or most < 1:
        yield WrongType(spec.get("maxReplicas").place, "spec.maxReplicas must be 1 or more")
    elif least is not None and least > most:
        yield WrongType(spec.get("minReplicas").place, f"spec.minReplicas is {least}, above spec.maxReplicas, {most}")
    elif least == 0 and not any(metric.get("type").text() in _COUNT_TO_ZERO for metric in spec.get("metrics").items()):
        message = "spec.minReplicas is 0, which needs a metric of type Object or External: no pods use nothing"
        yield WrongType(spec.get("minReplicas").place, message)


def _class(obj: Object) -> Iterator[WrongType]:
    """What the annotation of former times says beside the field must be the same."""
    annotated = obj.node.get("metadata").get("annotations").get(_CLASS)
    field = obj.node.get("spec").get("ingressClassName")
    if None not in (annotated.text(), field.text()) and annotated.text() != field.text():
        said = f"the annotation {_CLASS} is {annotated.text()!r}, and spec.ingressClassName {field.text()!r}"
        message = f"{said}: they must be one"
        yield WrongType(annotated.place, message)
