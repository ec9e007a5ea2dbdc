"""A first `.mblint.yaml`: every key with its default and an explanation, and what a render shows, to be taken over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from mblint.facts.callers.rows import Dependency
from mblint.facts.oidc.rows import OidcEndpoint
from mblint.facts.rows import Fact
from mblint.facts.way.host_names import carried_address, is_loopback
from mblint.facts.workers.rows import ProbeWindow
from mblint.regex import regex
from mblint.remedies.flow import text
from mblint.reports.printable import printable

DEFAULT_DOMAIN = "cluster.local"
_SHOWN = 50  # of a list; the rest is counted
_REWRITE = '"{}": traefik.traefik.svc'
_DOMAIN = regex(r"\.svc\.(?P<domain>[a-z0-9-]+(?:\.[a-z0-9-]+)+)\.?$")
_PLAIN = regex(r"[A-Za-z0-9][\w./-]*")
_ANSWERED = ("httpGet", "grpc")  # the probes that wait for the application itself
_KILLING = ("liveness", "startup")


class Seen(Struct, frozen=True):
    """What a render shows of the cluster it goes to. `notes`: beside each entry, who needs it."""

    domain: str = DEFAULT_DOMAIN
    external_services: tuple[tuple[str, str], ...] = ()  # NAMESPACE/NAME, note
    browser_domains: tuple[tuple[str, str], ...] = ()  # glob, note
    dns_rewrites: tuple[tuple[str, str], ...] = ()  # glob, note
    unknown_runtimes: tuple[tuple[str, str], ...] = ()  # namespace, name


NOTHING = Seen()


class Render(Struct, frozen=True):
    """An environment for `mblint check`. `amiss`: why its command would fail as things stand."""

    name: str
    command: str
    amiss: str = ""


def seen(facts: Sequence[Fact]) -> Seen:
    """What is worth saying in a configuration, from the facts of a render."""
    linted = [fact for fact in facts if fact.linted]
    calls = [fact for fact in linted if isinstance(fact, Dependency)]
    endpoints = [fact for fact in linted if isinstance(fact, OidcEndpoint)]
    loopback = [fact for fact in calls if fact.verdict in ("self", "unknown") and _suffix(fact.host)]
    private = [fact for fact in endpoints if fact.channel == "front" and fact.resolves == "private" and fact.host]
    return Seen(
        domain=domain_in(facts),
        external_services=_noted((_service(fact), _who(fact)) for fact in calls if fact.verdict == "no-service"),
        browser_domains=_noted((fact.host or "", _who(fact)) for fact in private),
        dns_rewrites=_noted((f"*.{_suffix(fact.host)}", _who(fact)) for fact in loopback),
        unknown_runtimes=tuple(dict.fromkeys(_unknown_runtimes(linted))),
    )


def render(found: Seen, environments: Sequence[Render] = (), schema: str = "") -> str:
    """The text of the file. What was seen is commented out, but for the domain: its author has to decide.

    `schema`: the file beside it from which editors complete the keys.
    """
    return _TEMPLATE.format(
        schema=f"{schema_line(schema)}\n" if schema else "",
        hint="" if schema else " `mblint init --schema` lets editors complete the keys.",
        domain=found.domain,
        external=_entries(found.external_services, '- "{}"', '- "monitoring/*"'),
        browsers=_entries(found.browser_domains, '- "{}"', '- "*.intranet.example"'),
        rewrites=_entries(found.dns_rewrites, _REWRITE, _REWRITE.format("*.127.0.0.1.sslip.io")),
        workloads=_workloads(found.unknown_runtimes),
        renders=_renders(environments),
    )


def schema_line(schema: str) -> str:
    """The first line of a YAML file, by which editors find its schema."""
    return f"# yaml-language-server: $schema={schema}"


def _renders(environments: Sequence[Render]) -> str:
    """Those of a helmfile, in force but for those that cannot be rendered here; without any, an example."""
    able = [one for one in environments if not one.amiss]
    lines = [f"  {text(one.name)}: {one.command}" for one in able]
    lines += [f"#  {text(one.name)}: {one.command}  # {printable(one.amiss)}" for one in environments if one.amiss]
    if not environments:
        lines = [f"#  {_EXAMPLE.name}: {_EXAMPLE.command}"]
    return "\n".join(["renders:" if able else "renders: {}", *lines])


def domain_in(facts: Iterable[Fact]) -> str:
    """The cluster's domain, as most names of Services that settings call end in it."""
    hosts = [fact.host for fact in facts if isinstance(fact, Dependency)]
    domains = Counter(match["domain"] for host in hosts if (match := _DOMAIN.search(host)))
    return domains.most_common(1)[0][0] if domains else DEFAULT_DOMAIN


def _suffix(host: str) -> str | None:
    """What a name that carries a loopback address ends in, from the address on: `127.0.0.1.sslip.io`."""
    address = carried_address(host)
    if address is None or not is_loopback(address):
        return None
    labels = host.split(".")
    endings = (".".join(labels[first:]) for first in range(len(labels) - 1, 0, -1))
    return next((ending for ending in endings if carried_address(ending) == address), None)


def _service(fact: Dependency) -> str:
    name, _, rest = fact.host.partition(".")
    namespace = rest.partition(".")[0]
    return f"{namespace or fact.object.namespace}/{name}"


