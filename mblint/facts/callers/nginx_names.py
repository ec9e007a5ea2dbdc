"""Names that nginx looks up while it runs: those to which it passes requests by a variable.

A name that stands in proxy_pass itself is looked up once, at the start, as the pod does it: by /etc/resolv.conf, with
its search domains. A variable in its place makes nginx ask the servers of `resolver`, for each name as it is written.
127.0.0.11 is the resolver of Docker's networks, and no pod has it.
Sources: https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass ,
https://nginx.org/en/docs/http/ngx_http_core_module.html#resolver and
https://docs.docker.com/engine/network/#dns-services
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from mblint.cluster.objects import Service
from mblint.cluster.secrets import reveal
from mblint.facts.callers.dependencies import Found, find
from mblint.facts.callers.rows import NginxName
from mblint.facts.software import program_of
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.mounted_files import mounted_files
from mblint.settings.names import Origin
from mblint.settings.rows import Setting

_COMMENT = regex(r"#[^\n]*")
_RESOLVER = regex(r"(?:^|[;{\s])resolver\s+([^;]+);")
_PASSED = regex(r"(?:^|[;{\s])\w+_pass\s+([^;]+);")
_OF_DOCKER = "127.0.0.11"
_OWN = ("127.0.0.1", "[::1]", "localhost", "local=", "$")  # of the pod itself, or filled in at its start
_FILES = (".conf", ".template", ".conf.tpl")


class _Files(Struct, frozen=True):
    """What a container's files of nginx say, all of them in one text, and the file that passes the requests."""

    text: str
    passing: str


def nginx_names(world: World) -> Iterator[NginxName]:
    """A row for each Service's name of a container that nginx looks up while it runs, and does not find."""
    seen: set[tuple[int, str]] = set()
    for found in find(world):
        setting, service = found.destination.setting, found.reached.service
        if service is None or not _passes(setting) or (id(setting.container), found.destination.host) in seen:
            continue
        files = _files(world, setting)
        if files is not None and _by_variable(files.passing, found.destination.host):
            seen.add((id(setting.container), found.destination.host))
            yield from _row(world, found, service, files)


def _passes(setting: Setting) -> bool:
    file = setting.file or ""
    return setting.origin is Origin.FILE and setting.key.endswith("_pass") and file.endswith(_FILES)


def _files(world: World, setting: Setting) -> _Files | None:
    """None for a container that does not run nginx, as far as its image says it."""
    program = program_of(world, setting.workload, setting.container)
    if program is not None and program.running.program.id != "nginx":
        return None
    if program is None and "nginx" not in (setting.container.image or ""):
        return None
    texts = {
        each.path: _COMMENT.sub("", reveal(each.entry.text))
        for each in mounted_files(world.cluster, setting.workload, setting.container)
        if each.entry.text is not None and each.path.endswith(_FILES)
    }
    passing = texts.get(setting.file or "")
    return None if passing is None else _Files("\n".join(texts.values()), passing)


def _by_variable(text: str, host: str) -> bool:
    """Whether the host stands in a variable, and is passed to by that alone."""
    passed = [each.strip() for each in _PASSED.findall(text)]
    if any(re.search(rf"(?<![\w.${{-]){re.escape(host)}(?![\w.-])", each) for each in passed):
        return False
    name = re.search(rf"\bset\s+\$(\w+)\s+[\"']?(?:https?://)?{re.escape(host)}(?![\w.-])", text)
    return name is not None and any(f"${name[1]}" in each or f"${{{name[1]}}}" in each for each in passed)


def _row(world: World, found: Found, service: Service, files: _Files) -> Iterator[NginxName]:
    setting, host = found.destination.setting, found.destination.host
    resolvers = [each.split() for each in _RESOLVER.findall(files.text)]
    asked = [word for words in resolvers for word in words if "=" not in word or word.startswith("local=")]
    domain = f"svc.{world.config.cluster.domain}"
    full = f"{service.id.name}.{service.id.namespace}.{domain}"
    if any(word.startswith(_OWN) and not word.startswith(_OF_DOCKER) for word in asked):
        return
    if any(word.startswith(_OF_DOCKER) for word in asked):
        verdict, because = "docker", f"its resolver {_OF_DOCKER} is that of Docker's networks, which no pod has"
    elif not asked:
        verdict, because = "no-resolver", "no resolver is set, and nginx asks none of its own accord"
    elif not host.rstrip(".").endswith(domain):
        verdict, because = "short", "its resolver asks for the name as it is written, without the pod's search domains"
    else:
        return
    yield NginxName(
        object=setting.workload.id,
        container=setting.container.name,
        place=setting.place,
        linted=setting.workload.linted,
        settings=setting.label,
        host=host,
        file=setting.file or "",
        full=full,
        because=because,
        verdict=verdict,
    )
