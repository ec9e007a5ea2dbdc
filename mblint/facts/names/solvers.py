"""The solvers of an ACME issuer of cert-manager, and which hosts their selectors take.

A selector without anything takes all; its labels are those of the Certificate (of the Ingress, where that asks), its
`dnsNames` are meant letter by letter, and a zone takes all names that end with its labels, `*` being one like others.
All three have to hold that are there.
A proof by HTTP is an Ingress of a class that the solver names, which its controller has to serve for the same host.
Sources: https://github.com/cert-manager/cert-manager/blob/master/pkg/util/solverpicker/solverpicker.go;
https://cert-manager.io/docs/configuration/acme/http01/
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from mblint.manifests.nodes import Node


class Solver(Struct, frozen=True):
    """One solver: whether it proves by DNS, and what its selector says.

    `ingress_class`: of the Ingresses that it makes for proofs by HTTP; None where it says none, or edits an Ingress.
    """

    by_dns: bool
    labels: tuple[tuple[str, str], ...]
    names: tuple[str, ...]
    zones: tuple[str, ...]
    ingress_class: str | None = None


def read_solvers(acme: Node) -> tuple[Solver, ...]:
    """Those of an issuer, in their order."""
    return tuple(_read(each) for each in acme.get("solvers").items())


def _read(node: Node) -> Solver:
    selector = node.get("selector")
    labels = selector.get("matchLabels").value
    return Solver(
        by_dns=not node.get("dns01").absent,
        labels=tuple((str(key), str(value)) for key, value in labels.items()) if isinstance(labels, dict) else (),
        names=selector.get("dnsNames").texts(),
        zones=selector.get("dnsZones").texts(),
        ingress_class=_ingress_class(node.get("http01").get("ingress")),
    )


def _ingress_class(proof: Node) -> str | None:
    if not proof.get("name").absent:
        return None
    return proof.get("ingressClassName").text() or proof.get("class").text() or None


def class_of_proof(host: str, labels: Mapping[str, str], solvers: tuple[Solver, ...]) -> str | None:
    """The class of the Ingress by which a host is proven; None where that is not sure, or there is none."""
    taking = [solver for solver in solvers if _takes(solver, host, labels)]
    return taking[0].ingress_class if len(taking) == 1 else None


def why_unsolved(host: str, labels: Mapping[str, str], solvers: tuple[Solver, ...]) -> str | None:
    """Why no solver proves a host, as a clause; None where one does."""
    taking = [solver for solver in solvers if _takes(solver, host, labels)]
    if not solvers:
        return "it has no solver"
    if not taking:
        return f"none of its solvers takes {host}: {_said(solvers)}"
    if host.startswith("*.") and not any(solver.by_dns for solver in taking):
        return f"{host} can be proven by DNS only, and its solvers that take it prove by HTTP"
    return None


def _takes(solver: Solver, host: str, labels: Mapping[str, str]) -> bool:
    if any(labels.get(key) != value for key, value in solver.labels):
        return False
    wanted = host.lower().rstrip(".")
    named = not solver.names or wanted in _plain(solver.names)
    return named and (not solver.zones or _in_zone(wanted, solver.zones))


def _plain(names: tuple[str, ...]) -> list[str]:
    return [name.lower().rstrip(".") for name in names]


def _in_zone(host: str, zones: tuple[str, ...]) -> bool:
    return any(host == zone or host.endswith(f".{zone}") for zone in _plain(zones))


def _said(solvers: tuple[Solver, ...]) -> str:
    """What their selectors ask for."""
    parts = [
        " and ".join(
            filter(
                None,
                (
                    f"dnsNames {', '.join(solver.names)}" if solver.names else "",
                    f"dnsZones {', '.join(solver.zones)}" if solver.zones else "",
                    f"labels {', '.join(f'{key}: {value}' for key, value in solver.labels)}" if solver.labels else "",
                ),
            )
        )
        for solver in solvers[:4]
    ]
    return "they are for " + ", or for ".join(dict.fromkeys(parts))
