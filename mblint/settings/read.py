"""Everything that the containers of a cluster are told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Container, Entry, Workload
from mblint.cluster.secrets import SecretText, Text, reveal
from mblint.manifests.documents import Place
from mblint.regex import regex
from mblint.settings.api_config_maps import files_read_through_the_api, selected
from mblint.settings.arguments import Argument, read_arguments
from mblint.settings.bounded import Room
from mblint.settings.embedded import read_embedded
from mblint.settings.environment import Environment, Variable, read_environment, service_variables
from mblint.settings.expansion import expand
from mblint.settings.formats.by_name import is_for_pages, read_leaves
from mblint.settings.formats.leaf import Leaf
from mblint.settings.formats.nginx import passes_to, upstreams_of
from mblint.settings.mentioned import (
    LED_ELSEWHERE,
    mentioned,
    names_another,
    without_block_comments,
    words_in,
    words_in_file,
)
from mblint.settings.mounted_files import MountedFile, mounted_files
from mblint.settings.names import Name, Origin, Role
from mblint.settings.oidc_table import oidc_name
from mblint.settings.option_lists import read_option_list
from mblint.settings.roles import names_loopback, role_of
from mblint.settings.rows import Setting
from mblint.settings.service_names import means_a_service
from mblint.settings.shell_functions import without_idle_functions
from mblint.software.programs import Programs

_SHORTEST = 2  # characters of a variable's value that may hold a name
_WORD = regex(r"[a-z0-9-]+")
_OF_OTHER_PODS = regex(r"(?:^|\.)(?:initC|c)ontainers\[\d+\]\.env\[")  # a template for pods that a program makes


class _Parsed(Struct):
    """What was read of a file: its values, the words that could be names of Services, and the text that these are
    looked for in, without what does not run."""

    leaves: tuple[Leaf, ...]
    words: frozenset[str]
    running: str


_ParsedFiles = dict[tuple[str, str], _Parsed]  # by the file's path and text: many pods have the same one


def read_settings(cluster: Cluster, programs: Programs) -> tuple[Setting, ...]:
    """The effective settings of every container: its environment, then its arguments, then its mounted files.

    A container's settings stand together, in the order of the workloads and of their containers.
    """
    services = service_variables(cluster)
    parsed: _ParsedFiles = {}
    return tuple(
        setting
        for workload in cluster.workloads
        for container in workload.pod.containers
        for setting in _settings(
            _Told(cluster, workload, container, programs), services.get(workload.id.namespace, {}), parsed
        )
    )


class _Told(Struct, frozen=True):
    """The container that is told something."""

    cluster: Cluster
    workload: Workload
    container: Container
    programs: Programs

    def name(self, origin: Origin, key: str, file: str = "") -> Name:
        """A setting's name, with what gives it a meaning."""
        return Name(key, origin, self.container.image or "", file)

    def row(
        self,
        origin: Origin,
        key: str,
        value: Text | None,
        place: Place,
        source: MountedFile | Variable | None = None,
        role: Role | None = None,
    ) -> Setting:
        """A setting; its role is found by name and value where none is given."""
        file = source.path if isinstance(source, MountedFile) else None
        name = self.name(origin, key, file or "")
        oidc = oidc_name(name, self.programs)
        if role is None:
            role = role_of(self.cluster, self.workload, name, oidc, value)
        key_ref = None if source is None else source.key_ref
        reference = None if source is None else source.reference
        return Setting(self.workload, self.container, origin, key, value, role, oidc, place, file, key_ref, reference)


def _settings(told: _Told, services: Mapping[str, Text | None], parsed: _ParsedFiles) -> Iterator[Setting]:
    environment = read_environment(told.cluster, told.workload, told.container, services)
    files = mounted_files(told.cluster, told.workload, told.container)
    for variable in environment.variables:
        rows = list(_from_variable(told, variable))
        yield from (*rows, *_mentioned_in_variable(told, variable, rows))
    namespace = told.workload.id.namespace
    written = read_arguments(told.container, namespace, environment.known, files, told.programs)
    arguments = [row for each in written for row in _from_argument(told, each)]
    yield from (*arguments, *_mentioned_in_command(told, arguments))
    by_api = tuple(files_read_through_the_api(told.cluster, told.workload, told.container))
    for file in (*files, *by_api):
        rows = list(_from_file(told, file, files, environment, parsed))
        yield from rows
        for each in selected(told.cluster, rows, file) if file in by_api else ():
            entry = each.source.entry
            yield told.row(Origin.FILE, each.key, entry.text, entry.place, each.source)
        of_script = [row for row in arguments if row.file == file.path]
        yield from _mentioned_in_file(told, file, [*rows, *of_script], parsed)


def _from_variable(told: _Told, variable: Variable) -> Iterator[Setting]:
    leaves = () if variable.value is None else read_embedded(reveal(variable.value))
    whole = Role.UNKNOWN if leaves else None  # what a document holds is told by its parts
    yield told.row(Origin.ENV, variable.name, variable.value, variable.place, variable, whole)
    if variable.value is None:
        return
    for leaf in leaves:
        key = f"{variable.name}{'' if leaf.key.startswith('[') else '.'}{leaf.key}"
        place = variable.place if leaf.offset is None or not variable.exact else variable.place.inside(leaf.offset)
        yield told.row(Origin.ENV, key, _like(variable.value, leaf.value), place, variable)
    for argument in read_option_list(variable):
        option = told.name(Origin.ARGUMENT, argument.key)  # the role is by the option's name, not by its variable's
        role = role_of(told.cluster, told.workload, option, oidc_name(option, told.programs), argument.value)
        yield told.row(Origin.ENV, f"{variable.name} {argument.key}", argument.value, argument.place, variable, role)


