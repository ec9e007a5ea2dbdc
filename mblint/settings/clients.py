"""Programs that connect to what their words name (curl, nc: `clients.yaml`; psql, redis-cli: software files)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from mblint.cluster.secrets import SecretText, Text, reveal
from mblint.regex import regex
from mblint.settings.client_logins import database_word, logs_in, run_together
from mblint.settings.client_table import Client, Destination
from mblint.settings.words import Word

_BARE_URL = regex(r"[\w.-]+(?::\d+)?(?:/\S*)?")
_URL_PARTS = regex(r"(\w+)://(?:[^/@\s]*@)?([^:/\s]+)(?::(\d+))?")
_HOST_AND_PORT = regex(r"[A-Za-z0-9_][\w.-]*:\d{1,5}")
_HOST = regex(r"[A-Za-z0-9_][\w.-]*")
_FORWARD = regex(r"(?:[^:]*:)?\d+:([A-Za-z0-9_][\w.-]*:\d{1,5})")
_REMOTE_PATH = regex(r"(?:[\w.-]+@)?([A-Za-z0-9_][\w.-]*):(:)?(?!//)")
_SSH, _RSYNC = 22, 873


def destinations(program: str, client: Client, arguments: Sequence[Word]) -> Iterator[Destination]:
    """What a call of a client connects to. Nothing where a host or port is not known before the shell runs."""
    options, words = _split(client, arguments)
    detours = [detour for name, word in options if (detour := _detour(client, name, word)) is not None]
    for found in _told(program, client, options, words):
        if not found.called or not any(detour.takes(reveal(found.value)) for detour in detours):
            yield found
    for detour in detours:
        if detour.to is not None:
            yield Destination(f"{program} {detour.option}", detour.to, detour.word)


class _Detour(Struct, frozen=True):
    """An option of curl that leads a host and port elsewhere. `to`: where, None where that is not known.

    Source: https://curl.se/docs/manpage.html#--connect-to and #--resolve
    """

    option: str
    word: Word
    host: str
    port: str
    to: Text | None

    def takes(self, url: str) -> bool:
        """True for a URL that is led elsewhere; an empty host or port takes any."""
        parts = _URL_PARTS.match(url)
        if parts is None:
            return False
        port = parts[3] or ("443" if parts[1].lower() == "https" else "80")
        return self.host in ("", "*", parts[2]) and self.port in ("", port)


def _detour(client: Client, name: str, word: Word) -> _Detour | None:
    if word.text is None:
        return None
    connects = name in client.connect_to
    if not connects and name not in client.resolve:
        return None
    host, _, rest = word.plain.lstrip("+-").partition(":")
    port, _, target = rest.partition(":")
    to = target if connects else f"{target.partition(',')[0]}:{port}"
    if connects and target.endswith(":") and port:
        to = target + port
    if not _HOST_AND_PORT.fullmatch(to):
        return _Detour(name, word, host, port, None)
    return _Detour(name, word, host, port, _as_secret(to, word))


def _told(program: str, client: Client, options: list[tuple[str, Word]], words: list[Word]) -> Iterator[Destination]:
    """The destinations in a client's options and words."""
    for name, word in options:
        if name in client.url_options and "://" in word.plain and word.text is not None:
            yield Destination(f"{program} {name}", word.text, word)
    port = next((word for name, word in options if name in client.port_options), None)
    for name, word in options:
        if name in client.host_options:
            if client.words == "port":
                port = words[0] if words else None
            if (found := _destination(word, port, client)) is not None:
                yield Destination(f"{program} {name}", found, word)
                yield from logs_in(f"{program} {name}", client, options)
                yield from database_word(f"{program} {name}", client, options, words)
    if client.database_word and not any(name in client.host_options for name, _ in options):
        yield from logs_in(program, client, [each for each in options if each[0] in dict(client.logs_in)["database"]])
        yield from database_word(program, client, options, words)
    if client.words in ("login", "remote-path"):
        yield from _of_shells(program, client, options, words)
    if client.commands and not (words and words[0].plain in client.commands):
        return
    yield from _named_by_words(program, client, words[client.skip_words :])


