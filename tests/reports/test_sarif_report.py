"""SARIF 2.1.0 as GitHub code scanning takes it in (docs.github.com: SARIF support for code scanning)."""

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from samples import WEB, blocked, document, finding, judged, report, rule

from mblint.findings.collect import collect
from mblint.findings.finding import How, Placed, Report
from mblint.judge.rule import Level
from mblint.manifests.documents import InputError, Location
from mblint.reports.sarif import RESULT_LIMIT, render


def run(one: Report, category: str | None = None) -> dict[str, Any]:
    log = json.loads(render(one, category, Path.cwd()))
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    (only,) = log["runs"]
    assert isinstance(only, dict)
    return only


def test_clean_is_an_empty_list() -> None:
    assert run(report())["results"] == []


def test_a_result_has_its_place_its_object_and_its_fingerprint() -> None:
    one = collect(
        judged(blocked(document(WEB, "out/a b.yaml")), blocked(document(WEB, "out/a b.yaml"), 1, "USER_URL"))
    )[0]
    (result,) = run(report(one))["results"]
    assert result["ruleId"] == "egress-blocked"
    assert result["level"] == "error"
    assert result["message"]["text"].splitlines() == [
        one.message,
        "",
        "Nearest: rule 1 of web-egress allows 80.",
        "",
        "Allow port 8080.",
    ]
    assert result["partialFingerprints"] == {"primaryLocationLineHash": one.fingerprint}
    (location,) = result["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "out/a%20b.yaml", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 14, "startColumn": 22, "endLine": 14, "endColumn": 39},
    }
    assert location["logicalLocations"][0]["fullyQualifiedName"] == "default/Deployment/web/app"


def test_the_other_places_are_related_locations_with_ids_of_their_own() -> None:
    (result,) = run(report(finding()))["results"]
    assert [(row["id"], row["message"]["text"]) for row in result["relatedLocations"]] == [
        (0, "USER_URL is set here"),
        (1, "the policy that decides"),
    ]


def test_a_result_refers_to_the_metadata_of_its_rule() -> None:
    only = run(report(finding(), rules=(rule("another"), rule())))
    (result,) = only["results"]
    described = only["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert described["id"] == "egress-blocked"
    assert described["defaultConfiguration"] == {"level": "error"}
    assert described["helpUri"].startswith("https://kubernetes.io/")
    assert described["properties"] == {
        "precision": "very-high",
        "problem.severity": "error",
        "tags": ["network-policy"],
    }
    assert {"shortDescription", "fullDescription", "help"} <= set(described)
    assert set(described["help"]) == {"text", "markdown"}


def test_the_default_level_is_the_one_that_the_configuration_gives() -> None:
    lowered = replace(rule(), levels=dict.fromkeys(Level, Level.NOTE))
    (described,) = run(report(rules=(lowered,)))["tool"]["driver"]["rules"]
    assert described["defaultConfiguration"] == {"level": "note"}


@pytest.mark.parametrize(("category", "expected"), [(None, "mblint/"), ("production", "mblint/production/")])
def test_categories_keep_environments_apart(category: str | None, expected: str) -> None:
    assert run(report(), category)["automationDetails"] == {"id": expected}


def test_a_placed_finding_is_reported_where_it_was_placed() -> None:
    placed = replace(finding(), placed=Placed(Location("values/web.yaml", 3, 1, 3, 9, None), How.VALUES))
    (result,) = run(report(placed))["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "values/web.yaml"


def test_files_below_the_root_are_relative_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    uris = []
    for file in ("a.yaml", "../a.yaml", str(tmp_path / "in" / "a.yaml"), "/elsewhere/a.yaml", "-"):
        one = collect(judged(blocked(document(WEB, file))))[0]
        (result,) = json.loads(render(report(one), None, tmp_path))["runs"][0]["results"]
        uris.append(result["locations"][0]["physicalLocation"]["artifactLocation"])
    relative = [{"uri": uri, "uriBaseId": "%SRCROOT%"} for uri in ("sub/a.yaml", "a.yaml", "in/a.yaml")]
    assert uris == [*relative, {"uri": "file:///elsewhere/a.yaml"}, {"uri": "-", "uriBaseId": "%SRCROOT%"}]


def test_too_many_results_are_cut_to_the_worst_with_a_notification() -> None:
    warning = replace(finding(), level=Level.WARNING)
    only = run(report(*[warning] * RESULT_LIMIT, finding()))
    assert len(only["results"]) == 5000
    assert only["results"][0]["level"] == "error"
    (notification,) = only["invocations"][0]["toolExecutionNotifications"]
    assert notification["message"]["text"].startswith("5001 findings")
    assert only["invocations"][0]["executionSuccessful"]


def test_input_errors_are_notifications_of_a_run_that_did_not_succeed() -> None:
    only = run(replace(report(), errors=(InputError("a.yaml", 3, 1, "broken"), InputError("-", None, None, "empty"))))
    (invocation,) = only["invocations"]
    assert not invocation["executionSuccessful"]
    texts = [notification["message"]["text"] for notification in invocation["toolExecutionNotifications"]]
    assert texts == ["broken", "empty"]
    place = invocation["toolExecutionNotifications"][0]["locations"][0]["physicalLocation"]
    assert place["region"] == {"startLine": 3, "startColumn": 1}
