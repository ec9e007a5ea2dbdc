"""Where host names lead, for pods and for browsers."""

from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mblint.config import ClusterSettings
from mblint.facts.way.host_names import address_of
from mblint.facts.way.hosts import resolve
from mblint.facts.way.resolution import BROWSER, Resolution
from tests.facts.worlds import pods, service, world

SHOP = "".join(
    (
        pods(
            name="web", spec="hostAliases: [{ip: 127.0.0.1, hostnames: [me.example]}, {ip: 8.8.8.8, hostnames: [far]}]"
        ),
        service("web", "{selector: {app: web}, ports: [{port: 80}], clusterIP: 10.96.0.7}"),
        pods("StatefulSet", "db", namespace="data"),
        service("db", "{selector: {app: db}, clusterIP: None, ports: [{port: 5432}]}", "data"),
        service("alias", "{type: ExternalName, externalName: db.data.svc.cluster.local}"),
        service("away", "{type: ExternalName, externalName: db.example.org}"),
        service("ring", "{type: ExternalName, externalName: ring.default.svc.cluster.local}"),
        service("by-hand", "{ports: [{port: 80}]}"),
        """
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  rules:
    - host: shop.example.org
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
    - {host: "*.apps.example.org"}
---
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: {name: orders}
""",
    )
)
WORLD = world(SHOP)
(WEB,) = (each for each in WORLD.cluster.workloads if each.id.name == "web")


def for_pod(host: str, settings: ClusterSettings | None = None) -> Resolution:
    return resolve(host, WEB, WORLD.cluster, settings or ClusterSettings())


def for_browser(host: str, settings: ClusterSettings | None = None) -> str:
    return resolve(host, BROWSER, WORLD.cluster, settings or ClusterSettings()).resolves


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("web", "web"),
        ("web.default", "web"),
        ("web.default.svc", "web"),
        ("web.default.svc.cluster.local", "web"),
        ("web.default.svc.cluster.local.", "web"),
        ("10.96.0.7", "web"),
        ("db.data", "db"),
        ("db-0.db.data", "db"),
        ("db-0.db.data.svc.cluster.local", "db"),
        ("_tcp.db.data.svc", "db"),
        ("alias", "db"),
        ("by-hand", "by-hand"),
    ],
)
def test_names_of_services(host: str, name: str) -> None:
    found = for_pod(host)
    assert found.resolves == "service"
    assert found.service is not None
    assert found.service.id.name == name


def test_a_pods_name_leads_to_its_workload() -> None:
    found = for_pod("db-0.db.data.svc")
    assert found.pods is not None
    assert str(found.pods.id) == "data/StatefulSet/db"


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("db", "unknown-service"),  # of another namespace
        ("web.nowhere.svc", "unknown-service"),
        ("cache.data", "unknown-service"),
        ("other-0.db.data.svc", "unknown-service"),
        ("web.data.svc.cluster.local", "unknown-service"),
        ("smtp.example.org", "public"),
        ("web.default.svc.", "public"),  # absolute: no search path
        ("db.nowhere", "public"),
        ("away", "public"),
        ("far", "public"),
        ("8.8.8.8", "public"),
        ("id.kubernetes.local", "reserved"),
        ("vault.corp", "private"),
        ("ring", "unknown"),
        ("10.1.2.3", "unknown"),
        ("kubernetes.default.svc", "unknown"),
        ("kubernetes.default", "unknown"),
        ("kube-dns.kube-system.svc.cluster.local", "unknown"),
        ("shop.example.org", "unknown"),  # leads to the Ingress controller
        ("docs.apps.example.org", "unknown"),
        ("orders-rw", "unknown"),  # made by an operator
        ("orders-rx", "unknown-service"),
        ("localhost", "self"),
        ("a.localhost", "self"),
        ("127.0.0.53", "self"),
        ("::1", "self"),
        ("[::1]", "self"),
        ("me.example", "self"),
        ("127.0.0.1.sslip.io", "self"),
        ("docs.127.0.0.1.sslip.io", "self"),
        ("docs-127-0-0-1.nip.io", "self"),
        ("7f000001.nip.io", "self"),
        ("app.7f000001.nip.io", "self"),
        ("--1.sslip.io", "self"),
        ("docs.8.8.8.8.nip.io", "public"),
        ("192.168.49.2.nip.io", "unknown"),
        ("www.sslip.io", "public"),
        ("", "unknown"),
    ],
)
def test_what_else_a_pod_finds(host: str, expected: str) -> None:
    assert for_pod(host).resolves == expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("shop.example.org", "public"),
        ("keycloak", "single-label"),
        ("web.default.svc", "cluster-service"),
        ("web.default.svc.cluster.local", "cluster-service"),
        ("db.data", "cluster-service"),
        ("10.96.0.7", "cluster-service"),
        ("id.kubernetes.local", "reserved"),
        ("id.test", "reserved"),
        ("id.corp", "private"),
        ("id.home.arpa", "private"),
        ("localhost", "loopback"),
        ("id.127.0.0.1.sslip.io", "loopback"),
        ("id.10.0.0.1.sslip.io", "public"),
    ],
)
def test_what_a_browser_finds(host: str, expected: str) -> None:
    assert for_browser(host) == expected


