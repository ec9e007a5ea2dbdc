"""Writes to standard output, standard error and files."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from mblint.cli.exit_codes import USAGE
from mblint.reports.printable import printable
from mblint.whole_files import write_whole, written_whole

_WORTH_A_WRITE = 65_536  # characters


class Refused(click.ClickException):
    """Wrong usage or configuration: one line, exit code 2."""

    exit_code = USAGE


def emit(text: str) -> None:
    """Writes to standard output. A reader that has gone (`| head`) is none of our business.

    Raises OSError where it cannot be written (a full disk); the command line says so, as it does of --help.
    """
    emit_pieces((text,))


def emit_pieces(pieces: Iterable[str]) -> None:
    """The same for a text that may be too large to be held at once."""
    stream = sys.stdout.buffer
    try:
        for text in _gathered(pieces):
            stream.write(text.encode("utf-8", "backslashreplace"))
        stream.flush()
    except BrokenPipeError:
        let_go_of_stdout()


def _gathered(pieces: Iterable[str]) -> Iterator[str]:
    """Pieces put together to texts that are worth a write: a graph comes in hundreds of thousands of lines."""
    gathered: list[str] = []
    size = 0
    for piece in pieces:
        gathered.append(piece)
        size += len(piece)
        if size >= _WORTH_A_WRITE:
            yield "".join(gathered)
            gathered, size = [], 0
    yield "".join(gathered)


def complain(message: str) -> None:
    """Writes one line to standard error."""
    click.echo(printable(f"mblint: {message}"), err=True)


def write_file(file: Path, text: str) -> None:
    """Writes a report to a file. Raises Refused where that cannot be."""
    try:
        write_whole(file, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise Refused(f"{file}: cannot be written: {error.strerror}") from error


@contextmanager
def written_beside(file: Path) -> Iterator[BinaryIO]:
    """A stream for what a file is to hold, which takes its place when all of it is there. Raises Refused."""
    try:
        with written_whole(file) as stream:
            yield stream
    except OSError as error:
        raise Refused(f"{file}: cannot be written: {error.strerror}") from error


def let_go_of_stdout() -> None:
    """Points standard output at nothing, so that flushing it at exit cannot fail."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
