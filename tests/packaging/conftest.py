"""The project as others get it: its sources alone, and a wheel built of them."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_PARTS = (
    "mblint",
    "rules",
    "schemas",
    "pyproject.toml",
    "hatch_build.py",
    "README.md",
    "LICENSE",
    "lock",
    ".pre-commit-hooks.yaml",
)


@pytest.fixture(scope="session")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the distribution is made of."""
    copy = tmp_path_factory.mktemp("sources")
    for part in _PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / part, copy / part)
    return copy


@pytest.fixture(scope="session")
def wheel(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built with the build backend of this environment."""
    directory = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(directory), str(sources)]
    built = subprocess.run(build, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    (file,) = directory.glob("*.whl")
    return file
