"""`mblint` and `python -m mblint`."""

from mblint.cli.main import main

if __name__ == "__main__":
    main()
