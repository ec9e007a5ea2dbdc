"""The data flows one way: a module imports only from its own room and from rooms before it."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "mblint"
ROOMS = ["manifests", "cluster", "software", "settings", "facts", "judge", "findings", "reports", "cli"]
EVERYWHERE = {"config", "globs", "shipped", "__version__"}
AFTER_FINDINGS = {"pipeline", "upgrades"}  # the rooms put together; only the commands and the package itself use it


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
    if room in ("cli",):
        allowed |= AFTER_FINDINGS
    files = list((PACKAGE / room).rglob("*.py"))
    assert files, f"no such room: {room}"
    for file in files:
        beyond = rooms_imported(file) - allowed
        assert not beyond, f"{file.relative_to(PACKAGE)} imports {sorted(beyond)}, which lies after {room}"
