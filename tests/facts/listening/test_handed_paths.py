"""What of a path comes to the pods, by the route that takes it."""

import pytest

from mblint.facts.listening.base_paths import routed_paths
from mblint.facts.listening.handed_paths import handed_on, stem
from tests.facts.worlds import world

NGINX = "nginx.ingress.kubernetes.io"
TRAEFIK = "traefik.ingress.kubernetes.io/router.middlewares"
BACKEND = "{service: {name: s, port: {number: 80}}}"


def ingress(path: str, notes: str = "", of_class: str = "") -> str:
    spec = f"ingressClassName: {of_class}" if of_class else ""
    return f"""
        ---
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {{name: web, annotations: {{{notes}}}}}
        spec:
          {spec}
          rules:
            - host: a.example.org
              http: {{paths: [{{path: "{path}", pathType: ImplementationSpecific, backend: {BACKEND}}}]}}
        """


def middleware(name: str, spec: str) -> str:
    return f"""
        ---
        apiVersion: traefik.io/v1alpha1
        kind: Middleware
        metadata: {{name: {name}, namespace: default}}
        spec: {{{spec}}}
        """


def http_route(filters: str, more: str = "") -> str:
    return f"""
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {{name: web}}
        spec:
          rules:
            - matches: [{{path: {{type: PathPrefix, value: /tool}}}}]
              filters: [{filters}]
              backendRefs: [{{name: s, port: 80{more}}}]
        """


def handed(text: str) -> str | None:
    within = world(text)
    route = next(each for each in within.cluster.routes if each.id.name == "web")
    return handed_on(within, route, route.backends[0].path or "")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/tool", "/tool"),
        ("/tool/", "/tool"),
        ("/a/tool", "/a/tool"),
        ("/tool(/|$)(.*)", "/tool"),
        ("/tool/?(.*)", "/tool"),
        ("/tool(/.*)?", "/tool"),
        ("/tool/(.*)$", "/tool"),
        ("/", None),
        (None, None),
        ("/(a|b)/(.*)", None),
        ("/.*", None),
    ],
)
def test_the_text_with_which_the_paths_of_a_route_begin(path: str | None, expected: str | None) -> None:
    assert stem(path) == expected


@pytest.mark.parametrize(
    ("path", "target", "expected"),
    [
        ("/tool(/|$)(.*)", "/$2", "/"),
        ("/tool(/|$)(.*)", "/$1", None),
        ("/tool/?(.*)", "/$1", "/"),
        ("/tool/(.*)", "/base/$1", "/base"),
        ("/tool(/.*)?", "$1", "/"),
        ("/tool", "/", "/"),
        ("/tool", "/tool", "/tool"),
        ("/tool", "/$2", None),
        ("/(tool|other)/(.*)", "/$2", None),
    ],
)
def test_a_rewrite_of_nginx(path: str, target: str, expected: str | None) -> None:
    assert handed(ingress(path, f'{NGINX}/rewrite-target: "{target}"')) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ingress("/tool"), "/tool"),
        (ingress("/tool", f"{NGINX}/ssl-redirect: 'true'"), "/tool"),
        (ingress("/tool", f"{NGINX}/configuration-snippet: x"), None),
        (ingress("/tool", f"{NGINX}/rewrite-target: /, {NGINX}/server-snippet: x"), None),
        (ingress("/tool", f"{NGINX}/rewrite-target: /", of_class="traefik"), None),
        (ingress("/tool", of_class="tailscale"), None),
        (ingress("/tool", "traefik.frontend.rule.type: PathPrefixStrip"), None),
    ],
)
def test_what_else_an_ingress_does(text: str, expected: str | None) -> None:
    assert handed(text) == expected


@pytest.mark.parametrize(
    ("named", "text", "expected"),
    [
        ("default-cut@kubernetescrd", middleware("cut", "stripPrefix: {prefixes: [/tool]}"), "/"),
        ("default-cut@kubernetescrd", middleware("cut", "stripPrefix: {prefixes: [/other]}"), "/tool"),
        ("default-cut@kubernetescrd", middleware("cut", "redirectScheme: {scheme: https}"), "/tool"),
        ("default-cut@kubernetescrd", middleware("cut", "replacePathRegex: {regex: x, replacement: y}"), None),
        ("default-cut@kubernetescrd", "", None),
        ("cut@file", "", None),
    ],
)
def test_a_middleware_of_traefik(named: str, text: str, expected: str | None) -> None:
    assert handed(ingress("/tool", f'{TRAEFIK}: "{named}"') + text) == expected


REPLACED = "{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}}"


@pytest.mark.parametrize(
    ("filters", "more", "expected"),
    [
        ("", "", "/tool"),
        (REPLACED, "", "/"),
        ("", f", filters: [{REPLACED}]", "/"),
        ("{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /x}}}", "", "/x"),
        ("{type: URLRewrite, urlRewrite: {hostname: b.example.org}}", "", "/tool"),
        ("{type: ResponseHeaderModifier}", "", "/tool"),
        ("{type: RequestHeaderModifier}", "", None),
        ("{type: ExtensionRef}", "", None),
    ],
)
def test_filters_of_an_http_route(filters: str, more: str, expected: str | None) -> None:
    assert handed(http_route(filters, more)) == expected


def pod(image: str, more: str = "") -> str:
    return f"""
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {{name: api}}
        spec:
          selector: {{matchLabels: {{app: a}}}}
          template:
            metadata: {{labels: {{app: a}}}}
            spec:
              containers: [{{name: main, image: "{image}", ports: [{{containerPort: 9090}}]{more}}}]
        ---
        apiVersion: v1
        kind: Service
        metadata: {{name: s}}
        spec: {{selector: {{app: a}}, ports: [{{port: 80, targetPort: 9090}}]}}
        """


PROMETHEUS = "prom/prometheus:v2.54.0"
TOLD = ", args: [--web.external-url=https://a.example.org/tool]"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (pod(PROMETHEUS) + ingress("/prometheus"), "not-there"),
        (pod(PROMETHEUS) + ingress("/tools/prometheus"), "not-there"),
        (pod(PROMETHEUS) + ingress("/api/prometheus"), "unknown"),
        (pod(PROMETHEUS) + ingress("/api"), "unknown"),  # the workload's name, and everybody's
        (pod(PROMETHEUS) + ingress("/s"), "not-there"),
        (pod(PROMETHEUS) + ingress("/graph"), "unknown"),
        (pod("acme.example/apps/prom/alertmanager:v0.27.0", TOLD) + ingress("/tool"), "answered"),
        (pod(PROMETHEUS, ', command: [sh, /scripts/run.sh], volumeMounts: [{name: x, mountPath: /scripts}]')
         .replace("containers:", "volumes: [{name: x, emptyDir: {}}]\n              containers:")
         + ingress("/prometheus"), "unknown"),
        (pod(PROMETHEUS, TOLD) + ingress("/tool"), "answered"),
        (pod(PROMETHEUS, TOLD) + ingress("/other"), "not-there"),
        (pod(PROMETHEUS, TOLD) + ingress("/tool", f"{NGINX}/rewrite-target: /"), "taken-off"),
        (pod(PROMETHEUS, TOLD) + ingress("/tool/?(.*)", f"{NGINX}/rewrite-target: /tool/$1"), "answered"),
        (pod(PROMETHEUS, TOLD) + ingress("/tool/?(.*)", f"{NGINX}/rewrite-target: /other/$1"), "unknown"),
    ],
)  # fmt: skip
def test_whether_a_program_answers_what_is_handed_on(text: str, expected: str) -> None:
    assert [row.verdict for row in routed_paths(world(text))] == [expected]
