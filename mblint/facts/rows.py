"""What a fact is: a typed row about one object, with the places that it was derived from.

A row's fields are what rules may ask for and messages may show, by their names. A field is a string, a number, a
boolean, None (unknown, left out), a tuple of strings, or a small frozen struct of those (`startup.low`).
No field may hold the value of a Secret.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from msgspec import Struct

from mblint.cluster.objects import ObjectId
from mblint.manifests.documents import Place
from mblint.remedies.edits import Edit


class Related(Struct, frozen=True):
    """The other side of a finding: a sentence about a further place ("the policy that decides", "also set here")."""

    message: str
    place: Place
    object: ObjectId | None = None


class Fact(Struct, frozen=True, kw_only=True):
    """What every row has.

    `object`: what the fact is about; ignores match on it. `place`: the value at fault.
    `shared_by`: objects that inherit the same configuration (Jobs of a Deployment): named, not judged again,
    as `Kind/name` or `Kind/name (container)`, in the namespace of `object`.
    `edits`: what to change so that it is no longer at fault, where that is sure; all of them together.
    """

    about: ClassVar[str]  # the kind, as rule files name it
    reported: ClassVar[tuple[str, ...]]  # the fields that reports carry as `facts`
    listed: ClassVar[tuple[str, ...]] = ("settings",)  # fields of which a finding reports what all its facts say
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {}  # fields with a closed vocabulary: rules may ask for no other

    object: ObjectId
    container: str | None = None
    place: Place
    related: tuple[Related, ...] = ()
    shared_by: tuple[str, ...] = ()
    linted: bool = True  # False: the object is from --context, never reported
    edits: tuple[Edit, ...] = ()


class InvalidObjectFact(Fact, frozen=True, kw_only=True):
    """An object that is not what its kind requires.

    `subject`: what a sentence calls it (it may lack a name). `consequence`: a sentence (no full stop) on what was
    left out. `refused` False: the API server takes it all the same, with a warning. `template`: where one
    was left over.
    """

    about: ClassVar[str] = "invalid-object"
    reported: ClassVar[tuple[str, ...]] = ("reason",)

    subject: str
    reason: str
    consequence: str
    template: str | None = None
    refused: bool = True


class UnusedIgnore(Fact, frozen=True, kw_only=True):
    """An ignore that silenced nothing, expired, or names no rule. Made by `findings`, which alone can know."""

    about: ClassVar[str] = "unused-ignore"
    reported: ClassVar[tuple[str, ...]] = ("rule", "origin", "reason_unused")

    rule: str  # as the ignore names it
    origin: str  # "config", "annotation", "comment"
    reason_unused: str  # a clause after "because": "no finding of this rule matches it", "it expired on 2027-03-01"


class Unread(Fact, frozen=True, kw_only=True):
    """A variable, or a mounted file, that looks as if it named hosts, and of which no reader made anything. Not judged:
    who asks for it gets it.

    `source`: the variable's name or the file's path. `reason`: why nothing was made of them.
    """

    about: ClassVar[str] = "unread"
    reported: ClassVar[tuple[str, ...]] = ("source", "hosts", "reason")

    source: str
    hosts: tuple[str, ...]
    reason: str
