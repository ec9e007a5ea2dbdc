"""What the servers of the view make at their start: the `creates` of software files, read with what each is told."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Iterator, Mapping

from msgspec import Struct

from mblint.cluster.objects import Container, ContainerRole
from mblint.cluster.pod_fields import container_fields
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import SecretText, Text, reveal
from mblint.facts.credentials.servers import ports_of
from mblint.facts.credentials.told import Telling, Told, known
from mblint.facts.names.accounts import accounts, is_mounted, of_scripts, parts, scripted
from mblint.facts.names.defined import defined
from mblint.facts.names.directories import tree_of_domain
from mblint.facts.names.plain_start import starts_plainly
from mblint.facts.names.shape import Name, Offered
from mblint.facts.names.sql_scripts import script_names
from mblint.facts.software import RunningProgram, running_programs
from mblint.facts.way.heard import is_of_its_makers
from mblint.facts.world import World
from mblint.settings.mounted_files import mounted_files
from mblint.settings.names import Origin
from mblint.settings.unseen_files import may_be_unseen
from mblint.software.images import fits
from mblint.software.program import Running
from mblint.software.setting_names import Form, setting_names, texts
from mblint.software.storage import Creates

_UNQUOTED: Mapping[str, Callable[[str], str]] = {"lower-case": str.lower, "as-written": str}
_MAKES = r"(?i)\b(?:database|schema|user|role|grant|identified|do|execute|use)\b|^\s*\\|\\[gic]"  # rare
_BESIDE = r"&|\|\s*\S*weed|\bshell\b"  # a command that goes on beside the server, or talks to it
_OFF = ("", "no", "false", "0", "off")
BY_A_HOOK = "a hook runs after its start"  # what may add to its names


class Server(Struct, frozen=True, eq=False):
    """A container that makes names. `ports`: those that it declares; none: not known, or it is alone in its pod."""

    program: RunningProgram
    product: str
    offers: tuple[Offered, ...]
    ports: frozenset[int]


@remembered
def creating_servers(world: World) -> Mapping[int, tuple[Server, ...]]:
    """The servers of the view with the names that they make, by the identity of their workload."""
    found: dict[int, list[Server]] = {}
    for program in running_programs(world):
        is_server = program.workload.lasting and program.container.role is ContainerRole.MAIN
        if is_server and program.running.program.has(Creates):
            found.setdefault(id(program.workload), []).append(_server(world, program))
    return {key: tuple(servers) for key, servers in found.items()}


def _server(world: World, program: RunningProgram) -> Server:
    offers: dict[str, list[Offered]] = {}
    entries = program.running.entries(Creates)
    inside = any(entry.lives_in_default is not None for entry in entries)  # its databases have users of their own
    for entry in entries:
        offered = _offered(world, program, entry)
        offers.setdefault(entry.what, []).append(offered)
        if entry.what == "user" and inside:
            within = _given(world, program, entry.lives_in) if texts(entry.lives_in) else None
            offers.setdefault("account", []).append(accounts(entry, offered, within))
        for made in of_scripts(world, program, entry):
            offers.setdefault(made.what, []).append(made)
    return Server(
        program,
        program.running.program.name,
        tuple(_together(lists) for lists in offers.values()),
        ports_of(program.workload, program.container),
    )


def _together(lists: list[Offered]) -> Offered:
    """What several entries about one kind of name say."""
    return Offered(
        lists[0].what,
        lists[0].by,
        tuple(name for each in lists for name in each.names),
        tuple(clause for each in lists for clause in each.added_by),
        guessed=all(each.guessed for each in lists),
        read_from=next((each.read_from for each in lists if each.read_from is not None), None),
        scripts_read=any(each.scripts_read for each in lists),
    )


def _offered(world: World, program: RunningProgram, entry: Creates) -> Offered:
    applies = program.told.applies(entry)
    if applies is False:
        return Offered(entry.what, program.workload, ())
    given = _given(world, program, entry.setting)
    made_by_sql = _of_sql(world, program, entry)
    doubts = list(_doubts(world, program, entry, given, made_by_sql))
    if applies is None:
        doubts.append("it is not known whether what decides it is set")
    if given is None and not texts(entry.setting):
        names: tuple[Name, ...] = ()
    elif given is None:
        names = _default(world, program, entry, doubts)
    else:
        names = tuple(_names(given, entry))
    made = tuple(name for each in made_by_sql.values() for name in each.get(entry.what, ()))
    listed = defined(world, program, entry)
    doubts.extend(listed.unread)
    always = tuple(Name(text, program.container.place, program.running.program.name) for text in texts(entry.always))
    return Offered(
        entry.what,
        program.workload,
        names + listed.names + made + always,
        tuple(doubts),
        guessed=given is None and not listed.names,
        read_from=listed.path,
        scripts_read=bool(made_by_sql),
    )


def _of_sql(world: World, program: RunningProgram, entry: Creates) -> Mapping[str, Mapping[str, tuple[Name, ...]]]:
    """By folder: what the scripts of SQL there make, where all of them are understood."""
    unquoted = _UNQUOTED.get(entry.added_by.sql)
    if unquoted is None:
        return {}
    found = {
        folder: script_names(world, program.workload, program.container, folder, unquoted)
        for folder in texts(entry.added_by.folders)
        if is_mounted(program.container, folder)
    }
    return {folder: names for folder, names in found.items() if names is not None}


def _default(world: World, program: RunningProgram, entry: Creates, doubts: list[str]) -> tuple[Name, ...]:
    """The names without the setting."""
    instead = _given(world, program, entry.default_from)
    if instead is not None:
        if instead.text is None:
            doubts.append(f"the value of {instead.setting.label} is not in the render")
        return tuple(_names(instead, entry))
    if entry.default is None:
        return ()
    return (Name(entry.default, program.container.place, "its default"),)


def _names(given: Told, entry: Creates) -> Iterator[Name]:
    if given.text is None:
        return
    written = tree_of_domain(reveal(given.text)) if entry.form == "domain" else reveal(given.text)
    for part in (written.strip(),) if entry.separator is None else parts(written, entry.separator):
        name = part.partition(":")[0] if entry.form == "before-colon" else part
        if name:
            yield Name(SecretText(name) if given.hidden else name, given.place, given.setting.label)


def _given(world: World, program: RunningProgram, names: str | tuple[str, ...]) -> Told | None:
    """What the first of the names says that is set to something, by itself or through a file."""
    found = next(
        (each for each in program.told.all_of(names) if each.value is None or reveal(each.value).strip()), None
    )
    if found is not None:
        return Told(known(found.value), found.secret, found, found.place, found.key_ref, found.reference)
    variables = {each.key: each for each in program.told.settings if each.origin is Origin.ENV}
    telling = Telling(world.cluster, program.workload, program.container, variables)
    files = (
        name.key for name in setting_names(names) if name.form is Form.VARIABLE and f"{name.key}_FILE" in variables
    )
    return next((content for key in files if (content := telling.of(key)) is not None), None)


# ---------------------------------------------------------------- what may add


def _doubts(
    world: World, program: RunningProgram, entry: Creates, given: Told | None, understood: Collection[str]
) -> Iterator[str]:
    """Clauses that say why the list may be longer than the settings show. `understood`: folders whose scripts are."""
    container = program.container
    if entry.others:
        yield "it may have others"
    if given is not None and given.text is None:
        yield f"the value of {given.setting.label} is not in the render"
    if given is None and not program.told.complete:
        yield "not all of its environment is in the render"
    yield from _doubts_of_image(program.running)
    if container.command is not None and not (_is_as_ever(container, entry) or starts_plainly(program)):
        yield "it is started by a command of its own"
    if container_fields(container).post_start is not None:
        yield BY_A_HOOK
    for folder in texts(entry.added_by.folders):
        if is_mounted(container, folder) and not (
            folder in understood
            or _only_statements(world, program, folder)
            or scripted(world, program, entry, folder) is not None
        ):
            yield f"what is mounted at {folder} may add more"
    for setting in program.told.all_of(entry.added_by.settings):
        if setting.value is None or reveal(setting.value).strip().lower() not in _OFF:
            yield f"{setting.label} may add more"


def _is_as_ever(container: Container, entry: Creates) -> bool:
    """Whether the program makes the names, whoever starts it, and the command does nothing else."""
    words = " ".join(reveal(word.text) for word in container.words)
    return entry.by_program and not re.search(_BESIDE, words)


def _only_statements(world: World, program: RunningProgram, folder: str) -> bool:
    """Whether all that is mounted at a folder is SQL of the view that makes no databases and users."""
    workload, container = program.workload, program.container
    below = f"{posixpath.normpath(folder)}/"
    files = [file for file in mounted_files(world.cluster, workload, container) if file.path.startswith(below)]
    return (
        bool(files)
        and not may_be_unseen(world.cluster, workload, container, f"{below}*")
        and all(file.path.endswith(".sql") and _is_harmless(file.entry.text) for file in files)
    )


def _is_harmless(text: Text | None) -> bool:
    return text is not None and not re.search(_MAKES, reveal(text))


def _doubts_of_image(running: Running) -> Iterator[str]:
    if running.undecided(Creates):
        yield "its version is not known"
    if not _is_known_build(running):
        yield f"{running.image.path} is somebody's own build, and may bring more"


def _is_known_build(running: Running) -> bool:
    """Whether the image is its makers', or of a folder that the file's `creates` name: else it may bring more."""
    named = (pattern.lstrip("!") for entry in running.program.entries(Creates) for pattern in texts(entry.images))
    return is_of_its_makers(running) or any("/" in pattern and fits(pattern, running.image.path) for pattern in named)
