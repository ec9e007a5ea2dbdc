"""A setting's name, how it reaches the container, and what the software does with what it says."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct


class Role(Enum):
    """What the software does with a setting. It decides whether a host in it is a dependency."""

    CALLS = "calls"  # connects to it: backends, DSNs, API URLs, back-channel endpoints
    BROWSER = "browser"  # hands it to browsers: public base URLs, origins, redirects, served assets
    LISTENS = "listens"  # binds to it
    IDENTITY = "identity"  # only compares it: an issuer
    CONTENT = "content"  # shows or stores it: themes, links, e-mail addresses
    IMAGE = "image"  # an image reference
    UNKNOWN = "unknown"

    __hash__ = object.__hash__  # each member is there once; Enum's own, in Python, takes a hundredth of a run


class Origin(Enum):
    """How a setting reaches the container."""

    ENV = "env"
    ARGUMENT = "argument"  # command and args, flags and words of a shell script
    FILE = "file"  # a mounted file of a ConfigMap, Secret or projection

    __hash__ = object.__hash__


class Name(Struct, frozen=True):
    """A setting's name and what it is the name of a setting for. `image` and `file` are empty where there is none."""

    key: str
    origin: Origin
    image: str = ""
    file: str = ""
