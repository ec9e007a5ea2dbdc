"""Texts of ConfigMaps and Secrets that are base64 still when they are read: encoded twice, or written as stringData.

`data` of a Secret is decoded once, `stringData` and a ConfigMap never. Told only where no program wants the code: for a
key or certificate that is mounted as a file, and for URLs and names in variables. A password in base64 is a password.
Source: https://kubernetes.io/docs/concepts/configuration/secret/#restriction-names-data
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from mblint.cluster.objects import ConfigMap, Entry, Secret
from mblint.cluster.secrets import reveal
from mblint.facts.words.rows import EncodedValue
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.names import Origin
from mblint.settings.rows import Setting

_PEM = "LS0tLS1CRUdJTi"  # -----BEGIN
_FILE = regex(r"(?i)(?:^|[._-])(?:crt|pem|key|cer|cert)$|^id_(?:rsa|ed25519|ecdsa)$")
_TLS = "kubernetes.io/tls"
_URL_NAME = regex(r"(?:^|_)(?:URL|URI|DSN|CONNECTION_STRING|ENDPOINT)$")
_URL = regex(r"[a-z][a-z0-9+.-]{1,30}://[!-~]+")
_PART_NAME = regex(r"(?:^|_)(?:HOST|HOSTNAME|USER|USERNAME|DATABASE|DBNAME|DB_NAME)$")
_PART = regex(r"[A-Za-z0-9][A-Za-z0-9._@-]*")
_CODE = regex(r"[A-Za-z0-9+/]{4,}={0,2}")
_LONGEST = 8192  # characters of a code


def encoded_values(world: World) -> Iterator[EncodedValue]:
    """A row for each text that stands in a file, then for each in a variable."""
    holders: tuple[Secret | ConfigMap, ...]
    holders = (*world.cluster.secrets.values(), *world.cluster.config_maps.values())
    for held in holders:
        for key, entry in held.entries.items():
            if _is_encoded_key(held, key, entry):
                yield _row_of_key(held, key, entry)
    for setting in world.settings:
        if setting.origin is Origin.ENV and setting.value is not None:
            meant = _meant(setting)
            if meant is not None:
                yield _row_of_setting(setting, meant)


def _is_encoded_key(held: Secret | ConfigMap, key: str, entry: Entry) -> bool:
    """Opaque Secrets with such keys may be read by programs that decode them; those that are mounted are files."""
    if entry.text is None or not reveal(entry.text).strip().startswith(_PEM):
        return False
    return held.type == _TLS if isinstance(held, Secret) else _FILE.search(key) is not None


def _meant(setting: Setting) -> str | None:
    """What the decoded text is: a URL, or a plain word for the name of a host, a user or a database."""
    code = reveal(setting.value or "").strip()
    name = setting.key.upper()
    is_url = _URL_NAME.search(name) is not None
    if not (is_url or _PART_NAME.search(name)) or len(code) > _LONGEST or not _CODE.fullmatch(code):
        return None
    text = _decoded(code)
    if text is None:
        return None
    if is_url:
        return "a URL" if _URL.fullmatch(text.strip()) else None
    # Without the padding, a word of letters is more likely meant as it stands.
    return "a name" if code.endswith("=") and _PART.fullmatch(text.strip()) else None


def _decoded(code: str) -> str | None:
    try:
        return base64.b64decode(code, validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return None


def _row_of_key(held: Secret | ConfigMap, key: str, entry: Entry) -> EncodedValue:
    return EncodedValue(
        object=held.id,
        place=entry.place,
        linted=held.linted,
        what=f"key {key} of {held.id.kind} {held.id.name}",
        meant="a key or certificate",
    )


def _row_of_setting(setting: Setting, meant: str) -> EncodedValue:
    return EncodedValue(
        object=setting.workload.id,
        container=setting.container.name,
        place=setting.place,
        linted=setting.workload.linted,
        what=f"{setting.key} of {setting.workload.id.kind} {setting.workload.id.name}",
        meant=meant,
    )
