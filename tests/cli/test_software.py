"""Programs on the command line: explained, listed, checked, and added by users."""

import json
from pathlib import Path

import pytest
from program import mblint

OWN = """\
software: Shop
category: application
images: [shop]
source: https://shop.example/docs

listens:
  - {port: 8080, speaks: http}

clients:
  - programs: [shopctl]
    words: none
    host-options: [--server]
    default-port: 8080
    source: https://shop.example/docs/cli
"""
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    - {name: web, image: "registry.example/shop:1"}
    - {name: ask, image: "registry.example/tool:1", command: [shopctl, --server, backend]}
    - {name: cache, image: "redis:8"}
"""


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A pod, and a directory of rules of one's own with a program in it."""
    (tmp_path / "pod.yaml").write_text(POD)
    (tmp_path / "own" / "software").mkdir(parents=True)
    (tmp_path / "own" / "software" / "shop.yaml").write_text(OWN)
    return tmp_path


def test_a_program_is_explained_with_sources(here: Path) -> None:
    said = mblint("explain", "software/redis", cwd=here).stdout
    assert said.startswith("Redis (software/redis, cache)\n")
    assert "\nlistens\n  - port: 6379\n" in said
    assert "source: https://" in said


def test_an_unknown_program_gets_a_suggestion(here: Path) -> None:
    done = mblint("explain", "software/nextclod", cwd=here)
    assert done.returncode == 2
    assert "nothing is known of nextclod: did you mean nextcloud?" in done.stderr


def test_programs_are_listed(here: Path) -> None:
    assert "\nredis " in mblint("rules", "--software", cwd=here).stdout
    listed = json.loads(mblint("rules", "--software", "--format", "json", "--rules", "own", cwd=here).stdout)[
        "software"
    ]
    (shop,) = [one for one in listed if one["id"] == "shop"]
    assert shop["sections"] == ["listens", "clients"]
    assert [one["id"] for one in listed] == sorted(one["id"] for one in listed)


def test_images_of_which_nothing_is_known(here: Path) -> None:
    said = mblint("facts", "--unknown-software", "pod.yaml", cwd=here).stdout
    assert said == "1  shop\n1  tool\n1 of 3 containers run software that mblint knows\n"
    own = mblint("facts", "--unknown-software", "--rules", "own", "--format", "json", "pod.yaml", cwd=here).stdout
    assert json.loads(own) == {"version": 1, "containers": 3, "unknown": [{"image": "tool", "containers": 1}]}


def test_an_own_program_is_known_where_settings_are_read(here: Path) -> None:
    words = ("facts", "--about", "dependency", "pod.yaml")
    assert "backend" not in mblint(*words, cwd=here).stdout
    assert "backend" in mblint(*words, "--rules", "own", cwd=here).stdout


def test_a_program_of_a_name_that_there_is_is_refused(here: Path) -> None:
    (here / "own" / "software" / "redis.yaml").write_text(OWN)
    done = mblint("lint", "--rules", "own", "pod.yaml", cwd=here)
    assert done.returncode == 2
    assert "there is a program redis already" in done.stderr


@pytest.mark.whole
def test_own_files_are_checked(here: Path) -> None:
    assert mblint("rules", "--check", "--rules", "own", cwd=here).returncode == 0
    (here / "own" / "software" / "shop.yaml").write_text(OWN.replace("speaks: http", "speaks: gopher"))
    done = mblint("rules", "--check", "--rules", "own", cwd=here)
    assert done.returncode == 1
    assert "own/software/shop.yaml: listens" in done.stdout
