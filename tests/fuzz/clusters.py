"""Whole clusters out of few names, so that their objects have to do with each other."""

from __future__ import annotations

from hypothesis import strategies as st

Manifest = dict[str, object]

_NAMES = st.sampled_from(["web", "api", "db", "auth"])
_NAMESPACES = st.sampled_from(["one", "two"])
_PORTS = st.sampled_from([80, 443, 5432, 8080, "http", 0, 70000])
_VALUES = st.one_of(
    st.builds("http://{}.{}:{}/x".format, _NAMES, _NAMESPACES, _PORTS),
    st.builds("postgresql://app:$(PASSWORD)@{}/app".format, _NAMES),
    st.builds("{}:{}".format, _NAMES, _PORTS),
    st.sampled_from(["$(A)$(A)", "localhost:80", "", "${X}", "https://login.example.org/realms/x"]),
)
_VARIABLES = st.sampled_from(
    ["A", "API_URL", "DATABASE_URL", "DB_HOST", "DB_PORT", "PASSWORD", "OIDC_OP_TOKEN_ENDPOINT"]
)


def _object(api_version: str, kind: str) -> st.SearchStrategy[Manifest]:
    metadata = st.fixed_dictionaries({"name": _NAMES, "namespace": _NAMESPACES})
    return metadata.map(lambda found: {"apiVersion": api_version, "kind": kind, "metadata": found})


_SELECTORS = st.one_of(
    st.just({}), st.builds(lambda name: {"matchLabels": {"app": name}}, _NAMES), st.just({"matchLabels": {"app": 1}})
)
_ENV = st.lists(
    st.one_of(
        st.builds(lambda name, value: {"name": name, "value": value}, _VARIABLES, _VALUES),
        st.builds(
            lambda name, secret: {"name": name, "valueFrom": {"secretKeyRef": {"name": secret, "key": "password"}}},
            _VARIABLES,
            _NAMES,
        ),
    ),
    max_size=4,
)
_SCRIPTS = st.sampled_from(["curl $A", "a=$a$a; curl http://$a", "$(echo $(curl http://api))", 'exec "$@" <<E\nE\n'])


@st.composite
def _workloads(draw: st.DrawFn) -> Manifest:
    found = draw(_object("apps/v1", draw(st.sampled_from(["Deployment", "StatefulSet"]))))
    container: Manifest = {"name": "c", "image": "registry.example/app:1", "env": draw(_ENV)}
    if draw(st.booleans()):
        container["ports"] = [{"name": "http", "containerPort": draw(_PORTS)}]
    if draw(st.booleans()):
        container["command"] = ["sh", "-c", draw(_SCRIPTS)]
    labels = {"app": draw(_NAMES)}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    return {**found, "spec": {"selector": {"matchLabels": labels}, "template": template}}


@st.composite
def _services(draw: st.DrawFn) -> Manifest:
    ports = draw(st.lists(st.builds(lambda port, to: {"port": port, "targetPort": to}, _PORTS, _PORTS), max_size=2))
    return {**draw(_object("v1", "Service")), "spec": {"selector": {"app": draw(_NAMES)}, "ports": ports}}


@st.composite
def _policies(draw: st.DrawFn) -> Manifest:
    peers = st.lists(st.builds(lambda found: {"podSelector": found}, _SELECTORS), max_size=2)
    spec: Manifest = {"podSelector": draw(_SELECTORS), "policyTypes": ["Ingress", "Egress"]}
    spec["egress"] = [{"to": draw(peers), "ports": [{"port": draw(_PORTS)}]}]
    spec["ingress"] = [{"from": draw(peers)}]
    return {**draw(_object("networking.k8s.io/v1", "NetworkPolicy")), "spec": spec}


def _secrets() -> st.SearchStrategy[Manifest]:
    values = st.text("abcdefgh0123456789", min_size=12, max_size=16)
    return st.builds(lambda found, value: {**found, "stringData": {"password": value}}, _object("v1", "Secret"), values)


def clusters() -> st.SearchStrategy[list[Manifest]]:
    return st.lists(st.one_of(_workloads(), _services(), _policies(), _secrets()), min_size=1, max_size=10)
