"""Sections of software files about what a program needs: to start and to run, to keep, to share between processes."""

# Annotations are not postponed here: msgspec would compile each anew when it reads rows.
from msgspec import Struct

from mblint.software.entries import Conditional
from mblint.software.running import Three
from mblint.software.setting_names import Texts


class Keeps(Conditional, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`keeps`: a setting by which the program takes so much memory for what it keeps there, as it comes to need it.

    `setting`: its names; or `file`: mounted files (globs) whose text says it, as `pattern` finds it. `pattern`: the
    first group is the size, and several add up; without, the whole value is. `times`: a setting with the number of
    processes that each take so much. `unit`: of a number that stands alone: bytes, KiB, 8KiB, MiB, GiB. `beside`: MiB
    that it takes for certain besides. `what`: that which it keeps, as a word ("data"). `before`: what it does when it
    has all of that, as a clause. `soft`: it takes it only where its work asks for it. `whole`: nothing comes beside it,
    so that as much as the limit fits.
    """

    what: str
    setting: Texts = ()
    file: Texts = ()
    pattern: str = ""
    times: Texts = ()
    unit: str = "bytes"
    beside: int = 0
    before: str = "it begins to throw anything out"
    soft: bool = False
    whole: bool = False


class SharedMemory(Conditional, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`shared-memory`: it needs more than 64 MiB in `/dev/shm`, which is what a container has.

    `because`: what it keeps there, as a clause. `size`: enough for most. `soft`: only where its work asks for it.
    """

    because: str
    size: str
    soft: bool = False


class Number(Struct, frozen=True, rename="kebab", forbid_unknown_fields=True):
    """`number` of `costs`: how many workers a program starts. `setting`: its names; `otherwise`: where none is set.

    `called`: what its workers are called.
    """

    setting: Texts
    otherwise: int
    called: str = "workers"


class OwnCost(Conditional, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`costs`: what the program's own server needs, as a `Cost`; of several entries the first that is true counts.

    `number`: how many workers that is; without it, one.
    """

    of: str
    base: Three
    evidence: str
    worker: Three = (0, 0, 0)
    number: Number | None = None
    listen: Three | None = None
    opens: str = "with-a-worker"
