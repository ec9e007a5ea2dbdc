"""`$(NAME)` where the kubelet fills nothing in, or not what is meant: in values of objects, mounts, probes and hooks.

What a variable takes from a ConfigMap or a Secret comes as it stands there. subPathExpr is filled, from the container's
env, and a container of which a name is not known is not created; subPath is not. Of a probe's command only variables
with a value of their own are filled, those by valueFrom with nothing; of a hook's none is. Nor does anybody run a
command that was copied from a shell.
Sources: https://kubernetes.io/docs/concepts/storage/volumes/#using-subpath-expanded-environment; for probes and hooks
ExpandContainerCommandOnlyStatic and lifecycle/handlers.go of k8s.io/kubernetes/pkg/kubelet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import ConfigMap, Container, Mount, Secret, Workload
from mblint.cluster.secrets import reveal
from mblint.facts.told import told_containers
from mblint.facts.words.rows import UnfilledVariable
from mblint.facts.words.run_directly import DirectCommand, direct_commands
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.regex import regex
from mblint.settings.by_container import ContainerSettings
from mblint.settings.expansion import references
from mblint.settings.names import Origin

_HOOKS = ("postStart", "preStop")
_COMMAND = regex(
    r"(?<!\$)\$\(\s*(openssl|pwgen|head|tr|dd|shuf|htpasswd|base64|kubectl|cat|aws|gcloud|curl|date)\s[^()\n]*\)"
)
_FOR_SHELLS = regex(r"(?i)OPTS|OPTIONS|ARGS|FLAGS|CMD|COMMAND|SCRIPT|EXTRA|PROMPT|PS1|HOOK")  # many are read by one
_BRACED = regex(r"(?<!\$)\$\{([A-Za-z_]\w*)\}")
_FILLS_ITSELF = regex(
    r"(?i)spring|quarkus|micronaut|java|jvm|jdk|kc_|keycloak|mp_|smallrye|server_|management_|otel|helidon"
)
_LONGEST = 2048  # characters of a value that is no document


def unfilled_elsewhere(world: World) -> Iterator[UnfilledVariable]:
    """The rows of values that stand in objects, of mounts, then those of probes and hooks."""
    for told in told_containers(world):
        yield from _of_objects_values(told)
        yield from _of_shell_commands(told)
        yield from _of_shell_variables(told)
    for workload in world.cluster.workloads:
        for container in workload.pod.containers:
            for mount in container.mounts:
                yield from _of_mount(world.cluster, workload, container, mount)
    for command in direct_commands(world.cluster):
        if command.where != "command" and any("$(" in word.text for word in command.words):
            yield from _of_command(command)


def _of_mount(cluster: Cluster, workload: Workload, container: Container, mount: Mount) -> Iterator[UnfilledVariable]:
    written = mount.place.value
    expression = written.get("subPathExpr") if isinstance(written, dict) else None
    where = f"of the mount {mount.mount_path}"
    names = {entry.name for entry in container.env}
    if isinstance(expression, str) and "$(" in expression and not container.env_from:
        for name, _ in references(expression):
            if name not in names:
                meaning = "the container has no such variable, and is not created"
                yield _row(workload, container, f"subPathExpr {where}", name, meaning, mount.place.at("subPathExpr"))
    if mount.sub_path is not None and "$(" in mount.sub_path:
        known = names | _of_objects(cluster, workload, container)
        for name, _ in references(mount.sub_path):
            if name in known:
                meaning = "variables are filled in subPathExpr alone, so that all pods share one folder of that name"
                yield _row(workload, container, f"subPath {where}", name, meaning, mount.place.at("subPath"))


def _of_objects_values(told: ContainerSettings) -> Iterator[UnfilledVariable]:
    """Only names of the container's own variables, which can be meant as nothing else."""
    variables = [setting for setting in told.settings if setting.origin is Origin.ENV]
    names = {setting.key for setting in variables}
    for setting in variables:
        text = reveal(setting.value) if setting.key_ref is not None and setting.value is not None else ""
        if "$(" not in text or len(text) > _LONGEST or "\n" in text.strip():
            continue
        for name, _ in references(text):
            if name in names and name != setting.key:
                meaning = "the kubelet fills in nothing in what it takes from a ConfigMap or a Secret"
                where = f"variable {setting.key}"
                yield _row(setting.workload, setting.container, where, name, meaning, setting.place)


