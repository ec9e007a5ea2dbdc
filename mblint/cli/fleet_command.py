"""`mblint fleet ROOT… --each GLOB`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Unpack

import click

from mblint.cli.configuration import FILE_NAME, ConfigurationError, load_configuration
from mblint.cli.exit_codes import CLEAN, UNTRUSTED_INPUT
from mblint.cli.fleet_options import FleetOptions, fleet_options
from mblint.cli.fleet_run import Fleet, Rulebook, local_workers, run_fleet, threshold_of
from mblint.cli.options import option
from mblint.cli.output import Refused, complain, emit
from mblint.config import Config
from mblint.fleet.cache import Cache, cache_directory
from mblint.fleet.changed import NoRevision, changed_since, only_changed
from mblint.fleet.environments import Environment, find_environments, parted, read_environment
from mblint.fleet.in_order import Workers
from mblint.fleet.task import Content, File, Judging, Task
from mblint.judge.rule import Level
from mblint.manifests.documents import InputError
from mblint.manifests.read import contents
from mblint.reports.text import error_line

_MIB = 1024 * 1024


@click.command("fleet", no_args_is_help=True)
@click.argument("roots", nargs=-1, metavar="ROOT…", type=click.Path(path_type=Path))
@option(
    "--each",
    metavar="GLOB",
    default="*",
    show_default=True,
    help="The folders or files below ROOT that are a cluster each, such as 'clusters/*/*'.",
)
@option("--since", metavar="REF", help="Only environments that changed since a git revision, or whose context did.")
@option("--scheduler", metavar="ADDRESS", help="Work on a Dask cluster (pip install 'mblint[dask]').")
@option("--exclude", multiple=True, metavar="GLOB", help="Not these environments or files. Repeatable.")
@click.option("--cache-info", is_flag=True, help="Say where the cache is and how much it holds.")
@fleet_options
def command(
    roots: tuple[Path, ...],
    each: str,
    since: str | None,
    scheduler: str | None,
    exclude: tuple[str, ...],
    cache_info: bool,
    **options: Unpack[FleetOptions],
) -> int:
    """Lint many rendered environments, each as a cluster of its own.

    What is common to environments is said once, with their names. Each takes its configuration from the nearest
    .mblint.yaml upwards. What was linted before and has not changed is not linted again.

    \b
      mblint fleet . --each 'clusters/*/*'
      mblint fleet rendered --since origin/main --format markdown
      mblint fleet rendered --each '*/*' --scheduler tcp://scheduler.example.org:8786
    """
    if cache_info:
        return _cache_info()
    if not roots:
        raise Refused("which folder holds the environments? mblint fleet ROOT… --each GLOB")
    book = Rulebook(options)
    try:
        environments, wrong = find_environments(roots, each, exclude)
    except (ValueError, NotImplementedError) as error:
        raise Refused(f"--each {each} is no glob below ROOT: {error}") from error
    for sentence in wrong:
        complain(sentence)
    if since is not None:
        environments = _since(since, environments, options)
    context, broken = parted(one for path in options["context"] for one in contents(path))
    for trouble in broken:
        complain(error_line(trouble))
    configurations = _Configurations(book, options)
    fleet = Fleet(
        tasks=_tasks(environments, context, exclude, configurations),
        number=len(environments),
        rules=book.of_renders(),
        threshold=configurations.threshold,
        each=lambda _: None,
    )
    with _workers(scheduler, options, len(environments)) as workers:
        code = run_fleet(fleet, workers, options)
    return UNTRUSTED_INPUT if (wrong or broken) and code in (CLEAN, 1) else code


def _workers(scheduler: str | None, options: FleetOptions, number: int) -> AbstractContextManager[Workers]:
    if scheduler is None:
        return local_workers(options["jobs"], number)
    from mblint.cli.scheduler import scheduled_workers  # noqa: PLC0415  few have a cluster

    return scheduled_workers(scheduler)


class _Configurations:
    """The configuration of each environment: of --config, else of the nearest `.mblint.yaml`. Each is read once."""

    def __init__(self, book: Rulebook, options: FleetOptions) -> None:
        self._book = book
        self._options = options
        self._read: dict[Path | None, tuple[Judging, bytes] | InputError] = {}
        self._nearest: dict[Path, Path | None] = {}
        self._thresholds: dict[str, Level | None] = {}
        given = options["config"]
        self._given = given
        if given is not None and isinstance(found := self._of(given), InputError):
            raise Refused(found.message)

    def of(self, environment: Environment) -> tuple[Judging, bytes] | InputError:
        """How an environment is judged, with the digest of that; or why that is not known."""
        found = self._of(self._given or self._find(environment.folder))
        config = Config() if isinstance(found, InputError) else found[0].config
        self._thresholds[environment.name] = threshold_of(self._options, config)
        return found

    def threshold(self, name: str) -> Level | None:
        """The lowest level that fails the run, for an environment that was asked for; it is asked once."""
        return self._thresholds.pop(name)

    def default(self) -> tuple[Judging, bytes]:
        """How an environment is judged of which that is not known."""
        judging = self._book.judging(Config())
        return judging, judging.digest()

    def _of(self, file: Path | None) -> tuple[Judging, bytes] | InputError:
        if file not in self._read:
            try:
                judging = self._book.judging(load_configuration(file) if file else Config())
                self._read[file] = judging, judging.digest()
            except ConfigurationError as error:
                self._read[file] = InputError(str(file), None, None, str(error))
        return self._read[file]

    def _find(self, folder: Path) -> Path | None:
        """As seen from the working directory, as the names of environments are."""
        if folder not in self._nearest:
            whole = folder.absolute()
            found = next((above for above in (whole, *whole.parents) if (above / FILE_NAME).is_file()), None)
            self._nearest[folder] = None if found is None else Path(os.path.relpath(found / FILE_NAME))
        return self._nearest[folder]


def _tasks(
    environments: Sequence[Environment], context: tuple[File, ...], exclude: Sequence[str], by: _Configurations
) -> Iterator[Task]:
    default = by.default()
    for environment in environments:
        found = by.of(environment)
        if isinstance(found, InputError):
            yield Task(Content(environment.name, (), (), (found,), alone=True), *default)
        else:
            yield Task(read_environment(environment, context, exclude), *found)


def _since(revision: str, environments: Sequence[Environment], options: FleetOptions) -> list[Environment]:
    try:
        changed = changed_since(revision)
    except NoRevision as error:
        raise Refused(f"--since {revision}: {error}") from error
    shared = [*(Path(path) for path in options["context"]), *options["rules"]]
    shared += [one for one in (options["config"], options["baseline"]) if one is not None]
    return only_changed(environments, changed, shared, None if options["config"] else FILE_NAME)


def _cache_info() -> int:
    cache = Cache(cache_directory())
    size = cache.size()
    emit(f"{cache.directory}\n{size.entries:,} results, {size.total / _MIB:.1f} of {size.largest / _MIB:.0f} MiB\n")
    return CLEAN
