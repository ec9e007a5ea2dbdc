"""What containers ask of the Kubernetes API, held against what their service account is granted."""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.objects import Container, Object, Workload, account_of
from mblint.cluster.release_namespaces import names_namespace
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import Text
from mblint.cluster.service_accounts import token_refused_at
from mblint.facts.permissions.commands import Request, requests_of
from mblint.facts.permissions.elections import requests_of_elections
from mblint.facts.permissions.grants import Granted, bound_elsewhere, granted_to
from mblint.facts.permissions.kubeconfigs import has_a_kubeconfig, is_told_a_kubeconfig
from mblint.facts.permissions.programs import requests_of_programs
from mblint.facts.permissions.resources import known_resources
from mblint.facts.permissions.rows import Permission
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.manifests.documents import Value
from mblint.remedies.rendered import append
from mblint.settings.mounted_files import mounted_files
from mblint.settings.names import Origin
from mblint.settings.words import Word

_CALLS_THE_API = ("kubectl", "helm")


def permissions(world: World) -> Iterator[Permission]:
    """A row for each resource that a command of a container, or its program, asks for."""
    for workload in world.cluster.workloads:
        for container in workload.pod.containers:
            scripts = _scripts(world, workload, container)
            if scripts or _may_call(container):
                known = _variables(world).get((id(workload), id(container)), {})
                resources = known_resources(world.cluster)
                for request in requests_of(container, workload.id.namespace, known, scripts, resources):
                    yield _row(world, workload, container, request)
    for workload, container, request in (*requests_of_programs(world), *requests_of_elections(world.cluster)):
        if not is_told_a_kubeconfig(container):
            yield _row(world, workload, container, request)


def _may_call(container: Container) -> bool:
    texts = [word.text for word in container.words]
    return any(name in text for text in (*texts, container.image or "") for name in _CALLS_THE_API)


def _scripts(world: World, workload: Workload, container: Container) -> dict[str, Word]:
    """The mounted files in which a program is named that calls the API."""
    if not any(
        workload.pod.volumes[mount.volume].files for mount in container.mounts if mount.volume in workload.pod.volumes
    ):
        return {}
    return {
        file.path: Word(file.entry.text, file.entry.place, exact=not file.entry.encoded)
        for file in mounted_files(world.cluster, workload, container)
        if isinstance(file.entry.text, str) and any(name in file.entry.text for name in _CALLS_THE_API)
    }


@remembered
def _variables(world: World) -> dict[tuple[int, int], dict[str, Text | None]]:
    """The variables of each container."""
    found: dict[tuple[int, int], dict[str, Text | None]] = {}
    for setting in world.settings:
        if setting.origin is Origin.ENV:
            found.setdefault((id(setting.workload), id(setting.container)), {})[setting.key] = setting.value
    return found


def _row(world: World, workload: Workload, container: Container, request: Request) -> Permission:
    account = account_of(workload)
    granted = granted_to(world.cluster, account)
    resource = f"{request.resource.name}/{request.part}" if request.part else request.resource.name
    lacking = tuple(verb for verb in request.verbs if not _allows(granted, request, resource, verb))
    if request.any_of and len(lacking) < len(request.verbs):
        lacking = ()
    verdict, reason = _verdict(world, workload, granted, bool(lacking))
    untokened = token_refused_at(world.cluster, workload)
    if untokened is not None and not has_a_kubeconfig(container):
        verdict, reason = "no-token", None
    missing = lacking[:1] if request.any_of else lacking
    role = _role_to_mend(granted, request)
    rule: dict[str, Value] = {
        "apiGroups": [request.resource.group],
        "resources": [resource],
        "verbs": list(missing),
    }
    judged = verdict in ("missing", "unbound")
    named = f"{resource}.{request.resource.group}" if request.resource.group else resource
    what = f"{named} {_where(request)}"
    verbs = missing or request.verbs
    return Permission(
        object=workload.id,
        container=container.name,
        place=request.place if verdict != "no-token" or untokened is None else untokened,
        related=tuple(
            Related(f"what {each.id.kind} {each.id.name} allows is not enough", each.place, each.id)
            for each in (granted.roles[:3] if judged else ())
        ),
        linted=workload.linted,
        edits=(append(role, role.place.at("rules"), rule),) if role is not None and verdict == "missing" else (),
        account="/".join(account),
        command=request.command,
        verbs=verbs,
        resource=named,
        where=_where(request),
        asked=f"{_enumerated(verbs)} {what}",
        lacking="no Role is bound" if verdict == "unbound" else what,
        granted_by=f"{_may_grant(request)} {'/'.join(account)}",
        paste=f'- {{apiGroups: ["{request.resource.group}"], resources: ["{resource}"], verbs: {_listed(missing)}}}'
        if judged
        else None,
        verdict=verdict,
        reason=reason,
    )


def _may_grant(request: Request) -> str:
    if request.resource.cluster or request.everywhere:
        return "a ClusterRole that a ClusterRoleBinding binds to"
    return "a Role that is bound to"


def _enumerated(verbs: tuple[str, ...]) -> str:
    return f"{', '.join(verbs[:-1])} and {verbs[-1]}" if len(verbs) > 1 else "".join(verbs)


def _listed(verbs: tuple[str, ...]) -> str:
    return "[" + ", ".join(f'"{verb}"' for verb in verbs) + "]"


def _where(request: Request) -> str:
    if request.resource.cluster:
        return "of the cluster"
    if request.everywhere:
        return "in all namespaces"
    return f"in namespace {request.namespace}" if request.namespace is not None else "in its namespaces"


def _allows(granted: Granted, request: Request, resource: str, verb: str) -> bool:
    wide = request.resource.cluster or request.everywhere
    for rule in granted.rules:
        reaches = rule.namespace is None or (not wide and request.namespace in (None, rule.namespace))
        if reaches and rule.allows(request.resource.group, resource, verb, request.name):
            return True
    return False


def _verdict(world: World, workload: Workload, granted: Granted, lacks: bool) -> tuple[str, str | None]:
    if not lacks:
        return "granted", None
    if granted.unknown is not None:
        return "unknown", granted.unknown
    namespace, name = account = account_of(workload)
    elsewhere = None if names_namespace(workload) else bound_elsewhere(world.cluster, account)
    if elsewhere is not None:
        return (
            "unknown",
            f"{workload.id.kind} {workload.id.name} names no namespace, and roles are bound in {elsewhere}",
        )
    if granted.roles:
        return "missing", None
    if name == "default" or any(
        (each.id.namespace, each.id.name) == account for each in world.cluster.of_kind("ServiceAccount", "")
    ):
        return "unbound", None
    return "unknown", f"ServiceAccount {namespace}/{name} is not in the view"


def _role_to_mend(granted: Granted, request: Request) -> Object | None:
    """The one role that the account has, where a rule in it would be enough."""
    if len(granted.roles) != 1 or not granted.roles[0].linted:
        return None
    role = granted.roles[0]
    if not isinstance(role.place.at("rules").value, list):
        return None
    wide = request.resource.cluster or request.everywhere
    reaches = any(
        rule.namespace is None or (not wide and rule.namespace == request.namespace) for rule in granted.rules
    )
    return role if reaches else None
