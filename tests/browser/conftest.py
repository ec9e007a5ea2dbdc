"""A real browser. These tests run when they are asked for: `make browser-test`, or `pytest -m browser`."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-sync",
    "--no-first-run",
    "--disable-component-update",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves them out of every run that does not ask for them by their mark."""
    if config.getoption("markexpr") == "browser":
        return
    here = Path(__file__).parent
    left_out = [item for item in items if here in item.path.parents]
    items[:] = [item for item in items if here not in item.path.parents]
    config.hook.pytest_deselected(items=left_out)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, by Playwright. Without it the tests are skipped, but where MBLINT_BROWSER=required they fail."""
    executable = next((found for name in _NAMES if (found := shutil.which(name))), None)
    if executable is None:
        if os.environ.get("MBLINT_BROWSER") == "required":
            pytest.fail(f"no browser: none of {', '.join(_NAMES)} is installed")
        pytest.skip("no browser is installed")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable, args=list(_QUIET))
        yield started
        started.close()
