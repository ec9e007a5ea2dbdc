"""Findings that one values line has in common."""

from msgspec.structs import replace
from samples import blocked, judged

from mblint.cluster.objects import ObjectId
from mblint.findings.collect import collect
from mblint.findings.finding import Finding, How, Placed
from mblint.manifests.documents import Location
from mblint.manifests.read import read_text
from mblint.reports.same_line import one_for_each_line

TEXT = "kind: Deployment\nspec: {template: {spec: {containers: [{env: [{value: x}]}]}}}\n"


def found(client: str, line: int, how: How = How.VALUES) -> Finding:
    fact = replace(blocked(read_text(TEXT).documents[0]), object=ObjectId("default", "Deployment", client))
    (one,) = collect(judged(fact))
    return replace(one, placed=Placed(Location("values.yaml", line, 1, line, 9, None), how), cause=(*one.cause, client))


def test_two_clients_of_one_line_are_one_alert_whatever_their_order() -> None:
    web, worker = found("web", 7), replace(found("worker", 7), message="worker cannot reach it")
    (one,), (other,) = one_for_each_line([web, worker]), one_for_each_line([worker, web])
    assert one == other
    said = "\n".join((one.message, *one.notes))
    assert web.message in said
    assert worker.message in said
    assert one.fingerprint in {web.fingerprint, worker.fingerprint}


def test_other_lines_other_places_and_other_rules_stay_apart() -> None:
    web = found("web", 7)
    apart = [
        web,
        found("worker", 8),
        found("cron", 7, How.TEMPLATE),
        replace(found("job", 7), rule=replace(web.rule, id="another")),
    ]
    assert one_for_each_line(apart) == tuple(apart)
