"""Callers that are no workload, as a command line names them: `ingress/HOST/PATH`, `api-server`, `prometheus`."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from mblint.cli.output import Refused
from mblint.cluster.by_name import workloads_named
from mblint.facts.callers.asked import askable, hook_calls_of, route_calls_to, scrape_calls_of
from mblint.facts.callers.ways import way_of_called
from mblint.facts.way.steps.whole import Way
from mblint.facts.world import World
from mblint.manifests.read import STDIN

_INGRESS, _API_SERVER, _PROMETHEUS = "ingress", "api-server", "prometheus"
_SHOWN = 8
_WORST_FIRST = ("denied", "unknown", "allowed")


class CallerAsked(NamedTuple):
    """Who calls, and the object, or the host and path, of which it is asked."""

    who: str
    what: str


def is_request(client: str, following: str | None) -> bool:
    """Whether a word is `ingress/HOST/PATH`, and the word behind it what is to be read already.

    A namespace may be named ingress: then a HOST:PORT follows, and the next part of the name has no dot.
    """
    who, _, rest = client.partition("/")
    read = following is None or following == STDIN or Path(following).exists()
    return who == _INGRESS and rest != "" and (read or "." in rest.partition("/")[0])


def caller_asked(client: str, destination: str) -> CallerAsked | None:
    """The caller that two words of a command line name; None where they mean a workload and a destination."""
    if not destination:
        return CallerAsked(_INGRESS, client.partition("/")[2])
    if ":" in destination or client not in (_API_SERVER, _PROMETHEUS):
        return None
    return CallerAsked(client, destination) if client == _PROMETHEUS or "/" in destination else None


def ways_of(world: World, asked: CallerAsked) -> tuple[Way, ...]:
    """The ways of its calls, those that do not get there first; none where a workload is meant. Raises Refused."""
    who, what = asked
    if who == _INGRESS:
        host, _, path = what.partition("/")
        found = route_calls_to(world, host, f"/{path}")
    elif who == _API_SERVER:
        kind, _, name = what.partition("/")
        found = hook_calls_of(world, kind, name)
    else:
        found = scrape_calls_of(world, what)
    if found:
        ways = (way_of_called(world, one) for one in found)
        return tuple(sorted(ways, key=lambda one: _WORST_FIRST.index(one.answer)))
    if workloads_named(world.cluster, who):
        return ()
    raise Refused(_nothing(world, asked))


def _nothing(world: World, asked: CallerAsked) -> str:
    words = {
        _INGRESS: f"no route serves {asked.what}",
        _API_SERVER: f"the API server calls nothing for {asked.what}",
        _PROMETHEUS: f"no monitor and no annotation for scraping is named {asked.what}",
    }[asked.who]
    known = askable(world, asked.who)
    more = f", and {len(known) - _SHOWN} more" if len(known) > _SHOWN else ""
    return f"{words}. There is {', '.join(known[:_SHOWN])}{more}" if known else words
