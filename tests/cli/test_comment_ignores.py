"""`# mblint: ignore[RULE] reason` at the line that sets a value, or in the template."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from program import BLOCKED, mblint
from scratch import repository

URL = "AUTH_URL: http://auth/\n"
HELMFILE = "releases:\n  - name: shop\n    chart: ./charts/shop\n    values:\n      - values/shop.yaml.gotmpl\n"
CHART = {
    "helmfile.yaml": HELMFILE,
    "charts/shop/Chart.yaml": "name: shop\n",
    "charts/shop/values.yaml": "env: {}\n",
    "charts/shop/templates/web.yaml": "kind: Deployment\nenv:\n  {{- toYaml .Values.env | nindent 2 }}\n",
}


def linted(root: Path, *words: str) -> dict[str, list[dict[str, str]]]:
    """The report of a stream in a repository."""
    done = mblint("-", "--format", "json", *words, stdin=BLOCKED.encode(), cwd=root)
    report: dict[str, list[dict[str, str]]] = json.loads(done.stdout)
    return report


def rules(report: dict[str, list[dict[str, str]]]) -> list[str]:
    return [one["rule"] for one in report["findings"]]


@pytest.mark.parametrize(
    "values",
    [
        "env:\n  # mblint: ignore[egress-blocked] Logs in through the proxy.\n  " + URL,
        "env:\n  " + URL.rstrip() + "  # mblint: ignore[egress-blocked] Logs in through the proxy.\n",
        "env:\n  # mblint: ignore[no-such, egress-blocked] Logs in through the proxy.\n  # where to log in\n\n  " + URL,
        "env:\r\n  {{/* mblint: ignore[egress-blocked] Logs in through the proxy. */}}\r\n  " + URL,
    ],
)
def test_on_the_line_or_above_it(tmp_path: Path, values: str) -> None:
    repository(tmp_path, CHART | {"values/shop.yaml.gotmpl": values})
    report = linted(tmp_path)
    assert "egress-blocked" not in rules(report)
    (ignored,) = report["ignored"]
    assert (ignored["rule"], ignored["origin"]) == ("egress-blocked", "comment")
    assert ignored["reason"] == "Logs in through the proxy."
    assert "egress-blocked" in rules(linted(tmp_path, "--no-ignores"))


@pytest.mark.parametrize(
    "values",
    [
        "env:\n  # mblint: ignore[ingress-blocked] Another rule.\n  " + URL,
        "# mblint: ignore[egress-blocked] Another line.\nenv:\n  " + URL,
        "env:\n  " + URL + "# mblint: ignore[egress-blocked] Below it.\n",
    ],
)
def test_other_lines_and_other_rules_stay(tmp_path: Path, values: str) -> None:
    repository(tmp_path, CHART | {"values/shop.yaml.gotmpl": values})
    report = linted(tmp_path)
    assert "egress-blocked" in rules(report)
    assert "unused-ignore" not in rules(report)  # another environment may need it


def test_in_the_template(tmp_path: Path) -> None:
    template = (
        "kind: Deployment\nenv:\n  {{- /* mblint: ignore[egress-blocked] Set by hand. */}}\n  AUTH_URL: http://auth/\n"
    )
    repository(tmp_path, CHART | {"charts/shop/templates/web.yaml": template})
    report = linted(tmp_path)
    assert "egress-blocked" not in rules(report)
    assert report["ignored"][0]["origin"] == "comment"


def test_a_reason_is_required_and_a_rule_must_exist(tmp_path: Path) -> None:
    comments = "  # mblint: ignore[egress-blocked]\n"
    repository(tmp_path, CHART | {"values/shop.yaml.gotmpl": f"env:\n{comments}  {URL}"})
    found = rules(linted(tmp_path))
    assert {"egress-blocked", "unused-ignore"} <= set(found)
    (tmp_path / "values/shop.yaml.gotmpl").write_text(f"env:\n  # mblint: ignore[egres-blocked] So it is.\n  {URL}")
    (unused,) = [one for one in linted(tmp_path)["findings"] if one["rule"] == "unused-ignore"]
    assert "did you mean egress-blocked" in unused["message"]
    location = unused["location"]
    assert isinstance(location, dict)
    assert (location["file"], location["line"]) == ("values/shop.yaml.gotmpl", 2)


def test_one_that_silences_nothing_is_said_where_the_file_is_sure_to_be_of_this_render(tmp_path: Path) -> None:
    text = "env: {}\n# mblint: ignore[liveness-before-startup] It was slow.\nprobe: {}\n"
    repository(tmp_path, CHART | {"charts/shop/values.yaml": text})
    assert "unused-ignore" in rules(linted(tmp_path))
    (tmp_path / "charts/shop/values.yaml").write_text("env: {}\n")
    (tmp_path / "values").mkdir()
    (tmp_path / "values/other.yaml").write_text(text)
    assert "unused-ignore" not in rules(linted(tmp_path))


def test_what_only_tells_of_ignores_is_none(tmp_path: Path) -> None:
    said = "Write `# mblint: ignore[RULE] reason` above it.\n"
    repository(tmp_path, CHART | {"README.md": said, "docs/lint.txt": said, "check.py": f"# {said}"})
    assert rules(linted(tmp_path)) == rules(linted(tmp_path, "--no-ignores"))


def test_untracked_comments_and_folders_without_git(tmp_path: Path) -> None:
    (tmp_path / "values.yaml").write_text(f"# mblint: ignore[egress-blocked] No repository.\n{URL}")
    assert "egress-blocked" in rules(linted(tmp_path))
    assert "egress-blocked" not in rules(linted(tmp_path, "--source-root", "."))
