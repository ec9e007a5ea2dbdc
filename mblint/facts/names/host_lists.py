"""The hosts and origins from which a program takes requests, as it is told: the `hosts` of software files, and those of
frameworks (`rules/tables/frameworks.yaml`) with which programs of any maker are built.

A list is read however it is told: one text with separators, JSON, a list in a file, an option given several times.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from msgspec import Struct, structs

from mblint.cluster.objects import Container, ContainerRole, Workload
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import reveal
from mblint.facts.names.frameworks import Framework, frameworks, shown_by, starts_one
from mblint.facts.names.host_elements import ELEMENT, are_hosts, elements
from mblint.facts.names.host_patterns import is_meant
from mblint.facts.names.plain_files import is_plainly_said
from mblint.facts.names.shape import Name
from mblint.facts.software import RunningProgram, running_programs
from mblint.facts.way.heard import reads_what_is_not_there
from mblint.facts.world import World
from mblint.globs import matches
from mblint.manifests.documents import Place
from mblint.regex import regex
from mblint.settings.mounted_files import mounted_files
from mblint.settings.names import Origin
from mblint.settings.programs import ProgramSettings, program_settings
from mblint.settings.rows import Setting
from mblint.settings.tables import load_words
from mblint.settings.unseen_files import may_find, may_say
from mblint.software.network import Hosts
from mblint.software.setting_names import Form, Texts, setting_names, texts

_IN_A_LIST = regex(r"\[\d*\]")  # of texts, or of mappings that have one each
_FILLED_LATER = regex(r"\$[({\w]|\{\{|%\(|‹")
_OF_ORIGINS = ("csrf", "origins")
_NO_WORD = regex(r"[^a-z0-9]+")


class HostList(Struct, frozen=True, eq=False):
    """A list of one container. `setting`: what it is called; `place`: where it stands, or the container that lacks it.

    `names` None: it is not set, and nobody says what is taken then. `doubt`: a clause that says why it may not be all.
    `by_framework`: the program itself is not known, only what it is built with.
    """

    workload: Workload
    container: Container
    told: ProgramSettings
    software: str
    entry: Hosts
    setting: str
    place: Place
    names: tuple[Name, ...] | None
    is_set: bool
    doubt: str | None = None
    by_framework: bool = False

    def takes(self, host: str, *, tls: bool = False) -> bool:
        """Whether a host is in the list; `tls`: pages of it that browsers have by https."""
        host = host.lower().rstrip(".")
        always = (each.lower() for each in texts(self.entry.always.hosts))
        if any(host == each or ("*" in each and matches(host, each)) for each in always):
            return True
        return any(is_meant(host, reveal(name.text).strip().lower(), self.entry, tls=tls) for name in self.names or ())

    @property
    def takes_all(self) -> bool:
        """True where one of its elements allows whatever comes."""
        return any(reveal(name.text).strip() in texts(self.entry.wildcard) for name in self.names or ())

    def is_asked_at(self, port: int | str | None) -> bool:
        """Whether the list is about what comes to a port of the container, by its number or its name."""
        if self.entry.port is None:
            return True
        named = {each.name: each.number for each in self.container.ports if each.name}
        return (named.get(port) if isinstance(port, str) else port) == self.entry.port

    def answers(self, path: str) -> bool:
        """Whether a path is answered whatever the list says."""
        plain = path.partition("?")[0]
        return any(matches(one, pattern) for pattern in texts(self.entry.always.paths) for one in (plain, plain + "/"))


def host_lists(world: World, workload: Workload) -> tuple[HostList, ...]:
    """The lists of the containers of a workload that run as its work."""
    return _by_workload(world).get(id(workload), ())


@remembered
def _by_workload(world: World) -> Mapping[int, tuple[HostList, ...]]:
    found: defaultdict[int, tuple[HostList, ...]] = defaultdict(tuple)
    known: dict[int, frozenset[str]] = {}  # the kinds of lists of which the program's own file speaks
    for program in running_programs(world):
        if program.container.role is not ContainerRole.INIT and program.running.program.has(Hosts):
            known[id(program.container)] = frozenset(each.kind for each in program.running.entries(Hosts))
            found[id(program.workload)] += tuple(_of_program(world, program))
    for told in _candidates(world):
        found[id(told.workload)] += tuple(_of_frameworks(world, told, known.get(id(told.container), frozenset())))
    return found


def _of_program(world: World, program: RunningProgram) -> Iterator[HostList]:
    if program.running.undecided(Hosts):
        return
    for entry in program.running.entries(Hosts):
        if program.told.applies(entry) is True:
            yield _list(world, program.told, program.running.program.name, entry, by_framework=False)


def _of_frameworks(world: World, told: ProgramSettings, known: frozenset[str]) -> Iterator[HostList]:
    """What is only usual by the name of a setting counts where no framework is known that reads it."""
    read: set[Place] = set()
    for framework in frameworks():
        prefix = "" if told.holds(framework.told_by) is True else _prefix(told, framework)
        for entry in (each for each in framework.hosts if prefix is not None and each.kind not in known):
            named = structs.replace(entry, setting=_with(prefix, entry.setting)) if prefix else entry
            found = _list(world, told, f"the {framework.framework} application", named, by_framework=True)
            if not (entry.usual and found.place in read):
                yield found
            read.add(found.place)


def _prefix(told: ProgramSettings, framework: Framework) -> str | None:
    """What the framework's names begin with in a program that gives all of its settings a word of its own: `DD_`."""
    keys = {setting.key for setting in told.settings if setting.origin is Origin.ENV}
    for first, *others in framework.prefixed:
        found = sorted(key.removesuffix(first) for key in keys if key.endswith(f"_{first}"))
        shown = (each for each in found if all(f"{each}{other}" in keys for other in others))
        meant = next((each for each in shown if others or "CORS" in first or _is_its_own_word(told, each)), None)
        if meant is not None:
            return meant
    return None


