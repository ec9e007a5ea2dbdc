"""Routes, webhooks and monitors in the graph: nodes that can be filtered, and numbers that are those of `lint`."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from program import ROOT, mblint
from shop import SHOP

VIEWS = [str(ROOT / "examples" / name) for name in ("docs-500/before", "docs-500/after", "fleet/clusters/eu")]
ROUTED = f"""{SHOP}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: shop, namespace: shop}}
spec:
  rules:
    - host: shop.example.org
      http:
        paths:
          - {{path: /, backend: {{service: {{name: api, port: {{number: 80}}}}}}}}
          - {{path: /db, backend: {{service: {{name: db, port: {{number: 5432}}}}}}}}
          - {{path: /media, backend: {{service: {{name: media, port: {{number: 80}}}}}}}}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {{name: checks}}
webhooks:
  - {{name: a.example.org, clientConfig: {{service: {{name: api, namespace: shop, port: 80}}}}}}
  - {{name: b.example.org, clientConfig: {{service: {{name: api, namespace: shop, port: 80}}}}}}
---
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: {{name: db, namespace: shop}}
spec: {{selector: {{matchLabels: {{app: db}}}}, podMetricsEndpoints: [{{port: sql}}]}}
"""
ROUTE, HOOK, MONITOR = "shop/Ingress/shop", "/ValidatingWebhookConfiguration/checks", "shop/PodMonitor/db"
FORMATS = ("json", "dot", "mermaid", "svg", "html")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "shop.yaml").write_text(ROUTED)
    return tmp_path


def output(here: Path, *words: str) -> str:
    done = mblint("graph", "shop.yaml", *words, cwd=here)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def graph(here: Path, *words: str) -> Any:
    return json.loads(output(here, *words))


def data(page: str) -> Any:
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)[1])  # type: ignore[index]


def test_they_are_nodes_and_their_calls_have_the_verdicts_of_the_rules(here: Path) -> None:
    found = graph(here)
    assert {ROUTE, HOOK, MONITOR} <= {node["id"] for node in found["nodes"]}
    calls = {(call["from"], call["to"], call["verdict"]) for call in found["calls"]}
    assert calls == {
        (ROUTE, "shop/Deployment/api", "allowed"),
        (ROUTE, "shop/StatefulSet/db", "ingress-denied"),
        (ROUTE, None, "no-service"),
        (HOOK, "shop/Deployment/api", "allowed"),
        (MONITOR, "shop/StatefulSet/db", "ingress-denied"),
    }
    assert not {ROUTE, HOOK, MONITOR} & {row["from"] for row in found["dependencies"]}


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_shows_them_and_leaves_them_out_where_only_settings_are_asked_for(here: Path, form: str) -> None:
    whole = output(here, "--format", form)
    assert all(name in whole for name in ("Ingress", "ValidatingWebhookConfiguration", "PodMonitor", "media"))
    settings = output(here, "--format", form, "--only", "settings")
    assert not any(name in settings for name in ("Ingress", "ValidatingWebhookConfiguration", "PodMonitor"))
    assert "auth" in settings
    routes = output(here, "--format", form, "--only", "routes", "--only", "denied")
    assert "Ingress" in routes
    assert not any(name in routes for name in ("PodMonitor", "ValidatingWebhookConfiguration", "no-service"))


def test_they_may_be_where_a_way_begins(here: Path) -> None:
    found = graph(here, "--from", "Ingress/shop")
    assert {call["from"] for call in found["calls"]} == {ROUTE}
    assert {row["from"] for row in found["dependencies"]} == {"shop/Deployment/api"}
    assert {call["from"] for call in graph(here, "--to", "db")["calls"]} == {ROUTE, HOOK, MONITOR}
    assert graph(here, "--from", "shop/PodMonitor/db")["calls"][0]["verdict"] == "ingress-denied"


def test_the_page_tells_the_way_of_a_route_and_can_hide_it(here: Path) -> None:
    found = data(output(here, "--format", "html"))
    assert [(kind["words"], kind["facts"]) for kind in found["callers"]] == [
        ("settings", 4),
        ("routes", 3),
        ("webhooks", 2),
        ("monitors", 1),
    ]
    (line,) = (line for line in found["lines"] if line["source"] == ROUTE and line["outcome"] == "denied")
    (call,) = line["calls"]
    assert (call["about"], call["settings"], call["verdict"]) == (
        "route-call",
        ["shop.example.org/db"],
        "ingress-denied",
    )
    assert [step["stage"] for step in call["way"]["steps"]] == ["name", "service", "pods", "ingress"]


def test_what_annotations_ask_for_is_a_call_of_prometheus(here: Path) -> None:
    annotations = '{prometheus.io/scrape: "true", prometheus.io/port: "8080"}'
    annotated = f"{{labels: {{app: auth}}, annotations: {annotations}}}"
    (here / "shop.yaml").write_text(SHOP.replace("{labels: {app: auth}}", annotated))
    (call,) = graph(here)["calls"]
    assert (call["from"], call["to"]) == ("caller/Prometheus", "id/Deployment/auth")
    assert "Prometheus" in output(here, "--format", "mermaid")


# ---------------------------------------------------------------- numbers

KINDS = {
    "settings": "dependencies",
    "routes": "route-calls",
    "webhooks": "webhook-calls",
    "monitors": "scrape-calls",
}
WORDS = {
    "allowed": "allowed",
    "egress-denied": "denied",
    "ingress-denied": "denied",
    "external-denied": "denied",
    "service-port-only": "depending on the network plugin",
    "address-only": "depending on the network plugin",
    "no-service": "leading nowhere",
    "no-port": "leading nowhere",
    "no-pods": "leading nowhere",
    "self": "leading nowhere",
    "external": "outside",
    "unknown": "unknown",
}


@pytest.mark.parametrize("view", ["shop.yaml", *VIEWS])
def test_lint_and_every_picture_have_the_same_numbers(here: Path, view: str) -> None:
    done = mblint("lint", view, "--format", "json", "--fail-on", "never", cwd=here)
    stats = {kind: verdicts for kind, verdicts in json.loads(done.stdout)["stats"].items() if kind in KINDS.values()}
    expected = {kind: verdicts for kind, verdicts in stats.items() if verdicts}
    assert json.loads(mblint("graph", view, cwd=here).stdout)["stats"] == expected

    page = data(mblint("graph", view, "--format", "html", cwd=here).stdout)
    by_kind: Counter[str] = Counter()
    by_words: Counter[str] = Counter()
    words = {outcome["id"]: outcome["words"] for outcome in page["outcomes"]}
    for line in page["lines"]:
        for call in line["calls"]:
            by_kind[call["about"]] += call["facts"]
            by_words[words[line["outcome"]]] += call["facts"]
    assert {kind["id"]: kind["facts"] for kind in page["callers"]} == dict(by_kind)
    assert {KINDS[kind["words"]]: kind["facts"] for kind in page["callers"]} == {
        kind: sum(verdicts.values()) for kind, verdicts in expected.items()
    }
    wanted: Counter[str] = Counter()
    for verdicts in expected.values():
        for verdict, number in verdicts.items():
            wanted[WORDS[verdict]] += number
    assert by_words == wanted

    svg = mblint("graph", view, "--format", "svg", cwd=here).stdout
    legend = re.findall(r'<text class="legend"[^>]*>(\d+) ([^<]*)<', svg)
    assert {said: int(number) for number, said in legend} == dict(wanted)
    assert f"{sum(expected['dependencies'].values())} dependenc" in svg
