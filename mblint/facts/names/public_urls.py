"""The address that a program is told as its own, held against the routes that bring browsers to it.

From that address it makes its links, and the redirect URI that it sends to a provider. Where it is not told any, many
programs take one of their own (`http://localhost:3000/`), which is good for nobody but a developer.
Nothing is said of a program to which no route of the view leads, nor to the part of its application before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import SplitResult

from msgspec.structs import replace

from mblint.cluster.objects import ContainerRole
from mblint.cluster.secrets import reveal
from mblint.facts.names.address_forms import edited, wrong_form
from mblint.facts.names.application_hosts import before
from mblint.facts.names.filled_hosts import says_another_host
from mblint.facts.names.host_rows import PublicAddress
from mblint.facts.names.own_addresses import addresses_by_name
from mblint.facts.names.plain_files import is_plainly_said
from mblint.facts.names.samples import is_alone, is_sample
from mblint.facts.names.shape import Name, nearest
from mblint.facts.names.this_machine import (
    comes_around_routes,
    is_opened_by_path,
    is_port_of_other_scheme,
    is_port_of_pods,
    this_machine,
)
from mblint.facts.names.told_addresses import Told, is_needed, logs_in, misspelt_setting, opens_parts, strays, works_so
from mblint.facts.rows import Related
from mblint.facts.software import running_programs
from mblint.facts.way.heard import reads_what_is_not_there
from mblint.facts.way.routed_paths import leads, routed_paths
from mblint.facts.way.served import hosts_of, unfilled_hosts_of
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.unseen_files import may_be_unseen
from mblint.software.identity import Oidc
from mblint.software.images import fits
from mblint.software.network import PublicUrl
from mblint.software.setting_names import setting_names, texts
from mblint.urls import split_url, whole_url

_PLAIN_LINKS = "its links begin with http://"
_PLAIN = f"{_PLAIN_LINKS}, and a provider that compares its redirect URI refuses that"
_UNKNOWN = regex(r"\$|\{\{|%\(|<")


def public_addresses(world: World) -> Iterator[PublicAddress]:
    """A row for each program that can be told its address, and that a route leads to."""
    known: dict[int, frozenset[str]] = {}
    for program in running_programs(world):
        if program.container.role is ContainerRole.INIT or not program.running.program.has(PublicUrl):
            continue
        known[id(program.container)] = frozenset(
            name.key for entry in program.running.entries(PublicUrl) for name in setting_names(entry.setting)
        )
        if program.running.undecided(PublicUrl):
            continue
        served = hosts_of(world, program.workload, program.container) if program.workload.lasting else ()
        unfilled = () if served else unfilled_hosts_of(world, program.workload, program.container)
        front = None if served else before(world, program)
        for entry in program.running.entries(PublicUrl):
            if front is not None and entry.port is None and not entry.below and program.told.applies(entry) is True:
                setting = program.told.first(entry.setting)
                yield _row(world, Told(program, entry, setting, front.served, front.workload))
            here = tuple(one for one in served if entry.port in (None, one.number(program.container)))
            if here and program.told.applies(entry) is True:
                yield _row(world, Told(program, entry, program.told.first(entry.setting), here))
            elif unfilled and entry.port is None and program.told.applies(entry) is True:
                yield from _of_unfilled(world, Told(program, entry, program.told.first(entry.setting), unfilled))
    yield from addresses_by_name(world, known)


# ---------------------------------------------------------------- what is wrong


def _row(world: World, told: Told) -> PublicAddress:
    row = _base(told)
    setting = told.setting
    if setting is None or (setting.value is not None and not reveal(setting.value).strip()):
        return _of_missing(world, told, row)
    text = told.text
    if (wrong := next(_of_unfilled(world, told), None)) is not None:
        return wrong
    if not text or _UNKNOWN.search(text) or (setting.guessed and not is_plainly_said(told.program.told, setting)):
        return replace(row, verdict="unknown", reason="its value is not in the view")
    if "," in text:
        return replace(row, verdict="unknown", reason="it lists several addresses")
    return _of_value(world, told, row, text)


def _of_unfilled(world: World, told: Told) -> Iterator[PublicAddress]:
    """A row for an address of which a part is filled in later, where it is another one all the same."""
    setting = told.setting
    says = None if setting is None or setting.guessed or setting.secret else says_another_host(world, told)
    if says is not None:
        yield replace(_base(told), verdict="unrouted-host", says=says)


def _base(told: Told) -> PublicAddress:
    program, setting = told.program, told.setting
    shown = None if setting is None or setting.value is None else told.written
    return PublicAddress(
        object=program.workload.id,
        container=program.container.name,
        place=program.container.place if setting is None else setting.place,
        related=tuple(
            Related(
                f"{one.route.id.kind} {one.route.id.name} leads to {told.called} from {one.host.text}", one.host.place
            )
            for one in told.served[:2]
        ),
        linted=program.workload.linted,
        software=program.running.program.name,
        settings=_called(told) if setting is None else setting.label,
        value=shown,
        hosts=() if told.front is not None else told.hosts,
        default=told.default or None,
        links_alone=told.entry.links_alone,
        otherwise=told.entry.otherwise or "its links and redirects lead nowhere",
        verdict="right",
        says="",
    )


def _called(told: Told) -> str:
    """What the setting would be called here: a key of its file, where the container has that, else a variable."""
    names = setting_names(told.entry.setting)
    files = {setting.file for setting in told.program.told.settings if setting.file}
    in_a_file = [name for name in names if name.file and any(fits(name.file, file.strip("/")) for file in files)]
    return str((in_a_file or names)[0])


def _of_missing(world: World, told: Told, row: PublicAddress) -> PublicAddress:
    entry, program = told.entry, told.program
    if not is_needed(world, told):
        return replace(row, verdict="right")
    if (
        program.told.is_set(entry.setting) is not False
        or reads_what_is_not_there(world, program.workload)
        or may_be_unseen(world.cluster, program.workload, program.container, entry.completed_by)
    ):
        return replace(row, verdict="unknown", reason="a part of what it is told is not in the view")
    default = told.default
    if default == "":
        return replace(row, verdict="unknown", reason="what it takes for it is not in the view")
    if default is not None and default != entry.default and _is_served(world, default):
        return replace(row, verdict="right")
    taken = f", so it takes {default} for its own address" if default else ""
    misspelt = misspelt_setting(told)
    if misspelt is not None:
        says = f"is written {misspelt.key}, which it does not read{taken}"
        return replace(row, verdict="misspelt", says=says, place=misspelt.place, nearest=misspelt.label)
    return replace(row, verdict="missing", says=f"is not set{taken}")


def _of_value(world: World, told: Told, row: PublicAddress, text: str) -> PublicAddress:
    has_scheme = text.startswith(("http://", "https://"))
    if (wrong := wrong_form(world, told, row, text, has_scheme)) is not None:
        return wrong
    parts = whole_url(text if has_scheme else f"//{text}")
    if parts is None:
        return replace(row, verdict="unknown", reason="its value is no URL")
    host, port = (parts.hostname or "").rstrip("."), parts.port
    if not host:
        return replace(row, verdict="unknown", reason="its value names no host")
    routed = routed_paths(world)
    paths = routed.get(host) or routed.get("*." + host.partition(".")[2])
    if paths is None and this_machine(host):  # a route of that host is made for browsers on the cluster's machine
        return _of_this_machine(world, told, row)
    if paths is None:
        return _of_no_route(world, told, row, text, host, port)
    if (wrong := _of_port(world, told, row, text, parts)) is not None:
        return wrong
    below = texts(told.entry.below)
    lost = next(
        (each for each in below if not any(leads(path, f"{parts.path.rstrip('/')}{each}") for path in paths)), None
    )
    if lost is not None:
        says = f"says {told.shown}, and no route of {host} serves {lost} below it"
        return replace(row, verdict="unrouted-below", says=says, otherwise="who is sent there gets a 404")
    is_whole = told.entry.of_api and parts.path in ("", "/")  # an API that has a path behind it for each of its parts
    is_whole = is_whole or (parts.path in ("", "/") and opens_parts(world, told, host))
    if has_scheme and not below and not is_whole and not any(leads(path, parts.path or "/") for path in paths):
        says = f"says {told.shown}, a path that no route of {host} serves"
        return replace(row, verdict="unrouted-path", says=says)
    if text.startswith("http://") and _comes_by_tls_alone(told, host):
        edits = edited(world, told, f"https{text.removeprefix('http')}")
        says = f"says {told.shown}, while browsers come to {host} by https"
        breaks = told.entry.plain is not None
        otherwise = told.entry.plain or (_PLAIN if told.program.running.program.has(Oidc) else _PLAIN_LINKS)
        sends_away = not breaks and logs_in(world, told)
        return replace(
            row, verdict="plain", says=says, edits=edits, logs_in=sends_away, breaks=breaks, otherwise=otherwise
        )
    return row


def _of_port(world: World, told: Told, row: PublicAddress, text: str, parts: SplitResult) -> PublicAddress | None:
    """A row for a port that only pods have, or that takes the other scheme, or for a host whose routes lead to another
    port of the program."""
    host, port = (parts.hostname or "").rstrip("."), parts.port
    program = told.program
    is_stray = is_port_of_other_scheme(parts.scheme, port) and _comes_by_tls_alone(told, host)
    if not this_machine(host) and (is_stray or is_port_of_pods(world, program.workload, program.container, port)):
        says = f"says {told.shown}, while browsers come to {host} without a port"
        edits = edited(world, told, text.replace(f":{port}", "", 1))
        return replace(row, verdict="port-of-pods", says=says, edits=edits)
    if told.entry.lands and (ports := strays(told, host)) is not None:
        says = f"says {told.shown}, whose routes lead to its port {ports[0]} and not to {ports[1]} ({told.entry.lands})"
        return replace(row, verdict="stray-port", says=says)
    return None


def _of_this_machine(world: World, told: Told, row: PublicAddress) -> PublicAddress:
    """Browsers look there on their own machine, which may be the cluster's, too: routes have such hosts then."""
    if any(this_machine(one) for one in told.hosts):
        return replace(row, verdict="unknown", reason="browsers are on the machine of the cluster")
    row = replace(row, verdict="loopback", says=f"says {told.shown}, which is the browser's own machine")
    return replace(row, links_alone=True, otherwise="its links lead there") if works_so(world, told) else row


