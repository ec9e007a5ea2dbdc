"""URLs that a library takes as they are, such as Celery's broker: no other setting adds a password to them."""

from __future__ import annotations

from collections.abc import Iterable

from mblint.settings.role_table import Phrase, words_of
from mblint.settings.rows import Setting
from mblint.settings.tables import load_words


def is_whole(setting: Setting) -> bool:
    """True for a URL that a library takes as it is, so that no other setting adds a password."""
    words = words_of(setting.key)
    ends = _whole("whole in python") if (setting.file or "").endswith(".py") else ()
    return any(words[-len(end) :] == end for end in (*ends, *_whole("whole")))


def _whole(section: str) -> Iterable[Phrase]:
    return (tuple(text.split()) for text in load_words("logins", section))
