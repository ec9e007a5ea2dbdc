"""Sections of software files about what a setting may say, and what settings there are: forms, keys, names."""

# Annotations are not postponed here: msgspec would compile each anew when it reads rows.
from msgspec import field

from mblint.software.entries import Conditional
from mblint.software.setting_names import Texts


class Takes(Conditional, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`takes`: settings that take values of one form alone.

    `setting`: their names, each of them judged by itself. `one-of`: the values, whatever their case. `form`: instead, a
    form of `mblint/facts/programs/forms.py`. `otherwise`: what happens at any other value, as a clause; without it, the
    program stops. `empty`: a setting that is set to nothing is none of them, too. `starts`: true where it starts all
    the same.
    """

    setting: Texts
    one_of: Texts = ()
    form: str = ""
    empty: bool = False
    otherwise: str = ""
    starts: bool = False


class Keys(Conditional, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`keys`: all keys that a mapping of the program's configuration file may have.

    `file`: ends of its path, as of images, or options that name it (`--config`).
    `at`: the path of the mapping, with `[]` for each element of a list; without
    it, the file itself. `known`: its keys; `*` stands for any text. Without it nothing is unknown but what `gone` and
    `since` say. `since`: by version, keys that are known from then on; `gone`: by version, keys that are not known from
    then on, with what to do in their place, as a clause or as a key. `complete-to`: the last version whose keys are all
    in `known`: of later ones nothing follows, and without a version only what nearly is a key is unknown.
    `otherwise`: what happens at an unknown one, as a
    clause; without it, the program stops. `starts`: true where it starts all the same.

    `any-case`: keys count whatever their case. `cut-at`: what stands behind it in a key is a name of the key's own
    (`otlp/traces`).

    `form`: of a file that is no tree: `lines` (one `name value` or `name = value` a line), `sections` (the same below
    `[section]`, whose name `at` is; `named`: only those with this `Name`, in small letters). Names of these count
    whatever their case, and `-` is `_`. `prefixes`: what may stand before a name. `shortened`: a beginning of a name is
    taken for it. `options`: the same names as options of the command line: `--`, or an option whose value is
    `name=value` (`-c`).
    """

    file: Texts = ()
    known: Texts = ()
    at: str = ""
    form: str = ""
    named: str = ""
    since: dict[str, Texts] = field(default_factory=dict)
    gone: dict[str, dict[str, str]] = field(default_factory=dict)
    complete_to: str = ""
    cut_at: str = ""
    any_case: bool = False
    prefixes: Texts = ()
    shortened: bool = False
    options: Texts = ()
    otherwise: str = ""
    starts: bool = False


class Refers(Conditional, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`refers`: names in the program's configuration file of what stands elsewhere in it.

    `file`: ends of its path, or options that name it.
    `at`: paths of the names (`a.b[].c`; `*` is every key). `to`: paths of the mappings whose
    keys are defined, or of the names of elements (`receivers[].name`). `always`: names that are there anyway.
    `merged-by`: options that, given twice, merge several files: then nothing follows from one.
    `otherwise`: what is wrong, as a clause. `starts`: true where it starts all the same.
    """

    file: Texts
    at: Texts
    to: Texts
    always: Texts = ()
    merged_by: Texts = ()
    otherwise: str = ""
    starts: bool = False


class Options(Conditional, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`options`: all options of the program's command line; it stops at any other.

    `known`: the names without dashes that all these versions have; `*` stands for any text, and `no-*` for the opposite
    of each. `since`: names by the first version that has them; `gone`: by the first that lacks them again; a name
    may be in both. `instead`: what to write in place of a removed one. `behind`: the word of the command line after
    which they stand (`server`, or the program's own name), where it has several commands; of several words, one.
    `any-case`: the program takes them in upper and lower case.
    """

    known: Texts
    since: dict[str, Texts] = field(default_factory=dict)
    gone: dict[str, Texts] = field(default_factory=dict)
    instead: dict[str, str] = field(default_factory=dict)
    behind: Texts = ()
    any_case: bool = False


class Family(Conditional, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`families`: all environment variables with one beginning that the program reads.

    `prefix`: the beginning. `known`: the variables, with it; `*` stands for any text. Without a prefix others may be
    read, too, and only slips of the known ones are found. `unread`: instead, those that it does not read although
    others of its images do. `otherwise`: what to say of one that it does not read, as a clause.
    """

    prefix: str = ""
    known: Texts = ()
    unread: Texts = ()
    otherwise: str = ""


class Elects(Conditional, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`elects`: the nodes that elect the first of a cluster, by the names that they give themselves.

    `setting`: the list of names, separated by commas. `own`: the setting of a node's own name; without it, its host
    name, which is the pod's. `otherwise`: what happens where no more than half of them are there, as a clause.
    """

    setting: Texts
    own: Texts
    otherwise: str


class Follows(Conditional, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`follows`: an address that must be another one of the program's, and what stands behind that.

    `setting`: keys of its file, with `[]` for each element of a list. `of`: the settings of the other address.
    `behind`: what is written behind it. `otherwise`: what happens where it is another one, as a clause.
    `starts`: true where the program starts all the same.
    """

    setting: Texts
    of: Texts
    behind: str
    otherwise: str
    starts: bool = False
