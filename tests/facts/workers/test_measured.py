"""The models against reality: what was measured, and, in the slow tests, what is measured now."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from mblint.facts.workers.models.tables import Row, law, runtimes

MEASURED = Path(__file__).parents[3] / "benchmarks" / "models" / "measured.yaml"
MEASUREMENTS = yaml.safe_load(MEASURED.read_text())
STARTED = [
    (runtime, app, n) for runtime in ("uvicorn", "gunicorn", "celery") for app in ("hello", "django") for n in (1, 2, 4)
]
# One run differs from another by a tenth in both; a slower CPU, or one with other work, needs more seconds.
LEAST, MOST = 0.8, 1.2


def row_of(runtime: str, app: str, of: str) -> Row | None:
    """The row that covers an application: Django's for Django's, the generic one for smaller ones."""
    wanted = "django" if app == "django" else "generic"
    (owner,) = [one for one in runtimes() if one.name == runtime]
    return next((row for row in owner.rows if (row.of, row.for_class) == (of, wanted)), None)


def assert_covers(row: Row | None, workers: int, value: float, slower: float) -> None:
    if row is None:
        return
    low, _, high = (base + workers * each for base, each in zip(row.base, row.worker, strict=True))
    assert low * LEAST <= value <= high * MOST * slower, (row.for_class, row.of, workers)


@pytest.mark.parametrize("one", MEASUREMENTS, ids=lambda one: f"{one['runtime']}-{one['app']}")
def test_the_rows_cover_what_was_measured(one: dict[str, list[float]]) -> None:
    for workers, cpu_seconds, mib in zip(one["workers"], one["cpu-seconds"], one["mib"], strict=True):
        assert_covers(row_of(one["runtime"], one["app"], "start-up"), workers, cpu_seconds, law().hardware)
        assert_covers(row_of(one["runtime"], one["app"], "memory"), workers, mib, 1)


@pytest.mark.slow
@pytest.mark.parametrize(("runtime", "app", "workers"), STARTED)
def test_the_rows_cover_what_is_measured_now(runtime: str, app: str, workers: int) -> None:
    pytest.importorskip("django", reason="needs benchmarks/models/requirements.txt")
    pytest.importorskip(runtime, reason="needs benchmarks/models/requirements.txt")
    from real_software import SUBJECTS, measure  # noqa: PLC0415  Linux only

    (subject,) = [one for one in SUBJECTS if (one.runtime, one.app) == (runtime, app)]
    cost = measure(subject, workers)
    assert_covers(row_of(runtime, app, "start-up"), workers, cost.cpu_seconds, law().hardware)
    assert_covers(row_of(runtime, app, "memory"), workers, cost.mib, 1)


@pytest.mark.slow
def test_no_start_is_faster_than_its_quota_allows() -> None:
    """It takes CPU seconds ÷ quota on a machine with nothing else to do, and longer on any other."""
    pytest.importorskip("celery", reason="needs benchmarks/models/requirements.txt")
    from real_software import SUBJECTS, can_limit, measure  # noqa: PLC0415  Linux only

    if not can_limit():
        pytest.skip("no control group can be made here")
    (subject,) = [one for one in SUBJECTS if (one.runtime, one.app) == ("celery", "hello")]
    cost = measure(subject, 2, quota=0.2)
    assert cost.seconds >= 0.9 * cost.cpu_seconds / 0.2


APPLICATIONS = yaml.safe_load(MEASURED.with_name("measured-applications.yaml").read_text())
WIDEST = 5  # high ÷ low, of a program or class that was measured


@pytest.mark.parametrize("one", APPLICATIONS, ids=lambda one: f"{one['runtime']}-{one['app']}")
def test_the_rows_cover_real_applications(one: dict[str, Any]) -> None:
    rows = {row.of: row for row in rows_of(one["runtime"]) if row.for_class == one["class"]}
    for of, measured in (("start-up", one["cpu-seconds"]), ("memory", one["mib"])):
        for workers, value in zip(one["workers"], measured, strict=True):
            if of in rows:
                low, _, high = three(rows[of], workers)
                assert low <= value <= high, (of, workers, low, high)


@pytest.mark.parametrize("one", APPLICATIONS, ids=lambda one: f"{one['runtime']}-{one['app']}")
def test_a_core_as_fast_as_the_one_that_was_measured_lies_in_the_range(one: dict[str, Any]) -> None:
    """The law doubles what was measured, for production cores; some are as fast."""
    for row in rows_of(one["runtime"]):
        if (row.of, row.for_class) == ("start-up", one["class"]):
            for workers, value in zip(one["workers"], one["cpu-seconds"], strict=True):
                low, _, high = three(row, workers)
                assert law().hardware * low <= 1.02 * value, workers
                assert value <= law().hardware * high


@pytest.mark.parametrize("one", APPLICATIONS, ids=lambda one: f"{one['runtime']}-{one['app']}")
def test_what_was_measured_has_a_narrow_range(one: dict[str, Any]) -> None:
    for row in rows_of(one["runtime"]):
        if row.for_class == one["class"] and row.evidence != "estimated":
            for workers in (1, 4, 8):
                low, _, high = three(row, workers)
                assert high <= WIDEST * low, (row.of, workers, low, high)


def rows_of(runtime: str) -> tuple[Row, ...]:
    return next(one.rows for one in runtimes() if one.name == runtime)


def three(row: Row, workers: int) -> list[float]:
    return [base + workers * each for base, each in zip(row.base, row.worker, strict=True)]
