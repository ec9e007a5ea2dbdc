"""httpGet probes of known software: does the path answer on that port, as the container is set up?

The `health` sections of software files say which paths answer, from which version on, and what switches them on. They
do not list all paths of a program: a path that no entry is about may well answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from mblint.cluster.objects import ContainerRole, Probe
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import reveal
from mblint.facts.listening.base_probes import base_probes
from mblint.facts.listening.login_probes import login_probes
from mblint.facts.listening.rows import ProbeAnswer
from mblint.facts.software import RunningProgram, running_programs
from mblint.facts.way.heard import is_of_its_makers
from mblint.facts.way.uses import port_of, probes
from mblint.facts.world import World
from mblint.remedies.edits import Edit
from mblint.remedies.rendered import owner, put
from mblint.software.conditions import Condition
from mblint.software.images import is_among
from mblint.software.network import Health, Listens
from mblint.software.setting_names import setting_names, texts
from mblint.software.versions import within
from mblint.urls import split_url

# What says most of a probe that is not answered, first.
_CLOSEST = ("other-scheme", "other-path", "other-port", "off", "not-there")


class _Asked(Struct, frozen=True, eq=False):
    """One probe. `path`: without its query."""

    one: RunningProgram
    probe: Probe
    path: str
    port: int
    scheme: str


class _Answer(Struct, frozen=True):
    """What one entry says of it. `says`: a clause."""

    verdict: str
    says: str | None = None
    at: str | None = None
    needs: str | None = None
    meant: int | str | None = None


@remembered
def probe_answers(world: World) -> tuple[ProbeAnswer, ...]:
    """A row for each httpGet probe whose path the file of its software knows."""
    asked_to_log_in = tuple(login_probes(world))
    refused = {(row.object, row.container, row.probe) for row in asked_to_log_in}
    known = tuple(row for row in _rows(world) if (row.object, row.container, row.probe) not in refused)
    judged = {(row.object, row.container) for row in known}
    return (*known, *asked_to_log_in, *(row for row in base_probes(world) if (row.object, row.container) not in judged))


def _rows(world: World) -> Iterator[ProbeAnswer]:
    for one in running_programs(world):
        if one.container.role is ContainerRole.INIT or not one.running.program.has(Health):
            continue
        for name, probe in probes(one.container):
            port = port_of(one.container, probe)
            if probe.handler == "httpGet" and port is not None and not probe.place.at("httpGet", "host").value:
                scheme = str(probe.place.at("httpGet", "scheme").value or "HTTP").lower()
                asked = _Asked(one, probe, (probe.path or "/").partition("?")[0], port, scheme)
                if (answer := _judged(asked)) is not None:
                    yield _row(world, asked, name, answer)


def _judged(asked: _Asked) -> _Answer | None:
    """The best of what the entries say that are about the path; None where none is."""
    entries = [entry for entry in asked.one.running.program.entries(Health) if _is_about(asked, entry)]
    if not entries:
        return None
    if not is_of_its_makers(asked.one.running):
        return _Answer("unknown", "it is no image of its makers")
    answers = [answer for entry in entries if (answer := _of_entry(asked, entry)) is not None]
    for verdict in ("answered", "unknown", *_CLOSEST):
        found = next((answer for answer in answers if answer.verdict == verdict), None)
        if found is not None:
            return found
    return None


def _is_about(asked: _Asked, entry: Health) -> bool:
    """Whether the entry's path is asked for, with any path before it where a setting may put one there."""
    before, path = r"(/.*)?" if entry.prefix else "", entry.path.rstrip("/")
    if not path:
        return asked.path == "/"
    return path in asked.path and re.fullmatch(rf"{before}{re.escape(path)}(/.*)?", asked.path) is not None


def _of_entry(asked: _Asked, entry: Health) -> _Answer | None:
    """None: the entry is about another image."""
    told, running = asked.one.told, asked.one.running
    of_image = is_among(running.image, texts(entry.images))
    of_version = within(entry.versions, running.version)
    if of_image is False:
        return None
    if of_image is None or of_version is None:
        return _Answer("unknown", "the image's tag does not say its version")
    if of_version is False:
        return _Answer("not-there", f"this version does not have {entry.path} there, and answers 404")
    unless = None if entry.unless is None else told.holds(entry.unless)
    doubt = None if entry.unknown_when is None else told.holds(entry.unknown_when)
    when = True if entry.when is None else told.holds(entry.when)
    if (entry.unless is not None and unless is None) or (entry.unknown_when is not None and doubt is not False):
        return _Answer("unknown", "what it was built with may say otherwise")
    if unless:
        return None
    if when is None:
        return _Answer("unknown", "what it is told is not all in the view")
    if entry.absent:
        return _Answer("not-there", "it answers 404 there") if when else None
    if when is False:
        needs = _switch(entry.when)
        if needs is None:
            return _Answer("not-there", "it answers 404 as it is run here")
        return _Answer("off", f"that is answered only with {needs}", needs=needs)
    return _where(asked, entry)


