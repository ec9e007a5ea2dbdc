"""Whether what a file in PHP or JavaScript says counts as it stands, though its language is read by its literals only.

Host lists and addresses are often set by such files (Drupal's settings.php, vite.config.js). There the value is sure
where its name is written once, outside of comments, at no condition's mercy: in PHP at the file's top level, in
JavaScript in a file that asks no question at all.
"""

from __future__ import annotations

import re

from mblint.cluster.secrets import reveal
from mblint.regex import regex
from mblint.settings.mounted_files import mounted_files
from mblint.settings.programs import ProgramSettings
from mblint.settings.rows import Setting

_COMMENTS = regex(r"/\*.*?\*/|(?<![:\\])//[^\n]*", re.S)
_HASHES = regex(r"^[ \t]*#[^\n]*", re.M)
_SCRIPTS = (".js", ".mjs", ".cjs", ".ts", ".mts")
_QUESTIONS = regex(r"\bif\b|\s\?\s|\benv\b|\bloadEnv\b|\.\.\.|\bmergeConfig\b|\brequire\(")
_LAST = regex(r"(\w+)(?:\[\d*\])*$")


def is_plainly_said(told: ProgramSettings, setting: Setting) -> bool:
    """Whether a guessed setting of a mounted file is sure all the same."""
    file = setting.file or ""
    if not file.endswith((".php", *_SCRIPTS)) or (name := _LAST.search(setting.key)) is None:
        return False
    for each in mounted_files(told.cluster, told.workload, told.container):
        if each.path == file and each.entry.text is not None:
            text = _COMMENTS.sub("", reveal(each.entry.text))
            return _in_php(text, name[1]) if file.endswith(".php") else _in_a_script(text, name[1])
    return False


def _in_php(text: str, name: str) -> bool:
    text = _HASHES.sub("", text)
    found = list(re.finditer(rf"\b{re.escape(name)}\b", text))
    before = text[: found[0].start()] if len(found) == 1 else ""
    return len(found) == 1 and before.count("{") == before.count("}")


def _in_a_script(text: str, name: str) -> bool:
    return len(re.findall(rf"\b{re.escape(name)}\b", text)) == 1 and _QUESTIONS.search(text) is None
