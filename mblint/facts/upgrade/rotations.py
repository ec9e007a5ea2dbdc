"""Passwords that change while the server keeps the old one, on a volume that outlives the change.

A server such as PostgreSQL takes its users' passwords over when it initialises its data, and never again. Where the
manifests give it another password later, its volume still has the old one, and whoever reads the new one is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from mblint.cluster.objects import Secret, Workload
from mblint.facts.credentials.credentials import Match, match_logins
from mblint.facts.credentials.server_credential import ServerCredential
from mblint.facts.credentials.servers import servers
from mblint.facts.rows import Related
from mblint.facts.upgrade.changes import changes
from mblint.facts.upgrade.chart_values import pinning_value
from mblint.facts.upgrade.evidence import applied_with, evidence_of
from mblint.facts.upgrade.pairs import pairs_of
from mblint.facts.upgrade.readers import readers, same_key
from mblint.facts.upgrade.rows import Change, Rotation
from mblint.facts.world import Step, World
from mblint.manifests.documents import Place

_MADE_WITH_THE_POD = ("configMap", "secret", "projected", "downwardAPI", "emptyDir", "ephemeral", "image")
_TEMPLATE_ANNOTATIONS = "spec.template.metadata.annotations"


class _Both(Struct, frozen=True, eq=False):
    """Both worlds, and what of NEW depends on its Secrets."""

    old: World
    new: World
    logins: tuple[Match, ...]
    restarted: Mapping[str, tuple[Workload, ...]]  # by the Secret's name


def rotations(step: Step) -> tuple[Rotation, ...]:
    """A row for each user of a server of both sides that keeps its passwords on a volume that stays."""
    old, new = step.old, step.new
    before = {(id(each.server), each.user): each for each in servers(old) if _keeps(each)}
    if not before:
        return ()
    old_server = {id(pair.new): id(pair.old) for pair in pairs_of(step).kept if not pair.renamed}
    both = _Both(old, new, tuple(match_logins(new)), _only_restarted(changes(step), new))
    return tuple(
        _row(kept, after, both)
        for after in servers(new)
        if _keeps(after)
        and (kept := before.get((old_server.get(id(after.server), 0), after.user))) is not None
        and _same_data(kept, after)
    )


def _keeps(credential: ServerCredential) -> bool:
    return credential.stored == "volume" and credential.persistent


def _same_data(kept: ServerCredential, after: ServerCredential) -> bool:
    """False where the server gets an empty volume, which it initialises with the new password."""
    old, new = kept.server, after.server
    if after.product.database is not None or not isinstance(old, Workload) or not isinstance(new, Workload):
        return True
    return not _data(old).isdisjoint(_data(new))


def _data(workload: Workload) -> frozenset[str]:
    """What keeps data, by name: templates of claims, and volumes that are not made with each pod."""
    volumes = workload.pod.volumes.values()
    kept = (volume.claim or volume.name for volume in volumes if volume.claim or volume.kind not in _MADE_WITH_THE_POD)
    return frozenset((*(claim.name for claim in workload.claims), *kept))


def _row(kept: ServerCredential, after: ServerCredential, both: _Both) -> Rotation:
    verdict = _verdict(kept, after)
    failing = tuple(_failing(kept, after, both)) if verdict == "rotated" else ()
    secret = _secret(after, both.new)
    evidence = evidence_of((kept.server, _secret(kept, both.old)), both.new)
    return Rotation(
        object=after.server.id,
        container=after.container,
        place=after.place,
        related=tuple(_related(kept, after, failing)),
        linted=after.server.linted,
        verdict=verdict,
        server=str(after.server.id),
        users=after.user,
        key=after.words,
        product=after.product.name,
        kept_in="its volume" if after.product.database is None else "its database",
        clients=tuple(dict.fromkeys(str(client.id) for client, _, _ in failing)),
        change=after.change,
        secret=secret.id.name if secret is not None else None,
        values=_pinned_by(after, both.new),
        restarted=tuple(str(each.id) for each in both.restarted.get(secret.id.name, ())) if secret is not None else (),
        evidence=evidence,
        applied_with=applied_with(evidence),
    )


def _pinned_by(after: ServerCredential, new: World) -> str | None:
    """The value of the chart that pins the password; None where the chart is not known."""
    secret = _secret(after, new)
    if secret is None or after.key_ref is None:
        return None
    return pinning_value(secret, after.key_ref.key, new.programs)


def _secret(given: ServerCredential, world: World) -> Secret | None:
    """The Secret that the server has the password from."""
    ref = given.key_ref
    if ref is None or ref.kind != "Secret":
        return None
    return world.cluster.secrets.get((given.server.id.namespace, ref.name))


def _verdict(kept: ServerCredential, after: ServerCredential) -> str:
    if kept.value is None or after.value is None:
        return "unknown"
    return "kept" if kept.value == after.value else "rotated"


def _failing(kept: ServerCredential, after: ServerCredential, both: _Both) -> Iterator[tuple[Workload, Place, str]]:
    """Clients that send something else than what the server has kept, where they take it from, and in which words.

    These are whoever logs in with another password, and whoever reads the key that the server is given, but for servers
    that keep it like this one.
    """
    for login in both.logins:
        if _will_fail(login, kept, after):
            used = login.login.password
            yield login.setting.workload, used.reference or used.place, f"logs in as {after.user} with this"
    if after.key_ref is None:
        return
    given = (each for each in servers(both.new) if _keeps(each) and same_key(each.key_ref, after.key_ref))
    others = {id(each.server) for each in given}
    for workload, place in readers(both.new, after.server.id.namespace, after.key_ref):
        if id(workload) not in others:
            yield workload, place, "reads the new password here"


def _will_fail(login: Match, kept: ServerCredential, after: ServerCredential) -> bool:
    given, passwords = login.given, login.login.passwords
    same = given.server is after.server and given.user == after.user
    return same and bool(passwords) and kept.value not in passwords


def _related(
    kept: ServerCredential, after: ServerCredential, failing: Iterable[tuple[Workload, Place, str]]
) -> Iterator[Related]:
    server = after.server.id
    yield Related(f"the password of {kept.user} that {server.kind} {server.name} keeps", kept.place, kept.server.id)
    if after.reference is not None:
        yield Related(f"{server.kind} {server.name} is given the new one here", after.reference, server)
    seen: set[Place] = set()
    for client, place, words in failing:
        if place not in seen:
            seen.add(place)
            yield Related(f"{client.id.kind} {client.id.name} {words}", place, client.id)


def _only_restarted(changes: Iterable[Change], new: World) -> Mapping[str, tuple[Workload, ...]]:
    """By Secret: workloads that refer to it, and of which nothing changes but annotations of the pod template."""
    names = {change.object for change in changes if _is_only_restarted(change)}
    found: dict[str, tuple[Workload, ...]] = {}
    for workload in new.cluster.workloads:
        for secret in _secrets_of(workload) if workload.id in names else ():
            found[secret] = (*found.get(secret, ()), workload)
    return found


def _is_only_restarted(change: Change) -> bool:
    return change.verdict == "changed" and all(path.startswith(_TEMPLATE_ANNOTATIONS) for path in change.paths)


def _secrets_of(workload: Workload) -> frozenset[str]:
    pod = workload.pod
    return frozenset(
        (
            *(files.name for volume in pod.volumes.values() for files in volume.files if files.kind == "Secret"),
            *(each.name for container in pod.containers for each in container.env_from if each.kind == "Secret"),
            *(
                variable.key_ref.name
                for container in pod.containers
                for variable in container.env
                if variable.key_ref is not None and variable.key_ref.kind == "Secret"
            ),
        )
    )
