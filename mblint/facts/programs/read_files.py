"""The configuration files of a container that its software file speaks of (`keys`, `refers`), as trees of nodes.

Nodes know where they stand, and have keys with nothing behind them (`batch:`), which are no settings.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

import yaml
from msgspec import Struct

from mblint.cluster.secrets import SecretText, reveal
from mblint.facts.software import RunningProgram
from mblint.manifests.documents import Place
from mblint.regex import regex
from mblint.settings.mounted_files import MountedFile, mounted_files
from mblint.software.images import fits

_LONGEST = 512 * 1024  # characters
_FILLED_LATER = regex(r"^[ \t]*(?:\{\{|\{%|<%|\$\{\w+\}\s*$)", re.M)  # lines of a template's own
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class ReadFile(Struct, frozen=True):
    """A file that stands in the render, and its tree."""

    file: MountedFile
    root: yaml.Node

    @property
    def path(self) -> str:
        """Where it is in the container."""
        return self.file.path

    @property
    def is_secret(self) -> bool:
        """Whether its text must not be shown."""
        return isinstance(self.file.entry.text, SecretText)

    def place_of(self, node: yaml.Node) -> Place:
        """Where a node stands."""
        entry = self.file.entry
        return entry.place if entry.encoded or node.start_mark is None else entry.place.inside(node.start_mark.index)


def read_files(one: RunningProgram, names: Collection[str]) -> Iterator[ReadFile]:
    """The files with one of these ends of their path that are YAML or JSON."""
    for file in mounted_files(one.told.cluster, one.workload, one.container):
        if file.entry.text is not None and any(fits(name, file.path.strip("/")) for name in names):
            text = reveal(file.entry.text)
            if len(text) <= _LONGEST and _FILLED_LATER.search(text) is None:
                root = _tree(text)
                if root is not None:
                    yield ReadFile(file, root)


def _tree(text: str) -> yaml.Node | None:
    try:
        return yaml.compose(text, Loader=_LOADER)
    except (yaml.YAMLError, RecursionError, UnicodeError):
        return None


def pairs(node: yaml.Node) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
    """The keys of a mapping with what stands at them; none of what is no mapping. Merged ones are left out."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value != "<<":
                yield key, value


def elements(node: yaml.Node) -> tuple[yaml.Node, ...]:
    """The elements of a list; none of what is no list."""
    return tuple(node.value) if isinstance(node, yaml.SequenceNode) else ()


def at_path(node: yaml.Node, path: str) -> Iterator[yaml.Node]:
    """What stands at a path: `a.b[]` is each element of a list, `*` every key."""
    if not path:
        yield node
        return
    step, _, rest = path.partition(".")
    name = step.removesuffix("[]")
    for key, value in pairs(node):
        if name in ("*", key.value):
            for inner in elements(value) if step.endswith("[]") else (value,):
                yield from at_path(inner, rest)
