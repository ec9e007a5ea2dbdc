"""Service accounts that roles are bound to, and that no pod runs as, while the pods they are for run as `default`.

The pods of operators may run as any account, so that only one is judged that a workload of the same release must have
meant: one of its own name, or the only account beside the only workload.
Source: https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object, Workload, account_of
from mblint.cluster.pod_fields import pod_fields
from mblint.cluster.remembered import remembered
from mblint.facts.permissions.grants import granted_to
from mblint.facts.permissions.rows import BoundAccount
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.manifests.documents import texts_in
from mblint.remedies.rendered import put


def bound_accounts(world: World) -> Iterator[BoundAccount]:
    """A row for each service account that roles of the view are bound to."""
    cluster = world.cluster
    used = frozenset(account_of(workload) for workload in cluster.workloads)
    for account in cluster.of_kind("ServiceAccount", ""):
        key = account.id.namespace, account.id.name
        own = [
            role
            for role in granted_to(cluster, key).roles
            if role not in granted_to(cluster, (key[0], "default")).roles
        ]
        if own:
            meant = None if key in used or _is_named(cluster, account) else _meant_by(cluster, account)
            yield _row(account, own, "used" if key in used else "unknown" if meant is None else "unused", meant)


def _meant_by(cluster: Cluster, account: Object) -> Workload | None:
    """The workload that must have meant it: it runs as `default`, to which nothing is bound."""
    here = [each for each in cluster.workloads if each.id.namespace == account.id.namespace]
    here = [each for each in here if each.release == account.release and each.lasting]
    nameless = [each for each in here if each.pod.service_account in (None, "default") and _gets_a_token(each)]
    default = granted_to(cluster, (account.id.namespace, "default"))
    if default.roles or default.unknown is not None:
        return None
    namesakes = [each for each in nameless if each.id.name == account.id.name]
    if namesakes:
        return namesakes[0]
    accounts = [each for each in cluster.of_kind("ServiceAccount", "") if each.release == account.release]
    alone = account.release is not None and len(here) == len(nameless) == 1 and len(accounts) == 1
    return nameless[0] if alone else None


def _gets_a_token(workload: Workload) -> bool:
    return pod_fields(workload).automount_service_account_token is not False


def _is_named(cluster: Cluster, account: Object) -> bool:
    """Whether some object of another kind, or what a container is told, names it: pods are then made with it."""
    return account.id.name in _said(cluster).get(account.id.namespace, ()) or account.id.name in _said(cluster)[""]


@remembered
def _said(cluster: Cluster) -> Mapping[str, frozenset[str]]:
    """By namespace, every text of custom resources and ConfigMaps that could be an account's name; "" of containers."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    names = {each.id.name for each in cluster.of_kind("ServiceAccount", "")}
    for other in cluster.others:
        if not other.api_version.startswith("rbac.") and other.id.kind != "ServiceAccount":
            found[other.id.namespace].update(text for text in texts_in(other.place.value) if text in names)
    for config in cluster.config_maps.values():
        for entry in config.entries.values():
            text = entry.text
            if isinstance(text, str):
                found[""].update(name for name in names if len(name) > 3 and name in text)
    for workload in cluster.workloads:
        for container in workload.pod.containers:
            words = [word.text for word in container.words]
            words += [variable.value for variable in container.env if variable.value is not None]
            for word in words:
                found[""].update(name for name in names if len(name) > 3 and name in str(word))
    found[""]  # so that it is there
    return {namespace: frozenset(texts) for namespace, texts in found.items()}


def _row(account: Object, roles: Sequence[Object], verdict: str, meant: Workload | None) -> BoundAccount:
    holder = account if meant is None else meant
    bound = tuple(f"{role.id.kind} {role.id.name}" for role in roles)
    return BoundAccount(
        object=holder.id,
        place=holder.place if meant is None else meant.pod.place,
        related=() if meant is None else (Related("this account is bound", account.place, account.id),),
        linted=holder.linted,
        edits=() if meant is None else (put(meant, meant.pod.place, "serviceAccountName", account.id.name),),
        account=account.id.name,
        roles=bound,
        verdict=verdict,
        reason="pods that are not in the view may run as it" if verdict == "unknown" else None,
    )
