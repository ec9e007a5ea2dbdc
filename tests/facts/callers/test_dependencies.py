"""From manifests to verdicts."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from mblint.config import ClusterSettings
from mblint.facts.callers.mended import mended_dependencies
from mblint.remedies.edits import Change
from tests.facts.worlds import pods, policy, rows, service, verdicts, world

WEB_SERVICE = service("web", "{selector: {app: web}, ports: [{name: http, port: 80, targetPort: http}]}")
SERVED = pods() + WEB_SERVICE


def client(**env: str) -> str:
    return pods(name="client", env=env, port=None)


def egress(rules: str, name: str = "client") -> str:
    return policy(name, f"{{podSelector: {{matchLabels: {{app: client}}}}, policyTypes: [Egress], egress: {rules}}}")


def ingress(rules: str) -> str:
    return policy("web", f"{{podSelector: {{matchLabels: {{app: web}}}}, policyTypes: [Ingress], ingress: {rules}}}")


TO_WEB = "to: [{podSelector: {matchLabels: {app: web}}}]"


def verdict(text: str, config: ClusterSettings | None = None) -> str:
    (row,) = rows(text, config)
    return row.verdict


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ("", "allowed"),
        (egress("[]"), "egress-denied"),
        (egress("[{}]"), "allowed"),
        (egress(f"[{{{TO_WEB}, ports: [{{port: 8080}}]}}]"), "allowed"),
        (egress(f"[{{{TO_WEB}, ports: [{{port: http}}]}}]"), "allowed"),
        (egress(f"[{{{TO_WEB}, ports: [{{port: 80}}]}}]"), "service-port-only"),
        (egress(f"[{{{TO_WEB}, ports: [{{port: 443}}]}}]"), "egress-denied"),
        (egress("[{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}]"), "address-only"),
        (ingress("[]"), "ingress-denied"),
        (ingress("[{ports: [{port: 80}]}]"), "ingress-denied"),
        (ingress("[{ports: [{port: 8080}]}]"), "allowed"),
        (egress("[]") + ingress("[]"), "egress-denied"),
        (egress(f"[{{{TO_WEB}, ports: [{{port: 80}}]}}]") + ingress("[]"), "ingress-denied"),
    ],
)
def test_policies_judge_the_pod_port(policies: str, expected: str) -> None:
    assert verdict(SERVED + client(API_URL="http://web/v1") + policies) == expected


@pytest.mark.parametrize(
    ("translation", "port", "expected"),
    [
        ("after-policy", 80, "allowed"),
        ("after-policy", 8080, "egress-denied"),
        ("either", 80, "allowed"),
        ("either", 8080, "allowed"),
        ("either", 443, "egress-denied"),
        ("before-policy", 80, "service-port-only"),
    ],
)
def test_where_policies_see_the_packet(translation: str, port: int, expected: str) -> None:
    text = SERVED + client(API_URL="http://web") + egress(f"[{{{TO_WEB}, ports: [{{port: {port}}}]}}]")
    assert verdict(text, ClusterSettings(service_translation=translation)) == expected


def test_a_row_carries_what_it_was_derived_from() -> None:
    rules = "[{to: [{podSelector: {matchLabels: {app: wob}}}], ports: [{port: 8080}]}]"
    (row,) = rows(SERVED + client(API_URL="http://web/v1") + egress(rules))
    assert (row.client, row.host, row.port, row.pod_port) == ("default/Deployment/client", "web", 80, 8080)
    assert (row.service, row.server) == ("default/web", "default/Deployment/web")
    assert row.settings == "API_URL"
    assert row.policies == ("client",)
    assert row.nearest_miss is not None
    assert "app=wob" in row.nearest_miss
    assert row.server_peer == "{podSelector: {matchLabels: {app: web}}}"
    assert row.service_ports == ("80 (http)",)
    assert [related.object.kind for related in row.related if related.object] == [
        "Service",
        "NetworkPolicy",
        "NetworkPolicy",
    ]


def test_a_service_port_only_row_says_what_the_rule_allows_and_what_the_service_maps() -> None:
    (row,) = rows(SERVED + client(API_URL="http://web") + egress(f"[{{{TO_WEB}, ports: [{{port: 80}}]}}]"))
    assert row.nearest_miss == "rule 1 of client allows 80, and the Service web maps 80 to 8080"
    assert row.decided_by == "rule 1 of client"


def test_a_peer_in_another_namespace_is_named_with_it() -> None:
    far = pods(namespace="back") + service("web", "{selector: {app: web}, ports: [{port: 80}]}", "back")
    (row,) = rows(far + client(API_URL="http://web.back") + egress("[]"))
    back = "{matchLabels: {kubernetes.io/metadata.name: back}}"
    assert row.server_peer == f"{{namespaceSelector: {back}, podSelector: {{matchLabels: {{app: web}}}}}}"


@pytest.mark.parametrize(
    ("spec", "url", "expected"),
    [
        ("{selector: {app: web}, ports: [{port: 80}]}", "http://web:81", "no-port"),
        ("{selector: {app: web}, ports: [{port: 80, protocol: UDP}]}", "http://web", "no-port"),
        ("{selector: {app: web}, clusterIP: None, ports: [{port: 80}]}", "http://web:8081", "allowed"),
        ("{selector: {app: wob}, ports: [{port: 80}]}", "http://web", "no-pods"),
        ("{selector: {cnpg.io/cluster: web}, ports: [{port: 80}]}", "http://web", "unknown"),
        ("{ports: [{port: 80}]}", "http://web", "unknown"),
        ("{selector: {app: web}, ports: [{port: 80, targetPort: grpc}]}", "http://web", "unknown"),
    ],
)
def test_services_that_lead_nowhere(spec: str, url: str, expected: str) -> None:
    assert verdict(pods() + service("web", spec) + client(API_URL=url)) == expected


def test_headless_services_translate_nothing() -> None:
    headless = service("web", "{selector: {app: web}, clusterIP: None, ports: [{port: 80, targetPort: 8080}]}")
    text = pods() + headless + client(API_URL="http://web:80")
    (row,) = rows(text + egress(f"[{{{TO_WEB}, ports: [{{port: 80}}]}}]"))
    assert (row.verdict, row.pod_port) == ("allowed", 80)


def test_a_service_is_denied_only_if_all_lasting_workloads_behind_it_are() -> None:
    two = pods(name="one", replaces="{role: api, app: one}") + pods(name="two", replaces="{role: api, app: two}")
    job = pods("Job", "task", replaces="{role: api, app: task}")
    text = (
        two + job + service("api", "{selector: {role: api}, ports: [{port: 8080}]}") + client(API_URL="http://api:8080")
    )
    assert verdict(text + egress("[{to: [{podSelector: {matchLabels: {app: two}}}]}]")) == "allowed"
    assert verdict(text + egress("[{to: [{podSelector: {matchLabels: {app: task}}}]}]")) == "egress-denied"


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("[]", "external-denied"),
        ("[{ports: [{port: 80}]}]", "external-denied"),
        ("[{ports: [{port: 443}]}]", "external"),
        ("[{to: [{ipBlock: {cidr: 203.0.113.0/24}}]}]", "external"),
        (f"[{{{TO_WEB}}}]", "external-denied"),
        ("[{to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: proxies}}}]}]", "unknown"),
    ],
)
def test_outside_hosts_need_a_rule_that_lets_some_address_through(rules: str, expected: str) -> None:
    assert verdict(client(API_URL="https://api.example.org/v1") + egress(rules)) == expected


def test_pods_on_the_hosts_network_are_not_isolated() -> None:
    text = pods(name="client", env={"API_URL": "https://api.example.org"}, spec="hostNetwork: true")
    assert verdict(text + egress("[]")) == "external"


def self_call(url: str, *, port: int | None = 8080, **more: str) -> str:
    return verdict(pods(env={"API_URL": url}, port=port, **more))


def test_the_pod_itself() -> None:
    assert self_call("https://docs.127.0.0.1.sslip.io/api") == "self"
    assert self_call("http://docs.127.0.0.1.sslip.io:8080/api") == "allowed"
    assert self_call("https://docs.127.0.0.1.sslip.io/api", port=None) == "unknown"
    assert self_call("https://docs.127.0.0.1.sslip.io/api", spec="hostNetwork: true") == "unknown"
    assert self_call("https://docs.127.0.0.1.sslip.io/api", annotations="{linkerd.io/inject: enabled}") == "unknown"


def test_what_binds_listens() -> None:
    env = {"API_URL": "http://docs.127.0.0.1.sslip.io:9000/api", "LISTEN_ADDRESS": "0.0.0.0:9000"}
    assert verdict(pods(env=env)) == "allowed"


def test_hosts_and_ports_by_name() -> None:
    db = pods(name="db", port=5432) + service(
        "db", "{selector: {app: db}, ports: [{name: sql, port: 5432}, {name: metrics, port: 9187}]}"
    )
    assert verdicts(db + client(DB_HOST="db", DB_PORT="5432")) == {"DB_HOST": "allowed"}
    assert verdicts(db + client(DB_HOST="db", DB_PORT_NUMBER="5433")) == {"DB_HOST": "no-port"}
    assert verdicts(db + client(POSTGRES_HOST="db")) == {"POSTGRES_HOST": "allowed"}
    assert verdicts(db + client(MYSQL_HOST="db")) == {"MYSQL_HOST": "unknown"}  # the usual port proves nothing
    assert verdicts(db + client(DB_HOST="db")) == {"DB_HOST": "allowed"}  # by whatever port of the Service
    one_port = policy("db", "{podSelector: {matchLabels: {app: db}}, ingress: [{ports: [{port: 5432}]}]}")
    assert verdicts(db + one_port + client(DB_HOST="db")) == {"DB_HOST": "unknown"}
    assert verdicts(db + client(DB_PORT="5432")) == {}


def test_a_host_without_port_goes_to_the_only_port() -> None:
    assert [(row.port, row.pod_port) for row in rows(SERVED + client(DB_HOST="web"))] == [(80, 8080)]


def test_what_is_switched_off_is_not_certain() -> None:
    on = rows(client(STATSD_HOST="statsd", STATSD_PORT="8125", STATSD_ENABLED="true"))
    off = rows(client(STATSD_HOST="statsd", STATSD_PORT="8125", STATSD_ENABLED="false"))
    assert ([row.hard for row in on], [row.hard for row in off]) == ([True], [False])


@pytest.mark.parametrize(
    ("image", "chosen", "called"),
    [
        ("quay.io/keycloak/keycloak:26.0", {}, 0),
        ("quay.io/keycloak/keycloak:26.0", {"KC_DB": "dev-file"}, 0),
        ("quay.io/keycloak/keycloak:26.0", {"KC_DB": "postgres"}, 1),
        ("registry.example/keycloak-for-postgres:1", {}, 1),  # the choice may be built in
    ],
)
def test_a_database_that_nothing_chooses_is_not_called(image: str, chosen: dict[str, str], called: int) -> None:
    told = client(KC_DB_URL_HOST="db", **chosen).replace("registry/shop:1", image)
    assert len(rows(told)) == called


LOKI = """
---
apiVersion: v1
kind: ConfigMap
metadata: {name: loki, namespace: default}
data:
  config.yaml: |
    ruler: {alertmanager_url: "http://alerts"}
    frontend_worker: {frontend_address: "frontend:9095"}
    memberlist: {join_members: ["ring:7946"]}
    bloom_gateway: {enabled: false, client: {redis_address: "bloom:9095"}}
