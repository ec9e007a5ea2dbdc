"""`mblint init`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Unpack

import click

from mblint.cli.configuration import FILE_NAME
from mblint.cli.exit_codes import CLEAN, UNTRUSTED_INPUT
from mblint.cli.helmfile_environments import Environment, environments_in, helmfile_in
from mblint.cli.inputs import read_inputs
from mblint.cli.options import InputOptions, input_options, option
from mblint.cli.output import Refused, complain, emit, write_file
from mblint.cli.rule_files import all_programs
from mblint.config import ClusterSettings, Config
from mblint.pipeline import analyse
from mblint.reports.configuration import (
    DEFAULT_DOMAIN,
    NOTHING,
    Render,
    Seen,
    domain_in,
    render,
    schema_line,
    seen,
)
from mblint.reports.printable import printable
from mblint.reports.text import counted, error_line
from mblint.shipped import schemas_directory

SCHEMA_NAME = ".mblint.schema.json"


@click.command("init")
@click.argument("paths", nargs=-1, metavar="[PATH…]", type=click.Path())
@option("--force", is_flag=True, help="Replace a file that is there.")
@option(
    "--schema",
    is_flag=True,
    help=f"Write {SCHEMA_NAME}, too, by which editors complete and check the keys. A {FILE_NAME} that is there stays.",
)
@input_options
def command(paths: tuple[str, ...], force: bool, schema: bool, **options: Unpack[InputOptions]) -> int:
    """Write a commented .mblint.yaml into the working directory.

    With PATH (a render: files, directories, or -) it says what is seen there: the cluster's domain, Services that are
    not in the render, host names that lead a pod to itself, workloads of which mblint does not know what they run.
    The environments of a helmfile in the working directory become those of `mblint check`.

    \b
      helmfile -e demo template | mblint init -
    """
    file = Path(FILE_NAME)
    if schema:
        write_file(Path(SCHEMA_NAME), (schemas_directory() / "config.schema.json").read_text("utf-8"))
        if file.exists() and not force:
            line = schema_line(SCHEMA_NAME)
            told = line in file.read_text("utf-8", "replace").splitlines()[:1]
            more = "" if told else f" Editors look for it where the first line of {FILE_NAME} is: {line}"
            emit(f"Wrote {SCHEMA_NAME}.{more}\n")
            return CLEAN
    if file.exists() and not force:
        raise Refused(f"{FILE_NAME} exists already (--force replaces it)")
    found = _seen(paths, options) if paths else NOTHING
    if found is None:
        return UNTRUSTED_INPUT
    environments = _environments()
    write_file(file, render(found, _renders(environments), SCHEMA_NAME if schema else ""))
    emit(f"Wrote {FILE_NAME}: {_summary(found)}\n")
    named = [one.name for one in environments if one.lacking is None]
    if named:
        emit(f"`mblint check` renders and lints what the helmfile names: {printable(', '.join(named))}.\n")
    return CLEAN


def _environments() -> list[Environment]:
    """Those of the helmfile of the working directory."""
    helmfile = helmfile_in(Path())
    return [] if helmfile is None else environments_in(helmfile)


def _renders(environments: Sequence[Environment]) -> list[Render]:
    return [
        Render(one.name, f"helmfile -e {one.name} template --quiet", f"without {one.lacking}" if one.lacking else "")
        for one in environments
    ]


def _seen(paths: tuple[str, ...], options: InputOptions) -> Seen | None:
    """What the render shows; None where it cannot be trusted, and errors have been said."""
    manifests = read_inputs(paths, options)
    programs = all_programs(options["rules"])
    analysis = analyse(manifests, Config(), options["namespace"], programs)
    for error in analysis.errors:
        complain(error_line(error))
    if analysis.errors:
        return None
    domain = domain_in(analysis.facts)
    if domain != DEFAULT_DOMAIN:  # then more names are those of Services
        config = Config(cluster=ClusterSettings(domain=domain))
        analysis = analyse(manifests, config, options["namespace"], programs)
    return seen(analysis.facts)


def _summary(found: Seen) -> str:
    parts = [
        (found.external_services, "Service", "not in the render"),
        (found.dns_rewrites, "host name", "leading pods to themselves"),
        (found.browser_domains, "private host name", "used by browsers"),
        (found.unknown_runtimes, "workload", "running something unknown"),
    ]
    said = [f"{counted(len(entries), noun)} {what}" for entries, noun, what in parts if entries]
    if not said:
        return "everything in it is explained, and optional."
    return f"it lists what was seen, commented out for you to decide: {', '.join(said)}."
