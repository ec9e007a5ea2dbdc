"""`mblint reach`: can this workload reach that, and why (not)?"""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from program import ROOT, mblint
from shop import SHOP

SCHEMA = json.loads((ROOT / "schemas" / "reach.schema.json").read_text())


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "shop.yaml").write_text(SHOP)
    return tmp_path


def asked(here: Path, client: str, destination: str, *options: str) -> dict[str, Any]:
    """The JSON answer, valid against its schema, and its exit code."""
    done = mblint("reach", client, destination, "shop.yaml", "--format", "json", *options, cwd=here)
    answer: dict[str, Any] = json.loads(done.stdout)
    Draft202012Validator(SCHEMA).validate(answer)
    assert done.returncode == (0 if answer["answer"] == "allowed" else 1)
    return answer


def line_of(text: str) -> int:
    return next(number for number, line in enumerate(SHOP.splitlines(), start=1) if text in line)


def steps(answer: dict[str, Any]) -> dict[str, str]:
    return {step["stage"]: step["outcome"] for step in answer["steps"]}


def step(answer: dict[str, Any], stage: str) -> Any:
    return next(step for step in answer["steps"] if step["stage"] == stage)


def test_the_whole_way_in_words_each_step_with_its_place(here: Path) -> None:
    done = mblint("reach", "web", "api:80", "shop.yaml", cwd=here)
    assert done.returncode == 0
    assert done.stderr == ""
    deployment, service = (number - 2 for number, line in enumerate(SHOP.splitlines(), 1) if "{name: api, " in line)
    policy, rule = line_of("{name: web, namespace: shop}") - 2, line_of("app: api}}}]")
    assert done.stdout == (
        "shop/Deployment/web → api:80/TCP: allowed\n"
        "\n"
        "  ok  name     api leads to the Service shop/api\n"
        f"               at shop.yaml:{service}:1\n"
        "               but no egress rule of the client lets it ask the cluster's DNS (UDP/53) for any name\n"
        f"               at shop.yaml:{policy}:1\n"
        "  ok  service  port 80 (http) leads to the pods' port 8080, by its name http\n"
        f"               at shop.yaml:{line_of('targetPort: http')}:7\n"
        "  ok  pods     the Service selects the pods of Deployment api by {app: api}\n"
        f"               at shop.yaml:{deployment}:1\n"
        "  ok  egress   rule 1 of NetworkPolicy web allows TCP/8080 to pods labelled app=api in its namespace\n"
        f"               at shop.yaml:{rule}:7\n"
        "  ok  ingress  no policy restricts its ingress\n"
        f"               at shop.yaml:{deployment}:1\n"
    )


def test_a_denial_names_the_nearest_rule_what_it_lacks_and_what_to_paste(here: Path) -> None:
    answer = asked(here, "web", "auth.id:80")
    assert (answer["answer"], answer["verdict"], answer["pod_port"]) == ("denied", "egress-denied", 8080)
    egress = step(answer, "egress")
    nearest = egress["related"][0]
    assert "app=login" in nearest["message"]
    assert "carry app=auth" in nearest["message"]
    assert nearest["location"]["line"] == line_of("- namespaceSelector: {matchLabels") - 1
    assert answer["nearest_miss"] in nearest["message"]
    assert "spec.egress of NetworkPolicy shop/web" in answer["fix"]
    assert "namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: id}}" in answer["fix"]
    assert "{port: 8080, protocol: TCP}" in answer["fix"]
    assert steps(answer)["ingress"] == "passes", "what comes behind a denial is judged, too"


def test_the_fix_fixes(here: Path) -> None:
    fix = asked(here, "web", "auth.id:80")["fix"].split("\n\n")[1]
    pasted = "\n".join(f"    {line}" for line in fix.splitlines())
    marker = "    - to: [{ipBlock: {cidr: 203.0.113.0/24}}]"
    (here / "shop.yaml").write_text(SHOP.replace(marker, f"{pasted}\n{marker}"))
    assert asked(here, "web", "auth.id:80")["answer"] == "allowed"


def test_the_server_s_ingress_is_asked_and_fixed_too(here: Path) -> None:
    answer = asked(here, "web", "db:5432")
    assert answer["verdict"] == "egress-denied"
    assert steps(answer) == {
        "name": "passes",
        "service": "passes",
        "pods": "passes",
        "egress": "denied",
        "ingress": "denied",
    }
    other = asked(here, "auth", "db.shop:5432")
    assert other["verdict"] == "ingress-denied"
    assert other["fix"].startswith("Add to spec.ingress of NetworkPolicy shop/db:")
    assert "{kubernetes.io/metadata.name: id}" in other["fix"]


