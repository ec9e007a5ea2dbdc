"""Whether an application in Python has one settings file that is in the view, and says all that there is."""

from __future__ import annotations

import re

from mblint.cluster.secrets import reveal
from mblint.facts.names.host_lists import HostList
from mblint.regex import regex
from mblint.settings.mounted_files import mounted_files
from mblint.settings.names import Origin
from mblint.settings.rows import Setting

_IMPORTS_ALL = regex(r"^\s*from\s+\S+\s+import\s+\*", re.M)
_PARTS = regex(r"(?i)(?:extra|custom|overrides?|additional)[^/]*\.py$|/conf\.d/|\.(?:ya?ml|json|toml|env)$")


def beside(each: HostList) -> Setting | None:
    """What a settings file in the view says of allowed hosts: it would say this, too.

    Not so where the file is one of several: what it does not say, another one may.
    """
    found = (
        setting
        for setting in each.told.settings
        if setting.origin is Origin.FILE and not setting.guessed and setting.key.startswith("ALLOWED_HOSTS")
        if _PARTS.search(setting.file or "") is None and not _takes_more(each, setting.file)
    )
    return next(found, None)


def _takes_more(each: HostList, file: str | None) -> bool:
    """Whether a file of settings takes all of another one (`from .base import *`), which may say it."""
    return any(
        mounted.path == file and mounted.entry.text is not None and _IMPORTS_ALL.search(reveal(mounted.entry.text))
        for mounted in mounted_files(each.told.cluster, each.workload, each.container)
    )
