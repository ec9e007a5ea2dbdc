"""What no reader made anything of, and names another Service of the cluster all the same: guesses.

A text is looked through for the names of Services alone, whatever its format, and only where one stands as a host
does: in a URL, before `:PORT`, as `NAME.NAMESPACE.svc`, in `("NAME", PORT)`, in `/dev/tcp/NAME/PORT`, behind a word
for an address (`host = "NAME"`). Left out is a host that a setting of the same variable, command or file names already,
if it is known what software does with that setting.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Service, Workload
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import reveal
from mblint.regex import regex
from mblint.settings.formats.by_name import is_read_wholly
from mblint.settings.names import Role
from mblint.settings.role_table import role_row
from mblint.settings.rows import Setting
from mblint.settings.tables import load_table

LARGEST = 256 * 1024  # characters of one text
_MOST = 64  # mentions of one text
_BEFORE = 160  # characters that are looked at before a name
_WORD = regex(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_NOT_FOR_PROGRAMS = regex(
    r"\.(?:py|html?|css|svg|md|map|csv|crt|pem|key|cer|pub|xsl|xsd|dtd|proto|rules)$"
    r"|/(?:html|htdocs|www|public|static|assets|dist|build|webapp|wwwroot)(?:/.*)?\.m?js$"
)
# Lines that are comments, or say where browsers are sent, and what a server or job is called.
_SKIPPED_LINE = regex(
    r"\s*(?:#|//|;|--\s|\*\s|<!--|(?:redir(?:ect\w*)?|return|rewrite\w*|header|add_header|error_page|sub_filter|server_?name"
    r"|serveralias)\b(?!\s*[=:]))",
    re.I,
)
LED_ELSEWHERE = ("--resolve", "--connect-to")  # curl: what stands there is read by its own words
_BLOCK_COMMENTS = (".js", ".mjs", ".cjs", ".ts", ".php", ".groovy", ".json")
_URL = regex(r"([A-Za-z][A-Za-z0-9+.-]*)://(?:(?<=dns://)/|(?:[^\s/@\"'<>]*@)?)\[?$")
_BLOCK_COMMENT = regex(r"/\*.*?\*/", re.S)
_SUBDOMAIN = regex(r"(?:(?:_[\w-]+|[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)\.)+$")
_ADDRESS = regex(
    r"(?:host|hosts|hostname|hostnames|server|servers|servername|addr|addrs|address|addresses|endpoint|endpoints|url|uri"
    r"|target|broker|brokers|upstream|backend|peer|service)\d{0,2}[\"'\])]*(?:\s*(?:=>|[=:,])\s*[\[({\"']*|\s+[\"'])$"
    r"|(?<!\S)--?[\w.-]*(?:host|hostname|server|addr|address|endpoint|url)[ \t]+$",
    re.I,
)
# A list that is none, defaults of variables (which readers ask for), logs by UDP, images, labels of metrics.
# `ssh -L 5432:db:5432`: the other end of the tunnel connects.
_NO_DESTINATION = regex(
    r"(?:=\s+\(|\$\{[\w:]*:-?|syslog:server=|image[\"']?\s*[:=]\s*[\"']?|instance=~?\\?[\"']"
    r"|(?-i:-L)\s*[\"']?(?:[\w.*-]+:)?\d+:)$",
    re.I,
)
_DOMAIN_LATER = r"\.(?:\$|\{\{|<\w)(?!\W*(?:\w+[._:])*(?i:k8s_|kube_|pod_|my_pod_)?(?i:namespace|ns)\b)"
_PORT = regex(r"\]?:(\d{2,5})(?![\w.-])")
# Functions that connect: `new Redis('cache')`, `network("log" port(514))`, and those that take the port first.
_CONNECTS = regex(
    r"(?:connect|connection|createclient|redis|socket|dial|smtp|memcached?|addserver|(?<![\w.])network)\s*\(\s*[\"']$",
    re.I,
)
_PORT_FIRST = regex(r"\(\s*(\d{2,5})\s*,\s*[\"']$")
_PORT_BEHIND_QUOTE = regex(r"[\"'],\s*[\"']?(\d{2,5})(?!\w)")
_PORT_BEHIND_BLANKS = regex(r"[ \t]+(\d{3,5})(?![\w.-])")
_PORT_OF_DEVICE = regex(r"/(\d{2,5})(?!\w)")
_PORT_NEAR = regex(r"[^\n]{0,60}?\bport[\"'\]]*(?:\s*(?:=>|[=:,(])\s*[\"']?|\s+[\"'])(\d{2,5})(?!\w)", re.I)
_UNPORTED = regex(r"\]?:[${<]")  # a port that only the running program knows


class Mention(Struct, frozen=True):
    """A host in a text: where it stands, and what is connected to (a URL, `host:port`, or the host alone).

    `bare`: nothing says the port. `in_url`: the host stands behind `://`, so that it is one for sure.
    """

    host: str
    value: str
    offset: int
    line: int
    bare: bool
    in_url: bool


def words_in_file(path: str, text: str) -> frozenset[str]:
    """The words of a file that could be names of Services. None of what people and browsers read, of keys and
    certificates, of what a reader understands wholly, and of what is too long."""
    if len(text) > LARGEST or _NOT_FOR_PROGRAMS.search(path) or is_read_wholly(path, text) or '"schemaVersion"' in text:
        return frozenset()
    return words_in(text)


def without_block_comments(path: str, text: str) -> str:
    """The text with blanks for the block comments of programming languages, so that every place stays."""
    if not path.endswith(_BLOCK_COMMENTS):
        return text
    return _BLOCK_COMMENT.sub(lambda comment: re.sub(r"[^\n]", " ", comment[0]), text)


def words_in(text: str) -> frozenset[str]:
    """The words of a text that could be names of Services."""
    return frozenset(_WORD.findall(text))


def mentioned(
    cluster: Cluster, workload: Workload, text: str, words: frozenset[str], known: Sequence[Setting]
) -> Iterator[Mention]:
    """The hosts of a text that name a Service of others, each once, unless one of the `known` settings has them."""
    found: dict[str, Mention] = {}
    for name in sorted(words & _names(cluster)):
        for match in _named(name).finditer(text):
            if len(found) >= _MOST:
                return
            mention = _mention(text, match, cluster, workload)
            if mention is not None and mention.host not in found and not _is_known(mention.host, known):
                found[mention.host] = mention
                yield mention


def names_another(cluster: Cluster, workload: Workload, text: str) -> bool:
    """True for the bare name of another workload's Service of the same namespace."""
    service = cluster.services.get((workload.id.namespace, text))
    return service is not None and not _is_own(service, workload)