def test_a_url_has_its_scheme_s_port_and_a_service_with_one_port_needs_none(here: Path) -> None:
    assert asked(here, "web", "http://api/v1")["destination"] == {"host": "api", "port": 80, "protocol": "TCP"}
    assert asked(here, "web", "https://api:80")["destination"]["port"] == 80
    assert asked(here, "web", "api")["answer"] == "allowed"
    assert asked(here, "api", "db")["pod_port"] == 5432
    several = mblint("reach", "web", "auth.id", "shop.yaml", cwd=here)
    assert several.returncode == 2
    assert "80 (http), 9000 (admin)" in several.stderr
    assert mblint("reach", "web", "example.com", "shop.yaml", cwd=here).returncode == 2


def test_what_leads_nowhere_is_denied_where_it_ends(here: Path) -> None:
    assert steps(asked(here, "web", "ap:80")) == {"name": "denied"}
    assert "did you mean shop/api?" in asked(here, "web", "apii:80")["steps"][0]["message"]
    assert steps(asked(here, "web", "api:81")) == {"name": "passes", "service": "denied"}
    assert "it has 80 (http)" in step(asked(here, "web", "api:81"), "service")["message"]
    (here / "shop.yaml").write_text(SHOP.replace("selector: {app: api}", "selector: {app: apx}"))
    assert steps(asked(here, "web", "api:80"))["pods"] == "denied"


def test_outside_hosts_may_have_any_address(here: Path) -> None:
    some = asked(here, "web", "mail.example.com:443")
    assert (some["verdict"], some["answer"]) == ("external", "unknown")
    assert "only some outside addresses" in step(some, "egress")["message"]
    assert asked(here, "web", "mail.example.com:25")["verdict"] == "external-denied"
    assert asked(here, "api", "mail.example.com:25")["answer"] == "allowed"


def test_outside_addresses_are_judged_as_they_are(here: Path) -> None:
    (here / "shop.yaml").write_text(SHOP.replace("cidr: 203.0.113.0/24", "cidr: 9.9.9.0/24"))
    inside = asked(here, "web", "9.9.9.9:443")
    assert (inside["verdict"], inside["answer"]) == ("external", "allowed")
    assert "addresses of 9.9.9.0/24" in step(inside, "egress")["message"]
    assert asked(here, "web", "8.8.8.8:443")["verdict"] == "external-denied"
    assert asked(here, "web", "[2606:4700::1111]:443")["verdict"] == "external-denied"
    assert asked(here, "api", "[2606:4700::1111]:443")["answer"] == "allowed"
    assert asked(here, "web", "10.0.0.1:443")["answer"] == "unknown", "whose it is, no manifest says"


def test_a_pod_reaches_itself_where_something_listens(here: Path) -> None:
    assert asked(here, "api", "localhost:8080")["answer"] == "allowed"
    assert asked(here, "api", "[::1]:9")["answer"] == "unknown", "a declared port is no proof that no other listens"
    denied = asked(here, "api", "shop.localhost:9")
    assert (denied["verdict"], denied["answer"]) == ("self", "denied")
    assert asked(here, "web", "127.0.0.1:9")["answer"] == "unknown", "it declares no ports"


def test_the_configuration_counts(here: Path) -> None:
    assert asked(here, "web", "shop.127.0.0.1.sslip.io:80")["answer"] != "allowed"
    (here / ".mblint.yaml").write_text('cluster: {dns-rewrites: {"*.sslip.io": api.shop.svc}}\n')
    answer = asked(here, "web", "shop.127.0.0.1.sslip.io:80")
    assert answer["answer"] == "allowed"
    assert "by the DNS rewrite to api.shop.svc to the Service shop/api" in step(answer, "name")["message"]


def test_where_policies_see_a_service_s_packet_is_configured(here: Path) -> None:
    (here / "shop.yaml").write_text(
        SHOP.replace("app: api}}}]\n      ports: [{port: 8080}]", "app: api}}}]\n      ports: [{port: 80}]")
    )
    answer = asked(here, "web", "api:80")
    assert (answer["verdict"], answer["answer"]) == ("service-port-only", "denied")
    assert "maps 80 to 8080" in step(answer, "egress")["message"]
    assert "{port: 8080, protocol: TCP}" in answer["fix"]
    (here / ".mblint.yaml").write_text("cluster: {service-translation: after-policy}\n")
    assert asked(here, "web", "api:80")["answer"] == "allowed"


