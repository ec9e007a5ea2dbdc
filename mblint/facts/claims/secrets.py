"""Secrets that two Certificates of cert-manager write, or two ExternalSecrets that want to own it.

A Certificate finds that the certificate in it is not the one that it asks for, and has it issued anew, or waits where
cert-manager sees that the Secret is of another. External Secrets refuses the second.
Sources: https://github.com/cert-manager/website/blob/master/content/docs/releases/release-notes/release-notes-1.13.md ,
https://github.com/external-secrets/external-secrets/blob/main/pkg/controllers/externalsecret/externalsecret_controller.go
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object
from mblint.cluster.promised import makers
from mblint.facts.claims.rows import Claim
from mblint.facts.rows import Related

_CERTIFICATE, _EXTERNAL = "Certificate", "ExternalSecret"
_GROUPS = {_CERTIFICATE: "cert-manager.io/", _EXTERNAL: "external-secrets.io/"}
_AT = {_CERTIFICATE: ("spec", "secretName"), _EXTERNAL: ("spec", "target")}
_ENDS = {
    _CERTIFICATE: "each replaces what the other wrote, or never gets to write it",
    _EXTERNAL: "the operator refuses the second, since the Secret is the first one's",
}


def written_twice(cluster: Cluster) -> Iterator[Claim]:
    """A row for each object after the first of its kind that writes a Secret."""
    for (_, _, name), all_makers in makers(cluster).items():
        if len(all_makers) > 1:
            for kind in _GROUPS:
                writers = [each.maker for each in all_makers if _owns(each.maker, kind)]
                yield from (_row(writers[0], later, name) for later in writers[1:] if later is not writers[0])


def _owns(maker: Object, kind: str) -> bool:
    if maker.id.kind != kind or not maker.api_version.startswith(_GROUPS[kind]):
        return False
    target = maker.place.at("spec", "target").value
    policy = target.get("creationPolicy") if isinstance(target, dict) else None
    return kind == _CERTIFICATE or policy in (None, "Owner")


def _row(first: Object, later: Object, name: str) -> Claim:
    kind = later.id.kind
    other = f"{kind} {first.id.name}"
    return Claim(
        object=later.id,
        place=later.place.at(*_AT[kind]),
        related=(Related("so does this", first.place.at(*_AT[kind]), first.id),),
        linted=later.linted,
        claims="write",
        claimed=f"Secret {name}",
        who=f"{kind} {later.id.name} and {other} both write Secret {name}",
        other=other,
        consequence=_ENDS[kind],
        remedy=f"Give each {kind} a Secret of its own, or write all into one {kind}.",
        verdict="contested",
    )
