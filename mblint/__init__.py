"""mblint: finds in rendered Helm manifests what will fail at run time.

    from mblint import lint
    report = lint("render.yaml")

Importing the package is cheap: what the names below need is imported when they are first used.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # as type checkers read it; `typing` costs more than all of this
if TYPE_CHECKING:
    from mblint.config import Config
    from mblint.findings.finding import Finding, Report
    from mblint.judge.rule import Level
    from mblint.manifests.documents import Location
    from mblint.pipeline import lint
    from mblint.upgrades import upgrade

__version__ = "0.1.0"
__all__ = ["Config", "Finding", "Level", "Location", "Report", "__version__", "lint", "upgrade"]

_HOMES = {
    "Config": "mblint.config",
    "Finding": "mblint.findings.finding",
    "Level": "mblint.judge.rule",
    "Location": "mblint.manifests.documents",
    "Report": "mblint.findings.finding",
    "lint": "mblint.pipeline",
    "upgrade": "mblint.upgrades",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
