"""The profile of an image, by its name and tag."""

from __future__ import annotations

from mblint.regex import regex
from mblint.software.programs import Programs, shipped_programs
from mblint.software.running import Profile

_VERSION = regex(r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:[-+].*)?")


def profile(reference: str | None, programs: Programs) -> Profile | None:
    """What is known of an image. None for other images, and for tags whose Dockerfile nobody read."""
    if not reference:
        return None
    repository, tag = _parts(reference)
    version = _version(tag)
    running = programs.of_image(reference)
    for image in () if running is None else running.program.entries(Profile):
        names = (image.image, *image.also)
        if version is not None and any(repository == name or repository.endswith("/" + name) for name in names):
            first, last = _version(image.tags.first), _version(image.tags.last)
            if first is not None and last is not None and first <= version <= last:
                return image
    return None


def profiles() -> tuple[Profile, ...]:
    """The profiles of all images."""
    programs = shipped_programs().with_section(Profile)
    return tuple(profile for program in programs for profile in program.entries(Profile))


def _parts(reference: str) -> tuple[str, str]:
    """The repository and the tag of `registry:5000/name:tag@digest`."""
    named = reference.partition("@")[0]
    folder, slash, last = named.rpartition("/")
    name, _, tag = last.partition(":")
    return folder + slash + name, tag


def _version(tag: str) -> tuple[int, int, int] | None:
    found = _VERSION.fullmatch(tag)
    if found is None:
        return None
    major, minor, patch = (int(part or 0) for part in found.groups())
    return major, minor, patch
