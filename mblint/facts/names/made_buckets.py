"""The buckets, and the keys, that containers make by commands: `mc mb store/files`, `aws s3 mb s3://files`.

A container whose commands are all read makes these, and no more: then a list of buckets is closed.
Source: https://min.io/docs/minio/linux/reference/minio-mc/mc-mb.html,
https://docs.aws.amazon.com/cli/latest/reference/s3/mb.html, https://s3tools.org/usage,
https://github.com/deuxfleurs-org/garage/blob/3f4ab3a4a38e382fc54c15580862af55b0257848/doc/book/connect/backup.md
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Container, Object, Workload
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import SecretText, reveal
from mblint.facts.credentials.made_keys import key_makers
from mblint.facts.names.shape import Name, Offered
from mblint.facts.told import settings_of
from mblint.facts.way.uses import probes
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.arguments import command_words, shell_script
from mblint.settings.mounted_files import mounted_files
from mblint.settings.names import Origin
from mblint.settings.scripts import read_script
from mblint.settings.words import Command, Word

MAKE = r"\bmb\b|make[-_]?bucket|create[-_]?bucket|bucket\s+create|s3\.bucket"  # the words by which buckets are made
_ANY = regex(f"(?i){MAKE}")
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
    script = shell_script(words)
    commands: Sequence[Command] = [tuple(words)] if script is None else list(read_script(script, known))
    elsewhere = [
        reveal(file.entry.text) for file in mounted_files(world.cluster, workload, container) if file.entry.text
    ]
    elsewhere += [text for _, probe in probes(container) for text in probe.command]
    complete = not any(map(_ANY.search, elsewhere))
    names: list[Name] = []
    for command in commands:
        made = _made(workload, container, command)
        if made is None:
            complete = complete and not any(_ANY.search(word.plain or word.before) for word in command)
        else:
            names.extend(name for name in made if name is not None)
            complete = complete and None not in made
    return Making(workload, container, tuple(names), complete)


def _made(workload: Workload, container: Container, command: Command) -> list[Name | None] | None:
    """The buckets that a command makes, None for one that is not known; None for any other command."""
    said = f"{container.name} of {workload.id.kind} {workload.id.name}"
    for index, word in enumerate(command):
        program = posixpath.basename(word.plain)
        if program in _MC or program in ("aws", "s3cmd"):
            rest = _without_options(command[index + 1 :])
            verbs = ["s3", "mb"] if program == "aws" else ["mb"]
            if [each.plain for each in rest[: len(verbs)]] == verbs:
                return [_name(target, said, in_alias=program in _MC) for target in rest[len(verbs) :]] or [None]
            return None
        rest = _without_options(command[index + 1 :])
        if program == "garage" and [each.plain for each in rest[:2]] == ["bucket", "create"]:
            return [_plain_name(target, said) for target in rest[2:3]] or [None]
    return None


def _plain_name(target: Word, said: str) -> Name | None:
    if target.text is None or not _BUCKET.fullmatch(target.plain):
        return None
    return Name(target.text, target.place, said)


def _without_options(words: Sequence[Word]) -> list[Word]:
    kept: list[Word] = []
    for before, word in zip((None, *words), words, strict=False):
        is_value = before is not None and before.plain in _VALUED
        if not is_value and not word.plain.startswith("-"):
            kept.append(word)
    return kept


def _name(target: Word, said: str, *, in_alias: bool) -> Name | None:
    """The bucket of `store/files`, or of `s3://files`."""
    text = target.plain.strip("/")
    name = text.partition("/")[2] if in_alias else text.removeprefix("s3://")
    if target.text is None or not _BUCKET.fullmatch(name) or (not in_alias and name == text):
        return None
    return Name(SecretText(name) if isinstance(target.text, SecretText) else name, target.place, said)
