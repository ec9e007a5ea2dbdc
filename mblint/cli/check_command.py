"""`mblint check [NAME…]`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from hashlib import sha256
from pathlib import Path
from typing import Unpack

import click

from mblint.cli.child import Outcome
from mblint.cli.children import Children, outcome_of
from mblint.cli.configuration import FILE_NAME, ConfigurationError
from mblint.cli.fleet_options import FLEET_FORMATS, FleetOptions, fleet_options
from mblint.cli.fleet_run import Fleet, Rulebook, local_workers, run_fleet, threshold_of
from mblint.cli.helm_template import values_files
from mblint.cli.inputs import choose_configuration
from mblint.cli.options import FORMATS, option
from mblint.cli.output import Refused, write_file
from mblint.cli.placing import git_root
from mblint.config import Config, RenderSettings
from mblint.findings.placement.repository import Repository
from mblint.fleet.environments import parted
from mblint.fleet.in_order import Linted
from mblint.fleet.task import Content, Placement, Task
from mblint.judge.errors import suggestion
from mblint.manifests.documents import InputError
from mblint.manifests.read import STDIN, contents

_NAME = "{environment}"


@click.command("check")
@click.argument("names", nargs=-1, metavar="[NAME…]")
@option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Stop a command after this time. Default: none.",
)
@fleet_options
def command(names: tuple[str, ...], timeout: float | None, **options: Unpack[FleetOptions]) -> int:
    """Render and lint the environments of .mblint.yaml.

    Under `renders:` each has a name and the command that renders it. They run several at a time, each in the directory
    of that file, and each render is a cluster of its own. What is common to environments is said once, with their
    names. --output FORMAT=FILE with {environment} in FILE writes a report for each.

    \b
      mblint check
      mblint check demo production --output sarif=mblint-{environment}.sarif
    """
    config = choose_configuration(options)
    chosen = _chosen(config, names)
    apart, together = _outputs(options["output"])
    options["output"] = together
    book = Rulebook(options)
    try:
        judging = book.judging(config)
    except ConfigurationError as error:
        raise Refused(str(error)) from error
    digest = judging.digest()
    root = git_root()
    state = "" if root is None else _state(Repository(root))
    folder = Path(config.file or FILE_NAME).parent
    with local_workers(options["jobs"], len(chosen)) as workers, Children(max(1, workers.at_once)) as children:
        running = {name: children.start(render.command, timeout, folder) for name, render in chosen.items()}

        def tasks() -> Iterator[Task]:
            for name, render in chosen.items():
                told = _told(render, folder)
                placement = None if root is None else Placement(str(root), state, told)
                content = _content(name, render, folder, options["context"], running.pop(name))
                yield Task(content, judging, digest, placement, tuple(dict.fromkeys(form for form, _ in apart)))

        def write_apart(linted: Linted) -> None:
            for form, file in apart:
                write_file(_file_of(file, linted.name), linted.result.rendered.get(form, ""))

        fleet = Fleet(
            tasks=tasks(),
            number=len(chosen),
            rules=book.of_renders(),
            threshold=lambda _: threshold_of(options, config),
            each=write_apart,
        )
        return run_fleet(fleet, workers, options)


def _chosen(config: Config, names: Sequence[str]) -> Mapping[str, RenderSettings]:
    """The environments that were asked for, by name. Raises Refused."""
    if not config.renders:
        where = config.file or FILE_NAME
        raise Refused(
            f"{where} names no environments: renders: {{demo: helmfile -e demo template --quiet}} (or mblint init)"
        )
    for name in names:
        if name not in config.renders:
            raise Refused(f"there is no environment {name} under renders: {suggestion(name, config.renders)}")
    return {name: config.renders[name] for name in sorted(set(names or config.renders))}


def _outputs(
    output: Sequence[tuple[str, Path]],
) -> tuple[tuple[tuple[str, Path], ...], tuple[tuple[str, Path], ...]]:
    """Those that are one file for each environment, and those that are one for all."""
    apart = tuple(one for one in output if _NAME in str(one[1]))
    for form, file in apart:
        if form not in FORMATS:
            raise Refused(f"--output {form}={file}: the FORMAT of one environment is one of {', '.join(FORMATS)}")
    together = tuple(one for one in output if one not in apart)
    for form, file in together:
        if form not in FLEET_FORMATS:
            more = f"; {_NAME} in FILE writes one for each" if form in FORMATS else ""
            known = ", ".join(FLEET_FORMATS)
            raise Refused(f"--output {form}={file}: the FORMAT of many environments is one of {known}{more}")
    return apart, together


def _file_of(file: Path, name: str) -> Path:
    return Path(str(file).replace(_NAME, name.replace("/", "-").replace(os.sep, "-").lstrip(".") or "-"))


def _content(
    name: str, render: RenderSettings, folder: Path, context: Sequence[str], rendering: Future[Outcome]
) -> Content:
    """What a command printed. Its failure comes first, and stands alone where nothing was printed."""
    outcome = outcome_of(rendering)
    paths = [*context, *(os.path.normpath(folder / path) for path in render.context)]
    known, broken = parted(one for path in paths for one in contents(path))
    failure = () if outcome.failure is None else (InputError(STDIN, None, None, outcome.failure),)
    alone = outcome.failure is not None and not outcome.output.strip()
    return Content(name, ((STDIN, outcome.output),), known, (*failure, *broken), alone)


def _told(render: RenderSettings, folder: Path) -> tuple[str, ...] | None:
    told = values_files(render.command)
    return None if told is None else tuple(os.path.normpath(folder / file) for file in told)


def _state(repository: Repository) -> str:
    """A digest of what findings are placed by: every file's name, size and time. A place may change with any."""
    hashed = sha256()
    for file in repository.files:
        try:
            status = (repository.root / file).stat()
        except OSError:
            continue
        hashed.update(f"{file}\0{status.st_size}\0{status.st_mtime_ns}\0".encode("utf-8", "surrogateescape"))
    return hashed.hexdigest()
