"""From a render in a repository to alerts that stand in it."""

import json
from pathlib import Path
from typing import Any

import pytest
from code_scanning import objections
from program import BLOCKED, CONFIG_MAP, mblint
from scratch import git, repository, write

from mblint.judge.examples import with_examples
from mblint.judge.load import load_rules
from mblint.shipped import rules_directory

HELMFILE = "releases:\n  - name: shop\n    chart: x/shop\n    values: [v.yaml]\n"


def results(text: str) -> list[dict[str, Any]]:
    found = json.loads(text)["runs"][0]["results"]
    assert isinstance(found, list)
    return found


def uri(result: dict[str, Any]) -> str:
    return str(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return repository(tmp_path, {"helmfile.yaml": HELMFILE, "values/shop.yaml": "a: b\nAUTH_URL: http://auth/\n"})


def test_people_are_shown_both_places(shop: Path) -> None:
    done = mblint("-", cwd=shop, stdin=BLOCKED.encode())
    assert done.returncode == 1
    assert done.stdout.startswith("values/shop.yaml:2:1: error[egress-blocked]: ")
    assert "\n  set at values/shop.yaml:2, rendered at -:10:79\n" in done.stdout
    assert done.stderr == ""


def test_programs_are_given_the_repository_s_own_names(shop: Path) -> None:
    (shop / "sub").mkdir()
    words = ["-", "--format", "sarif", "--output", "github=../annotations", "--output", "text=../text"]
    done = mblint(*words, cwd=shop / "sub", stdin=BLOCKED.encode())
    (result,) = results(done.stdout)
    assert uri(result) == "values/shop.yaml"
    assert "file=values/shop.yaml,line=2," in (shop / "annotations").read_text()
    assert (shop / "text").read_text().startswith("../values/shop.yaml:2:1: ")


@pytest.mark.whole
def test_every_alert_about_any_render_is_taken_in_and_stands_in_the_repository(tmp_path: Path) -> None:
    repository(tmp_path, {"helmfile.yaml": HELMFILE, "env/a.yaml": "auth: b\n", "web.yaml": BLOCKED})
    seen = set()
    for rule in load_rules([rules_directory()]):
        for example in with_examples(rule).fail:
            if example.old is None and example.config is None:
                done = mblint("-", "--format", "sarif", cwd=tmp_path, stdin=example.manifests.encode())
                log = json.loads(done.stdout)
                assert objections(log) == [], (rule.id, example.name)
                for result in results(done.stdout):
                    seen.add(result["ruleId"])
                    for location in (*result["locations"], *result["relatedLocations"]):
                        place = location["physicalLocation"]
                        lines = (tmp_path / place["artifactLocation"]["uri"]).read_text().splitlines()
                        assert place["region"]["endLine"] <= len(lines), (rule.id, example.name)
                assert done.stderr == ""
    assert len(seen) > 10


def test_places_outside_the_repository_are_left_out_beside_one_in_it(shop: Path) -> None:
    (result,) = results(mblint("-", "--format", "sarif", cwd=shop, stdin=BLOCKED.encode()).stdout)
    assert result["relatedLocations"] == []


def test_the_source_root_may_be_elsewhere_and_no_git_repository(tmp_path: Path) -> None:
    write(tmp_path / "project", {"values/shop.yaml": "AUTH_URL: http://auth/\n"})
    words = ["-", "--source-root", "project", "--format", "sarif"]
    (result,) = results(mblint(*words, cwd=tmp_path, stdin=BLOCKED.encode()).stdout)
    assert uri(result) == "values/shop.yaml"


def test_no_finding_is_dropped_for_want_of_a_place(tmp_path: Path) -> None:
    repository(tmp_path, {"README.md": "hello\n"})
    done = mblint("-", "--format", "sarif", cwd=tmp_path, stdin=BLOCKED.encode())
    (result,) = results(done.stdout)
    assert uri(result) == "-"
    assert result["relatedLocations"]
    assert done.stderr == (
        "mblint: one alert keeps the file name as read: no file that git tracks here sets the value, and there is "
        "no helmfile and no chart\n"
    )
    assert mblint("-", "--format", "sarif", "--quiet", cwd=tmp_path, stdin=BLOCKED.encode()).stderr == ""


def test_outside_a_repository_alerts_keep_the_names_as_read(tmp_path: Path) -> None:
    write(tmp_path, {"out/web.yaml": BLOCKED})
    done = mblint("out", "--format", "sarif", cwd=tmp_path)
    assert [uri(result) for result in results(done.stdout)] == ["out/web.yaml"]
    assert "this is no git repository, so alerts keep the file names as read" in done.stderr


def test_a_repository_that_git_cannot_read_is_no_failure(tmp_path: Path) -> None:
    repository(tmp_path, {"values.yaml": "AUTH_URL: x\n"})
    (tmp_path / ".git" / "index").write_bytes(b"broken")
    done = mblint("-", "--format", "sarif", cwd=tmp_path, stdin=BLOCKED.encode())
    assert done.returncode == 1
    assert done.stderr.startswith("mblint: alerts keep the file names as read: ")
    assert mblint("-", "--format", "sarif", cwd=tmp_path, stdin=CONFIG_MAP.encode()).stderr == ""


def test_nothing_of_a_repository_s_configuration_is_run(tmp_path: Path) -> None:
    repository(tmp_path, {"values.yaml": "AUTH_URL: x\n"})
    git("config", "core.fsmonitor", "touch ran; false", cwd=tmp_path)
    mblint("-", cwd=tmp_path, stdin=BLOCKED.encode())
    assert not (tmp_path / "ran").exists()
