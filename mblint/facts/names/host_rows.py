"""Rows about the addresses by which browsers and probes come: hosts that are allowed, origins that are trusted, the
address that a program is told as its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from mblint.facts.names.rows import NameRow


class AllowedHost(NameRow, frozen=True, kw_only=True):
    """A host by which a program is called, held against the hosts from which it takes requests.

    `client`: what brings the requests ("Ingress docs", "its liveness probe"). `kind`: as in software files: hosts,
    redirects, cookies. `settings`: the list.
    """

    about: ClassVar[str] = "allowed-host"
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        **NameRow.words,
        "kind": ("hosts", "redirects", "cookies"),
    }

    listed: ClassVar[tuple[str, ...]] = ("name", "client")

    asks: str  # "brings requests for": between `client` and `name`
    kind: str
    software: str
    probe: str | None = None  # "liveness", "liveness and readiness": the kubelet asks, and not a browser
    own_address: bool = False  # the probe names no host: the kubelet writes the pod's address
    none_allowed: bool = True  # none of the hosts that lead to the program is in the list
    there_are: str  # "lists only docs.example.org", "is not set"
    otherwise: str  # a clause: "it answers 400 Bad Request"
