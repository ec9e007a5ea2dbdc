"""The form of the address that a program is told as its own: a URL, or a host alone, and no pattern of a route."""

from __future__ import annotations

from msgspec.structs import replace

from mblint.cluster.secrets import reveal
from mblint.facts.names.host_rows import PublicAddress
from mblint.facts.names.told_addresses import Told
from mblint.facts.world import World
from mblint.regex import regex
from mblint.remedies.edits import Edit
from mblint.remedies.rendered import instead, owner

# Behind an address by mistake: charts that make it of the path of their Ingress.
_PATTERN = regex(r"/(?:\*|\(\.\*\)|\(/\|\$\)\(\.\*\))$")


def wrong_form(world: World, told: Told, row: PublicAddress, text: str, has_scheme: bool) -> PublicAddress | None:
    """What is wrong with the form: a URL without its scheme, or one where a host belongs; None where nothing is."""
    if text.startswith("/") and told.entry.form != "host":
        return replace(row, verdict="unknown", reason="it is a path at the host of each page")
    if told.entry.form == "url" and not has_scheme:
        by_tls = any(one.tls and one.host.text == text.partition("/")[0] for one in told.served)
        edits = edited(world, told, f"https://{text}") if by_tls else ()
        return replace(row, verdict="wrong-form", says=f"says {told.shown}, which has no scheme", edits=edits)
    if _PATTERN.search(text):
        mended = _PATTERN.sub("/", text)
        says = f"says {told.shown}, which ends in the pattern of a route's path"
        return replace(row, verdict="wrong-form", says=says, edits=edited(world, told, mended))
    if told.entry.form == "host" and (has_scheme or "/" in text):
        edits = edited(world, told, text.rpartition("://")[2].partition("/")[0])
        which = "a URL and no host" if has_scheme else "a path and no host alone"
        return replace(row, verdict="wrong-form", says=f"says {told.shown}, which is {which}", edits=edits)
    return None


def edited(world: World, told: Told, mended: str) -> tuple[Edit, ...]:
    """The address as it should be, where the setting is nothing but that, and no Secret's."""
    setting = told.setting
    if setting is None or setting.secret or setting.value is None or setting.place.value != reveal(setting.value):
        return ()
    if told.entry.separator:
        return ()
    held = owner(world.cluster, setting.place)
    return (instead(held, setting.place, mended),) if held is not None else ()
