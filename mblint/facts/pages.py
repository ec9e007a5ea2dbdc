"""Settings that are put into the pages themselves, so that browsers are served what they say."""

from __future__ import annotations

from functools import cache, lru_cache

from mblint.regex import regex
from mblint.settings.names import Origin, Role
from mblint.settings.role_table import Phrase, words_of
from mblint.settings.rows import Setting
from mblint.settings.tables import load_words

_SERVED = regex(r"/(?:nginx/html|htdocs|wwwroot|share/caddy|public|assets|static)/(?:.*/)?[^/]+\.json$")
_OF_SERVERS = (("server",), ("ssr",))  # what such a name ends in is asked for where pages are made


def is_in_pages(setting: Setting) -> bool:
    """Whether browsers are served it: in a script or document with the pages' settings, or since a framework puts it
    there."""
    if setting.origin is Origin.FILE:
        file = setting.file or ""
        return (setting.role is Role.BROWSER and file.endswith(".js")) or _SERVED.search(file) is not None
    return setting.origin is Origin.ENV and _starts_so(setting.key)


@lru_cache(maxsize=4096)
def _starts_so(name: str) -> bool:
    words = words_of(name)
    pages = any(words[: len(start)] == start for start in _starts())
    return pages and name[:1] != "_" and "test" not in words and words[-1:] not in _OF_SERVERS


@cache
def _starts() -> frozenset[Phrase]:
    return frozenset(tuple(name.split()) for name in load_words("own-addresses", "pages"))
