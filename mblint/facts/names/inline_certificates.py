"""Certificates that stand in a route itself: `spec.tls.certificate` of OpenShift's Routes, held against its host.

Source: https://github.com/openshift/api/blob/master/route/v1/types.go
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.cluster import Cluster
from mblint.cluster.secrets import SecretText
from mblint.facts.names.issued import covers
from mblint.facts.names.own_certificates import made_out, names_in
from mblint.facts.names.rows import CertificateHost
from mblint.facts.names.shape import Name, Offered
from mblint.manifests.partial import read_parts


def inline_certificate_hosts(cluster: Cluster) -> Iterator[CertificateHost]:
    """A row for each host of a Route that brings its own certificate."""
    for route in cluster.routes:
        if route.id.kind != "Route":
            continue
        place = route.place.at("spec", "tls", "certificate")
        text, _ = read_parts(route.node, lambda node: node.get("spec").get("tls").get("certificate").text())
        names = names_in(text) if text else None
        for host in route.hosts if names is not None else ():
            offered = Offered(
                "host", route, tuple(Name(SecretText(each), place, "certificate") for each in names or ())
            )
            fits = any(covers(host.text, each) for each in names or ())
            by = f"Route {route.id.name}"
            yield CertificateHost(
                object=route.id,
                place=host.place,
                related=(),
                linted=route.linted,
                what="host",
                name=host.text,
                settings="host",
                client=by,
                server=by,
                offered_by="certificate",
                verdict="offered" if fits else "missing",
                use=f"{by} serves {host.text} with the certificate in its own spec.tls",
                refusal="browsers refuse it",
                says=f"that {made_out(offered)}",
            )