def test_a_client_without_dns_is_told(here: Path) -> None:
    (note,) = step(asked(here, "web", "api:80"), "name")["related"]
    assert "UDP/53" in note["message"]
    assert step(asked(here, "api", "db:5432"), "name")["related"] == []


@pytest.mark.parametrize(
    "name", ["web", "shop/web", "Deployment/web", "deploy/web", "deployments/web", "shop/Deployment/web"]
)
def test_a_client_may_be_named_in_several_ways(here: Path, name: str) -> None:
    assert asked(here, name, "api:80")["client"]["name"] == "web"


def test_no_such_client_is_exit_code_2_with_suggestions(here: Path) -> None:
    for name, meant in (
        ("wbe", "shop/Deployment/web"),
        ("id/api", "shop/Deployment/api"),
        ("Job/db", "shop/StatefulSet/db"),
    ):
        done = mblint("reach", name, "api:80", "shop.yaml", cwd=here)
        assert (done.returncode, done.stdout) == (2, "")
        assert f"there is no workload {name}. Did you mean {meant}?" in done.stderr
    assert "id/Deployment/auth" in mblint("reach", "qqqq", "api:80", "shop.yaml", cwd=here).stderr


def test_namespace_and_kind_must_both_fit(here: Path) -> None:
    (here / "shop.yaml").write_text(SHOP + "---\n" + SHOP.replace("namespace: shop", "namespace: other"))
    assert mblint("reach", "Deployment/web", "api:80", "shop.yaml", cwd=here).returncode == 2
    assert asked(here, "other/Deployment/web", "api:80")["client"]["namespace"] == "other"


def test_a_name_of_several_workloads_lists_them(here: Path) -> None:
    twice = (
        SHOP
        + "---\n"
        + SHOP.split("---")[3]
        .replace("namespace: id", "namespace: shop")
        .replace("auth", "web")
        .replace("Deployment", "DaemonSet")
    )
    (here / "shop.yaml").write_text(twice)
    done = mblint("reach", "web", "api:80", "shop.yaml", cwd=here)
    assert done.returncode == 2
    assert "web means 2 workloads: shop/DaemonSet/web, shop/Deployment/web" in done.stderr
    assert asked(here, "deploy/web", "api:80")["answer"] == "allowed"


@pytest.mark.parametrize("destination", ["", ":80", "a:b", "api:99999", "foo://api", "a,b:80", "-x"])
def test_what_is_no_destination_is_wrong_usage(here: Path, destination: str) -> None:
    done = mblint("reach", "--", "web", destination, "shop.yaml", cwd=here)
    assert (done.returncode, done.stdout) == (2, "")


def test_input_that_cannot_be_trusted_wins(here: Path) -> None:
    done = mblint("reach", "web", "api:80", "shop.yaml", "none.yaml", cwd=here)
    assert done.returncode == 3
    assert "allowed" in done.stdout
    assert mblint("reach", "nobody", "api:80", "none.yaml", cwd=here).returncode == 3


def test_pods_of_the_host_s_network_are_not_isolated(here: Path) -> None:
    (here / "shop.yaml").write_text(
        SHOP.replace(
            "    spec:\n      containers:",
            "    spec:\n      hostNetwork: true\n      dnsPolicy: ClusterFirstWithHostNet\n      containers:",
            1,
        )
    )
    answer = asked(here, "web", "auth.id:80")
    assert answer["answer"] == "allowed"
    assert "use the host's network" in step(answer, "egress")["message"]


def test_other_protocols(here: Path) -> None:
    udp = SHOP.replace("- {name: http, port: 80, targetPort: http}", "- {name: dns, port: 53, protocol: UDP}")
    (here / "shop.yaml").write_text(udp)
    assert asked(here, "auth", "api.shop:53")["destination"]["protocol"] == "UDP"
    assert asked(here, "auth", "api.shop:53", "--protocol", "TCP")["verdict"] == "no-port"


def test_a_port_s_name_is_asked_for_as_a_number(here: Path) -> None:
    done = mblint("reach", "web", "api:http", "shop.yaml", cwd=here)
    assert done.returncode == 2
    assert "write the port as a number" in done.stderr