def _of_shell_commands(told: ContainerSettings) -> Iterator[UnfilledVariable]:
    """A command that a shell was to run, which wrote its output where it was typed in: `$(openssl rand -hex 16)`."""
    if any("eval" in word.text or "envsubst" in word.text for word in told.container.words):
        return
    for setting in told.settings:
        text = reveal(setting.value) if setting.origin is Origin.ENV and setting.value is not None else ""
        if "$(" not in text or "\n" in text.strip() or _FOR_SHELLS.search(setting.key):
            continue
        found = _COMMAND.search(text)
        written = setting.place.value
        meant = isinstance(written, str) and "$$(" in written  # whoever doubles the dollar knows what is left
        if found is not None and not meant:
            meaning = "only a shell runs a command there, and this text is read by none"
            where, name = f"variable {setting.key}", f"{found[1]} …"
            row = _row(setting.workload, setting.container, where, name, meaning, setting.place)
            yield replace(row, verdict="unrun")


def _of_shell_variables(told: ContainerSettings) -> Iterator[UnfilledVariable]:
    """`${POD_IP}` in a value of env: only `$(POD_IP)` is filled, and the downward API's names mean nothing else.

    Nothing of containers with a command of their own, and of programs that fill in values themselves (Spring, Quarkus).
    """
    container = told.container
    fields = {entry.name for entry in container.env if entry.field is not None}
    if not fields or container.command is not None or any(_FILLS_ITSELF.match(entry.name) for entry in container.env):
        return
    for entry in container.env:
        for found in _BRACED.finditer(entry.value or ""):
            if found[1] in fields and not _FOR_SHELLS.search(entry.name):
                meaning = "it stands in braces, as a shell reads it, and the kubelet wants parentheses"
                row = _row(told.workload, container, f"variable {entry.name}", found[1], meaning, entry.place)
                yield replace(row, verdict="unrun", text=f"`${found[1]}`")


def _of_objects(cluster: Cluster, workload: Workload, container: Container) -> frozenset[str]:
    found: set[str] = set()
    for source in container.env_from:
        objects: Mapping[tuple[str, str], ConfigMap | Secret]
        objects = cluster.secrets if source.kind == "Secret" else cluster.config_maps
        held = objects.get((workload.id.namespace, source.name))
        found.update(source.prefix + key for key in (held.entries if held is not None else ()))
    return frozenset(found)


def _of_command(command: DirectCommand) -> Iterator[UnfilledVariable]:
    entries = {entry.name: entry for entry in command.container.env}
    for word in command.words:
        for name, _ in references(word.text):
            entry = entries.get(name)
            if entry is None:
                continue
            if command.where in _HOOKS:
                meaning = "the kubelet fills in nothing in a hook"
                if command.has_shell:
                    meaning += ", and a shell runs it as a command (it reads $" + name + " as the variable)"
            elif entry.value is None:
                meaning = "in a probe the kubelet knows values that stand in env alone, and puts nothing in its place"
            else:
                continue
            yield _row(command.workload, command.container, command.where, name, meaning, word.place)


def _row(
    workload: Workload, container: Container, where: str, name: str, meaning: str, place: Place
) -> UnfilledVariable:
    return UnfilledVariable(
        object=workload.id,
        container=container.name,
        place=place,
        linted=workload.linted,
        where=where,
        name=name,
        text=f"`$({name})`",
        wanted=name,
        meaning=meaning,
        verdict="elsewhere",
    )
