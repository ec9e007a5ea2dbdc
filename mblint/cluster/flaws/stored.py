"""What the API server refuses of ConfigMaps and Secrets: more than 1 MiB, and types of Secrets without their keys.

Source: ValidateSecret and ValidateConfigMap of k8s.io/kubernetes/pkg/apis/core/validation.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from mblint.cluster.objects import ConfigMap, Entry, Secret
from mblint.cluster.secrets import reveal
from mblint.manifests.nodes import WrongType

_MOST = 1 << 20  # bytes of all values together
_ENCODED = 4 / 3  # characters of base64 for a byte
_NEEDED = {
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
}
_TOKEN, _ACCOUNT = "kubernetes.io/service-account-token", "kubernetes.io/service-account.name"
_JSON = (".dockercfg", ".dockerconfigjson")


def stored_flaws(obj: ConfigMap | Secret) -> Iterator[WrongType]:
    """Of its size, and of its keys."""
    size = sum(_size(entry) for entry in obj.entries.values())
    if size > _MOST:
        yield WrongType(obj.place, f"its values are {size} bytes together, and must be {_MOST} or less")
    if isinstance(obj, Secret):
        yield from _of_type(obj)


def _size(entry: Entry) -> int:
    if entry.text is not None:
        text = reveal(entry.text)
        return len(text) if len(text) * 4 < _MOST else len(text.encode())
    value = entry.place.value
    return int(len(value) / _ENCODED) if isinstance(value, str) else 0


def _of_type(secret: Secret) -> Iterator[WrongType]:
    """The keys that its type needs; a value may be empty, but for one that is JSON."""
    needed = _NEEDED.get(secret.type or "", ())
    for key in needed:
        entry = secret.entries.get(key)
        if entry is None:
            yield WrongType(secret.place.at("type"), f"data[{key}] is required for the type {secret.type}")
        elif key in _JSON and entry.text is not None and not _is_json(reveal(entry.text)):
            yield WrongType(entry.place, f"data[{key}] must be JSON for the type {secret.type}")
    if secret.type == _TOKEN and not secret.annotations.get(_ACCOUNT):
        yield WrongType(secret.place.at("type"), f"metadata.annotations[{_ACCOUNT}] is required for the type {_TOKEN}")
    if secret.type == "kubernetes.io/basic-auth" and not {"username", "password"} & secret.entries.keys():
        yield WrongType(secret.place.at("type"), f"data needs username or password for the type {secret.type}")


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
