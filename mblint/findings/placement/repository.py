"""The files of the user's repository: which are tracked, and what they say. Files are read when they are asked for."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from functools import cached_property
from pathlib import Path

from mblint.regex import regex

_LARGEST = 2_000_000  # bytes; values files and templates are smaller, data is not
_NOT_SEARCHED = frozenset({"node_modules", "venv"})
_NO_FILES: frozenset[str] = frozenset()
_KIND = regex(r"\bkind: (\w+)")
_NAME = regex(r"""\bname: ["']?([\w.-]+)["']?[ \r]*$""", re.MULTILINE)


class Repository:
    """The files below a directory that git tracks; where that is no git repository, all of them.

    Paths are relative to `root`, with "/". `complaint`: why git could not be asked, None where it could.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._texts: dict[str, str] = {}
        self._own_names: dict[str, str | None] = {}
        self.complaint: str | None = None
        self._git = quiet_git(root)

    @cached_property
    def files(self) -> tuple[str, ...]:
        """Those that there are. Git is asked for them when they are needed: few runs look at any."""
        return tuple(_walked(self.root)) if self._git is None else self._asked("ls-files", "-z")

    def text(self, file: str) -> str:
        """The content; empty for what is no readable text, and for what is too large to be values or a template."""
        if file not in self._texts:
            self._texts[file] = _read(self.root / file)
        return self._texts[file]

    def lines(self, file: str) -> list[str]:
        """The content, line by line."""
        return self.text(file).split("\n")

    @cached_property
    def tracked(self) -> frozenset[str]:
        """The same files as `files`, to ask for one of them."""
        return frozenset(self.files)

    @cached_property
    def chart_directories(self) -> frozenset[str]:
        """The directories of Helm charts; the root is ""."""
        return frozenset(_directory(file) for file in self.files if file.rpartition("/")[2] == "Chart.yaml")

    def defining(self, kind: str, name: str) -> list[str]:
        """The YAML files in which a kind of object and something of this name stand."""
        kinds, names = self._kinds_and_names
        return sorted(kinds.get(kind, _NO_FILES) & names.get(name, _NO_FILES))

    def saying(self, words: str) -> list[str]:
        """The files that say something, as they are now."""
        if self._git is None:
            return [file for file in self.files if words in self.text(file)]
        return list(self._asked("grep", "-lzF", "-e", words))  # which looks into tracked files alone

    def ending_in(self, suffix: str) -> list[str]:
        """The files whose path is this one or ends in it, whole names only."""
        named = self._by_name.get(suffix.rpartition("/")[2], [])
        return [file for file in named if file == suffix or file.endswith(f"/{suffix}")]

    def in_chart(self, file: str) -> bool:
        """Whether a file belongs to a chart."""
        directory = _directory(file)
        while directory:
            if directory in self.chart_directories:
                return True
            directory = _directory(directory)
        return "" in self.chart_directories

    def own_name(self, file: str) -> str | None:
        """The path in the repository of a file as the user named it; None where it is not tracked."""
        if file not in self._own_names:
            try:
                path = Path(os.path.abspath(file)).relative_to(self.root).as_posix()
            except ValueError:
                path = ""
            self._own_names[file] = path if path in self.tracked else None
        return self._own_names[file]

    @cached_property
    def _kinds_and_names(self) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
        """The files of manifests by the kinds, and by the names, that stand in them: each is read once, not once for
        each document.
        """
        kinds: defaultdict[str, set[str]] = defaultdict(set)
        names: defaultdict[str, set[str]] = defaultdict(set)
        for file in self.files:
            if file.endswith((".yaml", ".yml")) and not file.startswith(".") and "kind: " in (text := self.text(file)):
                for kind in _KIND.findall(text):
                    kinds[kind].add(file)
                for name in _NAME.findall(text):
                    names[name].add(file)
        return kinds, names

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        named: defaultdict[str, list[str]] = defaultdict(list)
        for file in self.files:
            named[file.rpartition("/")[2]].append(file)
        return named

    def _asked(self, *words: str) -> tuple[str, ...]:
        """The names that git answers with."""
        import subprocess  # noqa: PLC0415  for findings only

        try:
            done = subprocess.run((*(self._git or ()), *words), capture_output=True, check=False)
        except OSError as error:
            self.complaint = f"git cannot be run: {error.strerror}"
            return ()
        if done.returncode and (done.stderr or words[0] != "grep"):  # which is 1 where nothing is found
            self.complaint = (done.stderr.decode(errors="replace").strip().splitlines() or ["git failed"])[0]
            return ()
        return tuple(os.fsdecode(name) for name in done.stdout.split(b"\0") if name)


def quiet_git(directory: Path) -> tuple[str, ...] | None:
    """The command that asks git for names in a directory; None where that is in no repository.

    The monitor is a command of the repository's configuration, and is not to run. The directory may belong to someone
    else (a container's checkout): reading a list of names from it is safe.
    """
    if not any((each / ".git").exists() for each in (directory, *directory.parents)):
        return None
    return "git", "-c", "core.fsmonitor=false", "-c", f"safe.directory={directory}", "-C", str(directory)


def _directory(path: str) -> str:
    return path.rpartition("/")[0]


def _walked(root: Path) -> list[str]:
    found: list[str] = []
    for directory, below, names in os.walk(root):
        below[:] = sorted(name for name in below if not name.startswith(".") and name not in _NOT_SEARCHED)
        found.extend(Path(directory, name).relative_to(root).as_posix() for name in sorted(names))
    return found


def _read(file: Path) -> str:
    try:
        if file.is_symlink() or file.stat().st_size > _LARGEST:
            return ""
        return file.read_bytes().decode("utf-8", "replace")  # lines end at "\n" alone, as for git
    except OSError:
        return ""