@remembered
def _names(cluster: Cluster) -> frozenset[str]:
    return frozenset(name for _, name in cluster.services)


@lru_cache(maxsize=4096)
def _named(name: str) -> re.Pattern[str]:
    """The name as a whole, with the labels behind it (`.NAMESPACE.svc.cluster.local`).

    No first label of a name whose domain is filled in later (`api.${DOMAIN}`), unless that is the namespace.
    """
    return re.compile(rf"(?<![\w-]){re.escape(name)}((?:\.[a-z0-9-]*[a-z0-9])*)(?!{_DOMAIN_LATER})\.?(?![\w-])")


def _mention(text: str, match: re.Match[str], cluster: Cluster, workload: Workload) -> Mention | None:
    start, end = match.span()
    line_start = text.rfind("\n", 0, start) + 1
    before = text[max(line_start, start - _BEFORE) : start]
    if any(option in before for option in LED_ELSEWHERE):
        return None
    if _SKIPPED_LINE.match(text, line_start, start) or _NO_DESTINATION.search(before):
        return None
    service = _service(match, cluster, workload)
    if service is None or _is_own(service, workload):
        return None
    above = _SUBDOMAIN.search(before)
    if before.endswith(".") and above is None:
        return None
    first = start if above is None else start - len(above[0])
    before = before if above is None else before[: above.start()]
    host = re.sub(r"^(?:_[\w-]+\.)+", "", text[first:end].rstrip("."))
    value = _value(before, host, text, end, service, qualified=".svc" in match[1])
    if value is None:
        return None
    in_url = _URL.search(before) is not None
    return Mention(host, value, first, text.count("\n", 0, start) + 1, bare=value == host, in_url=in_url)


