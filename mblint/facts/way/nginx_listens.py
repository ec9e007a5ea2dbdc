"""The ports that nginx listens on by the configuration that is mounted for it, where that is all of it.

The image's own nginx.conf includes conf.d/*.conf, where default.conf listens on port 80: a volume over conf.d, or over
default.conf, hides that. Another nginx.conf counts where it includes no servers of other files.
Sources: https://github.com/nginx/docker-nginx/blob/master/stable/debian/Dockerfile ,
https://nginx.org/en/docs/http/ngx_http_core_module.html#listen
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Container, Workload
from mblint.cluster.secrets import reveal
from mblint.regex import regex
from mblint.settings.by_container import ContainerSettings
from mblint.settings.mounted_files import MountedFile, mounted_files
from mblint.settings.rows import Setting

_FOLDER, _MAIN = "/etc/nginx/conf.d", "/etc/nginx/nginx.conf"
_LISTEN = regex(r"(?:[\w.*-]+:|\[[\w:]+\]:)?(\d{1,5})(?:\s+[\w=:]+)*")
_SERVERS = regex(r"(?<![\w.-])server\s*\{")
_LISTENS = regex(r"(?:^|[\s;{])listen\s")
_COMMENT = regex(r"(?m)^\s*#.*$")
_INCLUDE = regex(r"(?:^|[\s;{])include\s+([^;]+);")


def nginx_listens(
    cluster: Cluster, workload: Workload, container: Container, told: ContainerSettings
) -> tuple[tuple[int, Setting], ...] | None:
    """Each port, with what says so; None where the configuration is not all there, or not understood."""
    files = {file.path: file for file in mounted_files(cluster, workload, container)}
    read = list(_read(workload, container, files))
    if not read or container.command is not None or container.args:
        return None
    if any(_is_unclear(file) for file in read):
        return None
    paths = {file.path for file in read}
    found: list[tuple[int, Setting]] = []
    for setting in told.settings:
        if setting.file in paths and setting.key == "server.listen" and setting.value is not None:
            text = reveal(setting.value).strip()
            listens = _LISTEN.fullmatch(text)
            if listens is None and not text.startswith("unix:"):
                return None
            if listens is not None:
                found.append((int(listens[1]), setting))
    return tuple(found) or None


def _read(workload: Workload, container: Container, files: dict[str, MountedFile]) -> Iterator[MountedFile]:
    """The files that nginx reads, where they are all that it reads."""
    mounts = {posixpath.normpath(mount.mount_path) for mount in container.mounts}
    volumes = [
        workload.pod.volumes.get(mount.volume) for mount in container.mounts if mount.mount_path.rstrip("/") == _FOLDER
    ]
    if any(_adds_to_it(path) and path not in files for path in mounts):
        return
    if any(volume is None or len(volume.files) != 1 for volume in volumes):  # another source may add to it
        return
    main = files.get(_MAIN)
    below = [file for path, file in files.items() if posixpath.dirname(path) == _FOLDER and path.endswith(".conf")]
    hidden = _FOLDER in mounts or f"{_FOLDER}/default.conf" in files
    if main is not None and _includes_servers(main):
        return
    if main is not None:
        yield main
    elif hidden and _MAIN not in mounts:
        yield from below


def _adds_to_it(path: str) -> bool:
    """Whether what is mounted there is read by nginx, or made into what it reads."""
    return path == "/etc/nginx" or path.startswith(("/etc/nginx/templates", f"{_FOLDER}/"))


def _text(file: MountedFile) -> str:
    return "" if file.entry.text is None else _COMMENT.sub("", reveal(file.entry.text))


def _includes_servers(file: MountedFile) -> bool:
    return any(not name.strip().endswith("mime.types") for name in _INCLUDE.findall(_text(file)))


def _is_unclear(file: MountedFile) -> bool:
    """Whether it has variables of a template, other files, or a server that listens where nginx does by itself."""
    text = _text(file)
    parts = _SERVERS.split(text)[1:]
    without = any(_LISTENS.search(part) is None for part in parts)
    return not parts or without or "${" in text or "{{" in text or _includes_servers(file)