---
apiVersion: v1
kind: Pod
metadata: {name: loki, namespace: default}
spec:
  containers:
    - name: loki
      image: grafana/loki:3
      args: ["-config.file=/etc/loki/config.yaml", TARGET]
      volumeMounts: [{name: config, mountPath: /etc/loki}]
  volumes: [{name: config, configMap: {name: loki}}]
"""


@pytest.mark.parametrize(
    ("target", "hosts"),
    [
        ("-target=querier", {"frontend", "ring", "bloom"}),
        ("-target=ruler", {"alerts", "ring", "bloom"}),
        ("-target=querier,ruler", {"alerts", "frontend", "ring", "bloom"}),
        ("-target=distributor", {"ring", "bloom"}),
        ("-log.level=info", {"alerts", "frontend", "ring", "bloom"}),
    ],
)
def test_of_a_shared_file_each_module_reads_its_own_sections(target: str, hosts: set[str]) -> None:
    found = rows(LOKI.replace("TARGET", f'"{target}"'))
    assert {row.host for row in found} == hosts
    assert {row.host for row in found if not row.hard} == {"bloom"}  # what a section around it switches off


def test_helm_tests_are_not_certain() -> None:
    (row,) = rows(pods("Pod", "probe", env={"API_URL": "http://nowhere"}, annotations='{helm.sh/hook: "test"}'))
    assert (row.verdict, row.hard) == ("no-service", False)


def test_a_misspelt_service_is_suggested() -> None:
    (row,) = rows(SERVED.replace("name: web,", "name: orders,") + client(API_URL="http://ordres"))
    assert (row.verdict, row.nearest_service) == ("no-service", "default/orders")


def test_jobs_that_inherit_a_setting_are_named_in_its_row() -> None:
    env = {"API_URL": "http://web"}
    text = SERVED + pods(name="client", env=env) + pods("Job", "migrate", env=env, replaces="{app: client}")
    (row,) = rows(text + egress("[]"))
    assert (row.object.name, row.shared_by) == ("client", ("Job/migrate",))


def test_a_job_with_another_outcome_or_value_has_its_own_row() -> None:
    env = {"API_URL": "http://web"}
    outcome = pods(name="client", env=env) + pods("Job", "migrate", env=env) + egress("[]")
    assert [row.verdict for row in rows(SERVED + outcome)] == ["egress-denied", "allowed"]
    value = pods(name="client", env=env) + pods("Job", "migrate", env={"API_URL": "http://web/other"})
    assert [row.shared_by for row in rows(SERVED + value)] == [(), ()]


def test_two_lasting_workloads_each_have_their_rows() -> None:
    env = {"API_URL": "http://web"}
    text = SERVED + pods(name="client", env=env) + pods(name="worker", env=env)
    assert [row.object.name for row in rows(text)] == ["client", "worker"]


SECRET = """
---
apiVersion: v1
kind: Secret
metadata: {name: keys, namespace: default}
stringData: {url: "redis://default:hunter2@web:80/1", host: web, unknown: hunter2, port: "80"}
"""


def secret_client(key: str, name: str) -> str:
    reference = f"{{name: {name}, valueFrom: {{secretKeyRef: {{name: keys, key: {key}}}}}}}"
    return SERVED + SECRET + pods(name="client", port=None).replace("env: []", f"env: [{reference}]")


def test_secrets_show_no_more_than_the_service_they_name() -> None:
    (url,) = rows(secret_client("url", "REDIS_URL"))
    assert (url.host, url.port, url.verdict) == ("web", 80, "allowed")
    (host,) = rows(secret_client("host", "REDIS_HOST"))
    assert (host.host, host.service) == ("web", "default/web")
    (hidden,) = rows(secret_client("unknown", "REDIS_HOST"))
    assert (hidden.host, hidden.verdict) == ("‹secret›", "no-service")
    for row in (url, host, hidden):
        assert "hunter2" not in repr(replace(row, place=None, related=()))  # places hold the manifest itself
        assert all("hunter2" not in related.message for related in row.related)


RULES = st.lists(
    st.sampled_from(
        [
            f"{{{TO_WEB}, ports: [{{port: 8080}}]}}",
            f"{{{TO_WEB}, ports: [{{port: 80}}]}}",
            "{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}",
            "{ports: [{port: 53, protocol: UDP}]}",
            "{to: [{podSelector: {}}], ports: [{port: 1, endPort: 9000}]}",
            "{to: [{namespaceSelector: {matchLabels: {a: b}}}]}",
        ]
    ),
    max_size=4,
    unique=True,
)
BETTER = ["egress-denied", "service-port-only", "address-only", "allowed"]


@settings(max_examples=40, deadline=None)
@given(RULES, RULES)
def test_a_further_rule_never_makes_it_worse(some: list[str], more: list[str]) -> None:
    text = SERVED + client(API_URL="http://web")
    before = verdict(text + egress(f"[{', '.join(some)}]"))
    after = verdict(text + egress(f"[{', '.join(some + more)}]"))
    assert BETTER.index(after) >= BETTER.index(before)


def test_the_order_of_documents_changes_no_verdict() -> None:
    parts = [pods(), WEB_SERVICE, client(API_URL="http://web"), egress(f"[{{{TO_WEB}, ports: [{{port: 80}}]}}]")]
    for one, other in combinations(range(len(parts)), 2):
        swapped = list(parts)
        swapped[one], swapped[other] = swapped[other], swapped[one]
        assert verdict("".join(swapped)) == "service-port-only"


def test_a_client_on_the_network_of_its_node_is_let_in_by_addresses_only() -> None:
    client = pods(env={"API_URL": "http://api/v1"}, spec="hostNetwork: true\ndnsPolicy: ClusterFirstWithHostNet\n")
    served = pods(name="api") + service("api", "{selector: {app: api}, ports: [{port: 80, targetPort: 8080}]}")

    def answer(peer: str) -> tuple[str, bool]:
        rules = f"policyTypes: [Ingress], ingress: [{{from: [{peer}], ports: [{{port: 8080}}]}}]"
        (row,) = rows(client + served + policy("api", f"{{podSelector: {{matchLabels: {{app: api}}}}, {rules}}}"))
        return row.verdict, row.from_node is not None

    assert answer("{podSelector: {matchLabels: {app: web}}}") == ("ingress-denied", True)
    assert answer("{namespaceSelector: {}}") == ("ingress-denied", True)
    assert answer("{ipBlock: {cidr: 192.0.2.0/24}}") == ("unknown", False)


def test_a_policy_without_policy_types_is_named_and_kept_to_egress() -> None:
    client = pods(env={"API_URL": "http://api/v1"})
    served = pods(name="api") + service("api", "{selector: {app: api}, ports: [{port: 80, targetPort: 8080}]}")
    egress = policy("api", "{podSelector: {matchLabels: {app: api}}, egress: [{ports: [{port: 5432}]}]}")
    (row,) = mended_dependencies(world(client + served + egress))
    assert (row.verdict, row.by_default) == ("ingress-denied", "api")
    (edit,) = row.edits
    assert isinstance(edit, Change)
    assert [(one.op, one.path, one.value) for one in edit.patch] == [("add", ("spec", "policyTypes"), ["Egress"])]
    meant = policy("other", "{podSelector: {}, policyTypes: [Ingress]}")
    (both,) = mended_dependencies(world(client + served + egress + meant))
    assert both.by_default == "api"
    assert not any(isinstance(one, Change) and one.patch[0].path[-1] == "policyTypes" for one in both.edits)
