"""References of images, and the patterns by which software files name them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct

from mblint.globs import matches

_DOCKER_HUB = ("docker.io", "index.docker.io", "registry-1.docker.io")


class Reference(Struct, frozen=True):
    """An image as a manifest names it: `registry.example:5000/bitnami/redis:7.4@sha256:…`.

    `path`: without registry, tag and digest (`bitnami/redis`). `tag`: None where there is none. `registry`: None for
    Docker Hub, which images mean that name none.
    """

    path: str
    tag: str | None
    digest: str | None = None
    registry: str | None = None

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]


@lru_cache(maxsize=2048)
def reference(image: str) -> Reference:
    """An image's name, cut in its parts."""
    rest, _, digest = image.partition("@")
    head, slash, last = rest.rpartition("/")
    last, _, tag = last.partition(":")
    first, _, folders = head.partition("/")
    # A registry has a dot or a port, or is localhost; all else is a folder.
    is_registry = "." in first or ":" in first or first == "localhost"
    folder = folders if is_registry else head
    registry = first if is_registry and first not in _DOCKER_HUB else None
    return Reference(f"{folder}/{last}" if slash and folder else last, tag or None, digest or None, registry)


@lru_cache(maxsize=16384)
def fits(pattern: str, path: str) -> bool:
    """True where a pattern names an image, folder by folder from its end. `*` stands for any part of a name.

    `redis` is every image of that name; `grafana/grafana` only one whose folder is `grafana` (`mirror/grafana/grafana`
    too); `*-redis` is every image whose name ends so.
    """
    wanted, parts = pattern.split("/"), path.split("/")
    if len(wanted) > len(parts):
        return False
    tail = parts[len(parts) - len(wanted) :]
    return all(matches(part, glob) for part, glob in zip(tail, wanted, strict=True))


def is_among(image: Reference, patterns: Sequence[str]) -> bool | None:
    """Whether patterns mean an image: one fits (any, where there is none), and none with `!` before it.

    A pattern may go on to the tag: `gitea/gitea:*-rootless`. None where that decides, and the image has no tag.
    """
    if True in (excluded := [_means(pattern[1:], image) for pattern in patterns if pattern.startswith("!")]):
        return False
    wanted = [_means(pattern, image) for pattern in patterns if not pattern.startswith("!")]
    if wanted and True not in wanted:
        return None if None in wanted else False
    return None if None in excluded else True


def _means(pattern: str, image: Reference) -> bool | None:
    path, _, tag = pattern.partition(":")
    if not fits(path, image.path):
        return False
    if not tag:
        return True
    return None if image.tag is None else matches(image.tag, tag)


def exactness(pattern: str) -> tuple[int, int, int]:
    """How much a pattern says: of two that fit, the one with more folders counts, then the one without `*`."""
    return pattern.count("/"), -pattern.count("*"), len(pattern)
