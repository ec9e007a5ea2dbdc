"""The models are what their schema says, and what the code that evaluates them takes for granted."""

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from mblint.facts.runs.image_profiles import profile, profiles
from mblint.facts.runs.wrappers import wrappers
from mblint.facts.workers.models.tables import Row, classes, law, probe_costs, runtimes
from mblint.shipped import rules_directory, schemas_directory
from mblint.software.programs import shipped_programs

FILES = sorted((rules_directory() / "models").glob("*.yaml"))
SCHEMA = Draft202012Validator(json.loads((schemas_directory() / "model.schema.json").read_text()))
ROWS = [row for owner in (*runtimes(), *profiles()) for row in owner.rows]
NAMED = {runtime.name for runtime in runtimes()}


@pytest.mark.parametrize("file", FILES, ids=[file.name for file in FILES])
def test_a_file_is_valid(file: Path) -> None:
    assert [error.message for error in SCHEMA.iter_errors(yaml.safe_load(file.read_text()))] == []


def test_every_file_is_read() -> None:
    read = {key for file in FILES for key in yaml.safe_load(file.read_text())}
    assert read == {"law", "classes", "environments", "wrappers", "runtimes", "probe-costs"}
    assert law().hardware >= 1
    assert wrappers()
    assert probe_costs()


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.of}-{row.for_class}{row.runtime}" for row in ROWS])
def test_three_values_are_in_order(row: Row) -> None:
    for three in (row.base, row.worker, row.listen, row.boot):
        assert three is None or list(three) == sorted(three)
    assert row.listen is None or all(listen <= serve for listen, serve in zip(row.listen, row.worker, strict=True))
    assert row.boot is None or all(boot <= serve for boot, serve in zip(row.boot, row.worker, strict=True))


def test_names_lead_to_what_they_name() -> None:
    known = {one.name for one in classes()} | {"generic"}
    assert {row.for_class for runtime in runtimes() for row in runtime.rows} <= known
    assert {image.app_class for image in profiles()} <= known | {""}
    assert {row.runtime for image in profiles() for row in image.rows} <= NAMED
    assert len(NAMED) == len(runtimes())


def test_a_profile_is_of_tags_that_were_read() -> None:
    for reference in (
        "lasuite/impress-backend:v5.4.1",
        "registry-1.docker.io/lasuite/impress-backend:v4.6.0",
        "mirror.example:5000/hub/lasuite/impress-backend:v5.0.0@sha256:" + "0" * 64,
    ):
        image = profile(reference, shipped_programs())
        assert image is not None
        assert image.environment == {"WEB_CONCURRENCY": "4"}, reference
    gunicorn = profile("lasuite/impress-backend:v4.5.0", shipped_programs())
    assert gunicorn is not None
    assert gunicorn.configuration is not None
    bitnami = profile("docker.io/bitnamilegacy/keycloak:26.3.3-debian-12-r0", shipped_programs())
    assert bitnami is not None
    assert bitnami.command == ("kc.sh", "start")


@pytest.mark.parametrize(
    "reference",
    [
        "lasuite/impress-backend",
        "lasuite/impress-backend:latest",
        "lasuite/impress-backend:main",
        "lasuite/impress-backend:v99.0.0",
        "lasuite/impress-backend@sha256:" + "0" * 64,
        "other/impress-backend:v5.4.1",
        "notlasuite/impress-backend:v5.4.1",
        "lasuite/impress-frontend:v5.4.1",
        None,
    ],
)
def test_an_image_that_nobody_read_has_no_profile(reference: str | None) -> None:
    assert profile(reference, shipped_programs()) is None
