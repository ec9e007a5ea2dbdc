"""The data flows one way: a module imports only from its own room and from rooms before it."""

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "mblint"
ROOMS = [
    "manifests",
    "cluster",
    "software",
    "settings",
    "remedies",
    "facts",
    "judge",
    "findings",
    "reports",
    "fleet",
    "cli",
]
EVERYWHERE = {"config", "globs", "regex", "shipped", "urls", "whole_files", "__version__"}
# Folders of facts, and whose facts each may know beside the rows and the world that all share.
FACTS: dict[str, set[str]] = {
    "edits": set(),
    "runs": set(),
    "way": {"edits"},
    "callers": {"way", "edits"},
    "oidc": {"way", "callers", "edits"},
    "credentials": {"way", "callers", "oidc", "edits"},
    "names": {"way", "callers", "oidc", "credentials", "edits", "upgrade", "runs"},
    "listening": {"way", "callers", "edits", "runs"},
    "references": {"way", "credentials", "edits", "programs", "upgrade"},
    "admission": set(),
    "apis": {"edits"},
    "permissions": set(),
    "workers": {"edits", "runs"},
    "rollouts": {"upgrade", "way"},
    "programs": {"upgrade", "rollouts", "way", "runs", "edits"},
    "written": {"edits", "programs"},
    "words": {"edits", "programs"},
    "upgrade": {"apis", "credentials"},
    "claims": {"upgrade", "rollouts"},
    "order": {"apis", "way", "callers", "credentials", "upgrade"},
}
LONGEST = 260  # lines; what is longer says why at its head
AFTER_FINDINGS = {
    "pipeline",
    "upgrades",
    "proof",
}  # the rooms put together; only the commands and the package itself use it


def rooms_imported(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            if node.module == "mblint":
                names.update(alias.name for alias in node.names)
            elif node.module.startswith("mblint."):
                names.add(node.module.split(".")[1])
        elif isinstance(node, ast.Import):
            names.update(alias.name.split(".")[1] for alias in node.names if alias.name.startswith("mblint."))
        elif isinstance(node, ast.ImportFrom) and node.level:
            pytest.fail(f"{file}: relative import; name the room")
    return names - EVERYWHERE


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_lies_before_it(room: str) -> None:
    allowed = set(ROOMS[: ROOMS.index(room) + 1])
    if room in ("fleet", "cli"):
        allowed |= AFTER_FINDINGS
    files = list((PACKAGE / room).rglob("*.py"))
    assert files, f"no such room: {room}"
    for file in files:
        beyond = rooms_imported(file) - allowed
        assert not beyond, f"{file.relative_to(PACKAGE)} imports {sorted(beyond)}, which lies after {room}"


def imports_of_facts(file: Path) -> set[str]:
    """The folders of facts that a module imports from."""
    modules = {
        node.module
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("mblint.facts.")
    }
    folders = {str(module).split(".")[2] for module in modules}
    return {folder for folder in folders if (PACKAGE / "facts" / folder).is_dir()}


def walls_broken(folder: str, file: Path) -> set[str]:
    return imports_of_facts(file) - FACTS[folder] - {folder}


@pytest.mark.parametrize("folder", FACTS)
def test_a_folder_of_facts_knows_only_those_that_it_may(folder: str) -> None:
    files = list((PACKAGE / "facts" / folder).rglob("*.py"))
    assert files, f"no such folder of facts: {folder}"
    for file in files:
        beyond = walls_broken(folder, file)
        assert not beyond, f"{file.relative_to(PACKAGE)} imports from {sorted(beyond)}, which {folder} may not know"


def test_each_folder_of_facts_has_its_walls_and_none_lead_in_a_circle() -> None:
    folders = {folder.name for folder in (PACKAGE / "facts").iterdir() if (folder / "__init__.py").exists()}
    assert folders == set(FACTS)
    left = dict(FACTS)
    while free := {folder for folder, known in left.items() if not known & set(left)}:
        left = {folder: known for folder, known in left.items() if folder not in free}
    assert not left, f"these know each other: {sorted(left)}"


@pytest.mark.parametrize(
    ("question", "most"), [("Why is `API_URL` denied?", 14), ("Why is this target port missing?", 5)]
)
def test_the_walks_through_the_house_are_short_and_lead_through_modules(question: str, most: int) -> None:
    house = (PACKAGE.parent / "docs" / "house.md").read_text().partition(question)[2]
    steps = re.findall(r"^\d+\. `([\w/]+\.py)`: ", house.partition("\n\n**")[0].partition("\n## ")[0], re.M)
    assert 0 < len(steps) <= most
    walked = modules()
    for step in steps:
        assert (PACKAGE / step).is_file(), step
    for one in steps[1:]:  # each is asked by one that comes before it, or by what that one asks
        before = {".".join(("mblint", *Path(step).with_suffix("").parts)) for step in steps[: steps.index(one)]}
        near = before | {asked for name in before for asked in walked[name]}
        name = ".".join(("mblint", *Path(one).with_suffix("").parts))
        reader = one.startswith("cluster/read_")  # asked by nobody: it made what the one before it looks at
        assert reader or any(name in walked[asking] for asking in near), f"nothing before it asks {one}"


def test_a_way_that_knew_a_caller_would_be_found(tmp_path: Path) -> None:
    module = tmp_path / "hosts.py"
    module.write_text("from mblint.facts.callers.settings import destinations\n")
    assert walls_broken("way", module) == {"callers"}
    assert walls_broken("credentials", module) == set()


def modules() -> dict[str, set[str]]:
    """Each module with those that it imports when it is imported itself, or later."""
    names = {
        ".".join(("mblint", *file.relative_to(PACKAGE).with_suffix("").parts)): file for file in PACKAGE.rglob("*.py")
    }
    return {
        name: {
            node.module
            for node in ast.walk(ast.parse(file.read_text()))
            if isinstance(node, ast.ImportFrom) and node.module in names
        }
        for name, file in names.items()
    }


def test_no_modules_import_each_other_in_a_circle() -> None:
    left = modules()
    while free := {name for name, imported in left.items() if not imported & set(left)}:
        left = {name: imported for name, imported in left.items() if name not in free}
    assert not left, f"these import each other: {sorted(left)}"


def test_a_long_module_says_why_at_its_head() -> None:
    long = {
        str(file.relative_to(PACKAGE)): ast.get_docstring(ast.parse(file.read_text())) or ""
        for file in PACKAGE.rglob("*.py")
        if len(file.read_text().splitlines()) > LONGEST
    }
    silent = [name for name, head in long.items() if "Long because" not in head]
    assert not silent, f"more than {LONGEST} lines, and no 'Long because …' at its head: {silent}"