def _where(asked: _Asked, entry: Health) -> _Answer | None:
    """An entry that holds: on the right port, with the right path before it, in the right scheme?

    None for `/` on another of its ports: that is the first page of what it serves there.
    """
    told = asked.one.told
    moved, before = told.first(entry.setting), told.first(entry.prefix)
    value = "" if moved is None or moved.value is None else reveal(moved.value).strip()
    if moved is not None and (moved.secret or not value.isdecimal()):
        return _Answer("unknown", f"{moved.label} moves the port")
    if before is not None and (before.value is None or before.secret):
        return _Answer("unknown", f"{before.label} comes before the path")
    port = int(value) if value else entry.port
    prefix = "" if before is None else split_url(reveal(before.value or "")).path.rstrip("/")
    prefix = prefix if prefix.startswith("/") or not prefix else f"/{prefix}"
    path = prefix + _from(asked.path, entry.path)
    shown = path if port is None else f"{path} on port {port}"
    if port is not None and port != asked.port and path == "/" and _serves_pages(asked):
        return None
    if port is not None and port != asked.port:
        return _Answer("other-port", f"it answers {shown}", at=shown, meant=port)
    if path != asked.path:
        return _Answer("other-path", f"it answers {shown}", at=shown, meant=path)
    if port is not None and entry.speaks != asked.scheme:
        says = f"that port speaks {entry.speaks.upper()}, and the probe {asked.scheme.upper()}"
        return _Answer("other-scheme", says, at=f"{entry.speaks}: {shown}", meant=entry.speaks.upper())
    return _Answer("answered", at=shown)


def _serves_pages(asked: _Asked) -> bool:
    return any(
        entry.port == asked.port and entry.speaks.startswith("http") for entry in asked.one.running.entries(Listens)
    )


def _from(asked: str, path: str) -> str:
    """What is asked for, from the entry's path on."""
    path = path.rstrip("/") or path
    return asked[asked.find(path + "/") :] if path + "/" in asked and not asked.endswith(path) else path


def _switch(condition: Condition | None) -> str | None:
    """The first setting of a condition that would make it hold."""
    if condition is None:
        return None
    if condition.setting and condition.equals is True:
        return f"{setting_names(condition.setting)[0]}=true"
    if condition.setting and condition.set:
        return str(setting_names(condition.setting)[0])
    return next((found for part in (*condition.any, *condition.all) if (found := _switch(part)) is not None), None)


def _row(world: World, asked: _Asked, name: str, answer: _Answer) -> ProbeAnswer:
    running = asked.one.running
    version = f" {running.version}" if running.version else ""
    path = asked.probe.place.at("httpGet", "path")
    port = asked.probe.place.at("httpGet", "port")
    return ProbeAnswer(
        object=asked.one.workload.id,
        container=asked.one.container.name,
        place=port if answer.verdict == "other-port" else path if path.value is not None else asked.probe.place,
        linted=asked.one.workload.linted,
        probe=name,
        software=running.program.name + version,
        path=asked.path,
        port=asked.port,
        verdict=answer.verdict,
        answer=answer.says if answer.verdict not in ("unknown", "answered") else None,
        reason=answer.says if answer.verdict == "unknown" else None,
        answers_at=answer.at,
        needs=answer.needs,
        edits=tuple(_edits(world, asked, answer)),
    )


_FIELDS = {"other-port": "port", "other-path": "path", "other-scheme": "scheme"}


def _edits(world: World, asked: _Asked, answer: _Answer) -> Iterator[Edit]:
    """What the probe should ask for. What a program lacks to answer at all is for people to switch on."""
    field, workload = _FIELDS.get(answer.verdict), asked.one.workload
    if field is None or answer.meant is None or owner(world.cluster, asked.probe.place) is not workload:
        return
    wrong_path = answer.verdict == "other-port" and str(answer.at).partition(" on port ")[0] != asked.path
    yield put(workload, asked.probe.place.at("httpGet"), field, answer.meant)
    if wrong_path:
        yield put(workload, asked.probe.place.at("httpGet"), "path", str(answer.at).partition(" on port ")[0])
