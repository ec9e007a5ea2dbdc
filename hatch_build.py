"""Adds to the wheel what the shipped rules and tables parse to, so that no run has to parse them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PrepareShipped(BuildHookInterface):  # type: ignore[type-arg]
    """Has the wheel carry what `mblint.shipped` says of prepared files."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Writes the files before a wheel is put together. An editable install reads the texts themselves."""
        if version != "standard":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root))
        from mblint.judge.load import load_rules  # noqa: PLC0415  the sources, not an installed mblint
        from mblint.judge.prepared import prepared_rules  # noqa: PLC0415
        from mblint.shipped import PREPARED, PREPARED_RULES, PREPARED_SOFTWARE, prepared_tables  # noqa: PLC0415
        from mblint.software.programs import prepared_software  # noqa: PLC0415

        contents = {
            PREPARED: prepared_tables(root / "rules"),
            PREPARED_RULES: prepared_rules(load_rules([root / "rules"])),
            PREPARED_SOFTWARE: prepared_software(root / "rules" / "software"),
        }
        for name, content in contents.items():
            file = Path(self.directory) / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
            build_data["force_include"][str(file)] = f"mblint/data/{name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Removes the files from beside the wheel."""
        for file in build_data["force_include"]:
            if file.startswith(self.directory):
                Path(file).unlink()