def test_configured_domains_are_known_to_browsers() -> None:
    assert for_browser("id.corp", ClusterSettings(browser_domains=("*.corp",))) == "configured"


def test_rewrites_lead_to_services_of_the_render_and_elsewhere_nobody_knows() -> None:
    inside = ClusterSettings(dns_rewrites={"*.sslip.io": "web.default.svc.cluster.local"})
    assert for_pod("docs.8.8.8.8.nip.io", inside).resolves == "public"
    found = for_pod("WWW.sslip.io", inside)
    assert found.service is not None
    assert found.service.id.name == "web"
    outside = ClusterSettings(dns_rewrites={"www.sslip.io": "traefik.traefik.svc"})
    assert for_pod("www.sslip.io", outside).resolves == "unknown"


def test_rewrites_come_before_the_addresses_that_names_carry() -> None:
    rewrites = ClusterSettings(dns_rewrites={"*.127.0.0.1.sslip.io": "traefik.traefik.svc"})
    assert for_pod("docs.127.0.0.1.sslip.io", rewrites).resolves == "unknown"


def test_services_that_the_configuration_knows_are_not_missed() -> None:
    assert for_pod("loki.monitoring.svc", ClusterSettings(external_services=("monitoring/*",))).resolves == "unknown"


def test_pods_on_the_nodes_network_ask_the_nodes_resolver() -> None:
    hosted = world(pods(spec="hostNetwork: true") + service("web", "{selector: {app: web}, ports: [{port: 80}]}"))
    (client,) = hosted.cluster.workloads
    assert resolve("web", client, hosted.cluster, ClusterSettings()).resolves == "unknown"


def test_names_say_where_objects_without_a_namespace_go() -> None:
    text = pods().replace("namespace: default, ", "") + service(
        "web", "{selector: {app: web}, ports: [{port: 80}]}"
    ).replace(", namespace: default", "")
    bare = world(text)
    (client,) = bare.cluster.workloads
    assert resolve("web.shop.svc", client, bare.cluster, ClusterSettings()).resolves == "service"
    assert for_pod("web.shop.svc").resolves == "unknown-service"


DB = "{selector: {app: db}, ports: [{port: 5432}]}"


def unsaid(text: str) -> str:
    return text.replace("namespace: default, ", "").replace(", namespace: default", "")


@pytest.mark.parametrize(
    ("client", "server", "host", "expected"),
    [
        (unsaid(pods()), service("db", DB, "data"), "db", "unknown"),
        (pods(namespace="shop"), unsaid(service("db", DB)), "db", "unknown"),
        (pods(namespace="shop"), unsaid(service("db", DB)), "db.shop.svc", "unknown"),
        (unsaid(pods()), unsaid(service("db", DB)), "db", "service"),
        (unsaid(pods()), service("db", DB, "data"), "db.shop.svc", "unknown-service"),
        (pods(), service("db", DB, "data"), "db", "unknown-service"),
        (pods(namespace="shop"), service("db", DB), "db", "unknown-service"),
    ],
)
def test_a_service_may_be_where_no_namespace_says_that_it_is_not(
    client: str, server: str, host: str, expected: str
) -> None:
    both = world(client + server)
    (asking,) = both.cluster.workloads
    assert resolve(host, asking, both.cluster, ClusterSettings()).resolves == expected


@given(st.integers(0, 2**32 - 1).map(IPv4Address), st.sampled_from(["sslip.io", "nip.io"]), st.booleans())
def test_every_way_to_carry_an_address(address: IPv4Address, suffix: str, prefixed: bool) -> None:
    before = "docs." if prefixed else ""
    assert address_of(f"{before}{address}.{suffix}") == address
    assert address_of(f"{before}{str(address).replace('.', '-')}.{suffix}") == address
    assert address_of(f"{before}{int(address):08x}.{suffix}") == address


NAMES = st.sampled_from(
    ["web", "db.data", "db-0.db.data.svc", "alias", "docs.127.0.0.1.sslip.io", "shop.example.org", "x.test"]
)


@given(NAMES, st.integers(0, 2**32))
def test_case_does_not_matter(host: str, which: int) -> None:
    mixed = "".join(letter.upper() if which >> index & 1 else letter for index, letter in enumerate(host))
    assert for_pod(mixed) == for_pod(host)
    assert for_browser(mixed) == for_browser(host)


@pytest.mark.parametrize(
    "end", ["svc.cluster.loca", "svc.clsuter.local", "scv.cluster.local", "cluster.local", "svc.cluster", "svc.local"]
)
def test_what_nearly_ends_as_names_of_services_leads_nowhere(end: str) -> None:
    found = for_pod(f"web.default.{end}")
    assert (found.resolves, found.service) == ("unknown-service", WORLD.cluster.services["default", "web"])
    assert for_pod(f"other.default.{end}").resolves != "unknown-service"


@pytest.mark.parametrize("end", ["svc.cluster.local", "svc", "svc.corp.example.org", "example.org"])
def test_other_ends_are_names_of_services_or_of_somebody_else(end: str) -> None:
    assert for_pod(f"web.default.{end}").resolves != "unknown-service"
