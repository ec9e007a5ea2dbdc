"""`mblint graph`: its formats, and parts of it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from program import environment, mblint, mblint_process
from shop import SHOP

WEB, API, DB, AUTH = "shop/Deployment/web", "shop/Deployment/api", "shop/StatefulSet/db", "id/Deployment/auth"
PICTURES = ("dot", "mermaid", "svg", "html")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "shop.yaml").write_text(SHOP)
    return tmp_path


def graph(here: Path, *options: str) -> Any:
    done = mblint("graph", "shop.yaml", *options, cwd=here)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def calls(found: Any) -> set[tuple[str, str | None]]:
    return {(row["from"], row["to"]) for row in found["dependencies"]}


def workloads(found: Any) -> set[str]:
    return {node["id"] for node in found["nodes"] if node["kind"] != "Addresses"}


def test_to_leaves_what_depends_on_it_directly_or_not(here: Path) -> None:
    found = graph(here, "--to", "db")
    assert calls(found) == {(WEB, API), (API, DB)}
    assert {row["name"] for row in found["services"]} >= {"api", "db"}


def test_what_cannot_be_read_is_named(here: Path) -> None:
    policy = (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: %s}\nspec: {ingress: [{from: [{}]}]}"
    )
    wrong = "\n---\n".join(policy % name for name in ("d", "c", "b", "a"))
    done = mblint("graph", "shop.yaml", "-", cwd=here, stdin=wrong.encode())
    named = "default/NetworkPolicy/a, default/NetworkPolicy/b, default/NetworkPolicy/c and others"
    assert (
        done.stderr == f"mblint: connections are unsure, since these cannot be read: {named} (`mblint lint` says why)\n"
    )
    assert done.returncode == 0
    assert json.loads(done.stdout) == graph(here)


def test_from_leaves_what_it_depends_on(here: Path) -> None:
    assert calls(graph(here, "--from", "api")) == {(API, DB)}
    assert calls(graph(here, "--from", "web")) == {(WEB, API), (API, DB), (WEB, AUTH), (WEB, None)}


def test_both_leave_the_ways_between(here: Path) -> None:
    found = graph(here, "--from", "web", "--to", "deploy/api")
    assert calls(found) == {(WEB, API)}
    assert {(row["from"], row["to"]) for row in found["connections"]} >= {(WEB, API)}
    nothing = graph(here, "--from", "db", "--to", "shop/web")
    assert calls(nothing) == set()
    assert {WEB, DB} <= workloads(nothing), "what is asked for is shown, even if nothing leads there"


def test_connections_are_narrowed_by_themselves(here: Path) -> None:
    found = graph(here, "--to", "db")
    ends = {row["from"] for row in found["connections"] if row["to"] == DB}
    assert ends == {API}
    assert not [row for row in found["connections"] if row["to"].startswith("ip/")]


def test_only_denied_leaves_what_policies_deny(here: Path) -> None:
    found = graph(here, "--only", "denied")
    assert {row["verdict"] for row in found["dependencies"]} == {"egress-denied"}
    assert calls(found) == {(WEB, AUTH)}
    assert workloads(found) == {WEB, AUTH}
    assert graph(here, "--only", "denied", "--to", "db")["dependencies"] == []


def test_a_service_and_a_host_may_be_named(here: Path) -> None:
    (here / "shop.yaml").write_text(SHOP.replace("metadata: {name: api, namespace: shop}", "metadata: {name: backend}"))
    assert calls(graph(here, "--to", "mail.example.com")) == {(WEB, None)}
    (here / "shop.yaml").write_text(
        SHOP.replace("http://api/v1", "http://back/v1").replace(
            "metadata: {name: api, namespace: shop}", "metadata: {name: back, namespace: shop}"
        )
    )
    assert calls(graph(here, "--to", "shop/back")) == {(WEB, API)}


def test_a_name_that_means_nothing_is_refused_with_suggestions(here: Path) -> None:
    for form in ("json", *PICTURES):
        done = mblint("graph", "shop.yaml", "--to", "autj", "--format", form, cwd=here)
        assert (done.returncode, done.stdout) == (2, "")
        assert f"Did you mean {AUTH}?" in done.stderr


@pytest.mark.parametrize("form", PICTURES)
def test_pictures_show_every_workload_and_every_host_and_can_be_narrowed(here: Path, form: str) -> None:
    whole = mblint("graph", "shop.yaml", "--format", form, cwd=here)
    assert whole.returncode == 0
    for name in ("web", "api", "db", "auth", "mail.example.com", "shop-db"):
        assert name in whole.stdout
    part = mblint("graph", "shop.yaml", "--format", form, "--only", "denied", cwd=here).stdout
    assert "auth" in part
    assert "mail.example.com" not in part


@pytest.mark.parametrize("form", ["json", *PICTURES])
def test_the_same_input_gives_the_same_bytes(here: Path, form: str) -> None:
    words = ("graph", "shop.yaml", "--format", form)
    once, again = (mblint_process(*words, cwd=here, variables={"PYTHONHASHSEED": seed}).stdout for seed in "12")
    assert once == again


def test_input_that_cannot_be_trusted_is_drawn_and_said(here: Path) -> None:
    for form in ("json", *PICTURES):
        done = mblint("graph", "shop.yaml", "none.yaml", "--format", form, cwd=here)
        assert done.returncode == 3
        assert "web" in done.stdout


def test_the_whole_graph_needs_no_networkx(here: Path) -> None:
    program = (
        "import sys\nfrom mblint.cli.main import cli\n"
        "cli.main(['graph', 'shop.yaml', '--format', 'json'], standalone_mode=False)\n"
        "print([name for name in ('networkx', 'jsonschema') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=here, capture_output=True, text=True, check=True, env=environment()
    )
    assert done.stdout.splitlines()[-1] == "[]"
