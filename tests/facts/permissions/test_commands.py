"""What commands of kubectl and helm ask of the Kubernetes API."""

from __future__ import annotations

import pytest

from mblint.facts.permissions.commands import requests_of
from mblint.facts.permissions.resources import known_resources
from tests.facts.worlds import world

DEFINITION = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.a.example}
spec:
  group: a.example
  scope: Namespaced
  names: {kind: Widget, plural: widgets, singular: widget, shortNames: [wd]}
  versions: [{name: v1, served: true, storage: true}]
---
"""


def asked(command: str) -> list[str]:
    """The requests of a script, as `get,patch deployments.apps/shop @team`."""
    text = DEFINITION + "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: team}\nspec:\n  containers:\n"
    text += f"    - {{name: a, image: 'a:1', command: [sh, -c, {command!r}]}}\n"
    cluster = world(text).cluster
    (workload,) = cluster.workloads
    requests = requests_of(workload.pod.containers[0], "team", {"NS": "other"}, {}, known_resources(cluster))
    return [
        f"{','.join(each.verbs)} {each.resource.name}{'/' + each.part if each.part else ''}"
        f"{' ' + each.name if each.name else ''} @{'*' if each.everywhere else each.namespace}"
        for each in requests
    ]


@pytest.mark.parametrize(
    ("command", "requests"),
    [
        ("kubectl get pods", ["list pods @team"]),
        ("kubectl get pod shop-0 -o json", ["get pods shop-0 @team"]),
        ("kubectl get -ojson po/shop-0", ["get pods shop-0 @team"]),
        ("kubectl get svc,cm -A", ["list services @*", "list configmaps @*"]),
        ("kubectl -nother get secret shop", ["get secrets shop @other"]),
        ("kubectl --namespace=$NS get secret shop", ["get secrets shop @other"]),
        ("kubectl --namespace $UNKNOWN get secret shop", ["get secrets shop @None"]),
        ("kubectl get deploy/$NAME", ["get deployments @team"]),
        ("kubectl get widgets.a.example blue", ["get widgets blue @team"]),
        ("kubectl get wd", ["list widgets @team"]),
        ("kubectl get gadgets", []),
        ("kubectl get pods -w", ["list,watch pods @team"]),
        ("kubectl patch deployment shop -p '{}'", ["get,patch deployments shop @team"]),
        ("kubectl label pods -l app=shop seen=yes", ["list,patch pods @team"]),
        ("kubectl delete job old --ignore-not-found", ["delete jobs old @team"]),
        (
            "kubectl scale sts/db --replicas=0",
            ["get statefulsets db @team", "patch,update statefulsets/scale db @team"],
        ),
        ("kubectl exec -it db-0 -- kubectl get nodes", ["create pods/exec @team"]),
        (
            "kubectl wait --for condition=complete job/a job/b",
            ["get,list,watch jobs a @team", "get,list,watch jobs b @team"],
        ),
        ("kubectl create secret generic a --from-literal=b=c", ["create secrets @team"]),
        ("kubectl create secret generic a --dry-run=client -o yaml | kubectl apply -f -", []),
        ("kubectl --kubeconfig /a get pods", []),
        ("kubectl get pods || true", []),
        ("if kubectl get pods; then echo; fi", []),
        ("until kubectl get pods; do sleep 1; done", ["list pods @team"]),
        ("kubectl version", []),
        ("helm upgrade --install shop oci://a.example/shop -n other", ["list,create secrets @other"]),
        ("helm template shop .", []),
        ("echo kubectl get pods", []),
        ("A=b exec timeout 30s kubectl get pods", ["list pods @team"]),
    ],
)
def test_what_a_command_asks_for(command: str, requests: list[str]) -> None:
    assert asked(command) == requests
