"""The requests behind commands of kubectl and helm, as `rules/tables/kubectl.yaml` says. Its head explains the fields.

A command whose failure is caught (`|| true`, `if kubectl …`) asks for nothing; neither does one that talks to another
cluster, or that changes nothing (`--dry-run=client`).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from msgspec import Struct, convert

from mblint.cluster.objects import Container
from mblint.cluster.secrets import Text
from mblint.facts.permissions.resources import Resource, Resources
from mblint.manifests.documents import Place
from mblint.regex import regex
from mblint.settings.arguments import command_words, shell_script
from mblint.settings.scripts import read_script
from mblint.settings.tables import load_table
from mblint.settings.words import Word
from mblint.software.images import reference

_PROGRAMS = ("kubectl", "helm")
_ELSEWHERE = ("--kubeconfig", "--context", "--server", "-s", "--token", "--as", "--kube-context", "--kube-apiserver")
_SAYS_OTHERWISE = ("KUBECONFIG", "HELM_DRIVER", "HELM_KUBETOKEN", "HELM_KUBEAPISERVER")  # another account, or store
_ASKS_NOTHING = ("--dry-run", "--local", "-h", "--help", "-f", "--filename", "-k", "--kustomize", "--raw")
_ALONE = regex(r"-[A-Za-z]*[Awit]|--(?:all|all-namespaces|no-headers|watch|ignore-not-found|overwrite|wait|force|now)")
_BEFORE = regex(r"exec|time|timeout|sudo|env|nohup|xargs|tini|--|-\S*|\d+[smh]?|\w+=.*")  # words before the program
_ATTACHED = regex(r"-[a-z][^=-]")
_CAUGHT = regex(r"\|\||(?:^|[\s;&(])(?:if|!)\s")
_LONGEST = 65_536  # characters of a script


class _Command(Struct, frozen=True, rename="kebab"):
    """One row of the table."""

    program: str
    words: tuple[str, ...]
    named: tuple[str, ...]
    source: str
    listed: tuple[str, ...] = ()
    of: str | None = None
    part: str | None = None
    part_verbs: tuple[str, ...] = ()
    resource_at: bool = False


class Request(Struct, frozen=True):
    """What a command asks for. `verbs`: all of them; `any_of`: one is enough. `namespace` None: nobody can tell."""

    command: str
    resource: Resource
    verbs: tuple[str, ...]
    place: Place
    any_of: bool = False
    part: str | None = None
    name: str | None = None
    namespace: str | None = None
    everywhere: bool = False


def requests_of(
    container: Container,
    namespace: str,
    known: Mapping[str, Text | None],
    files: Mapping[str, Word],
    resources: Resources,
) -> Iterator[Request]:
    """What the commands of a container ask for. `known`: its variables; `files`: its mounted scripts, by path."""
    if any(name in known for name in _SAYS_OTHERWISE):
        return
    words = tuple(command_words(container, known))
    script = shell_script(words)
    run = [files[word.plain] for word in words if word.plain in files]
    if script is not None:
        run += [file for path, file in files.items() if path in script.plain] + [script]
    for each in run:
        if len(each.plain) <= _LONGEST:
            for command in read_script(each, known):
                if not _is_caught(each, command):
                    yield from _of_command(command, namespace, resources)
    if script is None:
        program = reference(container.image or "").name
        if container.command is None and program in _PROGRAMS and words:
            words = (Word(program, words[0].place, exact=False), *words)
        yield from _of_command(words, namespace, resources)


def _is_caught(script: Word, command: Sequence[Word]) -> bool:
    """Whether the line of a command says what happens when it fails."""
    first = next((word for word in command if word.plain), None)
    start = None if first is None else first.place.offset
    if start is None:
        return False
    text, offset = script.plain, start - (script.place.offset or 0)
    begin = max(text.rfind("\n", 0, offset), text.rfind(";", 0, offset)) + 1
    end = re.compile(r"(?<!\\)\n|$").search(text, offset)
    return _CAUGHT.search(text[begin : end.start() if end is not None else None]) is not None


def _of_command(words: Sequence[Word], namespace: str, resources: Resources) -> Iterator[Request]:
    start = next((at for at, word in enumerate(words) if posixpath.basename(word.plain) in _PROGRAMS), None)
    if start is None or not all(_BEFORE.fullmatch(word.plain) for word in words[:start]):
        return
    program, rest = posixpath.basename(words[start].plain), _Options(words[start + 1 :])
    if rest.has(_ELSEWHERE) or rest.has(_ASKS_NOTHING):
        return
    for row in _table():
        plain = tuple(word.plain for word in rest.words[: len(row.words)])
        if row.program == program and plain == row.words:
            yield from _of_row(row, rest, words[start].place, namespace, resources)
            return


class _Options:
    """The words of a command apart: options with their values, and the others."""

    def __init__(self, written: Sequence[Word]) -> None:
        self.options: dict[str, Word | None] = {}
        self.words: list[Word] = []
        pending: str | None = None
        for word in written:
            text = word.plain or word.before
            if text == "--":
                break
            if pending is not None and not text.startswith("-"):
                self.options[pending] = word
                pending = None
            elif _ATTACHED.match(text) is not None and _ALONE.fullmatch(text) is None:  # -nteam, -ojson
                self.options[text[:2]] = word.part(2) if word.text is not None else None
            elif text.startswith("-") and len(text) > 1:
                key, equals, _ = text.partition("=")
                self.options[key] = word.part(len(key) + 1) if equals and word.text is not None else None
                pending = key if not equals and _ALONE.fullmatch(key) is None else None
            else:
                self.words.append(word)

    def has(self, names: Sequence[str]) -> bool:
        """Whether one of the options is given."""
        return any(name in self.options for name in names)

    def namespace(self, own: str) -> str | None:
        """The namespace that is meant; None where only the running shell knows it."""
        for name in ("-n", "--namespace"):
            if name in self.options:
                value = self.options[name]
                return None if value is None or not value.plain or "$" in value.plain else value.plain
        return own


def _of_row(row: _Command, rest: _Options, place: Place, own: str, resources: Resources) -> Iterator[Request]:
    after = rest.words[len(row.words) :]
    words = " ".join((row.program, *row.words))
    everywhere = rest.has(("-A", "--all-namespaces"))
    namespace = rest.namespace(own)
    for written, names in _resources(row, after):
        resource = resources.get(written)
        if resource is None:
            continue
        is_named = bool(names) or row.of is not None
        name = names[0].plain if len(names) == 1 and names[0].plain and "$" not in names[0].plain else None
        verbs = row.named if is_named else row.listed
        if verbs:
            watches = ("watch",) if row.words == ("get",) and rest.has(("-w", "--watch")) else ()
            yield Request(
                words, resource, (*verbs, *watches), place, name=name, namespace=namespace, everywhere=everywhere
            )
        if row.part is not None:
            yield Request(
                words, resource, row.part_verbs, place, any_of=True, part=row.part, name=name, namespace=namespace
            )


def _resources(row: _Command, after: Sequence[Word]) -> Iterator[tuple[str, Sequence[Word]]]:
    """The resources that a command names, and the objects of each."""
    if row.of is not None:
        yield row.of, ()
        return
    if not after or not after[0].plain:
        before = after[0].before if after else ""
        if "/" in before:  # deployment/$NAME
            yield before.partition("/")[0], (after[0],)
        return
    if "/" in after[0].plain:
        for word in after:
            kind, slash, name = word.plain.partition("/")
            if slash and name:
                yield kind, (word.part(len(kind) + 1),)
        return
    names = [word for word in after[1:] if "=" not in word.plain]
    for kind in after[0].plain.split(","):
        yield kind, names


@cache
def _table() -> tuple[_Command, ...]:
    return convert(load_table("kubectl", "commands"), tuple[_Command, ...])
