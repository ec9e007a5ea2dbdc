"""Known findings are accepted; what was fixed is said."""

from pathlib import Path

import pytest
from samples import blocked, document, judged, report

from mblint.findings.baseline import BaselineError, Known, apply_baseline, objects_in, read_baseline, write_baseline
from mblint.findings.collect import collect
from mblint.manifests.read import read_text

FINDINGS = collect(judged(blocked(document()), blocked(document(), client="worker")))
RULES = ["egress-blocked", "other-rule"]


def test_what_was_written_is_accepted(tmp_path: Path) -> None:
    file = tmp_path / "baseline.json"
    write_baseline(file, FINDINGS[:1])
    judged_by = apply_baseline(report(*FINDINGS), read_baseline(file), str(file), RULES, set())
    assert judged_by.report.findings == FINDINGS[1:]
    assert [(one.origin, one.reason) for one in judged_by.report.ignored] == [("baseline", f"known in {file}")]
    assert not judged_by.fixed
    assert not judged_by.stale


def test_what_is_found_no_more_is_fixed_and_an_unknown_rule_stale() -> None:
    entries = (
        Known("egress-blocked", "default/Deployment/gone", "0" * 64),
        Known("renamed", "default/Deployment/web", "1" * 64),
        Known("other-rule", "default/Deployment/web", "2" * 64),  # exists, and was not applied in this run
    )
    judged_by = apply_baseline(report(*FINDINGS), entries, "b.json", RULES, {"Deployment/gone"})
    assert judged_by.fixed == entries[:1]
    assert judged_by.stale == entries[1:2]
    assert judged_by.report.findings == FINDINGS


def test_the_file_is_the_same_for_the_same_findings_in_any_order(tmp_path: Path) -> None:
    one, other = tmp_path / "1", tmp_path / "2"
    write_baseline(one, FINDINGS)
    write_baseline(other, (*reversed(FINDINGS), *FINDINGS))
    assert one.read_bytes() == other.read_bytes()


def test_what_is_not_in_the_input_is_not_fixed() -> None:
    entries = (
        Known("egress-blocked", "default/Deployment/elsewhere", "0" * 64),
        Known("egress-blocked", "shop/Job/migrate-1795488667", "1" * 64),
        Known("egress-blocked", "/Configuration/.mblint.yaml", "2" * 64),
    )
    text = (
        "{apiVersion: v1, kind: List, items: [{apiVersion: batch/v1, kind: Job, metadata: {name: migrate-1795488694}}]}"
    )
    present = objects_in(read_text(text).documents)
    judged_by = apply_baseline(report(*FINDINGS), entries, "b.json", RULES, present)
    assert judged_by.absent == entries[:1]
    assert judged_by.fixed == entries[1:]


@pytest.mark.parametrize(
    "text", ["", "[]", '{"version": 1}', '{"version": 1, "findings": [1]}', '{"version": 2}', "\xff"]
)
def test_anything_else_is_no_baseline(tmp_path: Path, text: str) -> None:
    file = tmp_path / "baseline.json"
    file.write_text(text, encoding="latin-1")
    with pytest.raises(BaselineError, match=r"baseline\.json: this"):
        read_baseline(file)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BaselineError, match="No such file"):
        read_baseline(tmp_path / "none.json")
