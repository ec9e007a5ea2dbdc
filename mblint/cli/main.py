"""Runs the command line, and turns whatever ends it into one line and an exit code of the contract."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import NoReturn

import click

from mblint import __version__
from mblint.cli.exit_codes import INTERNAL, INTERRUPTED, USAGE, Stopped
from mblint.cli.group import CommandGroup
from mblint.cli.output import complain, let_go_of_stdout


@click.group(
    cls=CommandGroup,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""`mblint PATH` is `mblint lint PATH`: see `mblint lint --help` for its options. Every option can be set in
    the environment: MBLINT_FORMAT is --format. What is repeatable stands there with blanks between, paths with ":".

    \b
    Completion of commands, options and rules, for the start-up file of your shell:
      bash  eval "$(_MBLINT_COMPLETE=bash_source mblint)"
      zsh   eval "$(_MBLINT_COMPLETE=zsh_source mblint)"
      fish  _MBLINT_COMPLETE=fish_source mblint | source
    """,
)
@click.version_option(__version__, prog_name="mblint", message="%(prog)s %(version)s")
def cli() -> None:
    """Finds, in rendered Helm manifests, what will fail at run time.

    \b
      helmfile -e demo template | mblint -
      mblint exec -- helmfile -e demo template
      mblint rendered/
    """


def main() -> None:
    """The entry point. Exits with a code of the contract; shows no traceback unless MBLINT_DEBUG is set."""
    _open_closed_streams()
    leave(run())


def run() -> int:
    """Runs the command line of `sys.argv`, and gives the exit code. Raises nothing."""
    try:
        code = cli.main(prog_name="mblint", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return USAGE
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "mblint"
        complain(f"{error.format_message().rstrip('.')}{_variable(error)} (see `{command} --help`)")
        return USAGE
    except click.ClickException as error:
        complain(error.format_message())
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        complain("interrupted")
        return INTERRUPTED
    except Stopped as stopped:
        complain("interrupted")
        return stopped.code
    except BrokenPipeError:
        let_go_of_stdout()
        return 0
    except OSError as error:
        if error.filename is not None:
            return _internal_error(error)
        let_go_of_stdout()  # every other stream is a file or a command, whose errors those who open it tell
        complain(f"standard output cannot be written: {error.strerror}")
        return USAGE
    except Exception as error:
        return _internal_error(error)


def _variable(error: click.UsageError) -> str:
    """Names the variable of the environment that holds a wrong value, which stands nowhere on the command line."""
    if not isinstance(error, click.BadParameter) or error.param is None or error.ctx is None:
        return ""
    source = error.ctx.get_parameter_source(error.param.name or "")
    return f", in the variable {error.param.envvar}" if source is click.core.ParameterSource.ENVIRONMENT else ""


def _open_closed_streams() -> None:
    """A stream that the caller closed (`>&-`) is None for Python: what goes there goes nowhere, and nothing comes."""
    sys.stdin = sys.stdin or open(os.devnull)  # noqa: SIM115  until the process ends
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115  until the process ends
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115  until the process ends


def leave(code: int) -> NoReturn:
    """Ends the process. Python would first free each object that the run built, which takes a tenth of a run."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):  # its reader has gone (`| head`); `run` has said what else can be wrong
            stream.flush()
    os._exit(code)


def _internal_error(error: Exception) -> int:
    if os.environ.get("MBLINT_DEBUG"):
        from traceback import print_exception  # noqa: PLC0415  for those who debug mblint

        print_exception(error)
    where = error.__traceback__
    while where is not None and where.tb_next is not None:
        where = where.tb_next
    line = f"{os.path.basename(where.tb_frame.f_code.co_filename)}:{where.tb_lineno}" if where else "?"
    complain(
        f"internal error: {type(error).__name__} at {line} in mblint {__version__}. Please open an issue with "
        "this line (MBLINT_DEBUG=1 shows more, which may contain parts of your input)"
    )
    return INTERNAL
