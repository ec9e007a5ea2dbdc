"""Makes many environments of one render, as a repository of rendered manifests holds them.

Each is called otherwise (folder, namespaces, host names), and some have a fault: one in three cannot reach a port that
the others reach, one in ten has a label that its Service does not select, one in fifty is cut off in the middle.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

REGIONS = ("eu", "us", "ap")
_NAMESPACE = re.compile(r"^(?P<before>\s*namespace: \"?)(?P<name>[a-z0-9-]+)(?P<after>\"?)$", re.MULTILINE)
_HOST = re.compile(r"\b(?P<host>[a-z0-9-]+)\.(?P<domain>[a-z0-9-]+\.(?:org|com|nl|net|test|example))\b")
_PORT = re.compile(r"^(?P<before>\s*(?:- )?port: )(?P<port>\d+)$", re.MULTILINE)
_POLICY = re.compile(r"^kind: NetworkPolicy$", re.MULTILINE)


def make(render: str, into: Path, number: int) -> None:
    """Writes `into/REGION/NAME/manifests.yaml`, so many times."""
    for name, text in environments(render, number):
        folder = into / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "manifests.yaml").write_text(text, encoding="utf-8")


def environments(render: str, number: int) -> Iterator[tuple[str, str]]:
    """Their names and what they hold."""
    for index in range(number):
        region = REGIONS[index % len(REGIONS)]
        own = f"site{index:04d}"
        text = _NAMESPACE.sub(rf"\g<before>{own}-\g<name>\g<after>", render)
        text = _HOST.sub(rf"\g<host>.{own}.\g<domain>", text)
        yield f"{region}/{own}", _with_faults(text, index)


def _with_faults(text: str, index: int) -> str:
    if index % 3 == 0:
        text = _with_policy_shut(text)
    if index % 10 == 0:
        text = text.replace("matchLabels:\n", "matchLabels:\n      site/extra: none\n", 1)
    if index % 50 == 49:
        text = text[: len(text) // 2] + '\nkey: "cut'
    return text


def _with_policy_shut(text: str) -> str:
    """The policies allow the port that most of their rules name no more."""
    documents = re.split(r"(?<=\n)---", text)
    policies = {number for number, document in enumerate(documents) if _POLICY.search(document)}
    ports = Counter(found["port"] for number in policies for found in _PORT.finditer(documents[number]))
    if not ports:
        return text
    shut = ports.most_common(1)[0][0]

    def instead(found: re.Match[str]) -> str:
        return found["before"] + ("1" if found["port"] == shut else found["port"])

    return "---".join(
        _PORT.sub(instead, document) if number in policies else document for number, document in enumerate(documents)
    )
