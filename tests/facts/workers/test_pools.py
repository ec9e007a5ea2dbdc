"""Pools of PHP: what the manifests say of their processes, and what was measured of them."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from mblint.facts.workers.models.pools import _php_fpm, _prefork, _rows
from mblint.manifests.documents import Document, Place

MEASURED: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[3] / "benchmarks" / "models" / "measured-pools.yaml").read_text()
)
PLACE = Place(Document("-", "", 1, None, None, linted=True))


@pytest.mark.parametrize(
    ("texts", "fewest", "most"),
    [
        (["[www]\npm = static\npm.max_children = 20"], 20, 20),
        (["[www]\npm = dynamic\npm.max_children=20\npm.start_servers = 4 ; at first"], 4, 20),
        (["[www]\npm = ondemand\npm.max_children = 20"], 1, 20),
        (["[www]\npm.max_children = 20", "[www]\npm.max_children = 8"], 1, 8),
        (["[www]\npm.max_children = 20", "[api]\npm = static\npm.max_children = 8"], 9, 28),
        (["; pm.max_children = 20\n[www]\npm = static\npm.max_children = 3"], 3, 3),
    ],
)
def test_how_many_children_the_pools_may_have(texts: list[str], fewest: int, most: int) -> None:
    found = _php_fpm([(f"{index}.conf", text, PLACE) for index, text in enumerate(texts)])
    assert found is not None
    assert (found.min, found.max) == (fewest, most)


@pytest.mark.parametrize(
    "text", ["", "[www]\npm = static", "[www]\npm.max_children = ${CHILDREN}", "[www]\n;pm.max_children = 5"]
)
def test_what_no_manifest_says(text: str) -> None:
    assert _php_fpm([("a.conf", text, PLACE)]) is None


@pytest.mark.parametrize(
    ("path", "text", "told"),
    [
        ("/a/mpm_prefork.conf", "StartServers 4\nMaxRequestWorkers 150", (4, 150)),
        ("/a/b.conf", "<IfModule mpm_prefork_module>\n  MaxRequestWorkers 150\n</IfModule>", (1, 150)),
        ("/a/b.conf", "<IfModule mpm_event_module>\n  MaxRequestWorkers 150\n</IfModule>", None),
        ("/a/b.conf", "MaxRequestWorkers 150", None),
        ("/a/mpm_prefork.conf", "# MaxRequestWorkers 150", None),
    ],
)
def test_how_many_processes_apache_may_have(path: str, text: str, told: tuple[int, int] | None) -> None:
    found = _prefork([(path, text, PLACE)])
    assert (None if found is None else (found.min, found.max)) == told


@pytest.mark.parametrize("one", MEASURED, ids=lambda one: f"{one['server']} with {one['app']}")
def test_the_row_covers_what_was_measured(one: dict[str, Any]) -> None:
    row = next(row for row in _rows() if row.name == one["server"])
    for children, mib in zip(one["children"], one["mib"], strict=True):
        assert mib <= row.base[2] + children * row.child[2]
        assert one["app"] == "hello" or mib >= row.base[0] + children * row.child[0]
