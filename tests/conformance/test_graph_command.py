"""The same cases through `mblint graph --format json`: what a user reads is what the engine says."""

from __future__ import annotations

import json
import re
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from program import mblint

from .cases import OUTSIDE, Case, Pairs, by_port, objects_of, open_pairs, read_cases, table_pairs

_ENDS = ("x/a", "x/b", "y/a", "y/b", "out", "lan")
_PORTS = re.compile(r"(TCP|UDP|SCTP)/([0-9]+)(?:-([0-9]+))?")


def _cases(pattern: str, key: str) -> list[object]:
    return [pytest.param(case, id=f"{file}: {case['says']}") for file, case in read_cases(pattern) if key in case]


def _connections(case: Case, world: str, here: Path) -> list[dict[str, object]]:
    manifests = json.dumps({"apiVersion": "v1", "kind": "List", "items": objects_of(case, world)})
    done = mblint("graph", "--format", "json", "-", cwd=here, stdin=manifests.encode())
    assert (done.returncode, done.stderr) == (0, "")
    found: list[dict[str, object]] = json.loads(done.stdout)["connections"]
    return found


def _allowed(found: list[dict[str, object]], protocol: str, port: int) -> Pairs:
    return {
        (source, target)
        for connection in found
        if _has(connection["ports"], protocol, port)
        for source in _names(str(connection["from"]))
        for target in _names(str(connection["to"]))
    }


def _has(ports: object, protocol: str, port: int) -> bool:
    assert isinstance(ports, list)
    if ports == ["ALL"]:
        return True
    matches = [_PORTS.fullmatch(text) for text in ports]
    assert all(matches), ports
    return any(
        match[1] == protocol and int(match[2]) <= port <= int(match[3] or match[2])
        for match in matches
        if match is not None
    )


def _names(node: str) -> list[str]:
    if not node.startswith("ip/"):
        namespace, _, name = node.split("/")
        return [f"{namespace}/{name}"]
    first, last = (IPv4Address(text) for text in node.removeprefix("ip/").split("-"))
    return [name for name, address in OUTSIDE.items() if first <= address <= last]


@pytest.mark.parametrize("case", _cases("*_policy.yaml", "expect"))
def test_the_graph_has_the_connections_of_a_case(case: Case, tmp_path: Path) -> None:
    found = _connections(case, "world.yaml", tmp_path)
    for protocol, port, marks in by_port(case, "expect"):
        assert _allowed(found, protocol, port) == open_pairs(marks, _ENDS), f"{protocol}/{port}"


@pytest.mark.parametrize("case", _cases("truth_tables.yaml", "table"))
def test_the_graph_has_the_connections_of_a_truth_table(case: Case, tmp_path: Path) -> None:
    found = _connections(case, "truth_tables_world.yaml", tmp_path)
    for protocol, port, text in by_port(case, "table"):
        names, wanted = table_pairs(text)
        pairs = {
            (source, target) for source, target in _allowed(found, protocol, port) if {source, target} <= set(names)
        }
        assert pairs == wanted, f"{protocol}/{port}"
