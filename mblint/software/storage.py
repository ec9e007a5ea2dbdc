"""Sections of software files about data: what a server creates, where data lie, and what a step must leave alone."""

# Annotations are not postponed here: msgspec would compile each anew when it reads rows.
from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from mblint.software.conditions import Condition
from mblint.software.entries import Conditional
from mblint.software.setting_names import Texts


class AddedBy(Struct, frozen=True, forbid_unknown_fields=True):
    """What else may add names: folders whose scripts are run, settings that name files or lists. `sql`: the scripts are
    of SQL, and what they make is read where they are understood; what a name without quotes becomes, `lower-case` or
    `as-written`."""

    folders: Texts = ()
    settings: Texts = ()
    sql: Literal["", "lower-case", "as-written"] = ""


class ListedIn(Struct, frozen=True, forbid_unknown_fields=True):
    """A JSON file that lists the names: `setting` has its path, or that of a folder of such files; `default`: without
    the setting. `list`: the key of the list, `key`: of the name in each of its rows, or in those of the list at `each`
    in each of them. `within`: the key of the virtual host, of rows that let a user into one. `form`: acl for the lists
    of users of Redis."""

    list: str
    key: str
    setting: Texts = ()
    default: str | None = None
    each: str = ""
    within: str = ""
    form: str = ""


class Creates(Conditional, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`creates`: names that a server makes from its settings, and those it has anyway.

    `what`: database, user, vhost, grant, bucket, client, topic, organization, datacenter, directory (the tree of an
    LDAP server), index (how many databases with numbers it has).
    `setting`: names of the setting; `separator`: it is a list, whose elements any of these characters separate; `form`:
    domain, where a tree is written as one, or before-colon, where more stands behind a name. `default`: without the
    setting; `default-from`: then the value of these settings. `always`: names that are there in any case. `added-by`:
    what else may add, so that the list is not closed. `by-program`: it makes them itself, and no script of its image
    does, so that a command of the manifest changes nothing. `others`: it may have any beside, or lets everybody in.
    `lives-in`: of users, the settings that name the database
    that has them (a list where the users are one); `lives-in-default`: without these. `listed-in`: a file of
    definitions.
    """

    what: str
    setting: Texts = ()
    listed_in: ListedIn = ListedIn("", "")
    separator: str | None = None
    form: str = ""
    default: str | None = None
    default_from: Texts = ()
    always: Texts = ()
    added_by: AddedBy = AddedBy()
    by_program: bool = False
    others: bool = False
    lives_in: Texts = ()
    lives_in_default: str | None = None


class Makes(Conditional, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`makes`: what a client makes itself in the server that it asks, where it is missing.

    `what`: database, user, bucket, vhost; `nothing`: it makes none of these, as migrations that only change a database.
    """

    what: Texts


class Data(Conditional, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`data`: a folder with what must outlive the pod.

    `setting`: names that move it. `kind`: data, or cache (it may be lost). `goes-back`: how far an older version can
    take over what a newer one wrote: never, patch, minor, always. `volume-moved`: where the volume was before these
    versions. `locked`: one process at a time may have it open. `image-volume`: the folder is a VOLUME of the image,
    which containerd and Docker mount anew for each container, over a volume that is mounted at a folder above.
    `refuses-others`: what happens where anything of somebody else's lies in the folder, as a clause ("initdb refuses
    it").
    """

    path: str
    setting: Texts = ()
    kind: str = "data"
    goes_back: str = ""
    volume_moved: str | None = None
    locked: bool = False
    image_volume: bool = False
    refuses_others: str = ""


class Steps(Conditional, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`steps`: which version may take over the data of which.

    `may-follow`: same-major, next-major, next-minor, next-listed, any. `listed`: the series in their order, for
    next-listed. `from-last-minor`: a new major only from the last minor of the one before. `stops`: versions that
    must each have run. `never-back`: an older version refuses or damages them. `families`: globs of images whose
    data are the same; a step between two families is not judged. `modes`: ways to run, by what tells each,
    of which one does not find what another wrote. `upgraded-by`: images or programs that convert data.
    `otherwise`: what happens, as a clause ("the server refuses to start"). `depends-on`: what may make it work all the
    same, and no manifest shows ("its feature flags").
    """

    may_follow: str = "any"
    listed: tuple[str, ...] = ()
    from_last_minor: bool = False
    stops: tuple[str, ...] = ()
    never_back: bool = False
    families: tuple[Texts, ...] = ()
    modes: Mapping[str, Condition] = {}
    upgraded_by: Texts = ()
    otherwise: str = ""
    depends_on: str = ""


class Seals(Conditional, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`seals`: a key by which the program encrypts what it stores, so that with another one it cannot read it.

    `setting`: its names, or `file`: globs of the path of a mounted file that holds nothing else. `what`: what it
    encrypts ("the credentials of its workflows"). `otherwise`: what happens with another key, as a clause ("it refuses
    to start"). `default`: the key without the setting. `separator`: the setting is a list, of which the first encrypts
    and all decrypt. `earlier`: settings with former keys, by which it still decrypts. `on-volume-unless`: what is
    encrypted lies on a volume of its own, and is lost where it has none, unless the condition holds (it has a server
    for that). `identity`: it is no key, but what the data on its volume carry, in a word or two ("cluster ID").
    """

    what: str
    otherwise: str
    setting: Texts = ()
    file: Texts = ()
    default: str | None = None
    separator: str | None = None
    earlier: Texts = ()
    on_volume_unless: Condition | None = None
    identity: str = ""


class RefusesData(Conditional, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`refuses-data`: data of another program, in its own folder, over which this one does not start.

    `of`: that program's name; `its-versions`: only of these. `otherwise`: what happens, as a clause.
    """

    of: str
    its_versions: Texts = ()
    otherwise: str


class RunsAs(Conditional, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`user`: as whom the image runs, where no manifest says it, and the folders that it must be able to write.

    `uid` 0 with `becomes`: it starts as root, and goes on as that one. `chowns`: it makes its folders its own before.
    `in-image`: those of them that are plain folders of the image, no VOLUME of it: they are as read-only as its root
    file system. `others-refused`: users other than root and the image's may not write those. `completed-by`: files that
    may name other folders, and whose contents are not read. `by-name`: the image names its user by a name, of which
    the kubelet cannot tell whether it is root. `only-root`: what happens where it starts as another user, as a clause.
    `capabilities`: those beyond what a container has anyway, without which it does not start. `in-file`: those that
    the file of its program has from a version on, so that the kernel starts it nowhere without them.
    """

    uid: int | None = None
    gid: int | None = None
    becomes: int | None = None
    chowns: bool = False
    writes: Texts = ()
    in_image: Texts = ()
    others_refused: bool = False
    completed_by: Texts = ()
    by_name: bool = False
    only_root: str = ""
    capabilities: Texts = ()
    in_file: Mapping[str, str] = {}


class Replicas(Conditional, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`replicas`: more than one pod is wrong unless the condition holds. `because`: a clause for the message.

    `single-unless` absent: always one. `affinity`: sessions bound to one pod are enough. `shared`: folders which, on a
    volume that all pods have, are enough. `by-others`: another container of the pod may make it right.
    """

    because: str
    single_unless: Condition | None = None
    affinity: bool = False
    by_others: bool = False
    shared: Texts = ()
