"""Compose files as manifests: real programs with what real people tell them, to read findings on, and to break.

Usage: python benchmarks/recall/compositions.py OUT FOLDER…

Each Compose file below the folders becomes one file of OUT: of each service a Deployment, and Services by its names
(`container_name` and aliases, too) with all ports by which somebody calls it; of a port that is published to browsers
an Ingress. What works in Compose works as these manifests, but for what Compose alone has: such files are left out. A
variable without a default gets a text made of its name, the same everywhere in the file.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Tree = dict[str, Any]
_VARIABLE = re.compile(r"\$\$|\$\{(\w+)(?:(:?[-?+])((?:[^{}]|\$\{[^{}]*\})*))?\}|\$(\w+)")
_LISTENING = (  # by an image's name, the ports of servers that nobody has to publish or to write
    (r"postgres|postgis|pgvector|timescale|paradedb", (5432,)),
    (r"mysql|mariadb|percona", (3306,)),
    (r"(?:^|/)(?:redis|valkey|keydb|dragonfly)", (6379,)),
    (r"mongo(?!-express)", (27017,)),
    (r"rabbitmq", (5672, 15672)),
    (r"minio", (9000, 9001)),
    (r"clickhouse", (8123, 9000)),
    (r"elasticsearch|opensearch", (9200,)),
    (r"memcached", (11211,)),
    (r"meilisearch", (7700,)),
)
_NOT_CARRIED_OVER = ("network_mode", "env_file", "secrets", "extends")
_WEB = (80, 3000, 5000, 8000, 8080, 9000)


class _Loader(yaml.SafeLoader):
    """YAML 1.2's whole numbers: 2222:22 is a text."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, re.compile(r"[-+]?(?:0|[1-9]\d*)$") if tag.endswith(":int") else pattern) for tag, pattern in rows]
    for first, rows in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True)
class Service:
    """A service of a Compose file, its texts with variables filled in."""

    name: str
    image: str
    command: tuple[str, ...] | None
    args: tuple[str, ...] | None
    variables: Mapping[str, str]
    published: tuple[int, ...]
    exposed: tuple[int, ...]
    aliases: tuple[str, ...]
    folders: tuple[str, ...]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("folders", nargs="+", type=Path)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    written = 0
    for folder in options.folders:
        for file in sorted(folder.rglob("*.y*ml")):
            objects = manifests(file.read_text(encoding="utf-8", errors="replace"))
            if objects:
                name = "-".join(file.relative_to(folder).with_suffix("").parts).replace("docker-compose", "").strip("-")
                (options.out / f"{name or file.stem}.yaml").write_text(yaml.safe_dump_all(objects, sort_keys=False))
                written += 1
    print(f"{written} compositions")
    return 0


# ---------------------------------------------------------------- what is read


