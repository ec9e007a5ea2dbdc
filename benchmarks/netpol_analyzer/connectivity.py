"""What mblint and netpol-analyzer say of the same manifests, in one form: ports by source and target."""

from __future__ import annotations

import json
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Address
from pathlib import Path

from mblint.cluster.cluster import Cluster
from mblint.cluster.engine.connections import AddressRange, connections
from mblint.cluster.engine.engine import PolicyEngine
from mblint.cluster.objects import Workload

Connectivity = dict[tuple[str, str], str]  # (source, target): "ALL" or "TCP/80 TCP/90-95"; addresses as ip/FIRST-LAST
Row = tuple[str, str, str]

_END = re.compile(r"(?P<name>[^\[]+)\[(?P<kind>\w+)\]")
_RANGES = re.compile(r"(\d+\.\d+\.\d+\.\d+)-(\d+\.\d+\.\d+\.\d+)")


def of_mblint(cluster: Cluster, names: Mapping[str, str]) -> Connectivity:
    """By the given names instead of ids. Self-connections are left out by both."""
    return _merged(
        (_end_of_mblint(one.source, names), _end_of_mblint(one.target, names), " ".join(one.ports.names()))
        for one in connections(PolicyEngine(cluster))
    )


def _end_of_mblint(end: Workload | AddressRange, names: Mapping[str, str]) -> str:
    return str(end) if isinstance(end, AddressRange) else names[str(end.id)]


def of_netpol_analyzer(binary: str, folder: Path) -> Connectivity:
    """Raises ValueError with its last words where it refuses the folder."""
    command = [binary, "list", "-q", "-o", "json", "--dirpath", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    if done.returncode != 0:
        raise ValueError(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "no words")
    rows = json.loads(done.stdout or "[]") or []
    return _merged(_row(row) for row in rows)


def _row(row: dict[str, str]) -> Row:
    return _end(row["src"]), _end(row["dst"]), " ".join(_ports(row["conn"]))


def _end(text: str) -> str:
    """`shop/web[Deployment]`, `10.0.0.0-10.255.255.255[External]`, `{ingress-controller}`."""
    found = _END.fullmatch(text)
    if found is None:
        return text
    if found["kind"] == "External":
        return f"ip/{found['name']}"
    namespace, _, name = found["name"].partition("/")
    return f"{namespace}/{found['kind']}/{name}"


def _ports(text: str) -> Iterator[str]:
    """`All Connections`, `SCTP 80,TCP 1-65535`, `TCP 80,90-95`."""
    if text == "All Connections":
        yield "ALL"
        return
    protocol = ""
    for part in text.split(","):
        named, _, ports = part.rpartition(" ")
        protocol = named or protocol
        yield f"{protocol}/{ports}"


def _merged(rows: Iterable[Row]) -> Connectivity:
    """Ranges of addresses that touch, with the same ports, are one."""
    found: Connectivity = {}
    outside: defaultdict[tuple[str, bool], list[tuple[int, int, str]]] = defaultdict(list)
    for source, target, ports in rows:
        for end, other, leaves in ((source, target, False), (target, source, True)):
            if (ranges := _RANGES.findall(end)) and end.startswith("ip/"):
                outside[other, leaves] += [(int(IPv4Address(a)), int(IPv4Address(b)), ports) for a, b in ranges]
                break
        else:
            found[source, target] = ports
    for (workload, leaves), parts in outside.items():
        for first, last, ports in _joined(sorted(parts)):
            addresses = f"ip/{IPv4Address(first)}-{IPv4Address(last)}"
            found[(workload, addresses) if leaves else (addresses, workload)] = ports
    return found


def _joined(parts: Iterable[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    before: tuple[int, int, str] | None = None
    for first, last, ports in parts:
        if before is not None and before[1] + 1 == first and before[2] == ports:
            before = before[0], last, ports
            continue
        if before is not None:
            yield before
        before = first, last, ports
    if before is not None:
        yield before
