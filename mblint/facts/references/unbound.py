"""What a binding must mean by an account or a role that is not there: the one of its release that no binding names.

An account is meant that pods run as, and that may do nothing: of the same name in another namespace, or the only such
one beside the binding. A role is meant that is the only one left unbound, where the binding has its account's name in
place of it. Roles that others are made of (aggregated ones) are bound by no one on purpose.
Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/
"""

from __future__ import annotations

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object, account_of
from mblint.cluster.release_namespaces import names_namespace
from mblint.cluster.remembered import remembered
from mblint.facts.references.index import Meant, Named, all_named, held, used

_BINDINGS = ("RoleBinding", "ClusterRoleBinding")
_ACCOUNT = "ServiceAccount"
_AGGREGATED = "rbac.authorization.k8s.io/aggregate-to-"


def left_unbound(cluster: Cluster, named: Named) -> Meant | None:
    """The one that must be meant; None where none is left over, or several are."""
    if named.holder.id.kind not in _BINDINGS:
        return None
    kind, namespace, name = named.key
    if kind == _ACCOUNT:
        return None if (namespace, name) in running(cluster) else _account(cluster, named)
    return _role(cluster, named)


@remembered
def running(cluster: Cluster) -> frozenset[tuple[str, str]]:
    """The accounts that pods of the view run as."""
    return frozenset(account_of(workload) for workload in cluster.workloads)


@remembered
def _bound(cluster: Cluster) -> frozenset[tuple[str, str]]:
    """The accounts that bindings name."""
    return frozenset(
        (named.namespace, named.name)
        for named in all_named(cluster)
        if named.holder.id.kind in _BINDINGS and named.naming.to.kind == _ACCOUNT
    )


def _account(cluster: Cluster, named: Named) -> Meant | None:
    left = [
        each
        for (kind, namespace, name), each in held(cluster).items()
        if kind == _ACCOUNT and (namespace, name) in running(cluster) - _bound(cluster)
    ]
    afar = [each for each in left if each.id.name == named.name and names_namespace(each)]
    if len(afar) == 1 and named.namespace != afar[0].id.namespace:
        return Meant(afar[0], f"{_ACCOUNT} {named.name} is in namespace {afar[0].id.namespace}, and nothing binds it")
    here = [each for each in left if each.id.namespace == named.namespace and _are_mates(each, named.holder)]
    if len(here) != 1:
        return None
    return Meant(here[0], f"pods run as {_ACCOUNT} {here[0].id.name}, and nothing binds it")


def _role(cluster: Cluster, named: Named) -> Meant | None:
    subjects = named.holder.node.get("subjects").items()
    if named.name not in [subject.get("name").value for subject in subjects]:
        return None
    kind, within, _ = named.key
    left = [
        each
        for key, each in held(cluster).items()
        if key[:2] == (kind, within) and key not in used(cluster) and _are_mates(each, named.holder)
        if not any(label.startswith(_AGGREGATED) for label in each.labels)
    ]
    if len(left) != 1:
        return None
    return Meant(left[0], f"{named.name} is the account, and nothing binds {kind} {left[0].id.name}")


def _are_mates(one: Object, other: Object) -> bool:
    """Whether both are of one release and one chart, as far as they say."""
    charts = [(each.node.document.source or "").split("/")[0] for each in (one, other)]
    return one.release == other.release and charts[0] == charts[1]
