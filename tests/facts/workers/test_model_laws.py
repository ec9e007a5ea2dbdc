"""What must hold of start-up and memory whatever the numbers are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mblint.facts.runs.image_profiles import profiles
from mblint.facts.workers.models.start_up import Share, covered, start_up
from mblint.facts.workers.models.tables import Row, runtimes
from mblint.facts.workers.rows import Estimate
from mblint.facts.workers.workers import need

ROWS = st.sampled_from([row for owner in (*runtimes(), *profiles()) for row in owner.rows])
START_UP = ROWS.filter(lambda row: row.of == "start-up")
MEMORY = ROWS.filter(lambda row: row.of == "memory")
WORKERS = st.integers(1, 64)
LIMITS = st.none() | st.floats(0.01, 32)
CORES = st.integers(1, 64)


def seconds(row: Row, workers: int, limit: float | None, cores: int = 4) -> tuple[float, float, float]:
    found = start_up(row, row.worker, workers, Share(limit, cores))
    return found.low, found.typical, found.high


@given(START_UP, WORKERS, WORKERS, LIMITS, CORES)
def test_more_workers_never_start_sooner(row: Row, one: int, other: int, limit: float | None, cores: int) -> None:
    fewer, more = sorted((one, other))
    for less, longer in zip(seconds(row, fewer, limit, cores), seconds(row, more, limit, cores), strict=True):
        assert less <= longer


@given(START_UP, WORKERS, st.floats(0.01, 32), st.floats(0.01, 32), CORES)
def test_more_cpu_never_starts_later(row: Row, workers: int, one: float, other: float, cores: int) -> None:
    little, much = sorted((one, other))
    for sooner, later in zip(seconds(row, workers, much, cores), seconds(row, workers, little, cores), strict=True):
        assert sooner <= later
    for sooner, later in zip(seconds(row, workers, None, cores), seconds(row, workers, much, cores), strict=True):
        assert sooner <= later


@given(START_UP, WORKERS, LIMITS)
def test_the_three_values_are_in_order(row: Row, workers: int, limit: float | None) -> None:
    assert list(seconds(row, workers, limit)) == sorted(seconds(row, workers, limit))


@given(MEMORY, WORKERS, WORKERS)
def test_more_workers_never_need_less(row: Row, one: int, other: int) -> None:
    fewer, more = sorted((one, other))
    assert need(row, fewer) <= need(row, more)


@pytest.mark.parametrize(("limit", "expected"), [(0.5, (22, 40, 76)), (0.375, (29, 54, 101)), (4, (2.9, 5.2, 9.6))])
def test_the_backend_of_docs(limit: float, expected: tuple[float, float, float]) -> None:
    (row,) = [row for image in profiles() for row in image.rows if (row.of, row.runtime) == ("start-up", "uvicorn")]
    assert seconds(row, 4, limit) == pytest.approx(expected, abs=0.5)


def test_the_worker_of_docs() -> None:
    (row,) = [row for image in profiles() for row in image.rows if (row.of, row.runtime) == ("memory", "celery")]
    assert (need(row, 1), need(row, 3), need(row, 9)) == (239, 466, 1145)


@pytest.mark.parametrize(
    ("window", "reach"), [(9.9, "nothing"), (10, "low"), (19, "low"), (20, "typical"), (30, "high"), (99, "high")]
)
def test_how_far_a_window_reaches(window: float, reach: str) -> None:
    assert covered(window, Estimate(10, 20, 30)) == reach
