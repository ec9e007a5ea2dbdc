"""One finding for each root cause."""

from msgspec.structs import replace
from samples import WEB, blocked, document, judged, rule

from mblint.findings.collect import collect
from mblint.judge.rule import Level


def test_facts_of_one_root_cause_are_one_finding_that_lists_them() -> None:
    where = document()
    findings = collect(judged(blocked(where, 0, "TOKEN_URL"), blocked(where, 1, "USER_URL")))
    assert len(findings) == 1
    assert findings[0].message == "default/Deployment/web cannot reach auth:80 (TOKEN_URL and USER_URL)."
    assert findings[0].facts["settings"] == ["TOKEN_URL", "USER_URL"]
    assert findings[0].facts["pod_port"] == 8080


def test_the_first_fact_gives_the_place() -> None:
    where = document()
    location = collect(judged(blocked(where, 1), blocked(where, 0)))[0].location
    assert (location.line, location.column, location.source) == (16, 22, "shop/templates/web.yaml")


def test_the_worst_fact_gives_the_level() -> None:
    where = document()
    mixed = (*judged(blocked(where), level=Level.NOTE), *judged(blocked(where, 1), level=Level.WARNING))
    assert collect(mixed)[0].level is Level.WARNING


def test_every_other_place_is_related_once() -> None:
    where = document()
    facts = [blocked(where, 0, "TOKEN_URL"), blocked(where, 1, "USER_URL"), blocked(where, 1, "USER_URL")]
    related = collect(judged(*facts))[0].related
    assert [(row.message, row.location.line) for row in related] == [
        ("USER_URL is set here", 16),
        ("the policy that decides", 6),
    ]


def test_a_related_setting_of_another_object_names_it() -> None:
    where = document()
    by_host = rule(group_by=("host",))
    facts = judged(blocked(where, 0), blocked(where, 1, "USER_URL", client="jobs"), by=by_host)
    assert collect(facts)[0].related[0].message == "USER_URL of Deployment jobs is set here"


def test_different_clients_are_different_findings() -> None:
    where = document()
    assert len(collect(judged(blocked(where), blocked(where, client="worker")))) == 2


def test_a_note_with_an_empty_placeholder_is_left_out() -> None:
    where = document()
    assert collect(judged(blocked(where)))[0].notes == ("Nearest: rule 1 of web-egress allows 80.",)
    assert collect(judged(replace(blocked(where), nearest_miss=None)))[0].notes == ()


def test_jobs_that_share_the_configuration_are_named_once() -> None:
    where = document()
    sharing = [replace(blocked(where, index), shared_by=("Job/migrate", "Job/seed")) for index in (0, 1)]
    assert collect(judged(*sharing))[0].notes[-1] == "Also: Job/migrate and Job/seed, which inherit this configuration."


def test_findings_are_sorted_by_file_line_and_rule() -> None:
    first, second = document(WEB, "a.yaml"), document(WEB, "b.yaml")
    other = rule("aaa")
    found = collect(
        [
            *judged(blocked(second, client="last")),
            *judged(blocked(first, 1, client="worker")),
            *judged(blocked(first)),
            *judged(blocked(first), by=other),
        ]
    )
    order = [(one.location.file, one.location.line, one.rule.id) for one in found]
    assert order == [
        ("a.yaml", 14, "aaa"),
        ("a.yaml", 14, "egress-blocked"),
        ("a.yaml", 16, "egress-blocked"),
        ("b.yaml", 14, "egress-blocked"),
    ]
