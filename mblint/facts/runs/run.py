"""What a container runs: its command line, the scripts that it mounts, and what a supervisor starts for it.

Supervisor's configuration: http://supervisord.org/configuration.html ([program:x], command, numprocs, autostart); its
files are those of the container's mounts that have such sections. A Procfile has a process a line:
https://honcho.readthedocs.io/en/latest/using_procfiles.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from mblint.cluster.objects import Container, Workload
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import SecretText, Text
from mblint.facts.runs.commands import Program, command_line, program
from mblint.facts.runs.image_profiles import profile
from mblint.facts.told import settings_of
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.arguments import is_run, shell_script
from mblint.settings.mounted_files import MountedFile, mounted_files
from mblint.settings.names import Origin
from mblint.settings.rows import Setting
from mblint.settings.scripts import read_script
from mblint.settings.words import Command, Word

_BACKGROUND = regex(r"(?<![&>|<])&(?=[\s)]|$)")
_SECTION = regex(r"^\[program:[^\]\n]+\][ \t]*\n((?:(?!\[)[^\n]*(?:\n|$))*)", re.M)
_KEY = regex(r"^(command|numprocs|autostart)[ \t]*=[ \t]*([^\n]*(?:\n[ \t]+[^\n]+)*)", re.M)
_VARIABLE = regex(r"%\(ENV_(\w+)\)s")
_CONTINUED = regex(r"\s*\n\s+")
_MANAGERS = frozenset(("honcho", "foreman", "goreman", "hivemind", "overmind"))
_PROCESS = regex(r"^([A-Za-z0-9_-]+):[ \t]*(\S[^\n]*)$", re.M)
_COUNT = regex(r"\b([A-Za-z0-9_-]+)=(\d{1,3})\b")
_MOST = 64  # processes of one section
_FIRST = 6  # words among which the script stands, behind shells and init programs


class Run(Struct, frozen=True):
    """The programs that a container runs; `at_once`: side by side, else one after the other."""

    programs: tuple[Program, ...]
    at_once: bool = False


def run_of(world: World, workload: Workload, container: Container) -> Run:
    """What a container of a workload runs, with its variables. Worked out once: several kinds of facts ask."""
    known, asked = _runs(world), (id(workload), id(container))
    if asked not in known:
        variables = [one for one in settings_of(world, workload, container) if one.origin is Origin.ENV]
        known[asked] = _run_of(world, workload, container, variables)
    return known[asked]


@remembered
def _runs(_: World) -> dict[tuple[int, int], Run]:
    """What is known so far, by workload and container."""
    return {}


def _run_of(world: World, workload: Workload, container: Container, variables: Sequence[Setting]) -> Run:
    image = profile(container.image, world.programs)
    known: Mapping[str, Text | None] = {one.key: one.value for one in variables}
    words = command_line(container, known, image)
    defaults: Mapping[str, Text | None] = {} if image is None else dict(image.environment)
    script = shell_script(words) or _mounted_script(world, workload, container, words)
    run = _of_script(script, {**defaults, **known}) if script is not None else Run(_programs([tuple(words)]))
    if any(one.name == "supervisord" for one in run.programs):
        return _supervised(mounted_files(world.cluster, workload, container), known)
    manager = next((one for one in run.programs if one.name in _MANAGERS and _starts(one)), None)
    if manager is not None:
        return _of_procfile(manager, mounted_files(world.cluster, workload, container), known)
    return run


def _starts(manager: Program) -> bool:
    return any(word.plain == "start" for word in manager.arguments)


def _of_procfile(manager: Program, files: Sequence[MountedFile], known: Mapping[str, Text | None]) -> Run:
    """The processes of a Procfile, or those of them that the command names, as often as it says (`-c web=2`)."""
    named = manager.option(("-f", "--procfile"))
    path = "Procfile" if named is None else named.plain.rpartition("/")[2]
    words = [word.plain for word in manager.arguments]
    behind = list(zip(words, ["", *words], strict=False))[words.index("start") + 1 :]
    chosen = [word for word, before in behind if not word.startswith("-") and not re.fullmatch(r"-[a-z]", before)]
    counts: dict[str, str] = dict(_COUNT.findall(" ".join(words)))
    commands: list[Word] = []
    for file in files:
        if file.path.rpartition("/")[2] == path and isinstance(file.entry.text, str):
            for process, command in _PROCESS.findall(file.entry.text):
                times = min(int(counts.get(process) or counts.get("all") or "1"), _MOST)
                if not chosen or process in chosen:
                    commands += [Word(command, file.entry.place, exact=False)] * times
    return Run(tuple(one for command in commands for one in _of_script(command, known).programs), at_once=True)


def _of_script(script: Word, known: Mapping[str, Text | None]) -> Run:
    return Run(_programs(list(read_script(script, known))), _BACKGROUND.search(script.plain) is not None)


def _programs(commands: Sequence[Command]) -> tuple[Program, ...]:
    return tuple(found for command in commands if (found := program(command)) is not None)


def _mounted_script(world: World, workload: Workload, container: Container, words: Sequence[Word]) -> Word | None:
    """The script that the command names (`sh /scripts/start.sh`, `/scripts/start.sh`), where it is mounted."""
    named = {word.plain for word in words[:_FIRST] if word.plain.startswith("/")}
    if not any(name.startswith(mount.mount_path) for name in named for mount in container.mounts):
        return None
    file = next((one for one in mounted_files(world.cluster, workload, container) if is_run(one, named)), None)
    if file is None or file.entry.text is None or isinstance(file.entry.text, SecretText):
        return None
    return Word(file.entry.text, file.entry.place, exact=False)


def _supervised(files: Sequence[MountedFile], known: Mapping[str, Text | None]) -> Run:
    texts = [
        (file.entry.text, file.entry.place)
        for file in files
        if file.entry.text is not None and not isinstance(file.entry.text, SecretText)
    ]
    commands = [Word(command, place, exact=False) for text, place in texts for command in _commands(text, known)]
    return Run(tuple(one for command in commands for one in _of_script(command, known).programs), at_once=True)


def _commands(text: str, known: Mapping[str, Text | None]) -> Iterator[str]:
    """The commands of the sections, each as often as it has processes."""
    for section in _SECTION.finditer(text):
        said = {found[1]: found[2] for found in _KEY.finditer(section[1])}
        number = said.get("numprocs", "1").strip()
        if "command" in said and said.get("autostart", "true").strip().lower() != "false":
            command = _VARIABLE.sub(lambda found: str(known.get(found[1]) or f"${found[1]}"), said["command"])
            command = _CONTINUED.sub(" ", command)
            yield from [command] * min(int(number) if number.isdecimal() else 1, _MOST)
