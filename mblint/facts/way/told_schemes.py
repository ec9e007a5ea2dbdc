"""Ports at which a container is told to speak TLS, or not to, whatever program it runs.

It is told so by a certificate of its own and the key to it, by the `listen` of nginx, and by the scheme of a URL that
it binds to. A certificate counts where its setting's words name nothing but a server (`web.tls.cert_file`,
`HTTPS_CERT`): `redis tls cert` is a client's. Its port stands beside it, or is the only one that the container has.
Sources: https://pkg.go.dev/net/http#ListenAndServeTLS, https://nodejs.org/api/https.html#httpscreateserveroptions-requestlistener,
https://docs.spring.io/spring-boot/how-to/webserver.html#howto.webserver.configure-ssl,
https://nginx.org/en/docs/http/configuring_https_servers.html,
https://learn.microsoft.com/en-us/aspnet/core/fundamentals/servers/kestrel/endpoints
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from mblint.cluster.objects import Container, ContainerRole, Workload
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import reveal
from mblint.facts.software import running_programs
from mblint.facts.told import told_to
from mblint.facts.way.heard import Ears, ears
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.by_container import ContainerSettings
from mblint.settings.names import Origin
from mblint.settings.role_table import words_of
from mblint.settings.rows import Setting
from mblint.software.images import is_among, reference
from mblint.software.network import Listens
from mblint.software.setting_names import texts

_TLS = frozenset(("tls", "ssl", "https", "serving"))
_CERTIFICATE = frozenset(("cert", "certificate", "crt", "certfile", "certpath", "certificatefile"))
_KEY = frozenset(("key", "keyfile", "keypath", "privkey", "pkey", "privatekey"))
_KEY_STORE = frozenset(("keystore", "store"))
_OF_A_FILE = frozenset(
    ("file", "files", "path", "pem", "filename", "location", "chain", "fullchain", "private", "config")
)
_OF_A_SERVER = frozenset(("server", "http", "web", "listen", "listener", "webserver", "ui", "gui", "dashboard"))
_NOT_ITS_OWN = frozenset(("ca", "client", "root", "trust", "truststore", "password", "alias", "type"))
_NEGATED = frozenset(("disabled", "disable", "insecure", "no"))
_SWITCHES = _NEGATED | {"enabled", "enable", "mode", "protocol", "scheme", "use", "on"}
_OFF = frozenset(("false", "off", "no", "0", "disabled", "disable", "none", "http", "plain", "never"))
_ON = frozenset(("true", "on", "yes", "1", "enabled", "https", "required"))
_ABOUT_TLS = _TLS | frozenset(("secure", "insecure", "protocol", "scheme"))
# What a client is told beside its own certificate, and no server: whom it expects.
_OF_A_CLIENT = frozenset((("server", "name"), ("servername",), ("sni",), ("host", "verification"), ("verify", "host")))
_CLIENT_WORDS = frozenset(("enable", "enabled", "disable", "disabled", "skip"))
_ADDRESS = frozenset(("port", "addr", "address", "listen", "bind", "host"))
_NUMBER = regex(r"(?:^|:)(\d{2,5})/?$")
_URL = regex(r"\b(https?)://[^\s/;,]*?:(\d{2,5})\b")
_NGINX = regex(r"(?:^|:)(\d{2,5})((?:\s+[\w=]+)*)$")
_OF_NGINX = ("/etc/nginx/", "/opt/bitnami/nginx/conf/")


class ToldScheme(Struct, frozen=True, eq=False):
    """What a container is told to speak at a port. `certain`: no other setting, and no default, makes it otherwise."""

    container: Container
    port: int
    scheme: str
    by: Setting
    certain: bool


@remembered
def told_schemes(world: World) -> Mapping[int, tuple[ToldScheme, ...]]:
    """By the workload's `id()`, what its containers are told; of a port that two texts disagree on, nothing."""
    known = {
        id(one.container)
        for one in running_programs(world)
        if any(
            entry.speaks in ("https", "tls", "starttls")
            and is_among(one.running.image, texts(entry.images)) is not False
            for entry in one.running.program.entries(Listens)  # of every version: one before the switch has none
        )
    }
    found: dict[int, tuple[ToldScheme, ...]] = {}
    for workload in world.cluster.workloads:
        for each in ears(world)[id(workload)]:
            told = told_to(world, workload, each.container)
            if told is not None and each.container.role is not ContainerRole.INIT:
                rows = tuple(_agreeing(_told(workload, each, told, known=id(each.container) in known)))
                found[id(workload)] = (*found.get(id(workload), ()), *rows)
    return found


