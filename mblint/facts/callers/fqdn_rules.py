"""Egress rules of Cilium for names (`toFQDNs`), and whether Cilium ever learns an address of these names.

It learns them from the answers to the pods' own questions, and only where a rule that selects the pods sends their DNS
through its proxy (`rules.dns` beside port 53). Without one the rule for names lets nothing out.
Sources: https://pkg.go.dev/github.com/cilium/cilium@v1.11.1/pkg/fqdn , https://github.com/cilium/cilium/issues/11767
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.flaws.forms import is_filled_later
from mblint.cluster.objects import Object, ObjectId, Workload
from mblint.cluster.policies.labels import read_selector
from mblint.cluster.policies.objects import Requirement, Selector
from mblint.cluster.policies.run_time_labels import Match, match_pods
from mblint.cluster.remembered import remembered
from mblint.cluster.workloads_by_label import workloads_in
from mblint.facts.callers.called_rows import NamesRule
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.manifests.nodes import Node
from mblint.manifests.partial import read_parts

_GROUP = "cilium.io"
_KINDS = ("CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy")
_DNS = "53"
_PAST = "this lets DNS out, and not through the proxy"


class _Spec(Struct, frozen=True, eq=False):
    """One rule of a policy. `selector` None: it is not read, and may select any pod."""

    by: Object
    node: Node
    selector: Selector | None
    names: Node | None  # the first toFQDNs
    asks_proxy: bool  # some port has rules.dns
    lets_dns_out: bool


def names_rules(world: World) -> Iterator[NamesRule]:
    """A row for each rule for names that selects pods of the view."""
    for spec in _specs(world.cluster):
        if spec.names is None or spec.selector is None or all(is_filled_later(name) for name in _names(spec)):
            continue
        pods = [each for each in _near(world.cluster, spec) if each.lasting and _selects(spec, each)]
        if pods:
            yield _row(world.cluster, spec, pods)


@remembered
def _asking(cluster: Cluster) -> frozenset[ObjectId]:
    """The workloads whose DNS goes through the proxy."""
    return frozenset(
        workload.id
        for spec in _specs(cluster)
        if spec.asks_proxy
        for workload in _near(cluster, spec)
        if _selects(spec, workload)
    )


@remembered
def _specs(cluster: Cluster) -> tuple[_Spec, ...]:
    return tuple(spec for kind in _KINDS for held in cluster.of_kind(kind, _GROUP) for spec in _specs_of(held))


def _specs_of(held: Object) -> Sequence[_Spec]:
    """As far as they can be read."""
    found, _ = read_parts(
        held.node,
        lambda whole: [
            _read(held, node) for node in (whole.get("spec"), *whole.get("specs").items()) if not node.absent
        ],
    )
    return found or ()


def _near(cluster: Cluster, spec: _Spec) -> Sequence[Workload]:
    """The workloads of its namespace; of one for the whole cluster, all."""
    own = spec.by.id.namespace
    return workloads_in(cluster, own) if own else cluster.workloads


def _read(by: Object, node: Node) -> _Spec:
    selector, partial = read_parts(node.get("endpointSelector"), read_selector)
    rules = list(node.get("egress").items())
    ports = [entry for rule in rules for entry in rule.get("toPorts").items()]
    names = next((rule.get("toFQDNs") for rule in rules if not rule.get("toFQDNs").absent), None)
    return _Spec(
        by=by,
        node=node,
        selector=None if partial.flaws else _plain(selector or Selector({}, ())),
        names=names,
        asks_proxy=any(entry.get("rules").get("dns").value not in (None, []) for entry in ports),
        lets_dns_out=any(str(each.get("port").value) == _DNS for entry in ports for each in entry.get("ports").items()),
    )


def _plain(selector: Selector) -> Selector | None:
    """Without the words that say where a label comes from; None where one is of no pod."""
    labels = {_key(key): value for key, value in selector.labels.items()}
    expressions = tuple(Requirement(_key(one.key), one.operator, one.values) for one in selector.expressions)
    keys = (*labels, *(one.key for one in expressions))
    return None if any(":" in key or key.startswith("io.") for key in keys) else Selector(labels, expressions)


def _key(key: str) -> str:
    return key.removeprefix("k8s:").removeprefix("any:")


def _selects(spec: _Spec, workload: Workload) -> bool:
    """Whether it may select a workload's pods."""
    if spec.by.id.namespace not in ("", workload.id.namespace) or workload.pod.host_network:
        return False
    return spec.selector is None or match_pods(spec.selector, workload) is not Match.NO


def _row(cluster: Cluster, spec: _Spec, pods: list[Workload]) -> NamesRule:
    without = [pod for pod in pods if pod.id not in _asking(cluster)]
    plain = [each for each in _specs(cluster) if each.lets_dns_out and any(_selects(each, pod) for pod in without[:8])]
    shown = ", ".join(dict.fromkeys(str(each) for each in _names(spec)))
    return NamesRule(
        object=spec.by.id,
        place=spec.names.place if spec.names is not None else spec.node.place,
        related=tuple(Related(_PAST, each.node.place, each.by.id) for each in plain),
        linted=spec.by.linted,
        names=shown,
        pods=tuple(f"{pod.id.kind} {pod.id.name}" for pod in without),
        by=f"{plain[0].by.id.kind} {plain[0].by.id.name}" if plain else None,
        verdict="learned" if not without else "never-learned" if plain else "no-dns",
    )


def _names(spec: _Spec) -> Iterator[str]:
    for entry in spec.names.items() if spec.names is not None else ():
        for key in ("matchName", "matchPattern"):
            if text := entry.get(key).text():
                yield text
