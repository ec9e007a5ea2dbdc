"""Sections of software files about starting: needed settings, what is done first, and what that costs."""

# Annotations are not postponed here: msgspec would compile each anew when it reads rows.
from msgspec import Struct

from mblint.software.entries import Conditional, Entry
from mblint.software.setting_names import Texts

Three = tuple[float, float, float]  # low, typical, high


class Needed(Conditional, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`settings`: a setting without which the program does not start, or not rightly.

    `needed`: its names; one of them is enough. `otherwise`: what happens without, as a clause ("it refuses to start").
    `starts`: true where it starts all the same. `example`: what it could be set to. `first-start`: only a start without
    data asks for it. `completed-by`: files that may say it, too, and whose contents no manifest shows. `default-host`:
    the host that it asks without: none is missing where that is a Service, or a container of its pod.
    """

    needed: Texts
    otherwise: str
    starts: bool = False
    example: str = ""
    first_start: bool = False
    completed_by: Texts = ()
    default_host: str = ""


class Refuses(Conditional, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`refuses`: a setting with which the program does not start, or not rightly: any value while `when` holds.

    `setting`: its names. `otherwise`: what happens, as a clause ("it stops: the key must be 64 hexadecimal digits").
    `starts`: true where it starts all the same. `example`: what it could be set to. `instead`: what to set or do in its
    place, as a clause.
    """

    setting: Texts
    otherwise: str
    starts: bool = False
    example: str = ""
    instead: str = ""


class Reads(Conditional, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`reads`: a file that the program parses as it is mounted, and without which it does not start.

    `file`: ends of its path, as of images (`*/prometheus.yml`). `format`: yaml, json, toml, xml, nginx (the file that
    it begins with), nginx-http (what that includes in its http { }). `unique`: a key that stands twice is refused.
    `comments`: JSON with comments and commas at the end is taken.
    """

    file: Texts
    format: str
    unique: bool = False
    comments: bool = False


class Literal(Conditional, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`literal`: a file in which the program fills in no environment variables: `${DB_PASSWORD}` stays what it is.

    `file`: ends of its path, where its words or variables name the file; one that begins with `/` is read unasked.
    `format`: yaml (JSON, too), lines, nginx. `but`: keys at and below which it does fill them in. `forms`: the
    notations that stay (none: all): braces (`${NAME}`), dollar (`$NAME`), parentheses (`$(NAME)`). `own`: names that
    it fills in itself, whatever their case. `overruled`: how variables begin by which it takes the same settings.
    `otherwise`: what becomes of it, as a clause. `instead`: what to do, as a clause.
    """

    file: Texts
    format: str
    but: Texts = ()
    forms: Texts = ()
    own: Texts = ()
    overruled: Texts = ()
    otherwise: str = ""
    instead: str


class NeedsFiles(Conditional, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`needs-files`: files of a folder of the image without which the image's own command does not start the program.

    A mount over the folder hides them. `folder`: an absolute path. `files`: names in it.
    """

    folder: str
    files: Texts


class Starts(Conditional, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`starts`: programs by which a command of the manifest's own starts it as its image does (`run-server.sh`)."""

    by: Texts


class Lacks(Entry, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`lacks`: programs that its image does not have, so that no probe, hook or command can start them.

    `programs`: their names. `only`: instead, all that it has (of an image without a shell). `instead`: what to start in
    their place, as a clause.
    """

    programs: Texts = ()
    only: Texts = ()
    instead: str = ""


class Migrates(Conditional, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`migrates`: at a new version the program brings its data up to date before it listens.

    `seconds`: how long that takes where it was measured.
    """

    because: str = ""
    seconds: Three | None = None


class ProbeCost(Conditional, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`probe-costs`: a command of exec probes: the CPU seconds of a call, and the seconds it waits in any case.

    `command`: a program and the words that follow it (`celery inspect ping`), or several; options between the words do
    not matter, `*` is any part of one. `waits`: unless an option of `waits-unless` is given; one of `waits-option` says
    how long.
    """

    command: Texts
    cpu: Three
    waits: float = 0.0
    waits_unless: Texts = ()
    waits_option: Texts = ()
    evidence: str = ""


class Permission(Conditional, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`permissions`: what the program asks of the Kubernetes API. `group` "": the core one.

    `cluster-wide`: in all namespaces, so that a Role is not enough. `otherwise`: what fails, as a clause.
    """

    resources: Texts
    verbs: Texts
    group: str = ""
    cluster_wide: bool = False
    otherwise: str = ""


class Chart(Entry, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`charts`: a chart that makes up passwords: key of its Secret → value of the chart that pins it."""

    chart: str
    keys: dict[str, str]


class Fills(Entry, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`fills`: a part of a label's or annotation's key by which the program adds keys to a ConfigMap or Secret."""

    mark: str


class Client(Entry, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`clients`: programs of the command line that connect to what their words name.

    As the rows of `rules/tables/clients.yaml`, whose head says what each field means. `local-port`: the TCP port of its
    own machine that it asks where it is told no other, and none of the variables `local-unless` is set.
    """

    programs: tuple[str, ...]
    words: str = "none"
    bare_urls: bool = False
    skip_words: int = 0
    commands: tuple[str, ...] = ()
    url_options: tuple[str, ...] = ()
    host_options: tuple[str, ...] = ()
    port_options: tuple[str, ...] = ()
    default_port: int | None = None
    local_port: int | None = None
    local_unless: tuple[str, ...] = ()
    valued: tuple[str, ...] = ()
    user_options: tuple[str, ...] = ()
    password_options: tuple[str, ...] = ()
    database_options: tuple[str, ...] = ()
    database_word: bool = False
    database_of_user: bool = False
    database_unless: tuple[str, ...] = ()
    authentication_database_options: tuple[str, ...] = ()


class Cost(Struct, frozen=True, rename={"for_class": "class"}):
    """What a container costs: `base + workers × worker`, in CPU seconds (`of: start-up`) or MiB (`of: memory`).

    `for_class`: how heavy the application is (runtimes). `runtime`: of an image that runs several.
    `listen`: CPU seconds of each worker until the port opens, where that is less than until it serves; `boot`: until it
    reports to its master. `opens`: `at-once` (before any worker is there), `with-a-worker`, `never` (nothing listens).
    `hardware`: None where the law's factor holds.
    """

    of: str
    base: Three
    worker: Three
    evidence: str
    source: str
    for_class: str = ""
    runtime: str = ""
    listen: Three | None = None
    boot: Three | None = None
    opens: str = "with-a-worker"
    hardware: float | None = None


class Tags(Struct, frozen=True, rename={"first": "from", "last": "through"}):
    """Versions whose Dockerfiles were read, both ends included."""

    first: str
    last: str


class ConfigurationFile(Struct, frozen=True):
    """A configuration file inside an image, as far as it matters."""

    file: str
    workers: int
    timeout: int


class Profile(Struct, frozen=True, rename={"app_class": "class"}):
    """`profiles`: what an image says that no manifest shows: entry point, command, variables, and measured costs.

    As read in the Dockerfile of every tag from the first through the last. `image`, `also`: end of the repository.
    """

    name: str
    image: str
    tags: Tags
    source: str
    also: tuple[str, ...] = ()
    app_class: str = ""
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    environment: dict[str, str] = {}
    configuration: ConfigurationFile | None = None
    rows: tuple[Cost, ...] = ()
