"""The role of a setting: by its name (the table), then by its value.

The value has the last word in three cases. What binds to all addresses listens. A name that calls, with a value that
can be no destination (`none`, a path), is unknown. And a URL or `host:port` whose host only the cluster resolves is
a call, unless the table is sure of something else: no browser could use it, so somebody inside must, and the one who is
told is the container: so is a variable's URL of one label and a port (`http://search:7700`) without a Service.
A bare name without scheme and port proves nothing (`ARGOCD_SERVER_NAME`), nor does a workload's own Service (what it
advertises), nor a host outside (links, texts, addresses for browsers).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Workload
from mblint.cluster.secrets import Text, reveal
from mblint.regex import regex
from mblint.settings.connection_strings import hosts_of_keywords, keyed_stores
from mblint.settings.names import Name, Role
from mblint.settings.oidc_table import OidcName
from mblint.settings.role_table import (
    Phrase,
    backend_schemes,
    hostless_schemes,
    is_address_name,
    is_of_another_process,
    registered_schemes,
    role_row,
    words_of,
)
from mblint.settings.tables import load_table, load_words

_LONGEST = 4096  # characters; a longer value is a document, not a destination
_LISTENING = regex(r"(?:\w+://)?(?:0\.0\.0\.0|\[::\]|::|\[::0\]|(?:\*|\+|)(?=:))(?::(?:\d+|\$\(\w+\)))?/?")
_TRUTHS = frozenset(("true", "false", "yes", "no", "on", "off"))  # no address, text or image, whatever the name says
# A name whose SRV record is asked for. Source: https://thanos.io/tip/thanos/service-discovery.md/#dns-service-discovery
_LOOKED_UP = regex(r"(?:dns(?:srv|srvnoa)\+)?_[a-z][a-z0-9-]*\._(?:tcp|udp)\.[\w.-]+$")
_UNSPECIFIED = regex(r"\w+://(?:[^@/\s]*@)?(?:0\.0\.0\.0|\[::\])(?::\d+)?(?:/\S*)?$")
_LISTENING_STARTS = frozenset("0[:*+")
_URL = regex(r"([a-zA-Z][a-zA-Z0-9+._-]*)://(?:[^/?#\s@]*@)?(\[[^\]]*\]|[^\s/:?#,;\"'\\]*)")
# One label and a port: such a name only a cluster's network has, and no browser comes by that port.
_OF_A_NETWORK = regex(r"https?://(?:[^/?#\s@]*@)?(?!localhost:)([a-z](?:[a-z0-9-]*[a-z0-9])?):\d{2,5}(?:/[^\s,;]*)?")
_JDBC = regex(r"(?:jdbc|r2dbc(?::pool)?):\w+:")
_HOST_PORTS = regex(
    r"(?:\d+:)?([a-zA-Z0-9_][\w.-]*):\d{1,5}(?:/[\w/.-]*)?(?:[,;\s]+(?:\d+:)?[a-zA-Z0-9_][\w.-]*:\d{1,5})*"
    r"(?:,\w+=[^,]*)*"  # StackExchange.Redis: cache:6379,abortConnect=false
)
_NUMBERED = regex(r"\d+:(?=[a-zA-Z_])")  # pgpool: 0:db-0:5432,1:db-1:5432
_DESTINATION = regex(
    r"\[?[\"']?[\w\[$({][\w.\-:\[\]$(){}%@/=?&+~]*[\"']?"
    r"(?:[,;\s]+[\"']?[\w\[$({][\w.\-:\[\]$(){}%@/=?&+~]*[\"']?)*[,;]?\]?"
)
_NO_HOST = regex(r"[\d.]*|none|null|nil|enabled?|disabled?|auto|default", re.I)
_QUALIFIED = regex(r"\.svc(?:\.|$)")
_NAME = regex(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?\.?")
_URL_NAMES = ("url", "uri", "endpoint", "urls", "uris")
_IMAGE = regex(r"(?:[a-z0-9.-]+(?::\d+)?/)+[a-z0-9._-]+(?::[\w.-]+)?(?:@sha256:[0-9a-f]{64})?")
_POLICY = ("default-src ", "connect-src ", "frame-ancestors ")  # of pages: whom browsers may ask, and nobody here
_MAIL_ADDRESS = regex(r"[^\s@/:]+@[^\s@/:]+")


def role_of(cluster: Cluster, workload: Workload, name: Name, oidc: OidcName | None, value: Text | None) -> Role:
    """What a workload's software does with a setting. `oidc`: what the table of OpenID Connect says of the name."""
    text = "" if value is None else reveal(value).strip()
    is_policy = any(directive in text for directive in _POLICY)
    if is_policy or text.lower() in _TRUTHS or is_of_another_process(name.key, name.file):
        return Role.UNKNOWN
    if text and oidc is not None:
        return _of_oidc(oidc, text)
    row = role_row(name.key, name.image, name.file)
    named = Role.UNKNOWN if row is None else row.role
    if not text or len(text) > _LONGEST:
        return named
    if (text[0] in _LISTENING_STARTS or "://" in text) and _LISTENING.fullmatch(text):
        return Role.CALLS if calls_itself(name.key, text) else Role.LISTENS
    if text[0] in "_d" and _LOOKED_UP.match(text):
        return Role.CALLS
    if text.partition(":")[0].lower() in registered_schemes():
        return Role.CALLS if leads_inside(cluster, workload, text, bare=False) else Role.UNKNOWN
    bare = is_address_name(name.key)
    if named is Role.CALLS:
        return _called(cluster, workload, name.key, text)
    if row is not None and row.inside is named:
        return named
    if leads_inside(cluster, workload, text, bare=bare):
        return Role.CALLS if row is None else row.inside
    return _by_value(cluster, workload, name, text) if row is None else named


