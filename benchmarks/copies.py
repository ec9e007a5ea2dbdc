"""Bigger inputs from a real render: the same objects several times, in namespaces of their own or side by side."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_LABELS = frozenset({"labels", "matchLabels", "podLabels"})
_CLUSTER_WIDE = re.compile(
    r"Cluster|Namespace$|PersistentVolume$|StorageClass|CustomResource|WebhookConfig|IngressClass"
)


def objects_of(render: Path) -> list[Any]:
    """The objects of a render."""
    return [one for one in yaml.load_all(render.read_text(), Loader=_LOADER) if one]


def written(objects: Iterable[object], file: Path) -> Path:
    """Writes objects as one stream."""
    file.write_text(yaml.dump_all(objects, Dumper=_DUMPER, sort_keys=False))
    return file


def platforms(objects: Sequence[Any], number: int) -> Iterator[Any]:
    """Every object `number` times: the first as it is, the others in namespaces of their own, which they name, too."""
    names = {one["metadata"].get("namespace", "default") for one in objects}
    words = _words(names)
    yield from objects
    for copy in range(1, number):

        def other(found: re.Match[str], copy: int = copy) -> str:
            return f"{found[0]}-{copy}"

        for one in objects:
            changed = _rewritten(one, lambda text, other=other: words.sub(other, text) if ".svc" in text else text)
            meta = changed["metadata"]
            if _CLUSTER_WIDE.search(one["kind"]):
                meta["name"] = f"{meta['name']}-{copy}"
            else:
                meta["namespace"] = f"{meta.get('namespace', 'default')}-{copy}"
            yield changed


def side_by_side(objects: Sequence[Any], number: int) -> Iterator[Any]:
    """Every object `number` times in its namespace, under other names and with other labels, which its kin name."""
    words = _words({one["metadata"]["name"] for one in objects})
    for copy in range(number):

        def other(found: re.Match[str], copy: int = copy) -> str:
            return f"{found[0]}-{copy}"

        for one in objects:
            yield _rewritten(one, lambda text, other=other: words.sub(other, text), f"-{copy}")


def _words(names: Iterable[str]) -> re.Pattern[str]:
    longest = sorted(names, key=len, reverse=True)
    any_name = "|".join(map(re.escape, longest))
    return re.compile(rf"(?<![\w.-])(?:{any_name})(?![\w-])|(?<=\.)(?:{any_name})(?=\.svc)")


def _rewritten(value: Any, change: Any, ending: str = "") -> Any:
    if isinstance(value, Mapping):
        return {
            key: {name: f"{text}{ending}" for name, text in inner.items()}
            if ending and (key in _LABELS or (key == "selector" and _flat(inner))) and isinstance(inner, Mapping)
            else _rewritten(inner, change, ending)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_rewritten(inner, change, ending) for inner in value]
    return change(value) if isinstance(value, str) else value


def _flat(value: object) -> bool:
    return isinstance(value, Mapping) and all(isinstance(inner, str) for inner in value.values())
