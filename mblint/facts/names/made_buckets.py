"""The buckets, and the keys, that containers make by commands: `mc mb store/files`, `aws s3 mb s3://files`.

A container whose commands are all read makes these, and no more: then a list of buckets is closed.
Source: https://min.io/docs/minio/linux/reference/minio-mc/mc-mb.html,
https://docs.aws.amazon.com/cli/latest/reference/s3/mb.html, https://s3tools.org/usage,
https://github.com/deuxfleurs-org/garage/blob/3f4ab3a4a38e382fc54c15580862af55b0257848/doc/book/connect/backup.md
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Container, Object, Workload
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import SecretText, reveal
from mblint.facts.credentials.made_keys import key_makers
from mblint.facts.names.bucket_scripts import bucket_functions
from mblint.facts.names.shape import Asked, Name, Offered
from mblint.facts.told import settings_of
from mblint.facts.way.uses import probes
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.arguments import SHELLS, command_words, shell_script
from mblint.settings.mounted_files import MountedFile, mounted_files
from mblint.settings.names import Origin
from mblint.settings.role_table import words_of
from mblint.settings.rows import Setting
from mblint.settings.scripts import read_script
from mblint.settings.words import Command, Word, option_values, without_options

MAKE = r"\bmb\b|make[-_]?bucket|create[-_]?bucket|bucket\s+create|s3\.bucket"  # the words by which buckets are made
_ANY = regex(f"(?i){MAKE}")
_BUCKETS = frozenset({"bucket", "buckets"})
_MAKING = frozenset({"create", "make", "ensure", "init", "auto", "autocreate"})
_TRUE = ("true", "yes", "on", "1")
_MC = ("mc", "mcli")
_VALUED = ("--region", "--endpoint-url", "--profile", "--config", "-c", "--config-dir", "-C", "--host", "--host-bucket")
_BUCKET = regex(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


class Making(Struct, frozen=True, eq=False):
    """A container that makes buckets. `complete`: these are all."""

    workload: Workload
    container: Container
    names: tuple[Name, ...]
    complete: bool


@remembered
def bucket_makers(world: World) -> tuple[Making, ...]:
    """The containers of the view that make buckets by commands."""
    return tuple(
        _making(world, workload, container)
        for workload in world.cluster.workloads
        for container in workload.pod.containers
        if _ANY.search(" ".join(texts_of(world.cluster, workload, container)))
    )


def with_made(world: World, offered: Offered, asker: Object) -> Offered:
    """A list of buckets with those that commands make beside the server, or beside who asks."""
    namespaces = (offered.by.id.namespace, asker.id.namespace)
    if offered.what == "bucket":
        made = tuple(
            name for each in bucket_makers(world) if each.workload.id.namespace in namespaces for name in each.names
        )
        return replace(offered, names=offered.names + made)
    if offered.what == "user" and isinstance(offered.by, Workload):
        keys = tuple(
            Name(key.name, key.word.place, f"{each.container.name} of {each.workload.id.kind} {each.workload.id.name}")
            for each in key_makers(world)
            if each.workload.id.namespace in namespaces
            for key in each.keys
        )
        return replace(offered, names=offered.names + keys)
    return offered


def read_makers(world: World, what: str) -> Sequence[Container]:
    """The containers that make such names by commands, all of which are known."""
    if what == "bucket":
        return [each.container for each in bucket_makers(world) if each.complete]
    return [each.container for each in key_makers(world) if each.complete] if what == "user" else []


def switched_on(world: World, asked: Asked) -> Setting | None:
    """What tells the container that asks to make a bucket: S3_CREATE_BUCKET."""
    if asked.what != "bucket" or not isinstance(asked.by, Workload) or asked.container is None:
        return None
    for each in settings_of(world, asked.by, asked.container):
        words, value = words_of(each.key), each.value
        on = value is None or reveal(value).strip().lower() in _TRUE
        if on and not _BUCKETS.isdisjoint(words) and not _MAKING.isdisjoint(words):
            return each
    return None


def texts_of(cluster: Cluster, workload: Workload, container: Container) -> Iterator[str]:
    """All that a container may run: its words, the commands of its probes, the files that it mounts."""
    for word in container.words:
        yield reveal(word.text)
    for _, probe in probes(container):
        yield from probe.command
    for file in mounted_files(cluster, workload, container):
        if file.entry.text is not None:
            yield reveal(file.entry.text)


def _making(world: World, workload: Workload, container: Container) -> Making:
    known = {one.key: one.value for one in settings_of(world, workload, container) if one.origin is Origin.ENV}
    words = list(command_words(container, known))
    files = [file for file in mounted_files(world.cluster, workload, container) if file.entry.text]
    file = _run_file(files, words)
    script = shell_script(words) if file is None else Word(file.entry.text, file.entry.place, exact=True)
    functions = None if script is None else bucket_functions(script)
    commands = [tuple(words)] if functions is None else list(read_script(functions.script, known))
    elsewhere = [reveal(each.entry.text) for each in _also_run(files, file, words) if each.entry.text]
    elsewhere += [text for _, probe in probes(container) for text in probe.command]
    complete = not any(map(_ANY.search, elsewhere))
    said = f"{container.name} of {workload.id.kind} {workload.id.name}"
    names: list[Name] = []
    if functions is not None:
        names += [Name(each, functions.script.place, said) for each in functions.written]
    for command in commands:
        targets = None if functions is None else functions.made(command)
        made = _made(said, command) if targets is None else [_name(each, said) for each in targets] or [None]
        if made is None:
            complete = complete and not any(_ANY.search(word.plain or word.before) for word in command)
        else:
            names.extend(name for name in made if name is not None)
            complete = complete and None not in made
    return Making(workload, container, tuple(names), complete)


def _run_file(files: Sequence[MountedFile], words: Sequence[Word]) -> MountedFile | None:
    """The mounted script that is the command, by itself or behind a shell: `/bin/sh /config/initialize`."""
    program = words[1:] if words and posixpath.basename(words[0].plain) in SHELLS else words
    first = next((word.plain for word in program if not word.plain.startswith("-")), "")
    if any("c" in word.plain for word in words[1:2] if word.plain.startswith("-") and program is not words):
        return None
    return next((file for file in files if file.path == posixpath.normpath(first)), None) if first else None


def _also_run(files: Sequence[MountedFile], run: MountedFile | None, words: Sequence[Word]) -> Iterator[MountedFile]:
    """The other mounted files that its command, or the script that it is, may run: those that it names, or whose folder
    it goes through."""
    said = " ".join(word.plain or word.before for word in words)
    said += f" {reveal(run.entry.text)}" if run is not None and run.entry.text is not None else ""
    for file in files:
        folder, _, name = file.path.rpartition("/")
        through = rf"(?<![\w.-]){re.escape(name)}(?![\w.-])|{re.escape(folder)}/?(?![\w./-])"
        if file is not run and re.search(through, said):
            yield file


def _made(said: str, command: Command) -> list[Name | None] | None:
    """The buckets that a command makes, None for one that is not known; None for any other command."""
    for index, word in enumerate(command):
        program = posixpath.basename(word.plain)
        if program in _MC or program in ("aws", "s3cmd"):
            rest = without_options(command[index + 1 :], _VALUED)
            verbs = ["s3", "mb"] if program == "aws" else ["mb"]
            if program == "aws" and [each.plain for each in rest[:2]] == ["s3api", "create-bucket"]:
                return [_name(target, said) for target in option_values(command, "--bucket")] or [None]
            if [each.plain for each in rest[: len(verbs)]] == verbs:
                return [_name(target, said, in_alias=program in _MC) for target in rest[len(verbs) :]] or [None]
            return None
        if program == "garage":
            rest = without_options(command[index + 1 :], _VALUED)
            if [each.plain for each in rest[:2]] == ["bucket", "create"]:
                return [_name(target, said) for target in rest[2:3]] or [None]
    return None


def _name(target: Word, said: str, *, in_alias: bool | None = None) -> Name | None:
    """The bucket of `store/files`, of `s3://files`, or of a word that is nothing else."""
    text = target.plain.strip("/")
    name = text if in_alias is None else text.partition("/")[2] if in_alias else text.removeprefix("s3://")
    if target.text is None or not _BUCKET.fullmatch(name) or (in_alias is False and name == text):
        return None
    return Name(SecretText(name) if isinstance(target.text, SecretText) else name, target.place, said)
