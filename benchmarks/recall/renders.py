"""Renders as trees: read, changed at one place, written, and linted in a process of their own that is ready at once."""

from __future__ import annotations

import copy
import io
import json
import os
import signal
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from mentions import read, template_of

Tree = dict[str, Any]
Step = str | int
_SECONDS = 120  # that one run may take
_LARGEST = 2_500_000  # bytes of a render


@dataclass(frozen=True)
class Change:
    """Other values at places of a render: by number of the object and the way into it. `what` says it to people."""

    what: str
    values: tuple[tuple[tuple[Step, ...], Any], ...]


def load(paths: Sequence[Path]) -> Iterator[tuple[Path, list[Tree]]]:
    """The renders of files and folders, and their objects."""
    files = [file for path in paths for file in (sorted(path.rglob("*.y*ml")) if path.is_dir() else [path])]
    for file in files:
        if file.stat().st_size <= _LARGEST and (objects := [dict(tree) for tree in read(file)]):
            yield file, objects


def containers(objects: Sequence[Tree]) -> Iterator[tuple[Tree, tuple[Step, ...], Tree]]:
    """(the workload, the way to a container, the container), of all that makes lasting pods."""
    for number, tree in enumerate(objects):
        template = template_of(tree)
        if template is not None and tree["kind"] in ("Deployment", "StatefulSet", "DaemonSet"):
            for index, container in enumerate((template.get("spec") or {}).get("containers") or ()):
                yield tree, (number, "spec", "template", "spec", "containers", index), container


def changed(objects: Sequence[Tree], change: Change) -> list[Tree]:
    """The objects with the change; what it does not touch is shared."""
    result = list(objects)
    for (number, *way), value in change.values:
        assert isinstance(number, int)
        if result[number] is objects[number]:
            result[number] = copy.deepcopy(objects[number])
        inside: Any = result[number]
        for step in way[:-1]:
            inside = inside.setdefault(step, {}) if isinstance(inside, dict) else inside[step]
        inside[way[-1]] = value
    return result


def ask(words: Sequence[str], objects: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """What `mblint WORDS --format json` prints about the objects; empty where it prints nothing."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as file:
        yaml.dump_all(objects, file, Dumper=yaml.CSafeDumper, sort_keys=False)
        file.flush()
        printed = _printed(["mblint", *words, file.name, "--format", "json"])
    return json.loads(printed) if printed else {}


def findings(objects: Sequence[Mapping[str, Any]], rules: Iterable[str]) -> list[Mapping[str, Any]]:
    """All that these rules find in the objects."""
    return list(ask(["lint", "--fail-on", "never", "--select", ",".join(rules)], objects).get("findings", ()))


def _printed(words: list[str]) -> bytes:
    """What the program prints: in a child, which has its modules and rules from here."""
    from mblint.cli import facts_command, lint_command, main  # noqa: F401, PLC0415
    from mblint.judge.load import load_rules  # noqa: PLC0415
    from mblint.shipped import rules_directory  # noqa: PLC0415

    load_rules([rules_directory()])
    sys.stdout.flush()
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.dup2(writing, 1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        sys.stdout = io.TextIOWrapper(io.FileIO(1, "w"), encoding="utf-8")
        sys.argv = words
        signal.alarm(_SECONDS)
        try:
            main.main()
        finally:
            sys.stdout.flush()
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        printed = pipe.read()
    os.waitpid(child, 0)
    return printed
