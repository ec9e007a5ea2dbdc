"""The hosts by which a program is called, held against the hosts from which it takes requests.

Browsers come by the hosts of the routes that lead to it, other workloads by the names of its Services, and the kubelet
by the Host header of its probes: where a probe sets none, that is the pod's address. A sign-in proxy sends browsers to
the hosts that it guards, and its cookies must be good for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mblint.cluster.objects import Service, TextAt
from mblint.cluster.secrets import reveal
from mblint.cluster.services import services_of
from mblint.facts.names.client_hosts import ClientCall, client_calls
from mblint.facts.names.file_hosts import file_hosts
from mblint.facts.names.guarded import guarded_hosts
from mblint.facts.names.host_elements import are_its_own
from mblint.facts.names.host_lists import HostList, host_lists
from mblint.facts.names.host_patterns import is_nearly_meant, without_port
from mblint.facts.names.host_rows import AllowedHost
from mblint.facts.names.probe_hosts import Call, calls_of_probes
from mblint.facts.names.shape import Name, nearest
from mblint.facts.rows import Related
from mblint.facts.way.handed_on import handed_to
from mblint.facts.way.host_names import is_inside
from mblint.facts.way.served import ServedHost, hosts_of
from mblint.facts.world import World
from mblint.regex import regex
from mblint.remedies.edits import Edit
from mblint.remedies.rendered import instead, owner

_KINDS = ("hosts", "pages", "redirects", "cookies", "files")
_OF_ROUTES = ("hosts", "pages")
_OWN = "the pod's own address"
_SHOWN = 4
_PLAIN = regex(r"[\w.-]+")
_ADDRESS = regex(r"https?://([\w.-]+)(?=[:/]|$)")
_OF_SCHEMES = (80, 443)  # which clients leave out of the header


def allowed_hosts(world: World) -> Iterator[AllowedHost]:
    """A row for each list of hosts, and each host by which its program is called."""
    for workload in world.cluster.workloads:
        for each in host_lists(world, workload) if workload.lasting else ():
            if each.entry.kind in _KINDS and each.names is not None and _is_of_hosts(world, each):
                yield from _of_list(world, each)


def _of_list(world: World, each: HostList) -> Iterator[AllowedHost]:
    if each.entry.kind == "files":
        yield from _of_files(world, each)
        return
    of_browsers = tuple(_of_routes(world, each) if each.entry.kind in _OF_ROUTES else _of_sign_in(world, each))
    taken = [call.host is not None and each.takes(call.host.text, tls=call.tls) for call in of_browsers]
    for call, is_taken in zip(of_browsers, taken, strict=True):
        yield _row(world, each, call, is_taken, none_allowed=not any(taken))
    if each.entry.kind == "hosts":
        for call in (*calls_of_probes(each), *_of_clients(world, each), *_of_told(each), *_of_web_servers(world, each)):
            is_taken = each.takes_all or (call.host is not None and each.takes(call.host.text))
            yield _row(world, each, call, is_taken, none_allowed=True)


def _of_files(world: World, each: HostList) -> Iterator[AllowedHost]:
    """A row for each application whose files it is to open; names of Services stand for what no route shows."""
    listed = [without_port(reveal(name.text).partition("://")[2]) for name in each.names or ()]
    for hosts in file_hosts(world, each.workload):
        taken = each.takes_all or any(each.takes(one.host.text) for one in hosts)
        known = all(_PLAIN.fullmatch(host) for host in listed) and (
            any(one.said for one in hosts) or not any(is_inside(host) for host in listed)
        )
        for one in hosts[:1] if known or taken else ():
            call = Call(one.host, one.client, "has it open files of", one.host.place, guessed=not one.said)
            yield _row(world, each, call, taken, none_allowed=True)


def _is_of_hosts(world: World, each: HostList) -> bool:
    """False for a list known by its usual name alone that may be one of hosts that the program calls."""
    if not each.entry.usual or each.entry.kind != "hosts":
        return True
    return are_its_own(each.names or (), [one.host.text for one in hosts_of(world, each.workload, each.container)])


# ---------------------------------------------------------------- who calls


def _of_routes(world: World, each: HostList) -> Iterator[Call]:
    for served in hosts_of(world, each.workload, each.container):
        route = served.route.id
        asks = "brings requests for"
        if each.is_asked_at(served.port):
            guessed = served.guessed or each.entry.usual or _is_nearly_taken(each, served)
            name = f"{route.kind} {route.name}"
            yield Call(served.host, name, asks, served.host.place, guessed=guessed, tls=served.tls)
    for service in services_of(world.cluster, each.workload) if each.entry.kind == "hosts" else ():
        for host in _of_load_balancer(service):
            yield Call(host, f"Service {service.id.name}", "brings requests for", host.place, guessed=True)


def _is_nearly_taken(each: HostList, served: ServedHost) -> bool:
    return is_nearly_meant(served.host.text, [reveal(name.text) for name in each.names or ()], each.entry)


def _of_load_balancer(service: Service) -> Iterator[TextAt]:
    """The address of a load balancer that the Service itself says."""
    place = service.place.at("spec", "loadBalancerIP")
    if service.type == "LoadBalancer" and isinstance(place.value, str):
        yield TextAt(place.value, place)


def _of_sign_in(world: World, each: HostList) -> Iterator[Call]:
    if each.entry.kind == "cookies" and each.is_set:
        yield from _of_routes(world, each)
    for guarded in guarded_hosts(world, each.workload):
        route = guarded.route.id
        asks = "lets it sign in the users of"
        yield Call(guarded.host, f"{route.kind} {route.name}", asks, guarded.host.place)


def _of_clients(world: World, each: HostList) -> Iterator[Call]:
    """What other workloads write, but for those whose scripts write a Host header of their own."""
    for call in client_calls(world, each.workload, each.container):
        if each.is_asked_at(call.port) and not each.answers(call.path) and not call.says_host:
            yield Call(_header(each, call), call.client, "sends requests for", call.host.place, guessed=True)


def _of_web_servers(world: World, each: HostList) -> Iterator[Call]:
    """The hosts that web servers before it write into the header, instead of the one that they were asked for."""
    for server, edge in handed_to(world).get(id(each.container), ()):
        place = edge.passed
        if "Host" in edge.withholds and edge.named and place is not None and each.is_asked_at(edge.port):
            name = f"{server.id.kind} {server.id.name}"
            host = TextAt(without_port(edge.named), place)
            yield Call(host, name, "hands its requests on as those for", place, file=edge.file)


def _of_told(each: HostList) -> Iterator[Call]:
    """The addresses by which it has others call it, as it is told."""
    for setting in each.told.all_of(each.entry.told):
        text = "" if setting.value is None or setting.secret else reveal(setting.value).strip()
        host = _ADDRESS.match(text)
        if host is not None:
            at = TextAt(host[1].lower(), setting.place)
            yield Call(at, setting.label, "tells others to ask for", setting.place)


def _header(each: HostList, call: ClientCall) -> TextAt:
    """What the client writes into the header, where the list is held against all of it."""
    if not each.entry.with_port or call.called in (None, *_OF_SCHEMES):
        return call.host
    return TextAt(f"{call.host.text}:{call.called}", call.host.place)


# ---------------------------------------------------------------- rows


def _row(world: World, each: HostList, call: Call, is_taken: bool, *, none_allowed: bool) -> AllowedHost:
    verdict = "offered" if is_taken else "unknown" if each.doubt is not None else "missing"
    asked = Name(call.host.text, call.place, "host") if call.host is not None else None
    meant = nearest(asked, each.names or ()) if asked is not None and verdict == "missing" else None
    return AllowedHost(
        object=each.workload.id,
        container=each.container.name,
        place=each.place,
        related=(Related(f"{call.client} {call.asks} it here", call.place),) if call.probe is None else (),
        linted=each.workload.linted,
        what="host",
        name=call.host.text if call.host is not None else _OWN,
        settings=each.setting,
        client=call.client,
        asks=call.asks,
        server=f"{each.workload.id.kind} {each.workload.id.name}",
        offered=tuple(dict.fromkeys(name.shown for name in each.names or ())),
        offered_by=each.setting,
        verdict=verdict,
        reason=each.doubt if verdict == "unknown" else None,
        nearest=meant.shown if meant is not None else None,
        guessed=call.guessed,
        kind=each.entry.kind,
        file=call.file,
        software=each.software,
        probe=call.probe,
        own_address=call.host is None,
        none_allowed=none_allowed,
        there_are=_there_are(each),
        otherwise=each.entry.otherwise or "it refuses them",
        edits=_edits(world, meant, asked),
    )


def _there_are(each: HostList) -> str:
    names: Sequence[str] = tuple(dict.fromkeys(name.shown for name in each.names or ()))
    if not each.is_set:
        return f"is not set (its default: {', '.join(names)})" if names else "is not set"
    if not names:
        return "is empty"
    if len(names) > _SHOWN:
        return f"lists only {', '.join(names[:_SHOWN])} and {len(names) - _SHOWN} more"
    return f"lists only {names[0]}" if len(names) == 1 else f"lists only {', '.join(names[:-1])} and {names[-1]}"


def _edits(world: World, meant: Name | None, asked: Name | None) -> tuple[Edit, ...]:
    """The host that is meant, where the setting is nothing but the one that is nearly it, and no Secret's."""
    if meant is None or asked is None or meant.place.value != meant.text or not isinstance(asked.text, str):
        return ()
    held = owner(world.cluster, meant.place)
    return (instead(held, meant.place, asked.text),) if held is not None else ()
