"""The files of `rules/models/`, typed. A schema checks them at build time (`schemas/model.schema.json`)."""

# Annotations are not postponed here: msgspec would compile each anew when it reads rows.
from functools import cache

from msgspec import Struct, convert

from mblint.facts.runs.wrappers import Subcommand
from mblint.shipped import read_table
from mblint.software.running import Cost as Row
from mblint.software.running import ProbeCost, Three

__all__ = [
    "OWN",
    "AppClass",
    "Count",
    "Law",
    "Row",
    "Runtime",
    "Telling",
    "Three",
    "Timeout",
    "classes",
    "environments",
    "law",
    "probe_costs",
    "runtimes",
]

OWN = "the user"  # the source of numbers that a configuration or an annotation gives


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


class Runtime(Struct, frozen=True, rename="kebab"):
    """A server or worker program. `processes`: what its workers are called."""

    name: str
    programs: tuple[str, ...]
    count: Count
    rows: tuple[Row, ...]
    subcommand: Subcommand | None = None
    requires: tuple[str, ...] = ()  # one of these options must be given, as it is or as OPTION=VALUE
    words: tuple[str, ...] = ()  # globs, of which one of its words must be one
    entry_point_of: tuple[str, ...] = ()  # images whose arguments alone are its words
    processes: str = "workers"
    timeout: Timeout | None = None


class AppClass(Struct, frozen=True):
    """How heavy applications of a kind are, and what gives them away: globs of variables and of words."""

    name: str
    source: str
    variables: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


class Telling(Struct, frozen=True):
    """Globs of variables that only programs of a runtime read."""

    runtime: str
    variables: tuple[str, ...]
    source: str


class Law(Struct, frozen=True):
    """What every model is evaluated with."""

    hardware: float
    source: str


class _File(Struct, frozen=True, rename="kebab"):
    law: Law | None = None
    classes: tuple[AppClass, ...] = ()
    environments: tuple[Telling, ...] = ()
    runtimes: tuple[Runtime, ...] = ()
    probe_costs: tuple[ProbeCost, ...] = ()


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


def environments() -> tuple[Telling, ...]:
    """What tells the runtime of an image that nobody knows."""
    return _file("law").environments


@cache
def runtimes() -> tuple[Runtime, ...]:
    """The runtimes; of several that fit the first is meant."""
    return (*_file("programs").runtimes, *_file("python").runtimes, *_file("other-runtimes").runtimes)


def probe_costs() -> tuple[ProbeCost, ...]:
    """The commands of exec probes that cost something, and belong to no program of a software file."""
    return _file("probes").probe_costs
