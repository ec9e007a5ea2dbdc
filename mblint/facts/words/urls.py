"""URLs in settings that no program can use: with two schemes, two ports, one slash, or without a host behind the `@`.

They come of a template that adds what the value has already (`https://{{ .Values.url }}`), of a value that is empty, or
of one that was written for another reader (`url_readers`).
Only schemes that settings use for addresses are judged, and only a value that begins with one. The value is never
shown: many have a password in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mblint.cluster.secrets import reveal
from mblint.facts.words.rows import MalformedUrl
from mblint.facts.words.url_readers import BEGINS, SCHEMES, Flaw, misread
from mblint.facts.world import World
from mblint.regex import regex
from mblint.remedies.edits import Edit
from mblint.remedies.rendered import instead, owner
from mblint.settings.names import Origin
from mblint.settings.rows import Setting

# Compiled when a URL has the signs of such a flaw: most have none.
_TWICE = rf"(?i)(?:{SCHEMES})://((?:{SCHEMES}|tcp|udp)://\S*)"
_PORT_TWICE = rf"(?i)(?:jdbc:)?(?:{SCHEMES})://(?:[^\s/?#@,]*@)?[\w.-]+(:\d+)(:\d+)(?=$|[/?#])"
_NO_PORTS = ("null", "undefined", "none", "nil", "true", "false")
_NO_PORT = rf"(?i)(?:jdbc:)?(?:{SCHEMES})://(?:[^\s/?#@,]*@)?[\w.-]+:(?:{'|'.join(_NO_PORTS)})(?=$|[/?#])"
_NO_HOST = rf"(?i)(?:{SCHEMES})://[^\s/?#@]*@(?::\d+)?(?:$|/)"
_ONE_SLASH = rf"(?i)(?:{SCHEMES})(?::/(?!/)|//)[\w-]"
_SOCKET = regex(r"[?&](?:host|unix_socket|socket)=|%2F", re.I)
_MADE_LATER = ("{{", "$(", "${", "<", "%")


def malformed_urls(world: World) -> Iterator[MalformedUrl]:
    """A row for each setting whose value begins as a URL and is none."""
    for setting in world.settings:
        if setting.value is not None and not setting.guessed:
            text = reveal(setting.value)
            if "//" in text[:24] or ":/" in text[:24]:
                flaw = _flaw(text.strip()) or misread(setting, text.strip())
                if flaw is not None:
                    yield _row(world, setting, flaw)


def _flaw(text: str) -> Flaw | None:
    begins = BEGINS.match(text)
    if begins is None or any(mark in text.partition("?")[0] for mark in _MADE_LATER):
        return None
    twice = re.match(_TWICE, text) if text.count("://") > 1 else None
    if twice is not None:
        inner = twice[1] if re.match(SCHEMES, twice[1], re.I) else None
        return Flaw("two-schemes", "one scheme stands before another, so the first is all of its host", inner)
    ports = re.match(_PORT_TWICE, text) if text.count(":") > 2 else None
    if ports is not None:
        same = ports[1] == ports[2]
        mended = f"{text[: ports.start(2)]}{text[ports.end(2) :]}" if same else None
        return Flaw("two-ports", "a port stands behind another one", mended)
    if any(f":{word}" in text.lower() for word in _NO_PORTS) and re.match(_NO_PORT, text):
        return Flaw("no-port", "what stands behind the colon is no port")
    if "@" in text and re.match(_NO_HOST, text) and not _SOCKET.search(text):
        return Flaw("no-host", "no host stands behind the @")
    if begins[2] != "://" and re.match(_ONE_SLASH, text) and not text.lower().startswith("jdbc:"):
        return Flaw("slashes", "its scheme is not followed by ://")
    return None


def _row(world: World, setting: Setting, flaw: Flaw) -> MalformedUrl:
    return MalformedUrl(
        object=setting.workload.id,
        container=setting.container.name,
        place=setting.place,
        linted=setting.workload.linted,
        setting=setting.label,
        meaning=flaw.meaning,
        in_file=setting.origin is Origin.FILE,
        verdict=flaw.verdict,
        edits=_edits(world, setting, flaw),
    )


def _edits(world: World, setting: Setting, flaw: Flaw) -> tuple[Edit, ...]:
    """The value without what is too much, where it stands in the object as it is."""
    held = owner(world.cluster, setting.place)
    if flaw.mended is None or held is None or setting.secret or setting.place.value != setting.value:
        return ()
    return (instead(held, setting.place, flaw.mended),)