def _is_its_own_word(told: ProgramSettings, prefix: str) -> bool:
    """Whether a prefix (`SHOP_`) is what the container, its workload or its image is called."""
    image = (told.container.image or "").rpartition("/")[2].partition("@")[0].partition(":")[0]
    parts = load_words("own-addresses", "parts")
    called = [_NO_WORD.sub("_", name.lower()) for name in (told.container.name, told.workload.id.name, image)]
    stems = ["_".join(word for word in name.split("_") if word not in parts) for name in called]
    return prefix.rstrip("_").lower() in {*called, *stems}


def _with(prefix: str, names: Texts) -> Texts:
    """The names of variables, with a word before them."""
    return tuple(f"{prefix}{name.key}" for name in setting_names(names) if name.form is Form.VARIABLE)


def _candidates(world: World) -> Iterator[ProgramSettings]:
    """The settings of the containers that may run a framework's program: those that name one of its lists, and those
    that start one that has a list of its own where nobody gives it any."""
    keys = {
        name.key for framework in frameworks() for entry in framework.hosts for name in setting_names(entry.setting)
    } | shown_by()
    ends = tuple({f"_{names[0]}" for framework in frameworks() for names in framework.prefixed})
    for _, group in groupby(world.settings, key=lambda one: (id(one.workload), id(one.container))):
        settings = tuple(group)
        first = settings[0]
        if first.container.role is ContainerRole.INIT:
            continue
        named = any((key := ELEMENT.sub("", setting.key)) in keys or key.endswith(ends) for setting in settings)
        if named or starts_one(first.container):
            yield program_settings(world.cluster, first.workload, first.container, settings)


# ---------------------------------------------------------------- what a list says


