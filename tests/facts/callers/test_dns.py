"""Whether clients can ask the cluster's DNS."""

import pytest

from mblint.config import ClusterSettings
from mblint.facts.callers.dns import dns_needs
from tests.facts.worlds import pods, policy, service, world

NAMED = pods(name="client", env={"API_URL": "http://web"}) + service("web", "{ports: [{port: 80}]}")
OWN = "{podSelector: {matchLabels: {app: web}}}"
SYSTEM = "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}"


def egress(rules: str) -> str:
    return policy(
        "client", f"{{podSelector: {{matchLabels: {{app: client}}}}, policyTypes: [Egress], egress: {rules}}}"
    )


def verdict(text: str, settings: ClusterSettings | None = None) -> str | None:
    found = dns_needs(world(text, settings))
    return found[0].verdict if found else None


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("[{}]", "allowed"),
        ("[{ports: [{port: 53, protocol: UDP}]}]", "allowed"),
        ("[{ports: [{protocol: UDP}]}]", "allowed"),
        ("[{ports: [{port: 50, endPort: 60, protocol: UDP}]}]", "allowed"),
        (f"[{{to: [{SYSTEM}], ports: [{{port: 53, protocol: UDP}}]}}]", "allowed"),
        (f"[{{to: [{SYSTEM}]}}]", "allowed"),
        ("[{to: [{namespaceSelector: {}, podSelector: {matchLabels: {k8s-app: kube-dns}}}]}]", "allowed"),
        ("[{to: [{podSelector: {matchLabels: {k8s-app: kube-dns}}}]}]", "egress-denied"),
        ("[{to: [{ipBlock: {cidr: 169.254.20.10/32}}], ports: [{port: 53, protocol: UDP}]}]", "allowed"),
        ("[{ports: [{port: dns, protocol: UDP}]}]", "allowed"),
        ("[]", "egress-denied"),
        ("[{ports: [{port: 53}]}]", "egress-denied"),
        ("[{ports: [{port: 80}]}]", "egress-denied"),
        (f"[{{to: [{OWN}]}}]", "egress-denied"),
        (f"[{{to: [{SYSTEM}], ports: [{{port: 5353, protocol: UDP}}]}}]", "egress-denied"),
    ],
)
def test_rules_that_let_a_client_ask(rules: str, expected: str) -> None:
    assert verdict(NAMED + egress(rules)) == expected


def test_the_ports_are_configured() -> None:
    rules = egress("[{ports: [{port: 5353, protocol: UDP}]}]")
    assert verdict(NAMED + rules, ClusterSettings(dns_ports=(53, 5353))) == "allowed"


def test_who_is_not_isolated_may_ask() -> None:
    assert verdict(NAMED) == "allowed"
    on_node = "  hostNetwork: true\n      dnsPolicy: ClusterFirstWithHostNet\n      containers:"
    assert verdict(NAMED.replace("  containers:", on_node) + egress("[]")) == "allowed"


@pytest.mark.parametrize(
    "said", ["hostNetwork: true", "hostNetwork: true\n      dnsPolicy: ClusterFirst", "dnsPolicy: Default"]
)
def test_who_asks_the_resolver_of_its_node_finds_no_service(said: str) -> None:
    on_node = NAMED.replace("  containers:", f"  {said}\n      containers:")
    assert verdict(on_node) == "node-resolver"
    (row,) = dns_needs(world(on_node))
    assert row.right_policy == ("ClusterFirstWithHostNet" if "hostNetwork" in said else "ClusterFirst")


@pytest.mark.parametrize("url", ["http://10.0.0.7", "http://localhost:1", "http://[fd00::1]:80"])
def test_addresses_need_no_dns(url: str) -> None:
    assert verdict(pods(name="client", env={"API_URL": url}) + egress("[]")) is None


def test_names_that_carry_addresses_do() -> None:
    assert verdict(pods(name="client", env={"API_URL": "http://a.8.8.8.8.nip.io"}) + egress("[]")) == "egress-denied"


def test_a_row_lists_the_names_once() -> None:
    env = {"API_URL": "http://web/1", "OTHER_URL": "http://web/2", "MORE_API_URL": "http://more"}
    (row,) = dns_needs(world(pods(name="client", env=env) + service("web", "{ports: [{port: 80}]}") + egress("[]")))
    assert row.hosts == ("web", "more")
    assert row.policies == ("client",)
