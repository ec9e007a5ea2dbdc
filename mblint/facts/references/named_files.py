"""The files that containers are told to read or run: by settings, by their commands, by probes and hooks.

Of a script only what is run or sourced without any condition counts: `[ -f FILE ] && . FILE` asks first.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from mblint.cluster.objects import Container, ContainerRole, Mount, Workload
from mblint.cluster.pod_fields import container_fields
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import SecretText
from mblint.facts.references.rows import MountedPath
from mblint.facts.references.switched_off import is_switched_off
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.regex import regex
from mblint.settings.arguments import SHELLS, WRAPPERS, command_words, shell_script
from mblint.settings.names import Origin
from mblint.settings.role_table import is_of_another_process, words_of
from mblint.settings.rows import Setting
from mblint.settings.scripts import read_script
from mblint.settings.words import Word

_PLAIN_PATH = regex(r"(?:/[\w.@+-]+)+")
_ASKS_FIRST = regex(r"(?<![\w-])(?:if|while|until|for|case|trap|test)(?![\w-])|\[|\|\||&\s*$|<<")
_READS = regex(r"(?:^|[._-])(?:config|conf|file|kubeconfig)s?(?:[._-](?:file|path))?$", re.IGNORECASE)
_OF_A_FILE = regex(r"(?:^|[._-])(?:\w*files?|\w*(?:cert|certificate|key|ca)(?:[._-]?(?:file|path))?)$", re.IGNORECASE)
_IN_QUERY = regex(r"[?&](\w*(?:cert|key|ca|cafile|keyfile|certfile|ca_certs))=((?:/[\w.@+-]+)+)(?=&|$)", re.IGNORECASE)
_SOURCES = frozenset((".", "source"))
_LONGEST = 8192  # characters of a script


class NamedFile(Struct, frozen=True):
    """A path, and who names it. `needed`: what names it fails without it, and is no guess by a setting's name."""

    path: str
    who: str
    place: Place
    needed: bool


def below_mount(workload: Workload, container: Container, named: NamedFile, mount: Mount, verdict: str) -> MountedPath:
    """The row of a named file below a mount, as far as it is the same whatever is wrong with it."""
    return MountedPath(
        object=workload.id,
        container=container.name,
        place=named.place,
        related=(Related(f"the mount of {mount.mount_path}", mount.place, workload.id),),
        linted=workload.linted,
        path=named.path,
        settings=named.who,
        mount=mount.mount_path,
        needed=named.needed,
        verdict=verdict,
    )


def named_files(world: World, workload: Workload, container: Container) -> Iterator[NamedFile]:
    """The plain absolute paths that a container is told of."""
    told: set[str] = set()
    for setting in _settings(world).get((id(workload), id(container)), ()):
        if setting.key_ref is None or setting.origin is not Origin.ARGUMENT:
            who = setting.label
            needed = who.endswith("_FILE") or (setting.origin is Origin.ARGUMENT and _READS.search(who) is not None)
            told.add(str(setting.value))
            yield NamedFile(str(setting.value), who, setting.place, needed)
    yield from _in_addresses(world, workload, container)
    words = tuple(command_words(container, {}))
    run = list(_run(words, is_program=container.command is not None))
    for word in run:
        yield NamedFile(word.plain, "its command", word.place, needed=True)
    if shell_script(words) is None:
        for word in words[1:]:
            if is_plain_path(word.plain) and word not in run and word.plain not in told:
                yield NamedFile(word.plain, "its command", word.place, needed=False)
    if container.role is not ContainerRole.INIT:
        yield from _of_hooks(container)


def _in_addresses(world: World, workload: Workload, container: Container) -> Iterator[NamedFile]:
    """The files that the query of an address names, `?sslrootcert=/etc/ca/ca.crt`, as it is written in the manifest."""
    for setting in _addresses(world).get((id(workload), id(container)), ()):
        for found in _IN_QUERY.finditer(str(setting.place.value)):
            yield NamedFile(found[2], f"{found[1]} in {setting.label}", setting.place, needed=False)


@remembered
def _addresses(world: World) -> Mapping[tuple[int, int], Sequence[Setting]]:
    """By workload and container: the variables that are written as an address with a file in its query."""
    found: dict[tuple[int, int], list[Setting]] = {}
    for setting in world.settings:
        if setting.origin is Origin.ENV and setting.key_ref is None and setting.file is None:
            written = setting.place.value
            if isinstance(written, str) and "://" in written and _IN_QUERY.search(written) is not None:
                found.setdefault((id(setting.workload), id(setting.container)), []).append(setting)
    return found


def _of_hooks(container: Container) -> Iterator[NamedFile]:
    for name in ("startup", "liveness", "readiness"):
        probe = getattr(container, name)
        if probe is not None and probe.command:
            place = probe.place.at("exec", "command")
            yield from _hook(f"its {name} probe", probe.command, place)
    if "lifecycle" in (container.place.value or {}):  # type: ignore[operator]
        fields = container_fields(container)
        for name, hook in (("postStart", fields.post_start), ("preStop", fields.pre_stop)):
            if hook is not None and hook.command:
                yield from _hook(f"its {name} hook", hook.command, hook.node.place.at("exec", "command"))


def _hook(who: str, command: Sequence[str], place: Place) -> Iterator[NamedFile]:
    words = tuple(Word(text, place.at(index), exact=True) for index, text in enumerate(command))
    for word in _run(words, is_program=True):
        yield NamedFile(word.plain, who, word.place, needed=True)


def _run(words: Sequence[Word], *, is_program: bool) -> Iterator[Word]:
    """The words that are files which a command runs or sources."""
    script = shell_script(words)
    if script is None:
        if is_program:
            yield from _program(words)
    elif len(script.plain) <= _LONGEST and _ASKS_FIRST.search(script.plain) is None:
        for command in read_script(script, {}):
            yield from _program(command)


def _program(words: Sequence[Word]) -> Iterator[Word]:
    rest = [word for word in words if word.plain not in WRAPPERS]
    if not rest:
        return
    first = rest[0]
    if posixpath.basename(first.plain) in SHELLS or first.plain in _SOURCES:
        first = next((word for word in rest[1:] if not word.plain.startswith("-")), first)
    if is_plain_path(first.plain):
        yield first


def is_plain_path(text: str) -> bool:
    """Whether a text is one absolute path of a file, without anything that is filled in later."""
    return len(text) < 4096 and _PLAIN_PATH.fullmatch(text) is not None


@remembered
def _settings(world: World) -> Mapping[tuple[int, int], Sequence[Setting]]:
    """By workload and container: the settings that are paths; in files only those that are called a file or a key."""
    found: dict[tuple[int, int], list[Setting]] = {}
    for setting in world.settings:
        value = setting.value
        if setting.guessed or value is None or isinstance(value, SecretText):
            continue
        if not value.startswith("/"):  # most of them: asked first
            continue
        if setting.origin is Origin.FILE and (
            _OF_A_FILE.search(setting.key) is None or is_of_another_process(setting.key, setting.file or "")
        ):
            continue
        if words_of(setting.key)[-1:] in (("url",), ("uri",)):
            continue  # a path of a site
        if is_plain_path(value) and not is_switched_off(world, setting):
            found.setdefault((id(setting.workload), id(setting.container)), []).append(setting)
    return found