def _of_no_route(world: World, told: Told, row: PublicAddress, text: str, host: str, port: int | None) -> PublicAddress:
    """A row where no route serves the host."""
    if comes_around_routes(world, told.program.workload, host, port) or is_opened_by_path(world, text):
        return row
    meant = nearest(Name(host, row.place, ""), [Name(one.host.text, one.host.place, "") for one in told.served])
    edits = () if meant is None else edited(world, told, text.replace(host, meant.shown))
    shown = meant.shown if meant is not None else None
    says = f"says {told.shown}, a host that no route here serves, while {told.ways}"
    is_elsewhere = told.entry.of_api and meant is None and "." in host and ".svc" not in host
    is_elsewhere = is_elsewhere and not (is_sample(host) and is_alone(host, routed_paths(world)))
    if is_elsewhere and told.entry.plain and text.startswith("http://") and all(one.tls for one in told.served):
        says = f"says {told.shown}, and browsers come to its pages by https"
        return replace(row, verdict="plain", says=says, breaks=True, otherwise=told.entry.plain)
    verdict, reason = ("unknown", "the API may be elsewhere") if is_elsewhere else ("unrouted-host", None)
    return replace(row, verdict=verdict, reason=reason, says=says, nearest=shown, edits=edits)


def _is_served(world: World, url: str) -> bool:
    """Whether a route brings browsers to what a program makes its address of."""
    host = split_url(url).hostname or ""
    routed = routed_paths(world)
    return host in routed or "*." + host.partition(".")[2] in routed


def _comes_by_tls_alone(told: Told, host: str) -> bool:
    """Whether all routes that bring a host to the program take it by TLS."""
    here = [one for one in told.served if one.host.text == host]
    return bool(here) and all(one.tls for one in here)
