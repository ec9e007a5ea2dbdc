"""mblint in a child that has its modules and rules from here, so that hundreds of runs take minutes."""

from __future__ import annotations

import gc
import importlib
import io
import json
import os
import pkgutil
import signal
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

_SECONDS = 120  # that one run may take


class _Written(yaml.CSafeDumper):  # type: ignore[misc, name-defined, unused-ignore]
    """Without anchors: a patch that changes one of two places must not change the other."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def start() -> None:
    """Reads modules, rules, tables and programs once, for all children."""
    import mblint  # noqa: PLC0415
    from mblint.config import Config  # noqa: PLC0415
    from mblint.judge.load import load_rules  # noqa: PLC0415
    from mblint.manifests.read import read_paths  # noqa: PLC0415
    from mblint.pipeline import analyse  # noqa: PLC0415
    from mblint.proof import found_causes  # noqa: PLC0415
    from mblint.shipped import rules_directory  # noqa: PLC0415

    for module in pkgutil.walk_packages(mblint.__path__, "mblint."):
        if not module.name.endswith(("__main__", "dask_cluster")):
            importlib.import_module(module.name)
    example = Path(__file__).parents[2] / "examples/docs-500/before"
    found_causes(analyse(read_paths([str(example)]), Config()), load_rules([rules_directory()]))
    gc.collect()
    gc.freeze()


def mblint(*words: str) -> tuple[int, str, str]:
    """The exit code, standard output and standard error of one call."""
    from mblint.cli import main  # noqa: PLC0415

    sys.stdout.flush()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if not child:
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            sys.stdout = io.TextIOWrapper(io.FileIO(1, "w"), encoding="utf-8")
            sys.stderr = io.TextIOWrapper(io.FileIO(2, "w"), encoding="utf-8")
            sys.argv = ["mblint", *words]
            signal.alarm(_SECONDS)
            code = 70
            try:
                main.main()
                code = 0
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 70
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        _, status = os.waitpid(child, 0)
        out.seek(0)
        err.seek(0)
        return os.waitstatus_to_exitcode(status), out.read().decode(), err.read().decode()


def found(file: Path, config: Mapping[str, Any] | None = None) -> list[Mapping[str, Any]] | None:
    """All findings in a file; None where nothing is reported."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as said:
        yaml.dump(dict(config or {}), said)
        said.flush()
        told = ["--config", said.name] if config else []
        _, out, _ = mblint(*told, "lint", str(file), "--format", "json", "--fail-on", "never")
    return list(json.loads(out)["findings"]) if out.startswith("{") else None


def write(objects: Sequence[Mapping[str, Any]], file: Path) -> Path:
    """Writes objects as one stream."""
    with file.open("w", encoding="utf-8") as out:
        yaml.dump_all(objects, out, Dumper=_Written, sort_keys=False, width=100_000)
    return file
