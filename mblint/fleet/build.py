"""Which mblint this is: its version, and a digest of its code, rules and tables.

Results are kept and shared only within one build, also where two have one version number, as in a checkout.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

from mblint import __version__
from mblint.shipped import rules_directory


@cache
def build() -> str:
    """`0.1.0+1a2b3c4d5e6f`."""
    hashed = sha256()
    package = Path(__file__).parents[1]
    for root, pattern in ((package, "*.py"), (rules_directory(), "*.yaml")):
        for file in sorted(root.rglob(pattern)):
            hashed.update(file.relative_to(root).as_posix().encode() + b"\0")
            hashed.update(sha256(file.read_bytes()).digest())
    return f"{__version__}+{hashed.hexdigest()[:12]}"
