"""A finding that nobody has judged fails the corpus; one that is judged does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.corpus import labels

BLOCKED = Path(__file__).parents[2] / "examples" / "docs-500" / "before"


def test_unjudged_findings_fail_and_are_listed_to_be_judged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    none = tmp_path / "labels.yaml"
    none.write_text("[]\n")
    opened = tmp_path / "open.yaml"
    given = [str(BLOCKED), "--labels", str(none), "--write", str(opened)]
    assert labels.main(given) == 1
    printed = capsys.readouterr().out
    assert "oidc-front-channel-host" in printed
    with pytest.raises(ValueError, match="no verdict or no reason"):
        labels.known_labels(opened)
    judged = opened.read_text().replace("verdict:", 'verdict: "true"').replace("reason:", "reason: Seen.")
    opened.write_text(judged)
    assert labels.main([str(BLOCKED), "--labels", str(opened)]) == 0


def test_no_render_is_no_success(tmp_path: Path) -> None:
    assert labels.main([str(tmp_path)]) == 2


def test_the_labels_that_are_kept_are_complete() -> None:
    known = labels.known_labels(labels.LABELS)
    assert known
    assert set(known.values()) <= set(labels.VERDICTS)
