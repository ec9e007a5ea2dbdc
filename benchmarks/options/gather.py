"""Writes the `options` sections of rules/software from the source of the programs, version by version.

    python benchmarks/options/gather.py MIRRORS CACHE [NAME…]          # NAME: of a software file
    python benchmarks/options/gather.py MIRRORS CACHE --look NAME…   # prints what is new and gone, writes nothing

MIRRORS holds git directories with their tags, as OWNER+NAME/repo; CACHE keeps what was read of each tag. What is read
is said in `programs.yaml`: of each minor version the first and the last release. The Go program beside this file finds
the options in the source (`go build` makes it). Names of libraries are taken from every version that is named.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from entries import Entry, entry_of, section_text

HERE = Path(__file__).parent
SOFTWARE = HERE.parent.parent / "rules" / "software"
RELEASE = r"v?(\d+)\.(\d+)\.(\d+)"
MAINTAINED = 240  # days: a minor version with a release so shortly before the newest will have more of them
Minor = tuple[int, int]
_PLACE = re.compile(r"<[^>]*>|\[n\]|(?<=\.)_\w+_(?=\.|$)")  # where documentation leaves a name or a number open


def main() -> None:
    """Writes the sections of the software files that are named, or of all."""
    mirrors, cache, *names = sys.argv[1:]
    look = "--look" in names
    names = [name for name in names if name != "--look"]
    spec = yaml.safe_load((HERE / "programs.yaml").read_text(encoding="utf-8"))
    source = Source(Path(mirrors), Path(cache))
    for software, programs in spec["programs"].items():
        if names and software not in names:
            continue
        entries = [_entry(source, program, spec["libraries"]) for program in programs]
        if look:
            for entry in entries:
                print(software, entry.seen())
        else:
            _write(SOFTWARE / f"{software}.yaml", section_text(entries))
            print(software, *(f"{len(entry.known)} {entry.versions}" for entry in entries), sep="  ", flush=True)


class Source:
    """Git directories, and what was found at their tags."""

    def __init__(self, mirrors: Path, cache: Path) -> None:
        self.mirrors, self.cache = mirrors, cache
        self.program = cache / "options"
        if not self.program.exists():
            subprocess.run(["go", "build", "-o", str(self.program.absolute()), "."], cwd=HERE, check=True)

    def git(self, repository: str, *words: str) -> str:
        """What git says of a repository."""
        return subprocess.run(self._command(repository, *words), check=True, capture_output=True, text=True).stdout

    def _command(self, repository: str, *words: str) -> list[str]:
        folder = self.mirrors / repository.replace("/", "+") / "repo"
        return ["git", "-c", "safe.directory=*", "-C", str(folder), *words]

    def tags(self, repository: str) -> dict[str, int]:
        """All tags, with the day of each, which are kept too."""
        kept = self.cache / f"{repository.replace('/', '+')}.tags"
        if not kept.exists():
            form = "--format=%(refname:strip=2) %(creatordate:unix)"
            kept.write_text(self.git(repository, "for-each-ref", form, "refs/tags"), encoding="utf-8")
        rows = (line.split(" ") for line in kept.read_text(encoding="utf-8").splitlines())
        return {row[0]: int(row[1] or 0) // 86400 if len(row) > 1 else 0 for row in rows}

    def minors(self, repository: str, pattern: str) -> dict[Minor, list[str]]:
        """The first and the last release of each minor version, by its two numbers."""
        releases: defaultdict[Minor, list[tuple[int, str]]] = defaultdict(list)
        for tag in self.tags(repository):
            found = re.fullmatch(pattern, tag)
            if found is not None:
                major, minor, *patch = (int(number) for number in found.groups())
                releases[major, minor].append((patch[0] if patch else 0, tag))
        return {minor: list(dict.fromkeys((min(tags)[1], max(tags)[1]))) for minor, tags in sorted(releases.items())}

    def options(self, repository: str, tag: str, under: str = "") -> list[dict[str, str]]:
        """All options that the Go source of a tag defines (below a folder): folder, name, line."""
        kept = self.cache / f"{repository.replace('/', '+')}{under and '+'}{under}@{tag.replace('/', '+')}.jsonl"
        if not kept.exists():
            with tempfile.TemporaryDirectory() as folder:
                self._lay_out(repository, tag, Path(folder), under)
                found = subprocess.run([str(self.program), folder], check=True, capture_output=True, text=True)
            kept.write_text(found.stdout, encoding="utf-8")
        return [json.loads(line) for line in kept.read_text(encoding="utf-8").splitlines()]

    def _lay_out(self, repository: str, tag: str, folder: Path, under: str) -> None:
        """Writes the Go files of a tag; a mirror may lack large ones, which are data."""
        rows = [row.split(None, 3) for row in self.git(repository, "ls-tree", "-r", "-z", tag).split("\0") if row]
        files = {
            Path(path): blob
            for _, kind, blob, path in rows
            if kind == "blob" and _is_read(path) and path.startswith(under)
        }
        asked = "".join(f"{blob}\n" for blob in files.values())
        answer = subprocess.run(
            self._command(repository, "cat-file", "--batch"), input=asked.encode(), check=True, capture_output=True
        ).stdout
        at = 0
        for path in files:
            end = answer.index(b"\n", at)
            size = answer[at:end].split()[2] if answer[at:end].count(b" ") == 2 else None
            at = end + 1
            if size is not None:
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(answer[at : at + int(size)])
                at += int(size) + 1

    def text(self, repository: str, tag: str, file: str) -> str:
        """A file of a tag; nothing where it has none."""
        try:
            return self.git(repository, "show", f"{tag}:{file}")
        except subprocess.CalledProcessError:
            return ""


def _is_read(path: str) -> bool:
    return path.endswith(".go") and not path.endswith("_test.go") and "vendor/" not in path


def _entry(source: Source, program: Mapping[str, Any], libraries: Mapping[str, Any]) -> Entry:
    minors = source.minors(program["repository"], program.get("tags", RELEASE))
    first = tuple(int(number) for number in str(program["from"]).split("."))
    minors = {minor: tags for minor, tags in minors.items() if minor >= first}
    by_minor = {minor: set().union(*(_names(source, program, tag) for tag in tags)) for minor, tags in minors.items()}
    always = {str(name) for name in program.get("also", ())}
    for library in program.get("with", ()):
        for part in _listed(libraries[library]):
            for tag in part["tags"]:
                always |= _of_folders(source.options(part["repository"], tag), part["folders"]) - {"*"}
            always |= {str(name) for name in part.get("also", ())}
    newest = minors[max(minors)][-1]
    url = f"https://github.com/{program['repository']}/blob/{newest}/{program['source']}"
    days = source.tags(program["repository"])
    lasts = {
        minor: ".".join(map(str, re.fullmatch(program.get("tags", RELEASE), tags[-1]).groups()))  # type: ignore[union-attr]
        for minor, tags in minors.items()
        if minor == max(minors) or 0 < days[newest] < days[tags[-1]] + MAINTAINED
    }
    return entry_of(program, by_minor, always, url, lasts)


def _names(source: Source, program: Mapping[str, Any], tag: str) -> set[str]:
    names: set[str] = set()
    if "folders" in program:
        names |= _of_folders(source.options(program["repository"], tag, program.get("under", "")), program["folders"])
    for file, pattern in program.get("texts", {}).items():
        found = re.findall(pattern, source.text(program["repository"], tag, file), re.M)
        names |= {_PLACE.sub("*", name) for name in found}
    without = re.compile("|".join(program.get("without", ["$^"])))
    names = {name for name in names if not without.fullmatch(name)}
    if "*" in names:
        print(f"{program['repository']} {tag}: a name that could not be worked out", file=sys.stderr)
    return names


def _of_folders(options: Iterable[Mapping[str, str]], folders: Iterable[str]) -> set[str]:
    """The names in folders (`cmd/server`; `pkg/...` with all below it), or in one file (`pkg/options.go`)."""
    return {option["name"] for option in options if any(_lies(option, folder) for folder in folders)}


def _lies(option: Mapping[str, str], folder: str) -> bool:
    if folder.endswith("..."):
        below = folder.removesuffix("...").rstrip("/")
        return not below or option["folder"] == below or option["folder"].startswith(f"{below}/")
    if folder.endswith(".go"):
        return f"{option['folder']}/{option['line'].partition(':')[0]}".removeprefix("./") == folder
    return option["folder"] == folder


def _listed(parts: Any) -> Iterator[Mapping[str, Any]]:
    yield from (parts if isinstance(parts, list) else [parts])


def _write(file: Path, section: str) -> None:
    text = file.read_text(encoding="utf-8")
    found = re.search(r"^options:.*?\n(?=^\S|\Z)", text, re.M | re.S)
    if found is not None:
        text = text[: found.start()] + section + "\n" + text[found.end() :]
    else:
        at = re.search(r"^examples:", text, re.M)
        place = at.start() if at is not None else len(text)
        text = text[:place] + section + "\n" + text[place:]
    file.write_text(re.sub(r"\n{3,}", "\n\n", text).rstrip("\n") + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
