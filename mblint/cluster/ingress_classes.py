"""The class of an Ingress, by its field or by the annotation that was there before the field.

Source: https://kubernetes.io/docs/concepts/services-networking/ingress/#deprecated-annotation
"""

from __future__ import annotations

from mblint.cluster.objects import Object

CLASS_ANNOTATION = "kubernetes.io/ingress.class"


def ingress_class(ingress: Object) -> str | None:
    """Its name; None where the Ingress names none."""
    named = ingress.place.at("spec", "ingressClassName").value
    return (named if isinstance(named, str) else "") or ingress.annotations.get(CLASS_ANNOTATION) or None