def _who(fact: Dependency | OidcEndpoint) -> str:
    return f"{fact.object.kind} {fact.object.name}: {fact.settings}"


def _noted(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Each entry once, with the first note and the number of the others."""
    notes: dict[str, list[str]] = {}
    for entry, note in pairs:
        notes.setdefault(entry, []).append(note)
    return tuple(
        (entry, said[0] if len(said) == 1 else f"{said[0]}, and {len(said) - 1} more") for entry, said in notes.items()
    )


def _unknown_runtimes(facts: Iterable[Fact]) -> Iterator[tuple[str, str]]:
    """Workloads that start under a CPU limit, are killed if they do not answer soon, and run what no model knows.

    What a command or an open port decides is left out: databases and caches, which answer when they are there.
    """
    for fact in facts:
        if not isinstance(fact, ProbeWindow) or fact.probe not in _KILLING or fact.handler not in _ANSWERED:
            continue
        if fact.limited and fact.runtime is None:
            yield fact.object.namespace, fact.object.name


def _entries(entries: Sequence[tuple[str, str]], form: str, example: str) -> str:
    lines = [f"{form.format(entry)}  # {note}" for entry, note in entries[:_SHOWN] if '"' not in entry]
    lines += [f"# and {len(entries) - _SHOWN} more"] if len(entries) > _SHOWN else []
    return "\n".join(f"  #  {printable(line)}" for line in lines or [example])


def _workloads(found: Sequence[tuple[str, str]]) -> str:
    """Entries for those whose probes are judged by nothing, since what they run is not known."""
    named = [pair for pair in found[:_SHOWN] if all(_PLAIN.fullmatch(part) for part in pair)]
    entries = [(pair, "startup-cpu-seconds: 5  # what it runs is not known; this is for each worker") for pair in named]
    more = [f"#  # and {len(found) - _SHOWN} more (`mblint facts --about probe`)"] if len(found) > _SHOWN else []
    lines = [
        line
        for (namespace, name), said in entries or [(("docs", "docs-backend"), _ALL_OF_A_WORKLOAD)]
        for line in (f"#  - match: {{namespace: {namespace}, name: {name}}}", f"#    {said}")
    ]
    return "\n".join((*lines, *more))


_EXAMPLE = Render("demo", "helmfile -e demo template --quiet")
_ALL_OF_A_WORKLOAD = "runtime: uvicorn\n#    workers: 4\n#    startup-cpu-seconds: 5\n#    memory-mib: 700"

_TEMPLATE = """\
{schema}# Configuration of mblint. It is read from the working directory, or from its nearest parent that has one.
# Everything is optional. What is commented out is an example, or what a render shows: with the # take away the {{}} or
# [] above it.{hint}

# The lowest level that makes the exit code 1: error, warning, note, never.
fail-on: error

# A level of your own for a rule (error, warning, note), or off. `mblint rules` lists them.
rules: {{}}
#  unknown-service: note
#  oidc-redirect-unrouted: off

# What the render cannot say of the cluster it goes to.
cluster:
  # The cluster's DNS domain.
  domain: {domain}
  # Where network policies see a Service's packet: before-policy (they see the pod's port, as with most network
  # plugins), after-policy (they see the Service's port), or either.
  service-translation: before-policy
  # helm: charts can look up Secrets that are in the cluster. manifests: they cannot (Argo CD, kubectl apply).
  applied-by: helm
  # Services that exist in the cluster and not in the render, as NAMESPACE/NAME; globs.
  external-services: []
{external}
  # Private host names that your users' browsers can resolve; globs.
  browser-domains: []
{browsers}
  # Rewrites of the cluster's DNS: a glob of host names, and the host that it leads to, such as the Service of your
  # ingress controller. Without one, names that carry a loopback address lead a pod to itself.
  dns-rewrites: {{}}
{rewrites}
  # The ports that the cluster's DNS pods listen on.
  dns-ports: [53]
  # The nodes' CPU cores: for containers without a CPU limit, and for pools sized by the node.
  node-cores: 4
  # The version of Kubernetes, in quotes ("1.33"): an object in an API that it has removed is an error.
  version: null
  # Kinds of which the render, with its context, holds all: what it lacks of them is missing.
  complete: []
  #  - ServiceAccount
  # The Pod Security Standard that namespaces enforce, where no Namespace object says it; globs.
  pod-security: {{}}
  #  "team-*": restricted

# What you know better than mblint: how workloads run. All of `match` are globs.
workloads: []
{workloads}

# Environments for `mblint check`: a name, and the command that renders it, run in this directory; or, with objects that
# exist in the cluster and are not linted, NAME: {{command: …, context: [cluster/policies.yaml]}}.
{renders}

# Findings that are meant to be so. A reason is required; `object` is a glob of NAMESPACE/KIND/NAME; any fact of the
# rule (`mblint facts` shows them) narrows it further. On an object itself, the annotation
# mblint.dev/ignore.RULE: "the reason" does the same.
ignore: []
#  - rule: egress-blocked
#    object: default/Job/drive-superuser*
#    host: drive-redis-master
#    reason: The job never opens Redis.
#    expires: 2027-03-01
"""
