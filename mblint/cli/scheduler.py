"""--scheduler: a Dask cluster's workers for a command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from mblint.cli.output import Refused
from mblint.fleet.dask_cluster import Unusable, dask_cluster
from mblint.fleet.in_order import Workers


@contextmanager
def scheduled_workers(address: str) -> Iterator[Workers]:
    """The workers of a scheduler. Raises Refused where they cannot be used."""
    try:
        with dask_cluster(address) as workers:
            yield workers
    except Unusable as error:
        raise Refused(str(error)) from error
