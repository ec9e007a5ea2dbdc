"""Texts of the manifest that ask for a variable which the kubelet makes of a Service's name.

A script says `${REDIS_PORT:-6379}`, and a file of Spring Boot `${REDIS_PORT:6379}`: whoever wrote it takes the default
for granted, and a Service `redis` makes REDIS_PORT=tcp://10.96.0.12:6379. Spring Boot itself reads SERVER_PORT and
MANAGEMENT_SERVER_PORT as its own ports, whatever its application is called, and stops at a text that is no number.
Source: https://docs.spring.io/spring-boot/reference/features/external-config.html (relaxed binding from variables).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Container, Service, Workload
from mblint.cluster.secrets import reveal
from mblint.manifests.documents import Place
from mblint.regex import regex
from mblint.settings.arguments import command_words, shell_script
from mblint.settings.mounted_files import mounted_files

_IN_A_SCRIPT = regex(r"\$\{([A-Z][A-Z0-9_]*_PORT):?-\d+\}")
_IN_A_FILE = regex(r"\$\{([A-Z][A-Z0-9_]*_PORT):\d+\}")
_OF_SPRING = regex(r"application(?:-[\w-]+)?\.(?:ya?ml|properties)")
_SHOWS_SPRING = regex(r"(?:^|\s)(?:--|-D)spring\.")
_OWN_PORTS = {"SERVER_PORT": "server.port", "MANAGEMENT_SERVER_PORT": "management.server.port"}
_LONGEST = 64 * 1024  # characters


class Asked(Struct, frozen=True):
    """A variable that a text asks for. `who` reads it, at a place; `reads` and `otherwise` are clauses."""

    name: str
    who: str
    reads: str
    otherwise: str
    place: Place


def asked_in_texts(
    cluster: Cluster, workload: Workload, container: Container, linked: Mapping[str, Service]
) -> Iterator[Asked]:
    """The variables of Services that its script, its files and Spring Boot ask for, each once, and nobody sets."""
    told: set[str] = set()
    for asked in _all(cluster, workload, container):
        if asked.name in linked and asked.name not in told and not _is_set(cluster, workload, container, asked.name):
            told.add(asked.name)
            yield asked


def _all(cluster: Cluster, workload: Workload, container: Container) -> Iterator[Asked]:
    script = shell_script(tuple(command_words(container, {})))
    if script is not None and len(script.plain) <= _LONGEST:
        for name in _IN_A_SCRIPT.findall(script.plain):
            if re.search(rf"(?<![\w$]){name}=", script.plain) is None:
                yield Asked(name, "The command", f"asks for {name}", "which is no port", script.place)
    spring = any(one.name.startswith("SPRING_") for one in container.env)
    for file in mounted_files(cluster, workload, container):
        if file.entry.text is None or _OF_SPRING.fullmatch(posixpath.basename(file.path)) is None:
            continue
        spring = True
        for name in _IN_A_FILE.findall(reveal(file.entry.text)[:_LONGEST]):
            where = f"asks for {name} in {file.path}"
            yield Asked(name, "Spring Boot", where, "which is no number", file.entry.place)
    words = " ".join(word.text for word in container.words)
    if spring or _SHOWS_SPRING.search(words):
        told = (words, *(one.value or "" for one in container.env))
        for name, key in _OWN_PORTS.items():
            if not any(f"{key}=" in text for text in told):
                yield Asked(name, "Spring Boot", f"reads {key} from {name}", "which is no number", container.place)


def _is_set(cluster: Cluster, workload: Workload, container: Container, name: str) -> bool:
    """Whether the container sets it, or may: an object that is not in the view may have any key."""
    if any(one.name == name for one in container.env):
        return True
    for source in container.env_from:
        held = (cluster.secrets if source.kind == "Secret" else cluster.config_maps).get(
            (workload.id.namespace, source.name)
        )
        if held is None or any(f"{source.prefix}{key}" == name for key in held.entries):
            return True
    return False
