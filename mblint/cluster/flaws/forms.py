"""The forms that the API server wants texts to have: names of ports, labels of DNS, hosts, paths.

Sources: k8s.io/apimachinery/pkg/util/validation; for fields of a pod and names of keys
k8s.io/kubernetes/pkg/apis/core/validation. A text that something fills in later (`${…}`, `{{ … }}`) has any form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from ipaddress import ip_address, ip_network

from mblint.manifests.documents import Value
from mblint.regex import regex

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_LABELS = regex(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*")  # each of any length
_PORT_NAME = regex(r"(?=[0-9-]*[a-z])[a-z0-9]+(?:-[a-z0-9]+)*")
FILLED_LATER = ("${", "{{", "$(")  # where something else puts a value in
ENCRYPTED = "ENC[AES256_GCM,"  # by SOPS, which whoever applies the object decrypts
_STANDARD = ("cpu", "memory", "ephemeral-storage")
_FIELDS = (
    *("metadata.name", "metadata.namespace", "metadata.uid", "metadata.labels", "metadata.annotations"),
    *("spec.nodeName", "spec.serviceAccountName", "spec.schedulerName"),
    *("status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"),
)


def misfit(form: str, value: Value) -> str | None:
    """What is wrong about a value of this form, as the end of a sentence; None where nothing is."""
    if value is None or value == "" or isinstance(value, bool | list | dict):
        return None
    if isinstance(value, str) and (is_filled_later(value) or value.startswith(ENCRYPTED)):
        return None
    return _FORMS[form](value)


def is_filled_later(text: str) -> bool:
    """Whether something else puts a value into a text before the API server sees it."""
    return ("$" in text or "{" in text) and any(mark in text for mark in FILLED_LATER)


def _text(pattern: re.Pattern[str], longest: int, says: str) -> Callable[[str | int | float], str | None]:
    def judge(value: str | int | float) -> str | None:
        return None if len(str(value)) <= longest and pattern.fullmatch(str(value)) else says

    return judge


def _port(value: str | int | float) -> str | None:
    if isinstance(value, str):
        return _FORMS["port-name"](value)
    return None if 1 <= value <= 65535 else "ports are 1 to 65535"


def _target_port(value: str | int | float) -> str | None:
    return None if value == 0 else _port(value)  # which means the Service's own


def _percent(value: str | int | float) -> str | None:
    fits = not isinstance(value, str) or re.fullmatch(r"[0-9]+%", value)
    return None if fits else "a text there is a percentage, like 25%"


def _ip_address(value: str | int | float) -> str | None:
    return None if _is_address(str(value)) else "that is no IP address"


def _host(value: str | int | float) -> str | None:
    text = str(value)
    if _is_address(text):
        return "a host is a name, no address"
    if len(text) <= 253 and _LABELS.fullmatch(text.removeprefix("*.")):
        return None
    return "a host is a name of a-z, 0-9, - and ., without scheme, port or path"


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _address(value: str | int | float) -> str | None:
    text = str(value)
    return None if _is_address(text) else f"a Service of this type has an address of the cluster, not {text}"


def _cluster_address(value: str | int | float) -> str | None:
    text = str(value)
    return None if text == "None" or _is_address(text) else "it must be an IP address, or None for a headless Service"


def _block(value: str | int | float) -> str | None:
    text = str(value)
    try:
        ip_network(text, strict=False)
    except ValueError:
        return "a block of addresses is one like 10.0.0.0/8"
    return None if "/" in text else "a block of addresses ends with its length, like /32"


def _relative(value: str | int | float) -> str | None:
    parts = str(value).split("/")
    return (
        "it must be a path below the volume, without a leading / and without .."
        if (parts[0] == "" or ".." in parts)
        else None
    )


def _absolute(value: str | int | float) -> str | None:
    return None if str(value).startswith("/") else "a path begins with /"


def _resource(value: str | int | float) -> str | None:
    text = str(value)
    known = text in _STANDARD or text.startswith("hugepages-") or "/" in text
    return None if known else f"containers have {', '.join(_STANDARD)}, and resources with a domain (example.org/gpu)"


def _field_of_pod(value: str | int | float) -> str | None:
    text = str(value).partition("[")[0]
    return None if text in _FIELDS else "no variable can be filled from this field of a pod"


def _resource_of_container(value: str | int | float) -> str | None:
    kind, _, name = str(value).partition(".")
    known = kind in ("limits", "requests") and (name in _STANDARD or name.startswith("hugepages-"))
    return None if known else "that is one of limits.cpu, limits.memory, requests.cpu, requests.memory and their like"


def _file_name(value: str | int | float) -> str | None:
    text = str(value)
    fits = re.fullmatch(r"[-._a-zA-Z0-9]{1,253}", text) and text != "." and not text.startswith("..")
    return None if fits else "a key is made of letters, digits, -, _ and ."


def _three_labels(value: str | int | float) -> str | None:
    text = str(value)
    fits = len(text) <= 253 and _LABELS.fullmatch(text) and text.count(".") >= 2
    return None if fits else "it is a name of three parts or more, like check.shop.example"


_FORMS: Mapping[str, Callable[[str | int | float], str | None]] = {
    "port-name": _text(
        _PORT_NAME, 15, "a port's name has at most 15 of a-z, 0-9 and single -, and a letter among them"
    ),
    "port": _port,
    "target-port": _target_port,
    "percent": _percent,
    "ip-address": _ip_address,
    "label": _text(regex(_LABEL), 63, "it has at most 63 of a-z, 0-9 and -, and begins and ends with one"),
    "subdomain": _text(
        _LABELS, 253, "it has at most 253 of a-z, 0-9, - and ., and begins and ends with a letter or a digit"
    ),
    "host": _host,
    "absolute-path": _absolute,
    "relative-path": _relative,
    "resource": _resource,
    "variable": _text(regex(r"[ -<>-~]+"), 10_000, "a variable's name has no ="),
    "field-of-pod": _field_of_pod,
    "resource-of-container": _resource_of_container,
    "file-name": _file_name,
    "three-labels": _three_labels,
    "address": _address,
    "cluster-address": _cluster_address,
    "block": _block,
}
