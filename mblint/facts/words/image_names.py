"""Names of images that no container runtime takes: the pod stays at InvalidImageName.

The grammar: https://github.com/distribution/reference/blob/main/reference.go; the lengths of digests:
https://github.com/opencontainers/go-digest/blob/master/algorithm.go; white space around a name:
https://github.com/kubernetes/kubernetes/blob/v1.37.0/pkg/apis/core/validation/validation.go.
A name that something fills in later (`$TAG`, `{{ tag }}`, ko://, OpenShift's blank in a template of pods) has any form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mblint.cluster.flaws.forms import FILLED_LATER
from mblint.cluster.objects import Container, Workload
from mblint.facts.words.rows import ImageName
from mblint.facts.words.run_directly import shown
from mblint.facts.world import World
from mblint.regex import regex
from mblint.remedies.edits import Edit
from mblint.remedies.rendered import owner, put

_HOST = r"(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[0-9a-fA-F:]+\])"
_REGISTRY = regex(rf"{_HOST}(?::[0-9]+)?")
_FOLDER = regex(r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*")
_TAG = regex(r"\w[\w.-]{0,127}", re.ASCII)
_SCHEME = regex(r"(?:https?|docker|oci)://")
_DIGITS = {"sha256": 64, "sha384": 96, "sha512": 128}
_LEFT_OVER = (*FILLED_LATER, "$", "ko://", "<no value>", "<nil>", "map[", "%!")  # of most `template-leftover` tells
_PLACEHOLDER = regex(r"<[^<>]*>|\{[^{}]*\}|\[[^\[\]:]*\]|__[A-Z_]+__|(?:^|(?<=/))[A-Z]+(?:_[A-Z0-9]+)+(?=[/:]|$)")
_LONGEST = 255  # characters of a path


def image_names(world: World) -> Iterator[ImageName]:
    """A row for each container whose image has no name that a runtime takes."""
    for workload in world.cluster.workloads:
        for container in workload.pod.containers:
            image = container.image
            if image and not any(mark in image for mark in _LEFT_OVER) and not _is_blank(workload, image):
                reason = misfit(image)
                if reason is not None:
                    yield _row(world, workload, container, image, reason, "invalid")
                elif (folder := _capital_registry(image)) is not None:
                    reason = f"the capital letters make {folder} a registry's host, and no folder of Docker Hub"
                    yield _row(world, workload, container, image, reason, "registry")


def _is_blank(workload: Workload, image: str) -> bool:
    return workload.id.kind != "Pod" and not image.strip()


def misfit(image: str) -> str | None:
    """What is wrong about a name, as the end of a sentence; None where nothing is."""
    if image != image.strip():
        return "there is white space around it, and the API server takes no pod with that"
    if (scheme := _SCHEME.match(image)) is not None:
        return f"an image has no {scheme[0]} before its registry"
    if (left := _PLACEHOLDER.search(image.partition("@")[0])) is not None:
        return f"{left[0]} was to be filled in"
    if re.search(r"\s", image):
        return "there is white space in it"
    named, at, digest = image.partition("@")
    registry, path = _split(named)
    path, colon, tag = path.partition(":")
    if colon and not tag:
        return "there is no tag behind the colon"
    return (
        _wrong_path(registry, path) or (_wrong_tag(tag) if colon else None) or (_wrong_digest(digest) if at else None)
    )


def _split(named: str) -> tuple[str | None, str]:
    """The registry, None for Docker Hub, and the rest. A first folder with a capital letter is taken for a registry."""
    first, slash, rest = named.partition("/")
    if slash and (re.search("[.:A-Z]", first) or first == "localhost"):
        return first, rest
    return None, named


def _wrong_path(registry: str | None, path: str) -> str | None:
    if registry is not None and not _REGISTRY.fullmatch(registry):
        return f"{registry!r} is no host of a registry"
    if not path:
        return "the name itself is missing"
    if path != path.lower():
        return "names of images have no capital letters"
    for folder in path.split("/"):
        if not folder:
            return "there is nothing between two slashes, or behind the last one"
        if not _FOLDER.fullmatch(folder):
            return (
                f"{shown(folder)!r} is no part of a name: these are made of a-z and 0-9, with single ., _ or - between"
            )
    if len(path) > _LONGEST:
        return f"a name has at most {_LONGEST} characters"
    return "64 hexadecimal digits are an image's own number" if re.fullmatch("[0-9a-f]{64}", path) else None


def _wrong_tag(tag: str) -> str | None:
    if ":" in tag:
        return "it has two tags"
    if len(tag) > 128:
        return "a tag has at most 128 characters"
    if tag[0] in ".-":
        return "a tag begins with a letter, a digit or _"
    return None if _TAG.fullmatch(tag) else "a tag is made of letters, digits, _, . and -"


def _wrong_digest(digest: str) -> str | None:
    algorithm, colon, number = digest.partition(":")
    digits = _DIGITS.get(algorithm)
    if not colon or digits is None:
        return "behind the @ stands a digest, like sha256: with 64 hexadecimal digits"
    if not re.fullmatch("[0-9a-f]*", number):
        return f"a digest of {algorithm} has the digits 0-9 and a-f alone"
    return None if len(number) == digits else f"a digest of {algorithm} has {digits} digits, and this one {len(number)}"


def _capital_registry(image: str) -> str | None:
    """The first folder, where it is a registry's host for its capital letters alone."""
    registry, _ = _split(image.partition("@")[0])
    return registry if registry is not None and not re.search(r"[.:]", registry) and registry != "localhost" else None


def _row(world: World, workload: Workload, container: Container, image: str, reason: str, verdict: str) -> ImageName:
    return ImageName(
        object=workload.id,
        container=container.name,
        place=container.place.at("image"),
        linted=workload.linted,
        image=repr(image)[1:-1] if image.strip() != image else shown(image),
        reason=reason,
        verdict=verdict,
        edits=_edits(world, workload, container, image),
    )


def _edits(world: World, workload: Workload, container: Container, image: str) -> tuple[Edit, ...]:
    """The same name without white space around it, without its scheme, or in small letters, where that is all."""
    bare = _SCHEME.sub("", image.strip())
    registry, path = _split(bare.partition("@")[0])
    name, _, _ = path.partition(":")
    candidates = [bare]
    # One folder in capitals is a placeholder, or a registry's host; so may be a name that stands alone.
    if (registry is None or re.search(r"[.:]", registry)) and not re.search(
        r"(?:^|/)[^a-z/]*[A-Z][^a-z/]*(?:/|$)", name
    ):
        candidates += [bare.replace(name, name.lower(), 1)] if registry is not None or "/" in name else []
    right = next((one for one in candidates if one != image and misfit(one) is None), None)
    if right is None or owner(world.cluster, container.place) is not workload:
        return ()
    return (put(workload, container.place, "image", right),)
