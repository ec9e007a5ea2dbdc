"""A wheel that was installed elsewhere has everything that it needs."""

import json
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from mblint import __version__

pytestmark = pytest.mark.packaging

SHIPPED = """
from mblint.shipped import rules_directory, schemas_directory
import mblint
print(mblint.__file__)
print(len(list(rules_directory().glob("*.yaml"))), (schemas_directory() / "report.schema.json").is_file())
"""


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a fresh environment with the wheel; its dependencies are those of this environment."""
    directory = tmp_path_factory.mktemp("venv")
    subprocess.run([sys.executable, "-m", "venv", str(directory)], check=True)
    interpreter = directory / "bin" / "python"
    install = [str(interpreter), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", str(wheel)]
    subprocess.run(install, check=True)
    return interpreter


def run(*words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(word) for word in words], cwd=cwd, capture_output=True, text=True, check=False)


def test_the_wheel_carries_rules_schemas_and_types(wheel: Path) -> None:
    names = set(ZipFile(wheel).namelist())
    rules = {path.name for path in (Path(__file__).parents[2] / "rules").glob("*.yaml")}
    assert {name.rsplit("/", 1)[1] for name in names if name.startswith("mblint/data/rules/")} >= rules
    assert {
        "mblint/py.typed",
        "mblint/data/schemas/report.schema.json",
        "mblint/data/schemas/reach.schema.json",
        "mblint/reports/assets/cytoscape.LICENSE.txt",
        "mblint/reports/assets/page.html",
        "mblint/data/rules/tables/host-names.yaml",
    } <= names


def test_it_finds_what_it_carries(python: Path, tmp_path: Path) -> None:
    where, what = run(python, "-c", SHIPPED, cwd=tmp_path).stdout.splitlines()
    assert Path(where).is_relative_to(python.parents[1])
    rules = len(list((Path(__file__).parents[2] / "rules").glob("*.yaml")))
    assert what == f"{rules} True"


def test_both_ways_to_start_it_work(python: Path, tmp_path: Path) -> None:
    for command in ([python, "-m", "mblint"], [python.parent / "mblint"]):
        assert run(*command, "--version", cwd=tmp_path).stdout == f"mblint {__version__}\n"


def test_it_lints(python: Path, tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n")
    linted = run(python.parent / "mblint", "--format", "json", "web.yaml", cwd=tmp_path)
    assert linted.returncode == 0, linted.stderr
    assert json.loads(linted.stdout)["stats"]["objects"] == 1


PREPARED = """
from mblint.judge.load import read_rule
from mblint.judge.prepared import prepared_rule
from mblint.shipped import parse_table, prepared, rules_directory
files = [path for path in rules_directory().glob("*/*.yaml") if path.parent.name != "software"]
texts = [path.read_bytes() for path in files]
print(len(texts) > 3, all(prepared(text) == parse_table(text) for text in texts), prepared(b"labels: []") is None)
rules = list(rules_directory().glob("*.yaml"))
print(len(rules) > 3 and all(prepared_rule(path) == read_rule(path) for path in rules))
"""

SOFTWARE = """
from mblint.shipped import PREPARED_SOFTWARE, rules_directory, shipped
from mblint.software.programs import read_programs, shipped_programs
carried, written = shipped_programs(), read_programs(rules_directory() / "software")
values = lambda program: {key: program.value(key) for key in program.parts if key != "examples"}
print(shipped(PREPARED_SOFTWARE) is not None, len(written.by_id) > 80, carried.index == written.index)
print(list(carried.by_id) == list(written.by_id))
print(all(values(carried.by_id[name]) == values(written.by_id[name]) for name in written.by_id))
"""

CHANGED_RULE = """
from mblint.judge.load import load_rules
from mblint.shipped import rules_directory
file = rules_directory() / "egress-blocked.yaml"
text = file.read_text()
file.write_text(text.replace("\\ntitle: ", "\\ntitle: Changed. ", 1))
print([rule.title.startswith("Changed. ") for rule in load_rules([rules_directory()]) if rule.id == "egress-blocked"])
file.write_text(text)
"""

CHANGED = """
from mblint.shipped import read_table, rules_directory
file = rules_directory() / "tables" / "host-names.yaml"
text = file.read_text()
file.write_text("changed: true\\n")
print(read_table("tables/host-names.yaml"))
file.write_text(text)
"""


def test_what_it_carries_is_parsed_already(python: Path, tmp_path: Path) -> None:
    assert run(python, "-c", PREPARED, cwd=tmp_path).stdout.split() == ["True"] * 4


def test_it_knows_the_same_programs_as_its_files(python: Path, tmp_path: Path) -> None:
    assert run(python, "-c", SOFTWARE, cwd=tmp_path).stdout.split() == ["True"] * 5


def test_it_finds_what_the_checkout_finds(python: Path, tmp_path: Path) -> None:
    example = Path(__file__).parents[2] / "examples" / "docs-500" / "before"
    lint = ("-m", "mblint", "lint", "--format", "json", example)
    installed, checkout = run(python, *lint, cwd=tmp_path), run(sys.executable, *lint, cwd=tmp_path)
    assert json.loads(installed.stdout)["findings"] != []
    assert installed.stdout == checkout.stdout


def test_a_changed_table_is_parsed_again(python: Path, tmp_path: Path) -> None:
    assert run(python, "-c", CHANGED, cwd=tmp_path).stdout == "{'changed': True}\n"


def test_a_changed_rule_is_read_again(python: Path, tmp_path: Path) -> None:
    assert run(python, "-c", CHANGED_RULE, cwd=tmp_path).stdout == "[True]\n"
