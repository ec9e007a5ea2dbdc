"""Target ports by name."""

from mblint.facts.callers.targets import target_ports
from tests.facts.worlds import pods, service, world

SERVICE = service("web", "{selector: {app: web}, ports: [{port: 80, targetPort: http}]}")
INGRESS = """
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: default}
spec: {rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]}
"""


def test_a_named_target_port_that_no_pod_has() -> None:
    misnamed = SERVICE.replace("targetPort: http", "targetPort: web")
    (row,) = target_ports(world(pods() + misnamed + INGRESS))
    assert (row.verdict, row.target, row.has, row.users) == ("missing", "web", ("http",), "Ingress web")
    (row,) = target_ports(world(pods() + misnamed + pods(name="client", env={"API_URL": "http://web"})))
    assert (row.verdict, row.users) == ("missing", "client (API_URL)")


def test_target_ports_that_need_no_finding() -> None:
    assert [row.verdict for row in target_ports(world(pods() + SERVICE + INGRESS))] == ["ok"]
    assert [row.verdict for row in target_ports(world(SERVICE + INGRESS))] == ["unknown"]
    assert [(row.verdict, row.used) for row in target_ports(world(pods() + SERVICE))] == [("ok", False)]
    assert target_ports(world(pods() + SERVICE.replace("targetPort: http", "targetPort: 8080") + INGRESS)) == ()