def _of_shells(
    program: str, client: Client, options: list[tuple[str, Word]], words: list[Word]
) -> Iterator[Destination]:
    """What remote shells connect to: where they log in, what they lead back to, and what they copy from or to."""
    for name, word in options:
        if name in client.forwards and (forward := _FORWARD.fullmatch(word.plain)) is not None:
            yield Destination(f"{program} {name}", _as_secret(forward[1], word), word)
    port = next((word for name, word in options if name in client.port_options), None)
    if client.words == "login" and words and words[0].text is not None:
        if "://" in words[0].plain:
            yield Destination(program, words[0].text, words[0])
        elif (found := _logged_in(words[0], port, client)) is not None:
            yield Destination(program, found, words[0])
    for word in words if client.words == "remote-path" else ():
        if (remote := _REMOTE_PATH.match(word.plain)) is not None:
            own = str(_RSYNC if remote[2] else _SSH)  # the daemon's own, or a remote shell's
            number = own if port is None else port.plain
            if number.isdigit():
                yield Destination(program, _as_secret(f"{remote[1]}:{number}", word), word)
        elif "://" in word.plain and word.text is not None:
            yield Destination(program, word.text, word)


def _logged_in(word: Word, port: Word | None, client: Client) -> Text | None:
    """`host:port` of `[user@]host`, behind which a path may stand."""
    name = word.plain[word.plain.rfind("@") + 1 :].partition(":")[0]
    number = str(client.default_port) if port is None else port.plain
    return _as_secret(f"{name}:{number}", word) if _HOST.fullmatch(name) and number.isdigit() else None


def _named_by_words(program: str, client: Client, words: list[Word]) -> Iterator[Destination]:
    if client.words == "url":
        for word in words:
            if (url := _url(word, client)) is not None:
                yield Destination(program, url, word)
    elif client.words == "host-port" and words:
        second = words[1] if len(words) > 1 else None
        if (found := _destination(words[0], second, client)) is not None:
            yield Destination(program, found, words[0])


def _as_secret(text: str, word: Word) -> Text:
    return SecretText(text) if isinstance(word.text, SecretText) else text


def _split(client: Client, arguments: Sequence[Word]) -> tuple[list[tuple[str, Word]], list[Word]]:
    """The options with values, and the words that are neither options nor their values."""
    takes_value = client.url_options | client.host_options | client.port_options | client.valued
    takes_value |= client.connect_to | client.resolve | client.forwards
    takes_value |= frozenset(option for _, names in client.logs_in for option in names)
    options: list[tuple[str, Word]] = []
    words: list[Word] = []
    pending: str | None = None
    for word in arguments:
        text = word.plain
        if pending is not None:
            options.append((pending, word))
            pending = None
        elif text in takes_value:
            pending = text
        elif text in client.database_unless:
            options.append((text, word))
        elif client.database_word and (run := run_together(text, takes_value, client.database_unless)) is not None:
            if run[1] < len(text):
                options.append((run[0], word if run[0] in client.database_unless else word.part(run[1])))
            else:
                pending = run[0]
        elif text.startswith("-"):
            name, equals, _ = text.partition("=")
            if equals and name in takes_value:
                options.append((name, word.part(len(name) + 1)))
            elif (short := text[:2]) in takes_value and not text.startswith("--") and not equals:
                options.append((short, word.part(2)))
        else:
            words.append(word)
    return options, words


def _destination(host: Word, port: Word | None, client: Client) -> Text | None:
    """`host:port` of two words, or of one that has both."""
    if host.text is None:
        return None
    name, colon, own_port = host.plain.partition(":")
    if not _HOST.fullmatch(name):
        return None
    number = own_port if colon else None if port is None else port.plain
    if number is None:
        number = "" if client.default_port is None else str(client.default_port)
    if not number.isdigit():
        return None
    secret = isinstance(host.text, SecretText) or (port is not None and isinstance(port.text, SecretText))
    return SecretText(f"{name}:{number}") if secret else f"{name}:{number}"


def _url(word: Word, client: Client) -> Text | None:
    if word.text is None:
        return None
    text = word.plain
    if "://" in text:
        return word.text
    if client.bare_urls and _BARE_URL.fullmatch(text) and (":" in text or "." in text):
        return SecretText(f"http://{text}") if isinstance(word.text, SecretText) else f"http://{text}"
    return None
