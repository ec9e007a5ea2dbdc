"""The runtime of a container: by its command, by its image's, or by what the user says."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from mblint.cluster.objects import Container, Workload
from mblint.facts.runs.commands import Program, all_words, begins_with
from mblint.facts.runs.image_profiles import profile
from mblint.facts.runs.run import Run, run_of
from mblint.facts.workers.models.configuration_files import Configured, configured
from mblint.facts.workers.models.tables import Runtime, classes, environments, runtimes
from mblint.facts.workers.models.told import Environment, Said, Told
from mblint.facts.world import World
from mblint.globs import matches
from mblint.regex import regex
from mblint.settings.mounted_files import mounted_files
from mblint.settings.rows import Setting
from mblint.settings.words import Word
from mblint.software.images import fits, reference
from mblint.software.memory import OwnCost
from mblint.software.running import Profile

GENERIC = "generic"
NATIVE = regex(r"[/:_-]native(?=[:@/_-]|$)")  # GraalVM's, by the image's name


class Running(Struct, frozen=True):
    """A container and its environment variables."""

    workload: Workload
    container: Container
    variables: Sequence[Setting]


class Recognised(Struct, frozen=True):
    """A runtime, what its program is told, and how heavy the application is."""

    runtime: Runtime
    told: Told
    image: Profile | None
    app_class: str


def recognised(world: World, running: Running, wanted: str | None) -> tuple[Recognised, ...]:
    """The runtimes that a container runs side by side; `wanted`: the one that the user says it does.

    None where there is none, and where several follow each other, since nobody knows which of them stays.
    """
    image = profile(running.container.image, world.programs)
    environment = _environment(running, image)
    run = what_runs(world, running)
    candidates = [Told(program, environment, Configured(), running.container.place) for program in run.programs]
    found = [(runtime, one) for told in candidates for runtime, one in _runtime(world, running, told, image)]
    if wanted is not None:
        found = [pair for pair in found if pair[0].name == wanted] or _named(wanted, environment, running)
    if not found:
        found = _by_environment(world, running, environment)
    if len(found) != 1 and not run.at_once:
        return ()
    unsure, app_class = _is_unsure(world, running), _class(running, run.programs, image)
    return tuple(Recognised(runtime, replace(told, unsure=unsure), image, app_class) for runtime, told in found)


def what_runs(world: World, running: Running) -> Run:
    """The programs that a container runs."""
    return run_of(world, running.workload, running.container)


def _by_environment(world: World, running: Running, environment: Environment) -> list[tuple[Runtime, Told]]:
    """The runtime that the variables tell of an image whose costs nobody knows, where it runs its own command."""
    container = running.container
    options = all(word.text.startswith("-") for word in container.args or ())
    known = world.programs.of_image(container.image)
    if container.command is not None or not options or (known is not None and known.program.has(OwnCost)):
        return []
    if NATIVE.search(container.image or ""):
        return []
    names = [one.key for one in running.variables]
    for row in environments():
        if any(matches(name, glob) for name in names for glob in row.variables):
            return [(_unsure(runtime), told) for runtime, told in _named(row.runtime, environment, running)]
    return []


def _unsure(runtime: Runtime) -> Runtime:
    """The runtime with rows of which nobody knows how little it may be."""
    rows = (
        replace(row, base=(0, *row.base[1:]), worker=(0, *row.worker[1:]), evidence="estimated") for row in runtime.rows
    )
    return replace(runtime, rows=tuple(rows))


def _environment(running: Running, image: Profile | None) -> Environment:
    inside = {} if image is None else {name: Said(value, None) for name, value in image.environment.items()}
    return {**inside, **{one.key: Said(one.value, one.place) for one in running.variables}}


def _is_unsure(world: World, running: Running) -> bool:
    namespace = running.workload.id.namespace
    return any(
        source.kind == "ConfigMap" and (namespace, source.name) not in world.cluster.config_maps
        for source in running.container.env_from
    )


def _runtime(world: World, running: Running, told: Told, image: Profile | None) -> list[tuple[Runtime, Told]]:
    """The runtime that a program is, with the configuration file that it is given; empty for another program."""
    for runtime in _named_so(told.program.name):
        if _is_called(told.program, runtime, running.container):
            whole = replace(told, configured=_configured(world, running, told, runtime, image))
            if _has_what_it_requires(runtime, whole):
                return [(runtime, whole)]
    return []


@lru_cache(maxsize=1024)
def _named_so(program: str) -> tuple[Runtime, ...]:
    """The runtimes that a program of that name can be, in their order; those of an image's entry point always."""
    return tuple(
        runtime
        for runtime in runtimes()
        if runtime.entry_point_of or any(matches(program, glob) for glob in runtime.programs)
    )


def _is_called(program: Program, runtime: Runtime, container: Container) -> bool:
    words = (program.name, *(word.plain for word in program.arguments))
    if runtime.words and not any(matches(word, glob) for word in words for glob in runtime.words):
        return False
    if program.is_called(runtime.programs, runtime.subcommand):
        return True
    if not runtime.entry_point_of or runtime.subcommand is None or container.command is not None:
        return False
    image = reference(container.image or "")
    called = (Word(program.name, container.place, exact=False), *program.arguments)
    return any(fits(pattern, image.path) for pattern in runtime.entry_point_of) and begins_with(
        called, runtime.subcommand
    )


def _configured(world: World, running: Running, told: Told, runtime: Runtime, image: Profile | None) -> Configured:
    listed = told.options_in(runtime.count.option_variable)
    named = told.program.option(runtime.count.config_option) or listed.option(runtime.count.config_option)
    if named is None:
        return Configured()
    return configured(named, mounted_files(world.cluster, running.workload, running.container), image)


def _has_what_it_requires(runtime: Runtime, told: Told) -> bool:
    if not runtime.requires:
        return True
    listed = told.options_in(runtime.count.option_variable)
    given = any(told.program.gives(wanted) or listed.gives(wanted) for wanted in runtime.requires)
    return given or (told.configured.preload and "--preload" in runtime.requires)


def _named(wanted: str, environment: Environment, running: Running) -> list[tuple[Runtime, Told]]:
    """The runtime of that name, with a command that nobody knows."""
    told = Told(Program(wanted, ()), environment, Configured(), running.container.place)
    return [(runtime, told) for runtime in runtimes() if runtime.name == wanted]


def _class(running: Running, run: Sequence[Program], image: Profile | None) -> str:
    """How heavy the application is: what the image profile says, else the first class that anything gives away."""
    if image is not None and image.app_class:
        return image.app_class
    words = tuple(all_words(run))
    for candidate in classes():
        if any(matches(one.key, glob) for one in running.variables for glob in candidate.variables):
            return candidate.name
        if any(matches(word, glob) for word in words for glob in candidate.words):
            return candidate.name
    return GENERIC
