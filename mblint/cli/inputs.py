"""Reads what a command line names."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from mblint.cli.configuration import ConfigurationError, find_configuration, load_configuration
from mblint.cli.options import InputOptions
from mblint.cli.output import Refused
from mblint.config import Config
from mblint.manifests.read import Manifests, read_paths
from mblint.pipeline import Analysis, View, analyse, together, view


def choose_configuration(options: InputOptions) -> Config:
    """The configuration that the options name, else that of the working directory. Raises Refused."""
    try:
        file = options["config"] or find_configuration(Path.cwd())
        return load_configuration(file) if file else Config()
    except ConfigurationError as error:
        raise Refused(str(error)) from error


def read_inputs(paths: Sequence[str], options: InputOptions) -> Manifests:
    """The documents of the paths ("-" is standard input), and those of the context."""
    return together([read_context(options), read_paths(paths, sys.stdin.buffer)])


def read_context(options: InputOptions) -> Manifests:
    """The documents of --context."""
    return read_paths(options["context"], linted=False)


def analyse_inputs(paths: Sequence[str], options: InputOptions) -> Analysis:
    """The facts of an input, for commands that judge nothing."""
    return analyse(read_inputs(paths, options), choose_configuration(options), options["namespace"])


def view_inputs(paths: Sequence[str], options: InputOptions) -> View:
    """One view of an input, for commands that ask it a question of their own."""
    return view(read_inputs(paths, options), choose_configuration(options), options["namespace"])
