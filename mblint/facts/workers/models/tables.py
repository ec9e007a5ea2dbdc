"""The files of `rules/models/`, typed. A schema checks them at build time (`schemas/model.schema.json`)."""

from __future__ import annotations

from functools import cache

from msgspec import Struct, convert

from mblint.shipped import read_table

Three = tuple[float, float, float]  # low, typical, high


OWN = "the user"  # the source of numbers that a configuration or an annotation gives


class Row(Struct, frozen=True, rename={"for_class": "class"}):
    """What a container costs: `base + workers × worker`, in CPU seconds (`of: start-up`) or MiB (`of: memory`).

    `for_class`: how heavy the application is (runtimes). `runtime`: of an image that runs several.
    `listen`: CPU seconds of each worker until the port opens, where that is less than until it serves; `boot`: until it
    reports to its master. `opens`: `at-once` (before any worker is there), `with-a-worker`, `never` (nothing listens).
    `hardware`: None where the law's factor holds.
    """

    of: str
    base: Three
    worker: Three
    evidence: str
    source: str
    for_class: str = ""
    runtime: str = ""
    listen: Three | None = None
    boot: Three | None = None
    opens: str = "with-a-worker"
    hardware: float | None = None


class Subcommand(Struct, frozen=True, rename={"names": "is"}):
    """The first word that is no option must be one of these. `valued`: options before it that take a word."""

    names: tuple[str, ...]
    valued: tuple[str, ...] = ()


class Count(Struct, frozen=True, rename="kebab"):
    """Where the number of workers is said, first things first. `range-…`: MAX,MIN. Without any: `otherwise`.

    `unless`: values that say nothing. `node-cores-as`: values that stand for the node's cores.
    """

    otherwise: int | str
    options: tuple[str, ...] = ()
    range_options: tuple[str, ...] = ()
    option_variable: str = ""
    config_option: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    range_variables: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    node_cores_as: tuple[str, ...] = ()


class Timeout(Struct, frozen=True):
    """The seconds after which a master kills a worker that has not reported yet."""

    options: tuple[str, ...]
    otherwise: int


class Runtime(Struct, frozen=True):
    """A server or worker program. `processes`: what its workers are called."""

    name: str
    programs: tuple[str, ...]
    count: Count
    rows: tuple[Row, ...]
    subcommand: Subcommand | None = None
    requires: tuple[str, ...] = ()  # one of these options must be given, as it is or as OPTION=VALUE
    processes: str = "workers"
    timeout: Timeout | None = None


class ProbeCommand(Struct, frozen=True):
    """A command of exec probes and the CPU seconds of each call."""

    name: str
    programs: tuple[str, ...]
    cpu: Three
    evidence: str
    source: str
    subcommand: Subcommand | None = None


class Wrapper(Struct, frozen=True):
    """A program that starts another: see `rules/models/law.yaml`."""

    programs: tuple[str, ...]
    words: tuple[str, ...] = ()
    skip: int = 0
    valued: tuple[str, ...] = ()
    assignments: bool = False
    module: bool = False


class AppClass(Struct, frozen=True):
    """How heavy applications of a kind are, and what gives them away: globs of variables and of words."""

    name: str
    source: str
    variables: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


class Tags(Struct, frozen=True, rename={"first": "from", "last": "through"}):
    """Versions whose Dockerfiles were read, both ends included."""

    first: str
    last: str


class ConfigurationFile(Struct, frozen=True):
    """A configuration file inside an image, as far as it matters."""

    file: str
    workers: int
    timeout: int


class Image(Struct, frozen=True, rename={"app_class": "class"}):
    """What an image says that no manifest shows."""

    name: str
    image: str
    tags: Tags
    source: str
    also: tuple[str, ...] = ()
    app_class: str = ""
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    environment: dict[str, str] = {}
    configuration: ConfigurationFile | None = None
    rows: tuple[Row, ...] = ()


class Law(Struct, frozen=True):
    """What every model is evaluated with."""

    hardware: float
    source: str


class _File(Struct, frozen=True, rename="kebab"):
    law: Law | None = None
    classes: tuple[AppClass, ...] = ()
    wrappers: tuple[Wrapper, ...] = ()
    runtimes: tuple[Runtime, ...] = ()
    probe_commands: tuple[ProbeCommand, ...] = ()
    images: tuple[Image, ...] = ()


@cache
def _file(name: str) -> _File:
    return convert(read_table(f"models/{name}.yaml"), _File)


def law() -> Law:
    """The constants of the law."""
    found = _file("law").law
    assert found is not None
    return found


def classes() -> tuple[AppClass, ...]:
    """The classes of applications, the most telling first."""
    return _file("law").classes


def wrappers() -> tuple[Wrapper, ...]:
    """The programs that start others."""
    return _file("law").wrappers


@cache
def runtimes() -> tuple[Runtime, ...]:
    """The runtimes; of several that fit the first is meant."""
    return (*_file("python").runtimes, *_file("other-runtimes").runtimes)


def probe_commands() -> tuple[ProbeCommand, ...]:
    """The commands of exec probes that cost something."""
    return _file("other-runtimes").probe_commands


def images() -> tuple[Image, ...]:
    """The image profiles."""
    return _file("images").images
