"""The guaranteed window against a simulation of the kubelet's probe loop, over all phases of its ticker."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from mblint.cluster.objects import Probe
from mblint.facts.workers.kubelet import documented_budget, failures_to_cover, guaranteed_window
from mblint.manifests.documents import Document, Place

PLACE = Place(Document("-", "", 1, None, None, True))
STEPS = 4  # phases of the ticker that are tried in each second


def probe(delay: int, period: int, timeout: int, failures: int) -> Probe:
    return Probe("httpGet", 80, "/", (), delay, period, timeout, 1, failures, PLACE)


PROBES = st.builds(probe, st.integers(0, 40), st.integers(1, 15), st.integers(1, 20), st.integers(1, 6))


def killed_at(one: Probe, phase: Fraction, *, hangs: bool) -> Fraction:
    """When the kubelet kills a container that never answers.

    A ticker fires every `period` seconds from `phase` on, and remembers at most one tick while a probe runs. Ticks
    before the initial delay is over are passed over. A refused call fails at once, a call that hangs after `timeout`.
    """
    takes = Fraction(one.timeout) if hangs else Fraction(0)
    tick, now, failures = phase, Fraction(0), 0
    while True:
        now = max(now, tick)
        while tick + one.period <= now:  # of the ticks that fired meanwhile one is remembered, the rest is lost
            tick += one.period
        tick += one.period
        if now < one.initial_delay:
            continue
        now += takes
        failures += 1
        if failures == one.failure_threshold:
            return now


def kills(one: Probe, *, hangs: bool) -> list[Fraction]:
    phases = [Fraction(step, STEPS) for step in range(one.period * STEPS)]
    return [killed_at(one, phase, hangs=hangs) for phase in phases]


@given(PROBES, st.booleans())
def test_the_guaranteed_window_is_the_shortest_of_all_phases(one: Probe, hangs: bool) -> None:
    assert guaranteed_window(one, hangs=hangs) == min(kills(one, hangs=hangs))


@given(PROBES)
def test_the_documented_budget_is_never_reached(one: Probe) -> None:
    assert max(kills(one, hangs=False)) < documented_budget(one)


@given(PROBES, st.booleans(), st.floats(0, 500))
def test_the_smallest_number_of_failures_that_covers(one: Probe, hangs: bool, seconds: float) -> None:
    def window(failures: int) -> int:
        return guaranteed_window(probe(one.initial_delay, one.period, one.timeout, failures), hangs=hangs)

    failures = failures_to_cover(seconds, one, hangs=hangs)
    assert window(failures) >= seconds
    assert failures == 1 or window(failures - 1) < seconds


def test_the_probes_of_the_incident() -> None:
    before, after = probe(10, 10, 1, 3), probe(60, 10, 5, 6)
    assert (guaranteed_window(before, hangs=False), documented_budget(before)) == (30, 40)
    assert (guaranteed_window(after, hangs=False), documented_budget(after)) == (110, 120)
    assert guaranteed_window(before, hangs=True) == 31
    assert guaranteed_window(probe(120, 1, 5, 3), hangs=False) == 122  # Keycloak's
