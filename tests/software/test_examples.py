"""Every software file passes its own check, and its examples come out as they say."""

from pathlib import Path

import pytest

from mblint.cli.software_runs import mistakes_in
from mblint.judge.load import load_rules
from mblint.shipped import rules_directory
from mblint.software.program import Program
from mblint.software.programs import read_programs, shipped_programs, software_in, with_own

RULES = load_rules([rules_directory()])
OWN = """\
software: Shop
category: database
images: [shop-db]
source: https://shop.example/docs

credentials:
  - stored: config
    users:
      - {default: shop, password: SHOP_PASSWORD}

examples:
  fail:
    another-password:
      manifests: |
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: db}
        spec:
          selector: {matchLabels: {app: db}}
          template:
            metadata: {labels: {app: db}}
            spec:
              containers:
                - name: db
                  image: registry.example/shop-db:1
                  env: [{name: SHOP_PASSWORD, value: one}]
                  ports: [{containerPort: 5432}]
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: db}
        spec:
          selector: {app: db}
          ports: [{port: 5432}]
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: web}
        spec:
          containers:
            - name: web
              image: registry.example/web:1
              env:
                - {name: DB_HOST, value: db}
                - {name: DB_PORT, value: "5432"}
                - {name: DB_USER, value: shop}
                - {name: DB_PASSWORD, value: two}
      finds:
        - {rule: credential-mismatch, level: error}
"""


@pytest.mark.parametrize("program", shipped_programs().by_id.values(), ids=lambda program: program.id)
def test_a_file_is_right_and_its_examples_come_out_as_they_say(program: Program) -> None:
    assert list(mistakes_in(program, RULES, shipped_programs())) == []


def checked(directory: Path, text: str) -> list[str]:
    (directory / "shop.yaml").write_text(text)
    programs = with_own(shipped_programs(), software_in([directory]))
    return list(mistakes_in(read_programs(directory).by_id["shop"], RULES, programs))


def test_an_own_file_is_checked_like_those_that_come_with_mblint(tmp_path: Path) -> None:
    assert checked(tmp_path, OWN) == []


def test_an_example_that_comes_out_otherwise_is_a_mistake(tmp_path: Path) -> None:
    silent = OWN.replace("value: two", "value: one")
    assert checked(tmp_path, silent) == ["another-password: is not found: error credential-mismatch"]
    passing = OWN.replace("  fail:", "  pass:").partition("      finds:")[0]
    (mistake,) = checked(tmp_path, passing)
    assert mistake.startswith("another-password: is found, and should not be: error credential-mismatch")
    (mistake,) = checked(tmp_path, passing + "      rules: [no-such-rule]\n")
    assert mistake == "another-password: there is no rule no-such-rule"


def test_what_the_schema_does_not_know_is_a_mistake(tmp_path: Path) -> None:
    (mistake,) = checked(tmp_path, OWN.replace("credentials:", "credits:"))
    assert "'credits' was unexpected" in mistake
