"""Writes what an installed mblint consists of, as CycloneDX 1.5: `python .ci/sbom.py > mblint.cdx.json`.

From lock/run.txt and the scripts that the graph's page carries; the same commit gives the same bytes.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
_PINNED = re.compile(r"^([\w.-]+)==(\S+)", re.M)
_VERSION = re.compile(r'__version__ = "([^"]+)"')
_CYTOSCAPE = re.compile(r"`cytoscape`, version (\d+\.\d+\.\d+)")

Component = dict[str, object]


def main() -> None:
    """Prints it."""
    json.dump(bill(), sys.stdout, indent=1)
    print()


def bill() -> dict[str, object]:
    """The whole list, as CycloneDX has it."""
    version = _VERSION.search((ROOT / "mblint/__init__.py").read_text(encoding="utf-8"))
    assert version is not None
    own = f"pkg:pypi/mblint@{version[1]}"
    parts = [*_packages(), *_scripts()]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {"type": "application", "name": "mblint", "version": version[1], "bom-ref": own, "purl": own}
        },
        "components": parts,
        "dependencies": [{"ref": own, "dependsOn": [part["bom-ref"] for part in parts]}],
    }


def _packages() -> Iterator[Component]:
    for name, version in _PINNED.findall((ROOT / "lock/run.txt").read_text(encoding="utf-8")):
        yield _component(f"pkg:pypi/{name.lower()}@{version}", name, version)


def _scripts() -> Iterator[Component]:
    """What the page of `graph --format html` carries."""
    found = _CYTOSCAPE.search((ROOT / "mblint/reports/assets/README.md").read_text(encoding="utf-8"))
    assert found is not None, "mblint/reports/assets/README.md names the version of what is there"
    yield _component(f"pkg:npm/cytoscape@{found[1]}", "cytoscape", found[1])


def _component(url: str, name: str, version: str) -> Component:
    return {"type": "library", "name": name, "version": version, "bom-ref": url, "purl": url}


if __name__ == "__main__":
    main()