def _agreeing(rows: Iterator[ToldScheme]) -> Iterator[ToldScheme]:
    by_port: dict[int, list[ToldScheme]] = {}
    for row in rows:
        by_port.setdefault(row.port, []).append(row)
    yield from (each[0] for each in by_port.values() if len({row.scheme for row in each}) == 1)


def _told(workload: Workload, one: Ears, told: ContainerSettings, *, known: bool) -> Iterator[ToldScheme]:
    """`known`: a file says how its program is told to speak TLS, which is better than any guess."""
    yield from _of_nginx(told)
    if not known:
        yield from _of_urls(one)
    for row in _of_certificates(workload, one, told):
        if not known or any(heard.port == row.port and heard.speaks in ("https", "tls") for heard in one.heard):
            yield row


def _of_nginx(told: ContainerSettings) -> Iterator[ToldScheme]:
    by_itself = any(setting.key.endswith("server.ssl") for setting in told.settings)  # `ssl on;`, until nginx 1.25
    for setting in told.settings:
        in_nginx = setting.file is not None and setting.file.startswith(_OF_NGINX)
        if in_nginx and setting.key == "server.listen" and setting.value is not None and not by_itself:
            found = _NGINX.search(reveal(setting.value).strip())
            if found is not None and "quic" not in found[2].split():
                scheme = "https" if "ssl" in found[2].split() else "http"
                yield ToldScheme(told.container, int(found[1]), scheme, setting, certain=True)


def _of_urls(one: Ears) -> Iterator[ToldScheme]:
    for heard in one.heard:
        setting = heard.setting
        if setting is not None and setting.value is not None and not setting.secret:
            for scheme, port in _URL.findall(reveal(setting.value)):
                if int(port) == heard.port:
                    yield ToldScheme(one.container, heard.port, scheme, setting, certain=True)


# ---------------------------------------------------------------- certificates


def _of_certificates(workload: Workload, one: Ears, told: ContainerSettings) -> Iterator[ToldScheme]:
    own = _own_words(workload, one.container)
    for setting in told.settings:
        stem = _stem(setting, own)
        if stem is not None and _is_there(one.container, setting) and _has_key(told, setting, stem, own):
            if _is_a_clients(told, setting):
                continue
            switch = _switch(told, own)
            port = _port(one, told, setting)
            if switch is not False and port is not None:
                yield ToldScheme(one.container, port, "https", setting, certain=switch is True)
            return


def _own_words(workload: Workload, container: Container) -> frozenset[str]:
    """What a program may call itself: the words of its image and its names."""
    image = reference(container.image).path.rpartition("/")[2] if container.image is not None else ""
    return frozenset(word for name in (image, container.name, workload.id.name) for word in words_of(name))


def _stem(setting: Setting, own: frozenset[str]) -> frozenset[str] | None:
    """The words that say whose certificate it is; None where it is no server's own."""
    words = frozenset(words_of(setting.key))
    if words.isdisjoint(_CERTIFICATE) and not ({"key", "store"} <= words or "keystore" in words):
        return None
    return _left(words - _CERTIFICATE, own) if setting.value or setting.key_ref is not None else None


def _left(words: frozenset[str], own: frozenset[str]) -> frozenset[str] | None:
    left = words - _OF_A_FILE - _KEY - _KEY_STORE
    told_of_tls = not left.isdisjoint(_TLS)
    if not told_of_tls or not words.isdisjoint(_NOT_ITS_OWN) or not left <= _TLS | _OF_A_SERVER | own:
        return None
    return left