def _service(match: re.Match[str], cluster: Cluster, workload: Workload) -> Service | None:
    """The Service that a name means: of the namespace behind it, else of the workload's own."""
    name = match[0].partition(".")[0]
    following = match[1].split(".")[1:]
    if not following:
        return cluster.services.get((workload.id.namespace, name))
    if following[1:2] not in ([], ["svc"]):
        return None
    return cluster.services.get((following[0], name))


def _is_own(service: Service, workload: Workload) -> bool:
    same = service.id.namespace == workload.id.namespace
    return same and bool(service.selector) and service.selector.items() <= workload.pod.labels.items()


def _value(before: str, host: str, text: str, end: int, service: Service, *, qualified: bool) -> str | None:
    """What is connected to; None where the name does not stand as a host."""
    port = _PORT.match(text, end)
    if (url := _URL.search(before)) is not None:
        if _UNPORTED.match(text, end) or (port is None and not _has_usual_port(url[1].lower())):
            return host
        slash = "/" if url[0].endswith("///") else ""
        return f"{url[1]}://{slash}{host}{'' if port is None else f':{port[1]}'}"
    if before.endswith(("/dev/tcp/", "/dev/udp/")):
        device = _PORT_OF_DEVICE.match(text, end)
        return host if device is None else f"{host}:{device[1]}"
    if before[-1:] in ("/", ".", "$", "-", "\\"):
        return None
    if port is not None:
        return f"{host}:{port[1]}"
    beside = _port_beside(before, text, end, service)
    if beside is not None:
        return f"{host}:{beside}"
    if _ADDRESS.search(before) or _CONNECTS.search(before):
        near = _PORT_NEAR.match(text, end)
        return host if near is None else f"{host}:{near[1]}"
    return host if qualified else None


def _port_beside(before: str, text: str, end: int, service: Service) -> str | None:
    """The port as a word of its own: `('db', 5432)`, `(5432, 'db')`, `db 5432`.

    Two words are a host and its port only where the Service has that port; behind a quote and a comma any.
    """
    quoted = before[-1:] in ("'", '"')
    if quoted and (port := _PORT_BEHIND_QUOTE.match(text, end)) is not None:
        return port[1]
    first = _PORT_FIRST.search(before)
    if first is None and (quoted or before[-1:] in ("", " ", "\t")):
        first = _PORT_BEHIND_BLANKS.match(text, end)
    return first[1] if first is not None and any(each.port == int(first[1]) for each in service.ports) else None


def _is_known(host: str, known: Sequence[Setting]) -> bool:
    """True where a setting has the host of which is known what software does with it, if only that nobody knows."""
    # Not `http://api:${PORT}`: of it no reader makes anything.
    standing = re.compile(rf"(?:(?<=//)|(?<![\w./-])){re.escape(host)}(?![\w-])(?!\]?:[${{<])", re.I)
    return any(
        setting.value is not None
        and (setting.role is not Role.UNKNOWN or _has_row(setting))
        and standing.search(reveal(setting.value))
        for setting in known
    )


@cache
def _schemes_with_ports() -> frozenset[str]:
    return frozenset(str(row["scheme"]) for row in load_table("schemes", "schemes") if row.get("port") is not None)


def _has_usual_port(scheme: str) -> bool:
    """True for a scheme that says the port, by one of its parts (`jdbc:mysql`, `postgresql+asyncpg`)."""
    return scheme in _schemes_with_ports() or not _schemes_with_ports().isdisjoint(re.split(r"[:+]", scheme))


def _has_row(setting: Setting) -> bool:
    return role_row(setting.key, setting.container.image or "", setting.file or "") is not None