def _from_argument(told: _Told, argument: Argument) -> Iterator[Setting]:
    role = Role.UNKNOWN if argument.beside else None
    if argument.called:
        # What a script waits for on its own machine is the pod itself, or what will run in it.
        role = Role.UNKNOWN if names_loopback(reveal(argument.value)) else Role.CALLS
    leaves = read_embedded(reveal(argument.value)) if "\n" in reveal(argument.value) else ()
    row = told.row(Origin.ARGUMENT, argument.key, argument.value, argument.place, argument.script, role)
    yield replace(row, guessed=True) if argument.guessed else replace(row, role=Role.UNKNOWN) if leaves else row
    for leaf in leaves:  # Thanos: --objstore.config=…
        value = _like(argument.value, leaf.value)
        yield told.row(Origin.ARGUMENT, f"{argument.key}.{leaf.key}", value, argument.place, argument.script)


def _from_file(
    told: _Told, file: MountedFile, files: Sequence[MountedFile], environment: Environment, parsed: _ParsedFiles
) -> Iterator[Setting]:
    entry = file.entry
    if entry.text is None:
        return
    upstreams: frozenset[str] | None = None
    role = Role.BROWSER if file.path.endswith(".js") and is_for_pages(file.path, reveal(entry.text)) else None
    for leaf in _parsed(file, entry.text, parsed).leaves:
        if leaf.key.endswith("_pass"):
            upstreams = _upstreams(files) if upstreams is None else upstreams
            if passes_to(leaf, upstreams):
                continue
        value: Text | None = _like(entry.text, leaf.value)
        if leaf.asks:
            value = _answered(leaf, isinstance(entry.text, SecretText), environment)
        guessed = leaf.guessed or any(name not in environment.known for name in leaf.asks)
        of_others = Role.CONTENT if _OF_OTHER_PODS.search(leaf.key) else role
        row = told.row(Origin.FILE, leaf.key, value, _place(entry, leaf), file, of_others)
        yield replace(row, guessed=True) if guessed else row


def _upstreams(files: Sequence[MountedFile]) -> frozenset[str]:
    """What any of nginx's files defines: they include each other."""
    texts = (reveal(file.entry.text) for file in files if file.entry.text is not None)
    return frozenset(name for text in texts for name in upstreams_of(text))


def _parsed(file: MountedFile, whole: Text, parsed: _ParsedFiles) -> _Parsed:
    known = file.path, reveal(whole)
    if known not in parsed:
        words = words_in_file(*known)
        running = without_idle_functions(without_block_comments(*known)) if words else ""
        parsed[known] = _Parsed(read_leaves(*known), words, running)
    return parsed[known]


# ---------------------------------------------------------------- what no reader made anything of


def _mentioned_in_variable(told: _Told, variable: Variable, rows: Sequence[Setting]) -> Iterator[Setting]:
    text = "" if variable.value is None else reveal(variable.value)
    if variable.value is None or len(text) < _SHORTEST:
        return
    if _WORD.fullmatch(text):
        whole = rows[0].role in (Role.UNKNOWN, Role.IDENTITY) and means_a_service(
            variable.name, told.container.image or ""
        )
        if whole and names_another(told.cluster, told.workload, text):
            yield replace(rows[0], role=Role.CALLS, key=f"{variable.name} host", guessed=True)
        return
    for mention in mentioned(told.cluster, told.workload, text, words_in(text), rows):
        if mention.bare and not mention.in_url:
            continue  # `TEXT: server=db` is a text
        place = variable.place.inside(mention.offset) if variable.exact else variable.place
        key = f"{variable.name} {'host' if mention.bare else mention.host}"
        row = told.row(Origin.ENV, key, _like(variable.value, mention.value), place, variable, Role.CALLS)
        yield replace(row, guessed=True)


def _mentioned_in_command(told: _Told, rows: Sequence[Setting]) -> Iterator[Setting]:
    words = told.container.words
    if any(written.text in LED_ELSEWHERE for written in words):
        return
    for written in words:
        for mention in mentioned(told.cluster, told.workload, written.text, words_in(written.text), rows):
            key = "command host" if mention.bare else "command"
            place = written.place.inside(mention.offset)
            yield replace(told.row(Origin.ARGUMENT, key, mention.value, place, role=Role.CALLS), guessed=True)


def _mentioned_in_file(
    told: _Told, file: MountedFile, rows: Sequence[Setting], parsed: _ParsedFiles
) -> Iterator[Setting]:
    entry = file.entry
    if entry.text is None or not (read := _parsed(file, entry.text, parsed)).words:
        return
    for mention in mentioned(told.cluster, told.workload, read.running, read.words, rows):
        key = f"line {mention.line}{': host' if mention.bare else ''}"
        place = entry.place if entry.encoded else entry.place.inside(mention.offset)
        row = told.row(Origin.FILE, key, _like(entry.text, mention.value), place, file, Role.CALLS)
        yield replace(row, guessed=True)


def _answered(leaf: Leaf, secret: bool, environment: Environment) -> Text | None:
    """The value with the variables of the environment put in. What is not set has its default, in the file or, unseen,
    in the image."""
    known = {name: environment.known.get(name, default) for name, default in leaf.asks.items()}
    value = expand(leaf.value, known, Room())
    return SecretText(reveal(value)) if secret and value is not None else value


def _place(entry: Entry, leaf: Leaf) -> Place:
    return entry.place if entry.encoded or leaf.offset is None else entry.place.inside(leaf.offset)


def _like(whole: Text, part: str) -> Text:
    """A part of a text is as secret as the whole."""
    return SecretText(part) if isinstance(whole, SecretText) else part