def _is_there(container: Container, setting: Setting) -> bool:
    """Whether the file is in a volume: many programs have a path for one that is not there, and do without."""
    text = "" if setting.value is None else reveal(setting.value).strip().removeprefix("file:")
    if not text:
        return setting.key_ref is not None
    return any(
        text.startswith(mount.mount_path.rstrip("/") + "/") or text == mount.mount_path for mount in container.mounts
    )


def _is_a_clients(told: ContainerSettings, setting: Setting) -> bool:
    """Whether what begins like the certificate's setting says whom a client expects: TLS_SERVER_NAME of TLS_CERT."""
    words = words_of(setting.key)
    head = words[: next((at for at, word in enumerate(words) if word in _CERTIFICATE | _KEY_STORE), 0)]
    rests = (words_of(each.key)[len(head) :] for each in told.settings if words_of(each.key)[: len(head)] == head)
    said = (tuple(word for word in rest if word not in _CLIENT_WORDS) for rest in rests)
    return head != () and not _OF_A_CLIENT.isdisjoint(said)


def _has_key(told: ContainerSettings, setting: Setting, stem: frozenset[str], own: frozenset[str]) -> bool:
    words = frozenset(words_of(setting.key))
    if words & _KEY_STORE:
        return True
    return any(
        each.file == setting.file
        and not (key := frozenset(words_of(each.key))).isdisjoint(_KEY)
        and _left(key - _CERTIFICATE, own) == stem
        and (each.value is not None or each.key_ref is not None)
        for each in told.settings
        if each is not setting
    )


def _switch(told: ContainerSettings, own: frozenset[str]) -> bool | None:
    """Whether something says that the server's TLS is on, or off; None where nothing does."""
    said = None
    for setting in told.settings:
        words = frozenset(words_of(setting.key))
        value = "" if setting.value is None else reveal(setting.value).strip().lower()
        if (
            value not in _OFF | _ON
            or words.isdisjoint(_ABOUT_TLS)
            or not words - _SWITCHES - _ABOUT_TLS <= _OF_A_SERVER | own
        ):
            continue
        if (value in _ON) is not words.isdisjoint(_NEGATED):
            return False
        said = True
    return said


# ---------------------------------------------------------------- the port


def _port(one: Ears, told: ContainerSettings, setting: Setting) -> int | None:
    beside = set(_beside(told, setting))
    if beside:
        return next(iter(beside)) if len(beside) == 1 else None
    apart = [port for each in told.settings if (port := _of_tls(each)) is not None]
    if apart:
        return apart[0] if len(set(apart)) == 1 else None
    if any("webhook" in words_of(each.key) for each in told.settings):
        return None  # the API server calls that by TLS, and all else may be plain
    heard = {each.port for each in one.heard if each.setting is not None}
    declared = {port.number for port in one.container.ports if port.protocol == "TCP"}
    ports = heard if len(heard) == 1 else declared
    return next(iter(ports)) if len(ports) == 1 and len(one.heard) < 2 else None


def _beside(told: ContainerSettings, setting: Setting) -> Iterator[int]:
    """The ports in the mapping of its file that the certificate's own stands in."""
    if setting.origin is not Origin.FILE:
        return
    above = setting.key.split(".")
    while above and not frozenset(words_of(above[-1])).isdisjoint(_TLS | _CERTIFICATE | _KEY_STORE):
        above.pop()
    start = "".join(f"{part}." for part in above)
    for each in told.settings:
        leaf = each.key.removeprefix(start)
        words = words_of(leaf)
        if each.file != setting.file or not each.key.startswith(start) or "." in leaf or not words:
            continue
        if words[-1] in _ADDRESS and "grpc" not in words and each.value is not None and not each.secret:
            found = _NUMBER.search(reveal(each.value).strip())
            if found is not None:
                yield int(found[1])


def _of_tls(setting: Setting) -> int | None:
    """The port of a setting that names one for TLS alone: HTTPS_PORT."""
    words = words_of(setting.key)
    if not words or words[-1] not in _ADDRESS or frozenset(words).isdisjoint((*_TLS, "secure")):
        return None
    found = _NUMBER.search("" if setting.value is None else reveal(setting.value).strip())
    return int(found[1]) if found is not None else None
