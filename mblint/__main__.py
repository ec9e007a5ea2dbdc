"""`mblint` and `python -m mblint`."""

import gc
import sys
from contextlib import suppress

gc.disable()  # a run makes no garbage worth looking for, imports least: all that it builds, it needs until it ends

from mblint import __version__  # noqa: E402


def main() -> None:
    """The entry point. Which version it is, is said before more is imported: scripts ask at every start."""
    if sys.argv[1:] == ["--version"] and sys.stdout is not None:
        with suppress(OSError):  # what standard output does not take, the command line below says
            print(f"mblint {__version__}", flush=True)
            return
    from mblint.cli.main import main as command_line  # noqa: PLC0415

    command_line()


if __name__ == "__main__":
    main()
