"""`mblint observe PODS.yaml`."""

from __future__ import annotations

import sys

import click

from mblint.cli.exit_codes import CLEAN, UNTRUSTED_INPUT
from mblint.cli.output import complain, emit
from mblint.cluster.happened import happened, pods_in
from mblint.manifests.read import read_paths
from mblint.reports.observed import render
from mblint.reports.text import error_line


@click.command("observe")
@click.argument("paths", nargs=-1, metavar="PODS.yaml", type=click.Path(), required=True)
def command(paths: tuple[str, ...]) -> int:
    """Print what happened to pods as `workloads:` entries for .mblint.yaml.

    PODS.yaml is what `kubectl get pods -o yaml` (or `-o json`) printed, or - for standard input; no cluster is called.
    Of each container: seconds from its start until its pod was ready, restarts, and ends for memory with the limit then
    in force. With the entries in .mblint.yaml, findings rest on what really happened.

    \b
      kubectl get pods -n docs -o yaml | mblint observe -
    """
    read = read_paths(paths, sys.stdin.buffer)
    pods = tuple(pods_in(read.documents))
    for error in read.errors:
        complain(error_line(error))
    if not pods and not read.errors:
        complain("there is no pod in what was given: `kubectl get pods -o yaml` prints them")
    emit(render(happened(pods)))
    return CLEAN if pods and not read.errors else UNTRUSTED_INPUT
