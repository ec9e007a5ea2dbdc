"""Reads ConfigMaps and Secrets: keys to decoded texts."""

from __future__ import annotations

import binascii

from mblint.cluster.flaws.forms import ENCRYPTED, is_filled_later
from mblint.cluster.objects import ConfigMap, Entry, Object, Secret
from mblint.cluster.secrets import SecretText
from mblint.manifests.nodes import Node, WrongType, dotted


def read_config_map(base: Object, node: Node) -> ConfigMap:
    """A ConfigMap: `data` as it stands, `binaryData` decoded."""
    entries = {key: _decoded(entry, secret=False) for key, entry in node.get("binaryData").entries()}
    for key, entry in node.get("data").entries():
        entries[key] = Entry(entry.text() or "", entry.place, encoded=False)
    return ConfigMap(*base.header, entries=entries, immutable=node.get("immutable").boolean() or False)


def read_secret(base: Object, node: Node) -> Secret:
    """A Secret: `data` decoded, `stringData` over it.

    No message shows a value, nor a key: where something is wrong, a value may stand in a key's place.
    """
    entries = {key: _decoded(entry, secret=True) for key, entry in node.get("data").entries()}
    for key, entry in node.get("stringData").entries():
        text = _secret_text(entry) or ""
        known = None if text.startswith(ENCRYPTED) else SecretText(text)
        entries[key] = Entry(known, entry.place, encoded=False)
    return Secret(
        *base.header,
        entries=entries,
        immutable=node.get("immutable").boolean() or False,
        type=node.get("type").text() or None,
    )


def _secret_text(node: Node) -> str | None:
    try:
        return node.text()
    except WrongType:
        raise WrongType(node.place, f"each value of {dotted(node.path[:-1])} must be a string") from None


def _decoded(node: Node, *, secret: bool) -> Entry:
    text = _decoded_text(node, secret=secret)
    return Entry(SecretText(text) if secret and text is not None else text, node.place, encoded=True)


def _decoded_text(node: Node, *, secret: bool) -> str | None:
    """Go's standard base64: padded, line breaks ignored. None where the bytes are no UTF-8, or come later."""
    written = ((_secret_text(node) if secret else node.text()) or "").replace("\n", "").replace("\r", "")
    try:
        data = binascii.a2b_base64(written.encode(), strict_mode=True)
    except ValueError:  # `from None`: the cause would carry the value
        if secret and (written.startswith(ENCRYPTED) or is_filled_later(written)):
            return None
        where = f"each value of {dotted(node.path[:-1])}" if secret else dotted(node.path)
        raise WrongType(node.place, f"{where} must be base64") from None
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None