def manifests(text: str) -> list[Tree]:
    """The objects of one Compose file; none for any other text, and for what has no counterpart."""
    try:
        document = yaml.load(text, Loader=_Loader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return []
    found = document.get("services") if isinstance(document, dict) else None
    if not isinstance(found, dict) or any(not isinstance(each, dict) or "image" not in each for each in found.values()):
        return []
    if any(key in each for each in found.values() for key in _NOT_CARRIED_OVER) or any(
        str(name) != _label(str(name)) for name in found
    ):
        return []
    defaults = {match[1]: match[3] for match in _VARIABLE.finditer(text) if match[2] in (":-", "-") and match[3]}
    services = [_service(str(name), each, defaults) for name, each in found.items()]
    return [each for service in services for each in _objects(service, services)]


def _service(name: str, told: Tree, defaults: Mapping[str, str]) -> Service:
    def filled(value: object) -> str:
        return _filled(str(value), defaults)

    networks = told.get("networks")
    aliases = (
        [alias for each in networks.values() if each for alias in each.get("aliases") or ()]
        if isinstance(networks, dict)
        else []
    )
    volumes = [filled(each if isinstance(each, str) else each.get("target")) for each in told.get("volumes") or ()]
    return Service(
        name=_label(name),
        image=filled(told["image"]).rstrip(":"),
        command=_words(told.get("entrypoint"), defaults),
        args=_words(told.get("command"), defaults),
        variables={key: filled(value) for key, value in _pairs(told.get("environment")) if value is not None},
        published=_ports(told.get("ports"), defaults),
        exposed=_ports(told.get("expose"), defaults),
        aliases=tuple(
            _label(filled(each)) for each in (told.get("container_name"), told.get("hostname"), *aliases) if each
        ),
        folders=tuple(path for each in volumes if (path := _folder(each)) is not None),
    )


def _filled(text: str, defaults: Mapping[str, str]) -> str:
    def one(match: re.Match[str]) -> str:
        name = match[1] or match[4]
        if name is None:
            return "$"
        if match[2] in (":+", "+"):
            return _filled(match[3], defaults)
        return _filled(defaults[name], {}) if name in defaults else _made_up(name)

    return _VARIABLE.sub(one, text)


def _made_up(name: str) -> str:
    """A text for a variable that nobody has set: of an address one, of anything else letters and digits."""
    if re.search(r"URL|FQDN|DOMAIN|HOSTNAME", name):
        host = f"{_label(re.sub(r'_?(?:SERVICE|URL|FQDN|DOMAIN|HOSTNAME)_?', '', name)) or 'web'}.example.org"
        return f"https://{host}" if "URL" in name else host
    return f"v{hashlib.sha256(name.encode()).hexdigest()[:15]}"


def _pairs(told: object) -> Iterator[tuple[str, object]]:
    if isinstance(told, dict):
        yield from ((str(key), str(value).lower() if isinstance(value, bool) else value) for key, value in told.items())
    for each in told if isinstance(told, list) else ():
        key, equals, value = str(each).partition("=")
        yield key.strip(), value if equals else None


def _words(told: object, defaults: Mapping[str, str]) -> tuple[str, ...] | None:
    if isinstance(told, str):
        try:
            return tuple(shlex.split(_filled(told, defaults)))
        except ValueError:
            return None
    return tuple(_filled(str(each), defaults) for each in told) if isinstance(told, list) else None


def _ports(told: object, defaults: Mapping[str, str]) -> tuple[int, ...]:
    written = (
        [each.get("target") if isinstance(each, dict) else each for each in told] if isinstance(told, list) else []
    )
    texts = [_filled(str(each), defaults).partition("/")[0].rpartition(":")[2] for each in written]
    return tuple(dict.fromkeys(int(each) for each in texts if each.isdigit() and 0 < int(each) < 65536))


def _folder(volume: str) -> str | None:
    """The folder in the container that a volume is mounted at; None for files and for the machine's own."""
    path = volume.split(":")[1] if ":" in volume else volume
    is_file = re.search(r"\.[a-z]{2,5}$", path.rpartition("/")[2]) is not None
    own = ("/dev", "/proc", "/sys", "/etc", "/run", "/var/run", "/lib")
    return None if not path.startswith("/") or is_file or path.startswith(own) else path


def _label(text: str) -> str:
    return re.sub(r"[^a-z0-9-]", "-", text.lower()).strip("-")[:63]


# ---------------------------------------------------------------- what is written


def _objects(service: Service, services: Sequence[Service]) -> Iterator[Tree]:
    labels = {"app": service.name}
    container: Tree = {"name": service.name, "image": service.image}
    for key, words in (("command", service.command), ("args", service.args)):
        if words:
            container[key] = list(words)
    if service.variables:
        container["env"] = [{"name": key, "value": value} for key, value in service.variables.items()]
    mounts = [{"name": f"v{number}", "mountPath": path} for number, path in enumerate(dict.fromkeys(service.folders))]
    if mounts:
        container["volumeMounts"] = mounts
    volumes = [
        {"name": mount["name"], "persistentVolumeClaim": {"claimName": f"{service.name}-{mount['name']}"[:63]}}
        for mount in mounts
    ]
    pod: Tree = {"containers": [container], "enableServiceLinks": False, **({"volumes": volumes} if volumes else {})}
    yield {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": service.name},
        "spec": {
            "selector": {"matchLabels": labels},
            "strategy": {"type": "Recreate"},
            "template": {"metadata": {"labels": labels}, "spec": pod},
        },
    }
    for volume in volumes:
        spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
        name = volume["persistentVolumeClaim"]["claimName"]
        yield {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name}, "spec": spec}
    ports = _called_at(service, services)
    listed = {"ports": [{"name": f"p{port}", "port": port} for port in ports]} if ports else {"clusterIP": "None"}
    for name in dict.fromkeys((service.name, *service.aliases)):
        spec = {"selector": labels, **listed}
        yield {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}
    host = _host(service)
    web = next((port for port in service.published if port in _WEB or len(service.published) == 1), None)
    if web is not None and host is not None:
        backend = {"service": {"name": service.name, "port": {"number": web}}}
        path = {"path": "/", "pathType": "Prefix", "backend": backend}
        rules = [{"host": host, "http": {"paths": [path]}}]
        spec = {"tls": [{"hosts": [host]}], "rules": rules}
        meta = {"name": service.name}
        yield {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": meta, "spec": spec}


def _called_at(service: Service, services: Sequence[Service]) -> list[int]:
    """The ports of a service: its own, those that others write behind its name, and its server's usual ones."""
    ports = dict.fromkeys((*service.published, *service.exposed))
    names = "|".join(re.escape(name) for name in (service.name, *service.aliases))
    texts = (
        text for each in services for text in (*each.variables.values(), *(each.args or ()), *(each.command or ()))
    )
    for text in texts:
        ports.update(
            dict.fromkeys(int(port) for port in re.findall(rf"(?<![\w.-])(?:{names}):(\d{{2,5}})(?!\d)", text))
        )
    usual = next((ports for image, ports in _LISTENING if re.search(image, service.image.partition("@")[0])), ())
    ports.update(dict.fromkeys(usual))
    return [port for port in ports if 0 < port < 65536]


def _host(service: Service) -> str | None:
    """The host of the addresses that a service is told, where there is one."""
    hosts = re.findall(r"\b[\w-]+\.example\.org\b", " ".join(service.variables.values()))
    return hosts[0] if hosts else None


if __name__ == "__main__":
    raise SystemExit(main())