def _of_oidc(known: OidcName, text: str) -> Role:
    """OIDC endpoints are what the protocol makes of them, wherever they lead."""
    if known.role is Role.CALLS and not is_destination(text):
        return Role.UNKNOWN
    return known.role


def _called(cluster: Cluster, workload: Workload, name: str, text: str) -> Role:
    """The role of a setting that calls by its name: only a destination is called.

    URLs and endpoints are often parts of paths: one word (`convert`, `login/totp.jsp`) is a host only where a Service
    has that name.
    """
    if not is_destination(text):
        return Role.UNKNOWN
    first, slash, _ = text.partition("/")
    word = first.isalnum() or "_" in first or (slash and "." not in first)
    part_of_path = word and ":" not in text and name.lower().endswith(_URL_NAMES)
    if part_of_path and not leads_inside(cluster, workload, first, bare=True):
        return Role.UNKNOWN
    return Role.CALLS


def is_destination(text: str) -> bool:
    """True for a URL, a host, host:port, or a list of them."""
    if (url := _URL.search(text)) is not None:
        return url[1].lower() not in hostless_schemes()
    if _JDBC.match(text) or hosts_of_keywords(text) or keyed_stores(text):
        return True
    if text.startswith(("/", ".")) or _MAIL_ADDRESS.fullmatch(text) or _NO_HOST.fullmatch(text):
        return _is_address(text)
    return _DESTINATION.fullmatch(text) is not None


def _is_address(text: str) -> bool:
    return text.count(".") == 3 and text.replace(".", "").isdigit()


def calls_itself(name: str, text: str) -> bool:
    """True for a URL of 0.0.0.0 that is no address to bind: of a scheme that only clients write (`redis://0.0.0.0:6379`),
    or under a name that only clients have. A connection to that address leads to the machine itself."""
    scheme, mark, _ = text.partition("://")
    if not mark or not _UNSPECIFIED.match(text):
        return False
    words = words_of(name)
    return scheme.lower() in load_words("roles", "client-schemes") or any(
        words[start : start + len(each)] == each for each in _clients() for start in range(len(words))
    )


@cache
def _clients() -> tuple[Phrase, ...]:
    return tuple(tuple(str(text).split()) for text in load_table("roles", "clients"))


