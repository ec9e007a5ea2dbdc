"""Which hosts the solvers of an ACME issuer prove."""

from __future__ import annotations

import pytest

from mblint.facts.names.solvers import Solver, why_unsolved

HTTP = Solver(by_dns=False, labels=(), names=(), zones=())
DNS = Solver(by_dns=True, labels=(), names=(), zones=())


def only(solver: Solver, host: str, **labels: str) -> str | None:
    return why_unsolved(host, labels, (solver,))


def test_a_solver_without_a_selector_takes_all_but_stars_by_http() -> None:
    assert only(HTTP, "shop.example.org") is None
    assert only(DNS, "*.example.org") is None
    assert "by DNS only" in (only(HTTP, "*.example.org") or "")
    assert why_unsolved("*.example.org", {}, (HTTP, DNS)) is None


@pytest.mark.parametrize(
    ("zones", "host", "taken"),
    [
        (("example.org",), "example.org", True),
        (("example.org",), "shop.EXAMPLE.org", True),
        (("example.org",), "*.example.org", True),
        (("example.org",), "badexample.org", False),
        (("*.example.org",), "shop.example.org", False),
        (("example.net", "example.org"), "a.b.example.org", True),
    ],
)
def test_a_zone_takes_what_ends_with_its_labels(zones: tuple[str, ...], host: str, *, taken: bool) -> None:
    assert (only(Solver(by_dns=True, labels=(), names=(), zones=zones), host) is None) is taken


def test_names_are_meant_letter_by_letter_and_labels_are_wanted_all() -> None:
    named = Solver(by_dns=True, labels=(), names=("example.org",), zones=())
    assert only(named, "example.org") is None
    assert "dnsNames example.org" in (only(named, "shop.example.org") or "")
    marked = Solver(by_dns=True, labels=(("by", "dns"), ("team", "a")), names=(), zones=())
    assert only(marked, "example.org", by="dns", team="a", more="x") is None
    assert "labels by: dns, team: a" in (only(marked, "example.org", by="dns") or "")


def test_names_and_zones_have_to_hold_both() -> None:
    both = Solver(by_dns=True, labels=(), names=("shop.example.org",), zones=("example.net",))
    assert only(both, "shop.example.org") is not None


def test_no_solver_proves_nothing() -> None:
    assert why_unsolved("example.org", {}, ()) == "it has no solver"