def _list(world: World, told: ProgramSettings, software: str, entry: Hosts, *, by_framework: bool) -> HostList:
    said = _said(told, entry.setting)
    names = tuple(name for setting in said for name in elements(setting, entry))
    also = tuple(setting for setting in told.all_of(entry.also) if setting.value)
    names += tuple(name for setting in also for name in elements(setting, entry))
    doubt = _doubt(world, told, entry, said)
    if doubt is None and by_framework and said and not names:
        doubt = "it is empty, and the program may then take a list of its own"
    if doubt is None and entry.usual and entry.kind == "hosts" and entry.form == "host" and not are_hosts(names):
        doubt = "its elements are not plainly names of hosts"
    instead = also if entry.kind in _OF_ORIGINS else ()  # the address whose origin it takes, which is what is wrong
    first = next(iter(said or instead), None)
    default: tuple[Name, ...] | None = None
    if not said and entry.default is not None:
        default = tuple(Name(each, told.container.place, f"{software}'s default") for each in entry.default)
    return HostList(
        workload=told.workload,
        container=told.container,
        told=told,
        software=software,
        entry=entry,
        setting=_called(told, first, entry),
        place=first.place if first is not None else told.container.place,
        names=names if said else default if default is None else (*default, *names),
        is_set=first is not None,
        doubt=doubt,
        by_framework=by_framework,
    )


def _called(told: ProgramSettings, first: Setting | None, entry: Hosts) -> str:
    """What messages call the list: a setting without the number of its element, or how this container would be told."""
    if first is None:
        names = setting_names(entry.setting)
        stems = {setting.key.partition("_")[0] for setting in told.settings if setting.origin is Origin.ENV}
        variables = [name for name in names if name.form is Form.VARIABLE and name.key.partition("_")[0] in stems]
        return (variables or names)[0].key
    return ELEMENT.sub("", first.key) + (f" in {first.file}" if first.file else "")


def _said(told: ProgramSettings, names: Texts) -> tuple[Setting, ...]:
    """The settings of the first name that is set: one text, the elements of a list, or an option's every time."""
    for name in setting_names(names):
        found = tuple(told.all_of(name.key if name.form is not Form.PATH else (f"{name.file}:{name.key}",)))
        if found and (name.form is Form.OPTION or _IN_A_LIST.search(found[0].key)):
            return tuple(reversed([each for each in found if each.file == found[0].file]))
        if found:
            return found[:1]
    return ()


def _doubt(world: World, told: ProgramSettings, entry: Hosts, said: Sequence[Setting]) -> str | None:
    """A clause that says why the list may have more than the manifests show."""
    every = (*said, *told.all_of(entry.also))
    if any(setting.value is None for setting in every):
        return "a part of it is not in the view"
    if any(setting.guessed and not is_plainly_said(told, setting) for setting in every):
        return "the program may never come to where it stands"
    if entry.form != "regex" and any(_FILLED_LATER.search(reveal(setting.value or "")) for setting in every):
        return "a part of it is filled in at run time"
    if not said and (not told.complete or reads_what_is_not_there(world, told.workload)):
        return "a part of what it is told is not in the view"
    if not said and any(_is_file_of(told, name.key) for name in setting_names(entry.setting)):
        return "a file may say it"
    if said and (said[0].file or "").endswith(".py") and _is_worked_out(world, told, said[0]):
        return "the file works out a part of it"
    where = world.cluster, told.workload, told.container, entry.completed_by
    says = entry.unless and entry.unless.says  # what a file that adds to it has in it
    may_add = may_say(*where, (says,)) if says else may_find(*where)
    return "a mounted file may add to it" if may_add else None


def _is_worked_out(world: World, told: ProgramSettings, setting: Setting) -> bool:
    """Whether a file in Python does more with a list than to write it down: reads a variable, or adds to it later."""
    name = re.escape(ELEMENT.sub("", setting.key))
    more = re.compile(
        rf"^[ \t]*{name}[ \t]*(?:\+=|\.\w+\(|=(?![ \t]*[\[(\"'])|=.*(?:environ|getenv|\benv\b|config\(|\+))", re.M
    )
    return any(
        each.path == setting.file and each.entry.text is not None and more.search(reveal(each.entry.text)) is not None
        for each in mounted_files(world.cluster, told.workload, told.container)
    )


def _is_file_of(told: ProgramSettings, key: str) -> bool:
    return any(setting.origin is Origin.ENV and setting.key == f"{key}_FILE" for setting in told.settings)
