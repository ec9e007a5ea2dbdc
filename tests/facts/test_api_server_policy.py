"""A policy that lets pods reach the API servers says nothing of their other calls."""

from tests.facts.test_understood import DB
from tests.facts.worlds import pods, rows

POLICY = """---
apiVersion: crd.projectcalico.org/v1
kind: NetworkPolicy
metadata: {name: to-api, namespace: default}
spec:
  types: [Egress]
  selector: app == 'web'
  egress: [{action: Allow, destination: {services: {name: NAME, namespace: default}}}]
"""


def verdicts(service: str) -> list[str]:
    return [
        row.verdict for row in rows(pods(env={"DB_URL": "postgres://db:5432/x"}) + DB + POLICY.replace("NAME", service))
    ]


def test_the_service_of_the_api_servers_is_no_pod_of_the_view() -> None:
    assert verdicts("kubernetes") == ["egress-denied"]


def test_another_service_outside_the_view_may_be_any_pods() -> None:
    assert verdicts("elsewhere") == ["unknown"]


def test_a_service_of_the_view_is_its_pods() -> None:
    assert verdicts("db") == ["allowed"]
