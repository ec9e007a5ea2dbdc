"""Who carries what routes lead to, and what becomes of it."""

from mblint.facts.callers.routes import route_calls
from tests.facts.worlds import pods, policy, service, world

WEB = pods() + service("web", "{selector: {app: web}, ports: [{name: http, port: 80, targetPort: http}]}")


def ingress(backend: str = "{name: web, port: {number: 80}}", spec: str = "") -> str:
    to = f"pathType: Prefix, backend: {{service: {backend}}}"
    paths = f"[{{path: /a, {to}}}, {{path: /b, {to}}}]"
    rules = f"rules: [{{host: shop.example.org, http: {{paths: {paths}}}}}]"
    kind = "apiVersion: networking.k8s.io/v1\nkind: Ingress"
    return f"---\n{kind}\nmetadata: {{name: web, namespace: default}}\nspec: {{{spec}{rules}}}\n"


def closed(rules: str) -> str:
    return policy("web", f"{{podSelector: {{matchLabels: {{app: web}}}}, policyTypes: [Ingress], ingress: {rules}}}")


def controller(image: str = "registry.k8s.io/ingress-nginx/controller:v1.9.4") -> str:
    return pods(name="controller", namespace="edge").replace("registry/shop:1", image)


PORT = "{selector: {app: %s}, ports: [{port: 80, targetPort: 8080}]}"
TO = "{name: %s, port: {number: 80}}"
CLASS = """
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: nginx}
spec: {controller: k8s.io/ingress-nginx}
"""
FROM_EDGE = "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: edge}}}"


def test_an_ingress_far_from_all_its_services_leads_nowhere() -> None:
    shop, wiki = (pods(name=name, namespace=name) + service(name, PORT % name, name) for name in ("shop", "wiki"))
    paths = ", ".join(
        f"{{path: /{name}, pathType: Prefix, backend: {{service: {TO % name}}}}}" for name in ("shop", "wiki")
    )
    spec = f"{{rules: [{{host: a.example.org, http: {{paths: [{paths}]}}}}]}}"
    head = "---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: edge, namespace: edge}\n"
    edge = f"{head}spec: {spec}\n"
    found = [(row.verdict, row.service) for row in route_calls(world(shop + wiki + edge))]
    assert found == [("no-service", "edge/shop"), ("no-service", "edge/wiki")]


def test_the_paths_that_lead_to_one_port_are_one_row() -> None:
    (row,) = route_calls(world(WEB + ingress()))
    assert (row.verdict, row.service, row.port, row.pod_port) == ("allowed", "default/web", 80, 8080)
    assert row.requests == ("shop.example.org/a", "shop.example.org/b")
    assert row.caller == "the ingress controller"


def test_a_controller_asks_for_endpoints_so_that_headless_ports_are_translated() -> None:
    headless = pods() + service("web", "{clusterIP: None, selector: {app: web}, ports: [{port: 80, targetPort: http}]}")
    (row,) = route_calls(world(headless + ingress()))
    assert (row.verdict, row.pod_port) == ("allowed", 8080)
    (missing,) = route_calls(world(headless + ingress("{name: web, port: {number: 8080}}")))
    assert (missing.verdict, missing.meant_port) == ("no-port", "80")


def test_a_controller_of_the_view_is_judged_as_the_pod_that_it_is() -> None:
    view = WEB + ingress(spec="ingressClassName: nginx, ") + CLASS + controller()
    (row,) = route_calls(world(view + closed(f"[{{from: [{FROM_EDGE}]}}]")))
    assert (row.verdict, row.caller) == ("allowed", "ingress-nginx (edge/Deployment/controller)")
    (row,) = route_calls(world(view + closed(f"[{{from: [{FROM_EDGE.replace('edge', 'other')}]}}]")))
    assert row.verdict == "ingress-denied"


def test_without_a_class_a_controller_outside_may_be_the_one() -> None:
    other = FROM_EDGE.replace("edge", "other")
    (row,) = route_calls(world(WEB + ingress() + controller() + closed(f"[{{from: [{other}]}}]")))
    assert row.verdict == "unknown"


def test_labels_that_no_pod_of_the_view_has_are_not_those_of_a_controller_elsewhere() -> None:
    (row,) = route_calls(world(WEB + ingress() + closed("[{from: [{podSelector: {matchLabels: {app: edge}}}]}]")))
    assert (row.verdict, row.of_own_namespace) == ("ingress-denied", "default")
    assert row.nearest_miss is not None
    assert "app=edge of default alone" in row.nearest_miss
    (row,) = route_calls(world(WEB + ingress() + closed("[{from: [{podSelector: {}}]}]")))
    assert row.verdict == "ingress-denied"


def test_a_login_that_is_asked_on_the_wrong_port() -> None:
    login = """
---
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata: {name: login, namespace: edge}
spec: {forwardAuth: {address: "http://web.default.svc.cluster.local:8080/verify"}}
"""
    (row,) = route_calls(world(WEB + login))
    assert (row.verdict, row.service, row.port) == ("no-port", "default/web", 8080)


def test_one_ingress_far_from_its_service() -> None:
    (row,) = route_calls(world(WEB + ingress().replace("namespace: default", "namespace: edge")))
    assert (row.verdict, row.service) == ("no-service", "edge/web")
