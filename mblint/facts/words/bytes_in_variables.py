"""Variables that are filled with bytes: what a Secret's `data` decodes to is no text.

Mostly somebody wrote the plain password into `data`, which is decoded, or encoded a key of random bytes once, where its
reader wants the code. A kubelet of Kubernetes 1.34 may refuse to create the container ("string field contains
invalid UTF-8"), and with a zero among the bytes no container runtime does ("setenv: invalid argument").
Sources: https://github.com/kubernetes/kubernetes/issues/139132, https://github.com/kubernetes/kubernetes/issues/89906,
https://github.com/opencontainers/runc/issues/1720
"""

from __future__ import annotations

import binascii
from collections.abc import Iterator

from mblint.cluster.objects import Entry, KeyRef
from mblint.cluster.secrets import reveal
from mblint.facts.told import told_containers
from mblint.facts.words.rows import BytesInVariable
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.settings.names import Origin
from mblint.settings.rows import Setting


def bytes_in_variables(world: World) -> Iterator[BytesInVariable]:
    """A row for each variable of a container that a key of a Secret fills with what is no text."""
    for told in told_containers(world):
        for setting in told.settings:
            if setting.origin is Origin.ENV and setting.key_ref is not None:
                entry = _entry(world, setting, setting.key_ref)
                decoded = _decoded(entry.place) if entry is not None else None
                if entry is not None and decoded is not None and (entry.text is None or "\0" in reveal(entry.text)):
                    yield _row(setting, setting.key_ref, entry.place, decoded)


def _entry(world: World, setting: Setting, ref: KeyRef) -> Entry | None:
    """What a Secret holds under `data` for a variable."""
    held = world.cluster.secrets.get((setting.workload.id.namespace, ref.name)) if ref.kind == "Secret" else None
    entry = held.entries.get(ref.key) if held is not None else None
    return entry if entry is not None and entry.encoded else None


def _row(setting: Setting, ref: KeyRef, place: Place, decoded: bytes) -> BytesInVariable:
    zero = b"\0" in decoded
    return BytesInVariable(
        object=setting.workload.id,
        container=setting.container.name,
        place=place,
        linted=setting.workload.linted,
        setting=setting.key,
        key=ref.key,
        secret=ref.name,
        client=f"{setting.workload.id.kind} {setting.workload.id.name}",
        outcome="with a zero among them, so that no container is created" if zero else "and no text",
        verdict="zero" if zero else "bytes",
    )


def _decoded(place: Place) -> bytes | None:
    """None where it is not the code that is decoded: encrypted by SOPS, or filled in before it is applied."""
    code = place.value
    try:
        written = "".join(code.split()) if isinstance(code, str) else ""
        return binascii.a2b_base64(written.encode(), strict_mode=True) if written else None
    except ValueError:
        return None
