"""`mblint reach` of those who call without being told by a setting: routes, the API server, Prometheus."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from program import ROOT, mblint

SCHEMA = json.loads((ROOT / "schemas" / "reach.schema.json").read_text())
SHOP = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: registry.example.org/app:1, ports: [{name: http, containerPort: 8080}]}]
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop, labels: {app: web}}
spec:
  selector: {app: web}
  ports: [{name: http, port: 80, targetPort: http}]
---
apiVersion: v1
kind: Service
metadata: {name: media-nginx, namespace: shop}
spec:
  selector: {app: web}
  ports: [{name: http, port: 80, targetPort: http}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec:
  rules:
    - host: shop.example.org
      http:
        paths:
          - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
          - {path: /media, pathType: Prefix, backend: {service: {name: media-ngnix, port: {number: 80}}}}
          - {path: /admin, pathType: Prefix, backend: {service: {name: web, port: {number: 8080}}}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: others, namespace: shop}
spec: {rules: [{host: "*.example.org", http: {paths: [{backend: {service: {name: web, port: {name: http}}}}]}}]}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: checks}
webhooks:
  - {name: pods.example.org, clientConfig: {service: {name: web, namespace: shop}}}
  - {name: jobs.example.org, clientConfig: {service: {name: web, namespace: shop, port: 80}}}
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: web, namespace: shop}
spec: {selector: {matchLabels: {app: web}}, endpoints: [{port: http}, {port: metrics}]}
"""
CLOSED = """\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Ingress]
  ingress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 8080}]}]
"""
CONTROLLER = """\
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: %s, namespace: edge}
spec:
  selector: {matchLabels: {app: edge}}
  template:
    metadata: {labels: {app: edge}}
    spec: {containers: [{name: main, image: "%s"}]}
"""


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "shop.yaml").write_text(SHOP)
    return tmp_path


def asked(here: Path, *words: str) -> dict[str, Any]:
    """The JSON answer, valid against its schema, and its exit code."""
    done = mblint("reach", *words, "shop.yaml", "--format", "json", cwd=here)
    answer: dict[str, Any] = json.loads(done.stdout)
    Draft202012Validator(SCHEMA).validate(answer)
    ways = [answer, *answer.get("others", ())]
    assert done.returncode == (0 if all(way["answer"] == "allowed" for way in ways) else 1)
    return answer


def stages(answer: dict[str, Any]) -> dict[str, str]:
    return {step["stage"]: step["outcome"] for step in answer["steps"]}


def test_a_request_goes_where_the_longest_path_of_the_nearest_host_leads(here: Path) -> None:
    root = asked(here, "ingress/shop.example.org/")
    assert (root["answer"], root["service"]["name"], root["pod_port"]) == ("allowed", "web", 8080)
    assert root["client"] == {"kind": "Ingress", "namespace": "shop", "name": "web", "container": None}
    assert root["caller"] == "the ingress controller (Ingress web)"
    assert stages(root) == {"name": "passes", "service": "passes", "pods": "passes", "ingress": "passes"}
    assert asked(here, "ingress/shop.example.org/mediathek")["verdict"] == "allowed"
    assert asked(here, "ingress/shop.example.org/media/1")["verdict"] == "no-service"
    assert asked(here, "ingress/blog.example.org")["client"]["name"] == "others"


def test_what_is_not_there_is_named_with_what_is_meant(here: Path) -> None:
    media = asked(here, "ingress/shop.example.org/media")
    assert stages(media) == {"name": "denied"}
    assert "there is no Service shop/media-ngnix; did you mean shop/media-nginx?" in media["steps"][0]["message"]
    assert "name the Service shop/media-nginx" in media["fix"]
    admin = asked(here, "ingress/shop.example.org/admin")
    assert (admin["verdict"], stages(admin)["service"]) == ("no-port", "denied")
    assert admin["fix"] == "Let Ingress web name port 80 (http), which leads to the pods' port 8080."


def test_what_reach_says_of_a_route_is_what_lint_judges(here: Path) -> None:
    (here / "shop.yaml").write_text(SHOP + CLOSED)
    facts = json.loads(mblint("facts", "shop.yaml", "--about", "route-call", "--format", "json", cwd=here).stdout)
    judged = {fact["requests"][0]: fact["verdict"] for fact in facts["facts"]}
    assert set(judged.values()) == {"ingress-denied", "no-service", "no-port"}
    for written, verdict in judged.items():
        request = written.replace("*.", "some.")
        assert asked(here, f"ingress/{request}")["verdict"] == verdict, request


