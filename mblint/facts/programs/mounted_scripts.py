"""Shell scripts of ConfigMaps and Secrets that a container runs: their commands, some of which may never run.

A script is run where its path is the command, or a word behind a shell's name.
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Container, Workload
from mblint.cluster.secrets import reveal
from mblint.facts.plain_scripts import PlainCommand
from mblint.manifests.documents import Place
from mblint.regex import regex
from mblint.settings.mounted_files import mounted_files

_SHELL = regex(r"#!\s*\S*(?:/env\s+)?(?:/|\b)(?:ba|da|a)?sh\b")
_RUN = regex(
    r"(?:^|[;&|]\s*|\n\s*|\bexec\s+)(?:\S*/)?(?:(?:ba|da|a)?sh\s+(?:-[a-z]+\s+)*|source\s+|\.\s+)?(/[\w./-]+)(?=[\s;&|]|$)"
)
_PARTS = regex(r"[\n;]|&&")
_BEFORE = regex(r"^(?:then|do|else|if|elif|while|until|!|\{|\()\s+")
_CAUGHT = regex(r"\|\||^\s*#|\becho\b[^>]*$")
_LONGEST = 1 << 16  # characters


def mounted_commands(
    cluster: Cluster, workload: Workload, container: Container
) -> Iterator[tuple[str, PlainCommand, Place]]:
    """Each command, with the script's path and the word that names it."""
    words = container.words
    whole = " ".join(word.text for word in words)
    run = {found[1] for found in _RUN.finditer(whole)} | {
        found[1] for word in words for found in _RUN.finditer(word.text)
    }
    for file in mounted_files(cluster, workload, container) if run else ():
        if file.path not in run or file.entry.text is None:
            continue
        text = reveal(file.entry.text)
        place = next((word.place for word in words if file.path in word.text), words[0].place)
        if len(text) <= _LONGEST and _is_shell(text, whole, file.path):
            for command in _commands(text.partition("<<")[0]):
                yield file.path, PlainCommand(command, ends_it=False), place


def _is_shell(text: str, words: str, path: str) -> bool:
    return _SHELL.match(text) is not None if text.startswith("#!") else f"sh {path}" in words


def _commands(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if _CAUGHT.search(line) is None:
            for part in _PARTS.split(line):
                command = _BEFORE.sub("", part.strip())
                if command:
                    yield command
