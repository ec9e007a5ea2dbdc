"""Whether a pod's port speaks TLS: by the probes that the kubelet makes there, the file of its software, and names.

A probe's scheme proves it: the other one would fail. So does a command that asks its own pod by https://. A file tells
what its makers' image does by itself, which counts for certain where a name says the same. Names alone count where two
of them agree.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from mblint.cluster.objects import Probe, Service, ServicePort, Workload
from mblint.facts.way.heard import ears
from mblint.facts.way.listeners import has_sidecar
from mblint.facts.way.told_schemes import told_schemes
from mblint.facts.way.uses import port_of, probes
from mblint.facts.world import World
from mblint.regex import regex

_OWN_URL = regex(r"https://(?:localhost|127\.0\.0\.1|\[::1\])(?::(\d{1,5}))?(?![\w.:-])")
_GRPC_BY_TLS = regex(r"grpc[_-]health[_-]probe\b.* --?tls(?![\w=-])")
_GRPC_ADDRESS = regex(r" --?addr[= ](?:localhost|127\.0\.0\.1)?:(\d{1,5})\b")
_SCHEMES = {"http": "http", "https": "https", "tls": "https"}


class Spoken(Struct, frozen=True):
    """`scheme`: http or https. `because`: a clause. `certain`: False where names are all that says so."""

    scheme: str
    because: str
    certain: bool


def spoken(
    world: World, server: Workload, port: int, service: Service | None, via: ServicePort | None
) -> Spoken | None:
    """What the port speaks; None where nothing says it, signs differ, or something else may answer there."""
    if has_sidecar(server):
        return None
    probed = set(_probed(server, port))
    if len(probed) > 1:
        return None
    told = [heard for one in ears(world)[id(server)] if one.known for heard in one.heard if heard.port == port]
    by_software = {_SCHEMES.get(heard.speaks, "") for heard in told if heard.speaks}
    if "" in by_software or len(by_software | {scheme for scheme, _ in probed}) > 1:
        return None
    named = _named(server, port, via)
    said = [row for row in told_schemes(world).get(id(server), ()) if row.port == port]
    if said and ({row.scheme for row in said} | {scheme for scheme, _ in probed}) != {said[0].scheme}:
        return None
    if said and not probed:
        return Spoken(said[0].scheme, f"{said[0].by.label} says so", certain=said[0].certain)
    if probed:
        scheme, probe = next(iter(probed))
        return Spoken(scheme, f"the {probe} asks over {scheme.upper()} there, or it fails", certain=True)
    if by_software:
        scheme = next(iter(by_software))
        by = next(heard.by for heard in told if heard.speaks)
        if named and set(named) != {scheme}:
            return None
        return Spoken(scheme, f"{by} says so" if told[0].setting else f"{by} does by itself", certain=bool(named))
    if len(named) > 1 and set(named) == {"https"} and not _is_shut(world, server, port):
        return Spoken("https", "its ports are named so", certain=False)
    return None


def _is_shut(world: World, server: Workload, port: int) -> bool:
    """Whether the container that declares the port is known to listen on others alone: what is named there is not."""
    return any(
        one.complete and port not in one.ports and any(declared.number == port for declared in one.container.ports)
        for one in ears(world)[id(server)]
    )


def _probed(server: Workload, port: int) -> Iterator[tuple[str, str]]:
    """The schemes of the probes there, each with the first probe that has it."""
    seen: set[str] = set()
    for container in server.pod.containers:
        for name, probe in probes(container):
            if probe.handler == "httpGet" and port_of(container, probe) == port:
                scheme = str(probe.place.at("httpGet", "scheme").value or "HTTP").lower()
                if scheme in ("http", "https") and scheme not in seen:
                    seen.add(scheme)
                    yield scheme, f"{name} probe"
            elif probe.handler == "exec" and "https" not in seen and port in _asked_by_tls(probe):
                seen.add("https")
                yield "https", f"{name} probe"


def _asked_by_tls(probe: Probe) -> Iterator[int]:
    """The ports of its own pod that a probe's command asks over TLS.

    One that asks without TLS proves nothing: it may get an answer that is an error, and pass.
    """
    words = probe.place.at("exec", "command").value
    text = " ".join(str(word) for word in words) if isinstance(words, list) else ""
    yield from (int(found[1] or 443) for found in _OWN_URL.finditer(text))
    if _GRPC_BY_TLS.search(text):
        yield from (int(found[1]) for found in _GRPC_ADDRESS.finditer(text))


def _named(server: Workload, port: int, via: ServicePort | None) -> list[str]:
    """What names say, each once: the container's port, and the Service's with its appProtocol and number."""
    found = []
    for container in server.pod.containers:
        found += [one.name for one in container.ports if one.number == port and one.name]
    if via is not None:
        found += [text for text in (via.name, via.place.at("appProtocol").value) if isinstance(text, str)]
    schemes = ["https" if name.startswith("https") else "http" for name in found if name.startswith("http")]
    return [*schemes, "https"] if port in (443, 8443) else schemes