def test_a_controller_of_the_view_is_judged_by_its_labels_and_shown_what_to_add(here: Path) -> None:
    (here / "shop.yaml").write_text(SHOP + CLOSED + CONTROLLER % ("proxy", "docker.io/traefik:v3.3.4"))
    answer = asked(here, "ingress/shop.example.org/")
    assert answer["verdict"] == "ingress-denied"
    closed = CLOSED.replace("{podSelector: {matchLabels: {app: web}}}]", "{namespaceSelector: {}}]")
    (here / "shop.yaml").write_text(SHOP + closed + CONTROLLER % ("proxy", "docker.io/traefik:v3.3.4"))
    assert asked(here, "ingress/shop.example.org/")["answer"] in ("allowed", "unknown")


def test_the_api_server_calls_each_webhook_or_all_of_an_object(here: Path) -> None:
    missing = asked(here, "api-server", "webhook/pods.example.org")
    assert (missing["verdict"], missing["destination"]["port"]) == ("no-port", 443)
    assert asked(here, "api-server", "webhook/jobs.example.org")["answer"] == "allowed"
    every = asked(here, "api-server", "webhook/checks")
    assert [every["answer"], *(way["answer"] for way in every["others"])] == ["denied", "allowed"]
    (here / "shop.yaml").write_text(SHOP + CLOSED)
    assert stages(asked(here, "api-server", "webhook/jobs.example.org"))["ingress"] == "denied"


def test_prometheus_calls_what_a_monitor_selects(here: Path) -> None:
    answer = asked(here, "prometheus", "web")
    assert (answer["verdict"], answer["client"]["kind"]) == ("no-port", "ServiceMonitor")
    assert "no port of shop/web has the name metrics" in answer["steps"][0]["message"]
    (other,) = answer["others"]
    assert (other["answer"], other["pod_port"]) == ("allowed", 8080)
    assert asked(here, "prometheus", "shop/ServiceMonitor/web")["verdict"] == "no-port"


def test_a_workload_named_prometheus_stays_a_client(here: Path) -> None:
    (here / "shop.yaml").write_text(SHOP + CONTROLLER % ("prometheus", "registry.example.org/p:1"))
    assert asked(here, "prometheus", "web.shop:80")["client"]["kind"] == "Deployment"
    assert asked(here, "prometheus", "web.shop")["client"]["kind"] == "Deployment"
    assert asked(here, "prometheus", "web")["client"]["kind"] == "ServiceMonitor"
    (here / "shop.yaml").write_text((SHOP + CONTROLLER % ("proxy", "example:1")).replace(": edge}", ": ingress}"))
    assert asked(here, "ingress/proxy", "web.shop:80")["client"]["name"] == "proxy"


@pytest.mark.parametrize(
    ("words", "known"),
    [
        (("ingress/nowhere.example.com/",), "ingress/shop.example.org"),
        (("api-server", "webhook/pod.example.org"), "webhook/pods.example.org"),
        (("prometheus", "wbe"), "ServiceMonitor/web"),
    ],
)
def test_what_nobody_calls_is_exit_code_2_with_what_there_is(here: Path, words: tuple[str, ...], known: str) -> None:
    done = mblint("reach", *words, "shop.yaml", cwd=here)
    assert (done.returncode, done.stdout) == (2, "")
    assert known in done.stderr


def test_a_request_may_be_asked_of_what_a_command_renders(here: Path) -> None:
    done = mblint("reach", "ingress/shop.example.org", "--", "cat", "shop.yaml", cwd=here)
    assert done.returncode == 0
    assert done.stdout.startswith("the ingress controller (Ingress web) → shop/web:80/TCP: allowed\n")


def test_behind_the_controller_stand_the_route_and_its_service(here: Path) -> None:
    done = mblint("reach", "shop/web", "https://shop.example.org/media", "shop.yaml", cwd=here)
    assert done.returncode == 1
    assert "shop.example.org/media by Ingress web to the Service shop/media-ngnix on port 80" in done.stdout
