"""Calico's selectors that say too much to be worked out leave the pods that they may be about unknown."""

from __future__ import annotations

import pytest

from mblint.cluster.engine.decision import Outcome
from mblint.cluster.engine.engine import PolicyEngine

from .views import deployment, view, workload

PODS = deployment("web", "{app: web}") + deployment("api", "{app: api}")
MANY = " || ".join(f"app == 'app-{number}'" for number in range(32))
PAIRS = " || ".join(f"app == 'app-{number}' && zone == 'a'" for number in range(10))


@pytest.mark.parametrize(
    ("source", "field"),
    [
        (f'{{selector: "{MANY}", namespaceSelector: "{MANY}"}}', "ingress[0].source it is too long"),
        (f'{{selector: all(), notSelector: "{PAIRS}"}}', "ingress[0].source.notSelector it is too long"),
    ],
)
def test_products_of_selectors(source: str, field: str) -> None:
    rule = f"{{action: Allow, source: {source}}}"
    text = f"""
---
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {{name: c}}
spec: {{selector: app == 'api', ingress: [{rule}]}}
"""
    cluster = view(PODS + text)
    engine = PolicyEngine(cluster)
    web, api = workload(cluster, "web"), workload(cluster, "api")
    decision = engine.ingress(api, web, 8080)
    assert decision.outcome is Outcome.UNKNOWN
    assert decision.reason == f"NetworkPolicy c may select its pods, and its {field} is not modelled"
    assert engine.ingress(web, api, 8080).outcome is Outcome.ALLOWED


@pytest.mark.parametrize("selector", ["app == 'web' || app == 'api'", "app == 'api' || app == 'web'", "has(job-name)"])
def test_each_pod_that_one_of_several_selectors_may_select_is_unknown(selector: str) -> None:
    text = f"""
---
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {{name: c}}
spec: {{selector: "{selector}", ingress: [{{action: Allow, source: {{selector: all(), notSelector: "{PAIRS}"}}}}]}}
"""
    cluster = view(PODS + text)
    engine = PolicyEngine(cluster)
    web, api = workload(cluster, "web"), workload(cluster, "api")
    assert engine.ingress(api, web, 8080).outcome is Outcome.UNKNOWN
    assert engine.ingress(web, api, 8080).outcome is Outcome.UNKNOWN
