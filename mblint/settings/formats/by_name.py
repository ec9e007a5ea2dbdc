"""Which format a mounted file has: by its name, and where that says nothing, by how its text begins."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator

from mblint.regex import regex
from mblint.settings.formats.leaf import Leaf, UnreadableText
from mblint.settings.formats.lines import read_lines, read_properties
from mblint.settings.formats.nginx import read_nginx
from mblint.settings.formats.structured import read_structured

Reader = Callable[[str], Iterator[Leaf]]

LARGEST = 256 * 1024  # characters; what is longer is data (dashboards, CRDs), and reading it costs more than it tells

# Templates are of the format below them: `default.conf.template`.
_TEMPLATES = (".template", ".tmpl", ".tpl", ".j2")
_NGINX = regex(
    r"^\s*(?:upstream\s+\S+\s*\{|server\s*\{|(?:proxy|fastcgi|grpc|uwsgi)_pass\s|http\s*\{|location\s)", re.M
)
_STATEMENT = regex(r";[ \t]*(?:#[^\n]*)?$|;\s*\}", re.M)  # other block languages end none like that
_NGINX_SITE = regex(r"^\s*(?:upstream\s+\S+|server)\s*\{", re.M)
_HAPROXY = regex(r"^\s*(?:backend|listen|frontend)\s+[\w.-]+\s*$", re.M)
_SQUID = regex(r"^[ \t]*cache_peer[ \t]+\S+[ \t]+(?:parent|sibling|multicast)[ \t]", re.M)
_BLOCKS = regex(r"^[ \t]*[\w.\"-]+[ \t]*(?:[=:][ \t]*)?\{(?:[ \t]|$)", re.M)
_TOML = regex(r"^\s*[\w.-]+\s*=\s*(?:\[|\"[^\"\n]*\"\s*(?:#.*)?$)", re.M)
_YAML_KEY = regex(r"(?:\s*(?:#[^\n]*|---)?\n)*[\w.\-\"']+:(?:\s|$)|(?:\s*(?:#[^\n]*|---)?\n)*- ")
_REPLACED_ADDRESS = regex(r"target_label[\"']?\s*[:=]\s*[\"']?__address__")
_COMMENTED = regex(r"^\s*//|[,{\[]\s*//|,\s*[}\]]", re.M)
_PLACEHOLDER = regex(r"\$\{(?:env:|ENV:)?\w+[:}]|<%=|#\{ENV")
_ASSIGNMENTS = regex(r"(?:[ \t]*(?:#[^\n]*|(?:export[ \t]+)?[A-Za-z_]\w*=[^\n]*)?\n)+")
_UNSEEN = ("{{", "{%")  # a template's own language: what it becomes is not in the render


def read_leaves(path: str, text: str) -> tuple[Leaf, ...]:
    """The values of a configuration file; none where its format is not known, or it is not of that format.

    `path` is the file's path in the container. Programs, certificates and what browsers are served have no values, but
    for settings of the pages themselves (`is_for_pages`).
    A text of one line that is no format's is a value by itself, named after the file (a password, a host name).
    """
    if len(text) > LARGEST or _is_dashboard(text):
        return ()
    if path.endswith((".js", ".mjs")) and _SERVED.search(path) and not is_for_pages(path, text):
        return ()
    reader = _reader(posixpath.basename(path), text)
    if reader is None:
        return ()
    leaves: list[Leaf] = []
    try:
        leaves.extend(leaf for leaf in reader(text) if not leaf.value.startswith(_UNSEEN))
    except UnreadableText:
        return ()
    if _REPLACED_ADDRESS.search(text):
        leaves = _with_probed(leaves)
    return _filled(leaves, posixpath.basename(path)) if _PLACEHOLDER.search(text) else tuple(leaves)


def is_for_pages(path: str, text: str) -> bool:
    """True for a script that gives pages their settings, and does nothing else: `window._env_ = {API_URL: …}`."""
    return path.endswith(".js") and _PAGES.match(text) is not None and "function" not in text and "=>" not in text


def is_read_wholly(path: str, text: str) -> bool:
    """True for formats whose readers know every word that names where something is sent."""
    name = posixpath.basename(path)
    return name.startswith("Caddyfile") or _reader(name, text) in (read_nginx, _haproxy, _caddyfile, _python)


def _reader(name: str, text: str) -> Reader | None:
    for suffix in _TEMPLATES:
        name = name.removesuffix(suffix)
    extension = posixpath.splitext(name)[1].lower()
    if name.endswith(".ini.php"):  # Matomo's: an INI file whose first line keeps it from being served
        return read_lines
    if name.startswith(".env") or extension == ".env":
        return read_lines
    if extension == ".config" and text.lstrip().startswith("<"):
        return _xml  # .NET
    if name == "squid.conf" or (extension == ".conf" and _SQUID.search(text)):
        return _squid
    if extension in (".conf", ".cfg", ".cnf", ".config"):
        return _conf_reader(text)
    if name == "Caddyfile" or name.startswith("Caddyfile."):
        return _caddyfile
    if extension in _BY_EXTENSION:
        return _BY_EXTENSION[extension]
    return None if extension in _PROGRAMS else _reader_by_content(name, text)


# Few renders hold these: their readers are imported where one does.


def _with_probed(leaves: list[Leaf]) -> list[Leaf]:
    from mblint.settings.formats.prometheus import with_probed  # noqa: PLC0415

    return with_probed(leaves)


def _filled(leaves: Iterable[Leaf], name: str) -> tuple[Leaf, ...]:
    from mblint.settings.formats.placeholders import filled, pattern_of  # noqa: PLC0415

    return tuple(filled(leaves, pattern_of(name)))


def _haproxy(text: str) -> Iterator[Leaf]:
    from mblint.settings.formats.haproxy import read_haproxy  # noqa: PLC0415

    return read_haproxy(text)


def _squid(text: str) -> Iterator[Leaf]:
    from mblint.settings.formats.squid import read_squid  # noqa: PLC0415

    return read_squid(text)


def _toml(text: str) -> Iterator[Leaf]:
    from mblint.settings.formats.toml import read_toml  # noqa: PLC0415

    return read_toml(text)


def _xml(text: str) -> Iterator[Leaf]:
    from mblint.settings.formats.xml import read_xml  # noqa: PLC0415

    return read_xml(text)


def _python(text: str) -> Iterator[Leaf]:
    from mblint.settings.formats.python import read_python  # noqa: PLC0415

    return read_python(text)


def _caddyfile(text: str) -> Iterator[Leaf]:
    from mblint.settings.formats.caddy import read_caddyfile  # noqa: PLC0415

    return read_caddyfile(text)


def _literals(comments: str) -> Reader:
    def read(text: str) -> Iterator[Leaf]:
        from mblint.settings.formats.literals import read_literals  # noqa: PLC0415

        return read_literals(text, comments)

    return read


def _json(text: str) -> Iterator[Leaf]:
    """JSON; with comments and commas behind the last element (appsettings.json), as far as its literals tell."""
    try:
        return read_structured(text)
    except UnreadableText:
        if not _COMMENTED.search(text):
            raise
        return _literals("slashes")(text)


_BY_EXTENSION: dict[str, Reader] = {
    ".json": _json,
    ".yaml": read_structured,
    ".yml": read_structured,
    ".toml": _toml,
    ".ini": read_lines,
    ".properties": read_properties,
    ".xml": _xml,
    ".py": _python,
    ".caddyfile": _caddyfile,
    ".php": _literals("both"),
    ".hcl": _literals("both"),
    ".tf": _literals("both"),
    ".rb": _literals("hashes"),
    ".vcl": _literals("both"),
    ".lua": _literals("dashes"),
    **dict.fromkeys((".js", ".mjs", ".cjs", ".ts", ".groovy", ".alloy", ".river"), _literals("slashes")),
}
_SERVED = regex(r"/(?:html|htdocs|www|public|static|assets|dist|build|webapp|wwwroot)(?:/|$)")  # to browsers
_PAGES = regex(r"\s*(?:/\*.*?\*/\s*|//[^\n]*\s+)*(?:window|globalThis|self)[\w.\[\]\"'-]*\s*=\s*\{", re.S)
_PROGRAMS = frozenset(
    (
        *(".css", ".html", ".htm", ".svg", ".png", ".ico", ".jpg", ".map", ".md"),
        *(".pl", ".rego", ".sql", ".sh", ".bash", ".go", ".awk"),
        *(".crt", ".pem", ".key", ".cer", ".p12", ".jks", ".pub", ".acl", ".cql", ".rules", ".csv", ".txt"),
        *(".xsl", ".xsd", ".dtd", ".proto"),
    )
)


def _conf_reader(text: str) -> Reader:
    if _NGINX.search(text) and _STATEMENT.search(text):
        return read_nginx
    if _HAPROXY.search(text):
        return _haproxy
    if text.lstrip()[:1] == "{":
        return read_structured
    if _BLOCKS.search(text):
        return _literals("blocks")  # HOCON, Logstash
    return _toml_or_lines if _TOML.search(text) else read_lines


def _toml_or_lines(text: str) -> Iterator[Leaf]:
    """TOML in a file that is not named after it (telegraf.conf), else INI."""
    try:
        return iter(tuple(_toml(text)))
    except UnreadableText:
        return read_lines(text)


def _reader_by_content(name: str, text: str) -> Reader | None:
    start = text.lstrip()
    if start[:1] == "{" and not start.startswith(_UNSEEN):
        return read_structured
    if start.startswith("<?xml"):
        return _xml
    if "\n" not in start.rstrip():
        return lambda whole: _single_line(name, whole)
    if "-----BEGIN" in text[:2000]:
        return None
    if _YAML_KEY.match(text):
        return read_structured
    if _ASSIGNMENTS.fullmatch(f"{text}\n"):
        return read_lines  # /etc/default/app
    return read_nginx if _NGINX_SITE.search(text) else None  # /etc/nginx/sites-enabled/default


def _single_line(name: str, text: str) -> Iterator[Leaf]:
    value = text.strip()
    if value:
        yield Leaf(name, value, text.find(value))


def _is_dashboard(text: str) -> bool:
    return '"panels"' in text and '"schemaVersion"' in text