def names_loopback(text: str) -> bool:
    """True where a host of a URL or host:port is the machine itself."""
    return any(host.lower() == "localhost" or host.startswith("127.") or host == "[::1]" for host in _hosts(text))


def leads_inside(cluster: Cluster, workload: Workload, text: str, *, bare: bool) -> bool:
    """True where a URL or host:port of the text names a Service of the cluster, other than the workload's own.

    `bare`: a host name alone counts too.
    """
    if bare and _NAME.fullmatch(text):
        return _is_inside(cluster, workload, text.lower().rstrip("."))
    if ":" in text:
        return any(_is_inside(cluster, workload, host.lower().rstrip(".")) for host in _hosts(text))
    return _QUALIFIED.search(text) is not None and _names_service(cluster, workload, text)


def _names_service(cluster: Cluster, workload: Workload, text: str) -> bool:
    """True for the full name of a Service that is there (`db.shop.svc`): of no other thing anybody writes that."""
    if _NAME.fullmatch(text) is None:
        return False
    labels = text.rstrip(".").split(".")
    at = labels.index("svc")
    service = cluster.services.get((labels[at - 1], labels[at - 2])) if at >= 2 else None
    return service is not None and _is_inside(cluster, workload, text.lower().rstrip("."))


def _hosts(text: str) -> Iterator[str]:
    """The hosts of URLs, or of a list of host:port."""
    if "://" in text:
        for url in _URL.finditer(text):
            yield url[2]
    elif _HOST_PORTS.fullmatch(text):
        for part in re.split(r"[,;\s]+", text):
            yield _NUMBERED.sub("", part, count=1).partition(":")[0]


def _is_inside(cluster: Cluster, workload: Workload, host: str) -> bool:
    labels = host.split(".")
    qualified = host.endswith((".svc", f".svc.{cluster.domain}"))
    if qualified:
        labels = labels[: labels.index("svc")]
    names = _service_names(labels, workload.id.namespace, qualified=qualified)
    found = [service for name in names if (service := cluster.services.get(name)) is not None]
    if found:
        return not any(
            service.id.namespace == workload.id.namespace
            and service.selector
            and service.selector.items() <= workload.pod.labels.items()
            for service in found
        )
    return qualified and len(labels) >= 2


def _service_names(labels: list[str], namespace: str, *, qualified: bool) -> Iterator[tuple[str, str]]:
    """The (namespace, Service) that a host's labels may mean: `svc`, `svc.ns`, `pod.svc`, `pod.svc.ns`."""
    if len(labels) >= 2:
        yield labels[-1], labels[-2]
    if not qualified and len(labels) <= 2:
        yield namespace, labels[-1]


def _asks_the_network(cluster: Cluster, workload: Workload, text: str) -> bool:
    """True for a URL that only a cluster's network can resolve, and whose Service is not there: none of its own."""
    url = _OF_A_NETWORK.fullmatch(text)
    return url is not None and (workload.id.namespace, url[1]) not in cluster.services


def _by_value(cluster: Cluster, workload: Workload, name: Name, text: str) -> Role:
    """The role of a setting that neither the table nor a Service explains. A file holds what is switched off, too."""
    if not name.file and _asks_the_network(cluster, workload, text):
        return Role.CALLS
    if _JDBC.match(text) or hosts_of_keywords(text) or keyed_stores(text):
        return Role.CALLS
    if "://" in text:
        scheme = _URL.match(text)
        return Role.CALLS if scheme is not None and _is_backend(scheme[1].lower()) and scheme[2] else Role.UNKNOWN
    if "@" in text and _MAIL_ADDRESS.fullmatch(text):
        return Role.CONTENT
    return Role.IMAGE if "/" in text and _is_image(text) else Role.UNKNOWN


def _is_backend(scheme: str) -> bool:
    """A backend's scheme, or one with a driver (`postgresql+psycopg2`)."""
    return scheme in backend_schemes() or scheme.partition("+")[0] in backend_schemes()


def _is_image(text: str) -> bool:
    return _IMAGE.fullmatch(text) is not None and (":" in text or "@" in text) and not text.startswith("/")
