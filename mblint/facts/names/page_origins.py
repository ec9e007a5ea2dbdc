"""Pages of one host whose scripts call a program at another host, held against the origins that it allows (CORS).

Where a page calls is told to its workload by the settings that frameworks put into pages (NEXT_PUBLIC_API_URL). Nothing
is said where the route of the program may write the headers of CORS itself, nor where an entry is more than an origin.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from msgspec import Struct

from mblint.cluster.objects import ContainerRole, Workload
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import reveal, unquoted
from mblint.facts.names.application_hosts import parts_beside
from mblint.facts.names.host_lists import HostList
from mblint.facts.names.this_machine import this_machine
from mblint.facts.pages import is_in_pages
from mblint.facts.rows import Related
from mblint.facts.way.served import ServedHost, hosts_of
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.rows import Setting
from mblint.urls import split_url

_ORIGIN = regex(r"https?://[\w.-]+(?::\d+)?/?")
_BY_THE_ROUTE = ("cors", "middlewares", "snippet", "plugin")


class Page(Struct, frozen=True, eq=False):
    """A page that calls a program: its origin, the host that it calls, and the setting that says so.

    `setting` None: nothing says so but that the pages are of the program's own application.
    """

    origin: str
    calls: str
    setting: Setting | None
    served: ServedHost

    @property
    def origins(self) -> tuple[str, ...]:
        """What its origin may be: TLS may end before the route, and who lists the host with https knows."""
        return tuple(dict.fromkeys((self.origin, self.origin.replace("http://", "https://"))))

    @property
    def related(self) -> Related:
        """Where that is said, or where the pages are."""
        if self.setting is None:
            route = self.served.route.id
            return Related(f"{route.kind} {route.name} serves pages here", self.served.host.place, route)
        return Related(f"{self.setting.label} of {self.setting.workload.id.name} says so", self.setting.place)


def pages_left_out(world: World, each: HostList, served: tuple[ServedHost, ...]) -> Iterator[Page]:
    """For each workload whose pages call the program, a page that is not allowed to; none where one of them is."""
    listed = [reveal(name.text).strip().lower() for name in each.names or ()]
    if not listed or not all(_ORIGIN.fullmatch(entry) for entry in listed) or _by_routes(served):
        return
    allowed = {entry.rstrip("/") for entry in listed}
    found: dict[int, list[Page]] = {}
    for one in served:
        for page in pages_that_call(world).get(one.host.text.lower(), ()):
            if page.setting is not None and page.setting.workload is not each.workload:
                found.setdefault(id(page.setting.workload), []).append(page)
    for pages in found.values():
        if not any(origin in allowed for page in pages for origin in page.origins):
            yield pages[0]
    if not found and all(this_machine(split_url(entry).hostname or "") for entry in listed):
        yield from _of_its_application(world, each, served)


def _of_its_application(world: World, each: HostList, served: tuple[ServedHost, ...]) -> Iterator[Page]:
    """The pages of one other part of the application, at another host: a developer's own machine is nobody's else."""
    own = {one.host.text.lower() for one in served}
    beside = [
        one
        for front in parts_beside(world, each.workload, each.container)
        for one in front.served
        if one.host.text.lower() not in own
    ]
    if own and beside and not any(this_machine(one) for one in own):
        first = beside[0]
        origin = f"{'https' if first.tls else 'http'}://{first.host.text.lower()}"
        yield Page(origin, sorted(own)[0], None, first)


def _by_routes(served: tuple[ServedHost, ...]) -> bool:
    return any(mark in key for one in served for key in one.route.annotations for mark in _BY_THE_ROUTE)


@remembered
def pages_that_call(world: World) -> Mapping[str, tuple[Page, ...]]:
    """By the host that is called: the pages of workloads that are at no such host themselves."""
    found: defaultdict[str, list[Page]] = defaultdict(list)
    for setting in world.settings:
        host = _called(setting)
        if host is None:
            continue
        own = _own(world, setting)
        if not any(one.host.text.lower() == host for one in own):
            for one in own:
                origin = f"{'https' if one.tls else 'http'}://{one.host.text.lower()}"
                found[host].append(Page(origin, host, setting, one))
    return {host: tuple(pages) for host, pages in found.items()}


def _own(world: World, setting: Setting) -> tuple[ServedHost, ...]:
    workload: Workload = setting.workload
    if not workload.lasting or setting.container.role is ContainerRole.INIT:
        return ()
    return hosts_of(world, workload, setting.container)


def _called(setting: Setting) -> str | None:
    """The host that browsers are told to call by a setting of pages."""
    if setting.value is None or setting.secret or not is_in_pages(setting):
        return None
    parts = split_url(unquoted(setting.value))
    host = (parts.hostname or "").lower()
    return host if parts.scheme in ("http", "https") and "." in host and not this_machine(host) else None
