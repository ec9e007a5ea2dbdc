"""Reads `.mblint.yaml`: every mistake in it is an error with file, line and column.

Long because every section of the file is read here.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from mblint.cluster.quantities import quantity
from mblint.config import ClusterSettings, Config, IgnoreSettings, Observed, RenderSettings, WorkloadSettings
from mblint.judge.errors import WrongKey, WrongValue, suggestion
from mblint.judge.keys import check_keys
from mblint.judge.kinds import fields_of
from mblint.judge.rule import Rule
from mblint.judge.source import located
from mblint.manifests.documents import Place
from mblint.manifests.nodes import Node, WrongType
from mblint.manifests.read import read_text
from mblint.regex import regex

FILE_NAME = ".mblint.yaml"
LEVELS = ("error", "warning", "note")
FAIL_ON = (*LEVELS, "never")
RULE_LEVELS = (*LEVELS, "off")
TRANSLATIONS = ("before-policy", "after-policy", "either")
STANDARDS = ("privileged", "baseline", "restricted")
APPLIERS = ("helm", "manifests")
IGNORE_KEYS = ("rule", "object", "reason", "expires")

_SECTIONS = ("fail-on", "rules", "cluster", "workloads", "renders", "ignore")
_CLUSTER = (
    "domain",
    "service-translation",
    "applied-by",
    "external-services",
    "browser-domains",
    "dns-rewrites",
    "dns-ports",
    "node-cores",
    "version",
    "complete",
    "pod-security",
)
_VERSION = regex(r"v?(1\.\d{1,3})(?:\.\d+)?(?:[-+].*)?")
_MATCH = ("namespace", "kind", "name", "container")
_OVERRIDES = ("runtime", "workers", "startup-cpu-seconds", "memory-mib", "observed")
_OBSERVED = ("pods", "ready-seconds", "ready-pods", "cpu-limit", "restarts", "oom-killed", "memory-limit")


class ConfigurationError(Exception):
    """A configuration that cannot be used. `str()` gives `file:line:column: message`."""


def find_configuration(directory: Path) -> Path | None:
    """The `.mblint.yaml` of a directory, or of its nearest parent that has one, relative to the directory."""
    for candidate in (directory, *directory.parents):
        file = candidate / FILE_NAME
        if file.is_file():
            return Path(os.path.relpath(file, directory))
    return None


def load_configuration(file: Path) -> Config:
    """The configuration that a file holds. Raises ConfigurationError."""
    try:
        return read_configuration(file.read_bytes(), str(file))
    except OSError as error:
        raise ConfigurationError(f"{file}: {error.strerror}") from error


def read_configuration(text: str | bytes, file: str = FILE_NAME) -> Config:
    """The configuration that a text says; an empty one changes nothing. Raises ConfigurationError."""
    manifests = read_text(text, file)
    for error in manifests.errors:
        raise ConfigurationError(f"{file}:{error.line or 1}:{error.column or 1}: {error.message}")
    if not manifests.documents:
        return Config(file=file)
    if len(manifests.documents) > 1:
        raise ConfigurationError(f"{file}:{manifests.documents[1].first_line}:1: a configuration is one document")
    document = manifests.documents[0]
    try:
        if manifests.notes:
            raise WrongValue(manifests.notes[0].place, manifests.notes[0].message)
        return _config(Node(document, (), document.value), file)
    except (WrongKey, WrongValue, WrongType) as error:
        raise ConfigurationError(str(located(file, error))) from error


def check_names(config: Config, rules: Sequence[Rule]) -> None:
    """Raises ConfigurationError for a rule that does not exist, or an ignore by a fact that its rule does not have."""
    kinds = {rule.id: rule.about for rule in rules}
    for name, place in config.rule_places.items():
        if name not in kinds:
            raise _wrong_key(place, f"unknown rule {name}: {suggestion(name, kinds)}")
    for entry in config.ignores:
        for field in entry.facts if entry.rule in kinds else ():
            known = fields_of(kinds[entry.rule])
            if field not in known:
                message = f"{entry.rule} has no fact {field}: {suggestion(field, (*IGNORE_KEYS, *known))}"
                raise _wrong_key(entry.place.at(field), message)


def _wrong_key(place: Place, message: str) -> ConfigurationError:
    return ConfigurationError(str(located(place.document.file, WrongKey(place, message))))


def _config(root: Node, file: str) -> Config:
    check_keys(root, allowed=_SECTIONS)
    return Config(
        fail_on=_one_of(root.get("fail-on"), FAIL_ON) or Config().fail_on,
        rules={name: _rule_level(node) for name, node in root.get("rules").entries()},
        cluster=_cluster(root.get("cluster")),
        workloads=tuple(_workload(node) for node in root.get("workloads").items()),
        renders={name: _render(entry) for name, entry in root.get("renders").entries()},
        ignores=tuple(_ignore(node) for node in root.get("ignore").items()),
        file=file,
        rule_places={name: node.place for name, node in root.get("rules").entries()},
    )


def _rule_level(node: Node) -> str:
    if node.value is False:  # YAML's "off"
        return "off"
    if isinstance(node.value, bool) or node.absent:
        raise WrongValue(node.place, f"the level of a rule is one of {', '.join(RULE_LEVELS)}")
    return _one_of(node, RULE_LEVELS) or "off"


def _cluster(node: Node) -> ClusterSettings:
    check_keys(node, allowed=_CLUSTER)
    default = ClusterSettings()
    return ClusterSettings(
        domain=_name(node.get("domain")) or default.domain,
        service_translation=_one_of(node.get("service-translation"), TRANSLATIONS) or default.service_translation,
        applied_by=_one_of(node.get("applied-by"), APPLIERS) or default.applied_by,
        external_services=tuple(_service(entry) for entry in node.get("external-services").items()),
        browser_domains=tuple(entry.required_text() for entry in node.get("browser-domains").items()),
        dns_rewrites={name: entry.required_text() for name, entry in node.get("dns-rewrites").entries()},
        dns_ports=tuple(_port(entry) for entry in node.get("dns-ports").items()) or default.dns_ports,
        node_cores=_positive_integer(node.get("node-cores")) or default.node_cores,
        version=_version(node.get("version")),
        complete=tuple(entry.required_text() for entry in node.get("complete").items()),
        pod_security={name: _one_of(entry, STANDARDS) or "" for name, entry in node.get("pod-security").entries()},
    )


def _version(node: Node) -> str | None:
    if node.absent:
        return None
    written = _VERSION.fullmatch(node.value) if isinstance(node.value, str) else None
    if written is None:
        raise WrongValue(node.place, 'cluster.version must be a version of Kubernetes in quotes, such as "1.33"')
    return written[1]


def _service(node: Node) -> str:
    name = node.required_text()
    if name.count("/") != 1:
        raise WrongValue(node.place, f"{name} must be NAMESPACE/NAME; either may be a glob")
    return name


def _workload(node: Node) -> WorkloadSettings:
    check_keys(node, allowed=("match", *_OVERRIDES), required=("match",))
    match = node.get("match")
    check_keys(match, allowed=_MATCH)
    return WorkloadSettings(
        namespace=match.get("namespace").text() or "*",
        kind=match.get("kind").text() or "*",
        name=match.get("name").text() or "*",
        container=match.get("container").text() or "*",
        runtime=_runtime(node.get("runtime")),
        workers=_positive_integer(node.get("workers")),
        startup_cpu_seconds=_positive_number(node.get("startup-cpu-seconds")),
        memory_mib=_positive_number(node.get("memory-mib")),
        observed=_observed(node.get("observed")),
    )


def _observed(node: Node) -> Observed | None:
    """What `mblint observe` wrote."""
    if node.absent:
        return None
    check_keys(node, allowed=_OBSERVED)
    ready = tuple(sorted(_seconds(item) for item in node.get("ready-seconds").items()))
    pods = _positive_integer(node.get("pods")) or 1
    return Observed(
        pods=pods,
        ready_seconds=ready,
        ready_pods=_positive_integer(node.get("ready-pods")) or (pods if ready else 0),
        cpu_limit=_amount(node.get("cpu-limit")),
        restarts=node.get("restarts").integer() or 0,
        oom_killed=node.get("oom-killed").integer() or 0,
        memory_limit=_amount(node.get("memory-limit")),
    )


def _seconds(node: Node) -> float:
    if isinstance(node.value, bool) or not isinstance(node.value, (int, float)) or node.value < 0:
        raise WrongValue(node.place, "seconds are a number")
    return float(node.value)


def _amount(node: Node) -> str | None:
    """A quantity, also one that YAML takes for a number."""
    if node.absent:
        return None
    text = str(node.value)
    if isinstance(node.value, bool) or quantity(text) is None:
        raise WrongValue(node.place, "this is a quantity, such as 500m or 512Mi")
    return text


def _runtime(node: Node) -> str | None:
    if node.absent:
        return None
    from mblint.facts.workers.models.tables import runtimes  # noqa: PLC0415  few configurations name one

    return _one_of(node, [runtime.name for runtime in runtimes()])


def _render(node: Node) -> RenderSettings:
    if not isinstance(node.value, dict):
        return RenderSettings(_words(node))
    check_keys(node, allowed=("command", "context"), required=("command",))
    context = tuple(entry.required_text() for entry in node.get("context").items())
    return RenderSettings(_words(node.get("command")), context)


def _words(node: Node) -> tuple[str, ...]:
    """A command, as a list or as one line; no shell sees it."""
    import shlex  # noqa: PLC0415  few configurations have one

    try:
        listed = isinstance(node.value, list)
        words = [word.required_text() for word in node.items()] if listed else shlex.split(node.required_text())
    except ValueError as error:
        raise WrongValue(node.place, f"this is no command: {error}") from error
    if not words or not words[0]:
        raise WrongValue(node.place, "this is no command")
    return tuple(words)


def _ignore(node: Node) -> IgnoreSettings:
    for key in ("rule", "reason"):
        if not (node.get(key).text() or "").strip():
            raise WrongValue(node.place if node.get(key).absent else node.get(key).place, f"{key} is required")
    return IgnoreSettings(
        rule=node.get("rule").required_text(),
        object=_name(node.get("object")),
        facts={key: _glob(entry) for key, entry in node.entries() if key not in IGNORE_KEYS},
        reason=node.get("reason").required_text().strip(),
        expires=_date(node.get("expires")),
        place=node.place,
    )


def _glob(node: Node) -> str:
    if isinstance(node.value, bool) or not isinstance(node.value, str | int):
        raise node.wrong("a string or a number")
    return str(node.value)


def _date(node: Node) -> str | None:
    if node.absent:
        return None
    try:
        return date.fromisoformat(node.required_text()).isoformat()
    except ValueError as error:
        raise WrongValue(node.place, f"expires must be a date such as 2027-03-01, not {node.value}") from error


def _name(node: Node) -> str | None:
    return None if node.absent else node.required_text()


def _one_of(node: Node, choices: Sequence[str]) -> str | None:
    if node.absent:
        return None
    word = node.text()
    if word not in choices:
        raise WrongValue(node.place, f"{node.path[-1]} must be one of {', '.join(choices)}, not {word}")
    return word


def _port(node: Node) -> int:
    number = node.integer()
    if number is None or not 1 <= number <= 65535:
        raise WrongValue(node.place, "a port is a number from 1 to 65535")
    return number


def _positive_integer(node: Node) -> int | None:
    number = node.integer()
    if number is not None and number < 1:
        raise WrongValue(node.place, f"{node.path[-1]} must be 1 or more")
    return number


def _positive_number(node: Node) -> float | None:
    if node.absent:
        return None
    if isinstance(node.value, bool) or not isinstance(node.value, int | float):
        raise node.wrong("a number")
    if node.value <= 0:
        raise WrongValue(node.place, f"{node.path[-1]} must be above 0")
    return float(node.value)
