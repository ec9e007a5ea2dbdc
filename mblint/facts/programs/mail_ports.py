"""The port of a mail server, and the setting beside it that says how TLS begins there: two that belong together.

On port 465 a session begins with TLS, on 587 without it, until STARTTLS (RFC 8314, sections 3.2 and 3.3). Nodemailer,
https://nodemailer.com/smtp/, calls the first `secure`, Django, https://docs.djangoproject.com/en/stable/ref/settings/,
EMAIL_USE_SSL and the second EMAIL_USE_TLS. A switch that is called SSL alone is either (Vaultwarden's SMTP_SSL meant
STARTTLS, n8n's N8N_SMTP_SSL does not): that is for the files of programs to say. And `secure` is a login for some
(`mail` in rules/tables/tls.yaml).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from mblint.cluster.secrets import unquoted
from mblint.facts.programs.refusals import Refusal, refused_anywhere
from mblint.facts.programs.rows import RefusedSetting
from mblint.facts.told import told_containers
from mblint.facts.world import World
from mblint.settings.by_container import ContainerSettings
from mblint.settings.names import Origin
from mblint.settings.role_table import Phrase, words_of
from mblint.settings.rows import Setting
from mblint.settings.tables import as_texts, load_table

_MAIL = frozenset(("smtp", "mail", "email", "mailer"))
_BEGINS_WITH_TLS: tuple[Phrase, ...] = (("secure",), ("use", "ssl"), ("ssl", "enable"), ("ssl", "enabled"))
_BEGINS_PLAIN: tuple[Phrase, ...] = (
    ("starttls",),
    ("use", "starttls"),
    ("starttls", "enable"),
    ("starttls", "enabled"),
)
_OF_DJANGO: Phrase = ("use", "tls")  # STARTTLS, beside EMAIL_USE_SSL
_WAYS: tuple[Phrase, ...] = (("security",), ("secure",), ("encryption",), ("connection", "security"))
_WITH_TLS = ("ssl", "force_tls", "smtps")
_TRUE = ("true", "1", "yes", "on")


def mail_ports(world: World) -> Iterator[RefusedSetting]:
    """A row for each setting that begins a session otherwise than the port beside it does."""
    for told in told_containers(world):
        for port in told.settings:
            words = words_of(port.key)
            if words[-1:] == ("port",) and not _MAIL.isdisjoint(words) and _text(port) in ("465", "587"):
                yield from _judged(world, told, port, words[:-1])


def _judged(world: World, told: ContainerSettings, port: Setting, stem: Phrase) -> Iterator[RefusedSetting]:
    beside = {
        words[len(stem) :]: each
        for words, each in _beside(told, port)
        if words[: len(stem)] == stem and each.key not in _no_ways()
    }
    with_tls, plain = _with_tls(beside), _plain(beside, stem)
    if _text(port) == "587" and with_tls is not None and plain is None:
        yield _row(
            world, with_tls, f"port 587 ({port.label}) begins without TLS, until STARTTLS, and it begins with TLS"
        )
    if _text(port) == "465" and plain is not None and with_tls is None:
        yield _row(world, plain, f"port 465 ({port.label}) begins with TLS, and it waits for STARTTLS")


@cache
def _no_ways() -> frozenset[str]:
    return frozenset(name for row in load_table("tls", "mail") for name in as_texts(row, "no-way"))


def _beside(told: ContainerSettings, port: Setting) -> Iterator[tuple[Phrase, Setting]]:
    return (
        (words_of(each.key), each)
        for each in told.settings
        if each.value is not None and (each.file, each.origin) == (port.file, port.origin) and not each.guessed
    )


def _with_tls(beside: Mapping[Phrase, Setting]) -> Setting | None:
    ways = (beside[way] for way in _WAYS if way in beside and _text(beside[way]) in _WITH_TLS)
    return next(ways, None) or _on(beside, _BEGINS_WITH_TLS)


def _plain(beside: Mapping[Phrase, Setting], stem: Phrase) -> Setting | None:
    ways = (beside[way] for way in _WAYS if way in beside and _text(beside[way]) == "starttls")
    return next(ways, None) or _on(beside, (*_BEGINS_PLAIN, _OF_DJANGO) if stem[-1:] == ("email",) else _BEGINS_PLAIN)


def _on(beside: Mapping[Phrase, Setting], ends: tuple[Phrase, ...]) -> Setting | None:
    """The setting with one of these ends that is on."""
    return next(
        (each for words, each in beside.items() if any(_ends(words, end) for end in ends) and _is_on(each)), None
    )


def _ends(words: Phrase, end: Phrase) -> bool:
    """Whether it is the end itself, or one below: spring.mail.properties.mail.smtp.starttls.enable."""
    return words == end or (len(end) > 1 and words[-len(end) :] == end)


def _is_on(setting: Setting) -> bool:
    return _text(setting) in _TRUE


def _text(setting: Setting) -> str:
    return unquoted(setting.value).lower()


def _row(world: World, setting: Setting, otherwise: str) -> RefusedSetting:
    what, certain = f"{setting.label} at that port", setting.origin is not Origin.ARGUMENT
    reason = None if certain else "other words of the command may say it"
    refusal = Refusal(
        setting.label, setting.place, what, f"{otherwise}, so that no mail is sent", starts=True, reason=reason
    )
    return refused_anywhere(world, setting, refusal)
