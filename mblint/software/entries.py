"""What every entry of a software file may say beside its own matter: its source, and what it is true for."""

# Annotations are not postponed here: msgspec would compile each anew when it reads rows.
from msgspec import Struct

from mblint.software.conditions import Condition
from mblint.software.setting_names import Texts


class Entry(Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """One entry of a section.

    `source`: where it was read; without one, the file's own. `versions`: ranges for which it is true (none: all).
    `images`: it is true for these of the program's images only (`!` before one: not for it; `:*-alpine`: its tags).
    `note`: what a reader should know beside.
    """

    source: str = ""
    versions: Texts = ()
    images: Texts = ()
    note: str = ""


class Conditional(Entry, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """An entry that is true only while the container's settings are so: `when` holds, and `unless` does not."""

    when: Condition | None = None
    unless: Condition | None = None
