"""What the API server refuses of kinds that have no type of their own here: budgets, autoscalers, schedules, classes.

Source: ValidatePodDisruptionBudgetSpec of k8s.io/kubernetes/pkg/apis/policy/validation, ValidateHorizontalPodAutoscaler
of pkg/apis/autoscaling/validation, ValidateIngressCreate of pkg/apis/networking/validation, and ValidateCronJobSpec of
pkg/apis/batch/validation, which parses schedules by github.com/robfig/cron/v3.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mblint.cluster.kinds import group_of
from mblint.cluster.objects import Object
from mblint.manifests.nodes import WrongType

_CLASS = "kubernetes.io/ingress.class"
_COUNT_TO_ZERO = ("Object", "External")
_PREDEFINED = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
_FIELDS: tuple[tuple[int, int, Sequence[str]], ...] = (
    (0, 59, ()),
    (0, 23, ()),
    (1, 31, ()),
    (1, 12, _MONTHS),
    (0, 6, _DAYS),
)  # minute … day of the week
_RANGE = re.compile(r"(?P<from>\*|\?|[0-9A-Za-z]+)(?:-(?P<to>[0-9A-Za-z]+))?(?:/(?P<step>\d+))?")


def other_flaws(obj: Object) -> Iterator[WrongType]:
    """Those of an object of such a kind."""
    match group_of(obj.api_version), obj.id.kind:
        case "policy", "PodDisruptionBudget":
            yield from _budget(obj)
        case "autoscaling", "HorizontalPodAutoscaler":
            yield from _autoscaler(obj)
        case "batch", "CronJob":
            yield from _schedule(obj)
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


def _schedule(obj: Object) -> Iterator[WrongType]:
    schedule = obj.node.get("spec").get("schedule")
    text = schedule.text()
    if not text:
        yield WrongType(schedule.place, "spec.schedule is required")
    elif not is_schedule(text):
        yield WrongType(schedule.place, f"spec.schedule is {text!r}, which is no schedule of five fields")


def is_schedule(text: str) -> bool:
    """Whether a text is a schedule of cron: five fields, or a name; a time zone before it is refused elsewhere."""
    if text.startswith(("TZ=", "CRON_TZ=", "@every ")):
        return True
    if text.startswith("@"):
        return text in _PREDEFINED
    fields = text.split()
    return len(fields) == len(_FIELDS) and all(
        _is_field(field, *bounds) for field, bounds in zip(fields, _FIELDS, strict=True)
    )


def _is_field(text: str, least: int, most: int, names: Sequence[str]) -> bool:
    return all(_is_range(part, least, most, names) for part in text.split(",") if part) and text.strip(",") != ""


def _is_range(text: str, least: int, most: int, names: Sequence[str]) -> bool:
    match = _RANGE.fullmatch(text)
    if match is None or match["step"] == "0":
        return False
    if match["from"] in ("*", "?"):
        return True
    first = _number(match["from"], names, least)
    last = first if match["to"] is None else _number(match["to"], names, least)
    return first is not None and last is not None and least <= first <= last <= most


def _number(text: str, names: Sequence[str], least: int) -> int | None:
    if text.isdigit():
        return int(text)
    return names.index(text.lower()) + least if text.lower() in names else None
