"""PyYAML built without libyaml reads the same, by its Python parser."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

READ = """
import json, sys
sys.modules["yaml._yaml"] = None  # what importing it finds where PyYAML has no C extension
import yaml
assert not yaml.__with_libyaml__
from mblint.manifests.documents import Place
from mblint.manifests.locate import locate
from mblint.manifests.read import read_text
read = [read_text(text) for text in json.load(sys.stdin)]
json.dump([[[one.value for one in each.documents], len(each.errors)] for each in read], sys.stdout)
location = locate(Place(read_text("a:\\n  b: 'c'\\n").documents[0], ("a", "b")))
assert (location.line, location.column, location.end_column) == (2, 6, 9), location
"""


def int64(digits: str) -> int | float:
    return int(digits) if -(2**63) <= int(digits) < 2**63 else float(digits)


def test_the_python_parser_reads_the_same() -> None:
    readings = json.loads((Path(__file__).parent / "go_scalars.json").read_bytes(), parse_int=int64)
    texts = [reading["yaml"] for reading in readings]
    ran = subprocess.run(
        [sys.executable, "-c", READ], input=json.dumps(texts), capture_output=True, text=True, check=True
    )
    answers = json.loads(ran.stdout)
    for reading, (values, errors) in zip(readings, answers, strict=True):
        assert errors == bool(reading.get("error")), reading["yaml"]
        if values:
            assert values[0] == reading["json"], reading["yaml"]
