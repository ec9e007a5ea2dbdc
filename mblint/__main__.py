"""`mblint` and `python -m mblint`."""

import gc

gc.disable()  # a run makes no garbage worth looking for, imports least: all that it builds, it needs until it ends

from mblint.cli.main import main  # noqa: E402

if __name__ == "__main__":
    main()
