"""Ignores silence single facts, for a reason."""

import pytest
from msgspec.structs import replace
from samples import TODAY, WEB, blocked, document, judged

from mblint.cluster.build import build_cluster
from mblint.config import IgnoreSettings
from mblint.findings.ignores import annotated_ignores, configured_ignores, names
from mblint.findings.sift import sift, unused
from mblint.manifests.documents import Place

KNOWN = {"egress-blocked", "unknown-service"}


def entry(rule: str = "egress-blocked", **given: str) -> IgnoreSettings:
    configuration = document("ignore: []\n", ".mblint.yaml")
    facts = {key: value for key, value in given.items() if key not in ("object", "expires")}
    return IgnoreSettings(
        rule, given.get("object"), facts, "It is meant so.", given.get("expires"), Place(configuration)
    )


def annotated(rule: str, reason: str, kind: str = "Deployment") -> str:
    text = WEB.replace("  name: web\n", f"  name: web\n  annotations:\n    mblint.dev/ignore.{rule}: {reason!r}\n", 1)
    return text.replace("kind: Deployment", f"kind: {kind}")


def test_a_single_fact_is_silenced_and_the_rest_of_its_group_stays() -> None:
    where = document()
    facts = judged(blocked(where, 0, "TOKEN_URL"), blocked(where, 1, "USER_URL"))
    sifted = sift(facts, configured_ignores([entry(settings="TOKEN_*")]), TODAY)
    assert [one.fact.place for one in sifted.kept] == [facts[1].fact.place]
    assert [(one.rule, one.origin, one.reason) for one in sifted.ignored] == [
        ("egress-blocked", "config", "It is meant so.")
    ]


@pytest.mark.parametrize(
    ("given", "silenced"),
    [
        ({}, True),
        ({"object": "default/Deployment/web"}, True),
        ({"object": "default/Deployment/w*"}, True),
        ({"object": "other/*"}, False),
        ({"host": "auth", "port": "80"}, True),
        ({"host": "auth", "port": "8*1"}, False),
        ({"policies": "web-egress"}, True),
        ({"decided_by": "*"}, False),
        ({"expires": "2026-07-01"}, True),
        ({"expires": "2026-06-30"}, False),
        ({"no_such_fact": "*"}, False),
    ],
)
def test_what_an_entry_covers(given: dict[str, str], silenced: bool) -> None:
    sifted = sift(judged(blocked(document())), configured_ignores([entry(**given)]), TODAY)
    assert (not sifted.kept) is silenced


def test_another_rule_s_ignore_covers_nothing() -> None:
    assert sift(judged(blocked(document())), configured_ignores([entry("unknown-service")]), TODAY).kept


@pytest.mark.parametrize(
    ("pattern", "named"),
    [("web", True), ("Deployment/web", True), ("default/*/web", True), ("Job/web", False), ("default/web", False)],
)
def test_objects_may_be_named_in_short(pattern: str, named: bool) -> None:
    assert names(pattern, "default/Deployment/web") is named


def test_an_annotation_on_the_object_silences() -> None:
    where = document(annotated("egress-blocked", "A test system."))
    sifted = sift(judged(blocked(where)), annotated_ignores(build_cluster([where])), TODAY)
    assert not sifted.kept
    assert sifted.ignored[0].origin == "annotation"


def test_an_annotation_on_the_object_that_holds_the_value_silences() -> None:
    where = document(annotated("egress-blocked", "A test system.", kind="Gadget"))  # the fact's object is a Deployment
    assert not sift(judged(blocked(where)), annotated_ignores(build_cluster([where])), TODAY).kept


def test_an_annotation_on_another_object_does_not() -> None:
    fact_in, other = document(), document(annotated("egress-blocked", "A test system.", kind="StatefulSet"))
    assert sift(judged(blocked(fact_in)), annotated_ignores(build_cluster([fact_in, other])), TODAY).kept


def test_an_annotation_without_a_reason_silences_nothing_and_is_unused() -> None:
    where = document(annotated("egress-blocked", "  "))
    ignores = tuple(annotated_ignores(build_cluster([where])))
    sifted = sift(judged(blocked(where)), ignores, TODAY)
    assert sifted.kept
    rows = unused(ignores, sifted.used, KNOWN, KNOWN, TODAY)
    assert [row.reason_unused for row in rows] == ["it gives no reason, and one is required"]


def test_a_job_that_shares_a_fact_is_taken_off_its_list() -> None:
    fact = replace(blocked(document()), shared_by=("Job/migrate-1", "Job/seed (init)"))
    ignores = tuple(configured_ignores([entry(object="default/Job/migrate*")]))
    sifted = sift(judged(fact), ignores, TODAY)
    assert sifted.kept[0].fact.shared_by == ("Job/seed (init)",)
    assert str(sifted.ignored[0].object) == "default/Job/migrate-1"
    assert not unused(ignores, sifted.used, KNOWN, KNOWN, TODAY)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (entry(host="elsewhere"), "no finding of this rule matches it"),
        (entry(expires="2026-06-30"), "it expired on 2026-06-30"),
        (entry("egress-blokced"), "there is no such rule (did you mean egress-blocked?)"),
        (entry("zzz"), "there is no such rule"),
    ],
)
def test_an_ignore_that_silences_nothing_is_reported_with_the_reason(row: IgnoreSettings, why: str) -> None:
    ignores = tuple(configured_ignores([row]))
    sifted = sift(judged(blocked(document())), ignores, TODAY)
    assert [one.reason_unused for one in unused(ignores, sifted.used, KNOWN, KNOWN, TODAY)] == [why]


def test_an_ignore_of_a_rule_that_was_not_applied_is_not_unused() -> None:
    ignores = tuple(configured_ignores([entry("unknown-service")]))
    assert not unused(ignores, frozenset(), KNOWN, {"egress-blocked"}, TODAY)
