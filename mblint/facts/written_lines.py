"""Lines `key = value` in a text of a custom resource, or in a key of a Secret that it names: what its operator has the
server read (RabbitMQ's additionalConfig, the config.env of a Tenant of MinIO's)."""

from __future__ import annotations

import re

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object
from mblint.cluster.secrets import SecretText, Text, reveal
from mblint.facts.credentials.told import known
from mblint.facts.stand_ins import text_at
from mblint.manifests.documents import Place

_LINE = r"(?m)^[ \t]*(?:export[ \t]+)?{}[ \t]*=[ \t]*(\"[^\"\n]*\"|'[^'\n]*'|[^\n#]*?)[ \t]*(?:#.*)?$"


def text_of(
    cluster: Cluster, resource: Object, at: str | None, secret: str | None, key: str | None
) -> tuple[Text, Place] | None:
    """The text at a path of a resource, or in a key of the Secret that it names at another; None for what is not in
    the view."""
    if at is not None:
        place = resource.place.at(*at.split("."))
        return (text, place) if (text := text_at(place)) is not None else None
    name = text_at(resource.place.at(*(secret or "").split(".")))
    held = cluster.secrets.get((resource.id.namespace, name)) if name is not None else None
    entry = held.entries.get(key or "") if held is not None else None
    return None if entry is None or entry.text is None else (SecretText(reveal(entry.text)), entry.place)


def line_of(text: Text, key: str) -> SecretText | None:
    """The value of the last line of a key; None where there is none, or it is filled in later."""
    found = re.findall(_LINE.format(re.escape(key)), reveal(text))
    value = found[-1].strip("\"'") if found else ""
    return known(SecretText(value)) if value and "$" not in value else None
