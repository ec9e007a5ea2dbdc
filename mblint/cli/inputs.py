"""Reads what a command line names."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec.structs import replace

from mblint.cli.configuration import FILE_NAME, ConfigurationError, find_configuration, load_configuration
from mblint.cli.ignored_folders import git_ignores
from mblint.cli.options import InputOptions
from mblint.cli.output import Refused, complain
from mblint.cli.rule_files import all_programs
from mblint.config import Config
from mblint.manifests.documents import Document, InputError
from mblint.manifests.read import Manifests, read_paths
from mblint.pipeline import View, together, view


def choose_configuration(options: InputOptions) -> Config:
    """The configuration that the options name, else that of the working directory. Raises Refused."""
    try:
        file = options["config"] or find_configuration(Path.cwd())
        if file is None:
            for message in _passed_over(Path.cwd()):
                complain(message)
        return load_configuration(file) if file else Config()
    except ConfigurationError as error:
        raise Refused(str(error)) from error


def _passed_over(directory: Path) -> Iterator[str]:
    """What looks like a configuration there, and is none: each as a sentence."""
    if (directory / FILE_NAME).exists():
        yield f"{FILE_NAME} is no file, and is not read"
    for name in (".mblint.yml", "mblint.yaml", "mblint.yml"):
        if (directory / name).is_file():
            yield f"{name} is not read: a configuration is named {FILE_NAME}"


def read_inputs(paths: Sequence[str], options: InputOptions, exclude: Sequence[str] = ()) -> Manifests:
    """The documents of the paths ("-" is standard input), and those of the context."""
    return together([read_context(options), read_paths(paths, sys.stdin.buffer, exclude=exclude, ignored=git_ignores)])


def read_context(options: InputOptions) -> Manifests:
    """The documents of --context."""
    read = read_paths(options["context"], linted=False)
    files = [one.file for one in read.documents if _may_be_objects(one)] + [one.file for one in read.errors]
    empty = [path for path in options["context"] if not any(_is_of(path, file) for file in files)]
    told = tuple(InputError(path, None, None, "there is no Kubernetes object in this context") for path in empty)
    return replace(read, errors=(*read.errors, *told))


def _may_be_objects(document: Document) -> bool:
    return isinstance(document.value, dict) and "kind" in document.value


def _is_of(path: str, file: str) -> bool:
    return file == path or file.startswith(path.rstrip("/") + "/")


def view_of(manifests: Manifests, options: InputOptions) -> View:
    """One view of what was read, for commands that ask it a question of their own."""
    return view(manifests, choose_configuration(options), options["namespace"], all_programs(options["rules"]))
