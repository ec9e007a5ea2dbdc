"""What is looked up by label or host is what asking each one would find."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mblint.cluster.policies.objects import Selector
from mblint.cluster.policies.run_time_labels import Match, match_pods
from mblint.cluster.routes_by_host import routes_that_name, serves
from mblint.cluster.services import members, services_of
from mblint.cluster.workloads_by_label import candidates, workloads_in

from .views import deployment, view

_LABELS = st.dictionaries(
    st.sampled_from(["app", "tier", "pod-template-hash", "statefulset.kubernetes.io/pod-name"]),
    st.sampled_from(["a", "b", "w0-0"]),
    max_size=3,
)
_HOSTS = st.sampled_from(
    ["example.org", "*.example.org", "a.example.org", "*.a.example.org", "A.Example.org", "*.org", "*"]
)


def _braces(labels: dict[str, str]) -> str:
    return "{" + ", ".join(f"{key}: {value}" for key, value in labels.items()) + "}"


@given(st.lists(_LABELS, max_size=5), _LABELS)
def test_candidates_leave_out_nobody_whom_a_selector_may_select(
    templates: list[dict[str, str]], wanted: dict[str, str]
) -> None:
    cluster = view("".join(deployment(f"w{number}", _braces(labels)) for number, labels in enumerate(templates)))
    selector = Selector(wanted, ())
    possible = candidates(cluster, "default", selector)
    assert set(possible) <= set(workloads_in(cluster, "default"))
    assert [one for one in possible if match_pods(selector, one) is not Match.NO] == [
        one for one in cluster.workloads if match_pods(selector, one) is not Match.NO
    ]


@given(st.lists(_LABELS, max_size=4), st.lists(_LABELS, max_size=4))
def test_services_of_a_workload_are_those_that_have_it_as_a_member(
    templates: list[dict[str, str]], selectors: list[dict[str, str]]
) -> None:
    text = "".join(deployment(f"w{number}", _braces(labels)) for number, labels in enumerate(templates))
    for number, labels in enumerate(selectors):
        spec = f"{{selector: {_braces(labels)}, ports: [{{port: 80}}]}}"
        text += f"\n---\napiVersion: v1\nkind: Service\nmetadata: {{name: s{number}}}\nspec: {spec}\n"
    cluster = view(text)
    for workload in cluster.workloads:
        expected = [one for one in cluster.services.values() if workload in members(cluster, one)]
        assert list(services_of(cluster, workload)) == expected


@given(
    st.lists(st.lists(_HOSTS, max_size=3), max_size=4),
    st.sampled_from(["example.org", "a.example.org", "b.a.example.org", "org", "other"]),
)
def test_routes_that_name_a_host_are_those_of_which_a_host_serves_it(routes: list[list[str]], name: str) -> None:
    text = ""
    for number, hosts in enumerate(routes):
        rules = ", ".join(f"{{host: '{host}'}}" for host in hosts)
        head = f"apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: r{number}}}"
        text += f"\n---\n{head}\nspec: {{rules: [{rules}]}}\n"
    cluster = view(text)
    expected = [one for one in cluster.routes if any(serves(host.text.lower(), name) for host in one.hosts)]
    assert list(routes_that_name(cluster, name)) == expected
