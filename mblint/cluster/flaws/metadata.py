"""Names and labels that the API server refuses.

Source: k8s.io/apimachinery/pkg/api/validation and pkg/apis/meta/v1/validation; for Services and CronJobs
ValidateService and ValidateCronJobCreate of k8s.io/kubernetes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from mblint.cluster.flaws.forms import is_filled_later, misfit
from mblint.cluster.objects import ConfigMap, Namespace, Object, Secret, Service, Workload
from mblint.cluster.policies.objects import NetworkPolicy
from mblint.manifests.documents import Place
from mblint.manifests.nodes import WrongType, dotted
from mblint.regex import regex

_VALUE = regex(r"(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?)?")
_LABEL = regex(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_SUBDOMAIN = regex(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*")
_SUBDOMAINS = (Workload, ConfigMap, Secret, NetworkPolicy)
_LONGEST = 63


def metadata_flaws(obj: Object) -> Iterator[WrongType]:
    """Of an object's own name and labels."""
    yield from label_flaws(obj.labels, obj.place.at("metadata", "labels"))
    namespace = obj.place.at("metadata", "namespace")
    # Of what is in no namespace the API server takes it away: EnsureObjectNamespaceMatchesRequestNamespace of
    # https://github.com/kubernetes/apiserver/blob/master/pkg/registry/rest/meta.go
    if obj.id.namespace and (wrong := misfit("label", namespace.value)) is not None:
        yield WrongType(namespace, f"metadata.namespace is {namespace.value!r}: {wrong}")
    place = obj.place.at("metadata", "name")
    if place.value is None or is_filled_later(obj.id.name):  # the API server makes it, or something before that
        return
    longest = {"Service": 63, "Namespace": 63, "CronJob": 52}.get(obj.id.kind, 253)
    if isinstance(obj, Service | Namespace) and not is_label(obj.id.name, longest):
        says = f"at most {longest} of a-z, 0-9 and -, and begins and ends with a letter or a digit"
        yield WrongType(place, f"metadata.name is {obj.id.name!r}: it has {says}")
    elif isinstance(obj, _SUBDOMAINS) and not is_subdomain(obj.id.name, longest):
        says = f"at most {longest} of a-z, 0-9, - and ., and begins and ends with a letter or a digit"
        yield WrongType(place, f"metadata.name is {obj.id.name!r}: it has {says}")


def label_flaws(labels: Mapping[str, str], place: Place) -> Iterator[WrongType]:
    """Of labels, or of the values that a selector asks for."""
    for key, value in labels.items():
        if _is_value(value) and _is_key(key):
            continue
        where = place.at(key)
        if len(value) > _LONGEST:
            yield WrongType(where, f"{dotted(where.path)} has {len(value)} characters; a label's value has at most 63")
        elif _VALUE.fullmatch(value) is None:
            yield WrongType(where, f"{dotted(where.path)} is {value!r}: {_characters(value)}")
        if not _is_key(key):
            yield WrongType(where, f"{dotted(place.path)} has the key {key!r}, which is no name of a label")


def _characters(value: str) -> str:
    odd = sorted({character for character in value if not re.fullmatch(r"[A-Za-z0-9_.-]", character)})
    if odd:
        return f"a label's value has no {' '.join(map(repr, odd))}"
    return "a label's value begins and ends with a letter or a digit"


@lru_cache(maxsize=4096)  # the same few stand on all objects of an application
def _is_value(value: str) -> bool:
    return len(value) <= _LONGEST and _VALUE.fullmatch(value) is not None


@lru_cache(maxsize=4096)
def _is_key(key: str) -> bool:
    prefix, slash, name = key.rpartition("/")
    return 0 < len(name) <= _LONGEST and _VALUE.fullmatch(name) is not None and (not slash or is_subdomain(prefix))


def is_label(name: str, longest: int = _LONGEST) -> bool:
    """Whether a text is one label of a DNS name."""
    return len(name) <= longest and _LABEL.fullmatch(name) is not None


def is_subdomain(name: str, longest: int = 253) -> bool:
    """Whether a text is the name of a host, as DNS has them in small letters."""
    return len(name) <= longest and _SUBDOMAIN.fullmatch(name) is not None
