"""Names of settings that say a program's own public address, in programs of any maker.

The words are in `rules/tables/own-addresses.yaml`. A name that is the program's own, with a word for its address behind
it, says so, too: MAUTIC_URL, of the image mautic/mautic.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache

from mblint.cluster.secrets import reveal
from mblint.facts.pages import is_in_pages
from mblint.settings.names import Origin
from mblint.settings.role_table import Phrase, words_of
from mblint.settings.rows import Setting
from mblint.settings.server_table import image_name
from mblint.settings.tables import load_words

_URLS = ("url", "uri", "urls", "link")


@cache
def _phrases(words: str) -> frozenset[Phrase]:
    return frozenset(tuple(name.split()) for name in load_words("own-addresses", words))


def is_meant(setting: Setting) -> bool:
    """Whether a setting says an address for browsers, or any other URL."""
    return (
        is_for_browsers(setting)
        or is_own_host(setting)
        or is_base(setting)
        or (setting.origin is Origin.ENV and is_url(setting.key))
    )


def is_for_browsers(setting: Setting) -> bool:
    """Whether browsers ask for what a setting says: in a page, in a link, after a login."""
    if is_in_pages(setting):
        return True
    return setting.origin is Origin.ENV and (
        _is_public(setting.key) or _is_named_after_itself(setting.key, setting.container.image or "")
    )


@lru_cache(maxsize=4096)
def _is_named_after_itself(name: str, image: str) -> bool:
    """Whether a name is the program's own, by its image, and a word for its address behind it: MAUTIC_URL of mautic."""
    words, itself = words_of(name), _letters(image_name(image))
    return any(words[-len(end) :] == end and "".join(words[: -len(end)]) == itself for end in _phrases("after"))


def is_of_pages(setting: Setting) -> bool:
    """Whether it says the address of the pages that users open, whoever is told that: FRONTEND_URL, not SERVER_URL."""
    return is_for_browsers(setting) and words_of(setting.key) not in _phrases("whole") | _phrases("alone")


def is_of_visitors(setting: Setting) -> bool:
    """Whether it says by a word of its name that browsers come there: PUBLIC_URL, SITE_URL, and not APP_URL."""
    return is_of_pages(setting) and not load_words("own-addresses", "visited").isdisjoint(words_of(setting.key))


def is_base(setting: Setting) -> bool:
    """Whether it says the base of other URLs, be it the program's own or somebody else's: PORTAL_BASE_URL."""
    return setting.origin is Origin.ENV and _says_base(setting.key)


@lru_cache(maxsize=4096)
def _says_base(name: str) -> bool:
    words = words_of(name)
    others = load_words("own-addresses", "other") | load_words("own-addresses", "between-servers") | {"api"}
    return others.isdisjoint(words) and any(words[-len(end) :] == end for end in _phrases("based"))


def scheme_is_beside(setting: Setting, told: Sequence[Setting]) -> bool:
    """Whether another setting has the scheme that one leaves out: SERVER_PROTOCOL of SERVER_URL."""
    stem = words_of(setting.key)[:-1]
    return any(
        words_of(each.key)[:-1] == stem
        and words_of(each.key)[-1] in ("protocol", "proto", "scheme")
        and (each.value is None or reveal(each.value).strip().lower() in ("http", "https"))
        for each in told
    )


def is_own_host(setting: Setting) -> bool:
    """Whether a setting says a host alone, and by its name that of the program itself."""
    return setting.origin is Origin.ENV and _says_own_host(setting.key, setting.container.image or "")


@lru_cache(maxsize=4096)
def _says_own_host(name: str, image: str) -> bool:
    words, called = words_of(name), ("", _letters(image_name(image)))
    return any(words[-len(end) :] == end and "".join(words[: -len(end)]) in called for end in _phrases("hosts"))


def says_where_users_come(setting: Setting) -> bool:
    """Whether a host can only be the one that users ask for: APP_HOST, and not HOST, where it may listen."""
    return is_own_host(setting) and any(words_of(setting.key)[-len(end) :] == end for end in _phrases("outside"))


def _letters(name: str) -> str:
    return name.replace("-", "").replace("_", "").replace(".", "").lower()


@lru_cache(maxsize=4096)
def sends_back_to(name: str) -> bool:
    """Whether it says where a provider sends browsers back to: OIDC_REDIRECT_URI, GOOGLE_CALLBACK_URL."""
    words = words_of(name)
    return words[-2:] in _phrases("back") and not load_words("own-addresses", "logins").isdisjoint(words[:-2])


@lru_cache(maxsize=4096)
def is_url(name: str) -> bool:
    """Whether a name says that its value is a URL: one of a registry is a host to those who pull from there."""
    words = words_of(name)
    bare = load_words("own-addresses", "bare")
    return _is_public(name) or (words[-1:] != () and words[-1] in _URLS and bare.isdisjoint(words))


@lru_cache(maxsize=4096)
def _is_public(name: str) -> bool:
    words = words_of(name)
    if sends_back_to(name):
        return True
    if not load_words("own-addresses", "other").isdisjoint(words):
        return False
    return words in _phrases("whole") or any(words[-len(name) :] == name for name in _phrases("names"))


def names_an_endpoint(name: str) -> bool:
    """Whether a name ends in a word for what is called, so that a host with a path is meant for a URL."""
    return words_of(name)[-1:] in (("endpoint",), ("api",), ("base",))


def is_for_others(setting: Setting) -> bool:
    """Whether words before it say whose address it is, so that it may be no program's own setting: PUSHOVER_APP_URL, to
    which a script may put the scheme."""
    words = words_of(setting.key)
    return is_for_browsers(setting) and words not in _phrases("whole") | _phrases("names") | _phrases("own")


@lru_cache(maxsize=4096)
def is_client_id(name: str) -> bool:
    """Whether a name says the id of a client at a provider, who sends browsers back: AUTH_GITHUB_CLIENT_ID."""
    words = words_of(name)
    return words[-2:] == ("client", "id") or words[-1:] == ("clientid",)


def is_nobody_else(setting: Setting) -> bool:
    """Whether a name can only mean the program's own address: the words before that are none, or what it is called."""
    words = words_of(setting.key)
    if words in _phrases("alone") or is_own_host(setting):
        return True
    if _is_named_after_itself(setting.key, setting.container.image or ""):
        return True
    end = max((len(name) for name in _phrases("own") if words[-len(name) :] == name), default=None)
    if end is None:
        return False
    before = "".join(words[:-end])
    called = (setting.container.name, setting.workload.id.name, image_name(setting.container.image or ""))
    return not before or any(before in _letters(name) for name in called)
