"""The one shape of this room: somebody asks for a name, somebody offers some, and a function says whether they meet.

Each kind of name (databases, buckets, certificates …) has a module that finds both sides; `answer` joins them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from mblint.cluster.objects import Container, Object
from mblint.cluster.secrets import SHOWN, SecretText, Text, reveal
from mblint.facts.edits.slips import differ_by_a_slip
from mblint.manifests.documents import Place

Fits = Callable[[str, str], bool]  # (asked, offered): whether an offered name serves who asks


class Name(Struct, frozen=True, eq=False):
    """A name and where it stands. `said_by`: as messages call that: "DB_NAME", "dnsNames of Certificate shop"."""

    text: Text
    place: Place
    said_by: str

    @property
    def shown(self) -> str:
        """For messages: not the name itself where that is a Secret's."""
        return SHOWN if isinstance(self.text, SecretText) else self.text


class Asked(Struct, frozen=True, eq=False):
    """Somebody asks for a name. `what`: database, user, vhost, bucket, host …

    `assumed`: nobody wrote it, and it is what clients take then.
    """

    what: str
    name: Name
    by: Object
    container: Container | None = None
    assumed: bool = False


class Offered(Struct, frozen=True, eq=False):
    """The names of one kind that somebody offers.

    `added_by`: clauses that say what else may add to them ("the scripts in /initdb may add some"); none: the list is
    closed. `guessed`: it is closed as far as a table's default says, and nothing in the manifests. `read_from`: the
    file of definitions that has them, in place of the settings. `scripts_read`: they have what its own scripts make.
    """

    what: str
    by: Object
    names: tuple[Name, ...]
    added_by: tuple[str, ...] = ()
    guessed: bool = False
    read_from: str | None = None
    scripts_read: bool = False

    @property
    def of_files(self) -> bool:
        """Whether the server's own scripts, or definitions, are read: nothing else of theirs adds to the names."""
        return self.scripts_read or self.read_from is not None or any(name.said_by[:1] == "/" for name in self.names)

    @property
    def shown(self) -> tuple[str, ...]:
        """The names for messages, each once."""
        return tuple(dict.fromkeys(name.shown for name in self.names))


class Answer(Struct, frozen=True, eq=False):
    """Whether a name is offered. `verdict`: offered, missing, unknown (then `reason` is a clause that says why).

    `nearest`: for what is missing the one offered name that differs by a slip of the hand. `offered`: the list that
    decided.
    """

    verdict: str
    offered: Offered
    reason: str | None = None
    nearest: Name | None = None


def answer(asked: Asked, lists: Sequence[Offered], fits: Fits = str.__eq__) -> Answer | None:
    """Whether one of the lists of this kind has the name; None where nobody offers names of the kind."""
    of_kind = [offered for offered in lists if offered.what == asked.what]
    wanted = reveal(asked.name.text)
    for offered in of_kind:
        if any(fits(wanted, reveal(name.text)) for name in offered.names):
            return Answer("offered", offered)
    for offered in of_kind:
        if offered.added_by:
            return Answer("unknown", offered, reason=offered.added_by[0])
    return Answer("missing", of_kind[0], nearest=nearest(asked.name, of_kind[0].names)) if of_kind else None


def nearest(name: Name, among: Iterable[Name]) -> Name | None:
    """The only name that differs from another one by a slip of the hand."""
    near = {reveal(each.text): each for each in among if differ_by_a_slip(reveal(name.text), reveal(each.text))}
    return next(iter(near.values())) if len(near) == 1 else None
