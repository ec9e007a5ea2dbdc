"""Sections of software files about what a program listens on, answers, and is told of its own address."""

# Annotations are not postponed here: msgspec would compile each anew when it reads rows.
from msgspec import Struct, field

from mblint.software.conditions import Condition
from mblint.software.entries import Conditional
from mblint.software.setting_names import Texts


class Listens(Conditional, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`listens`: one port on which the program listens, as far as it is told nothing else.

    `speaks`: http, https, tcp (a protocol of its own), tls, starttls (both on one port), grpc, udp.
    `setting`: names that move the port.
    `form`: what stands there: the port, an address (`:9001`, `0.0.0.0:9001`), or a URL. `name`: what the port is for.
    `address`: names that hold the address on which it listens, with the port or without. `local`: while this
    holds, it listens without them on the loopback address of its pod alone.
    `among-others`: it listens on more ports than its file names, so that nothing follows from a port that is not there.
    `stops-at-link`: it stops where a setting of these is `tcp://…`, which the kubelet makes of a Service's name.
    """

    port: int
    speaks: str = "tcp"
    setting: Texts = ()
    form: str = "port"
    address: Texts = ()
    local: Condition | None = None
    name: str = ""
    among_others: bool = False
    stops_at_link: bool = False


class Links(Conditional, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`links`: settings, no port of its own, at which it stops where the kubelet fills them of a Service's name.

    Of a Service `redis` it makes REDIS_PORT=tcp://10.96.0.12:6379, and a program that reads that as a number stops.
    `setting`: `*` stands for any text (`NEO4J_*`). `otherwise`: what happens with it, as a clause, where it reads no
    port from it.
    """

    setting: Texts
    otherwise: str = ""


class Peers(Conditional, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`peers`: a port at which the members of its cluster, which are pods of one workload, look for each other.

    `setting`: names of what says it, as `pattern` finds it there (its groups are ports); without one of them it is
    `port`. `otherwise`: what happens where the members do not get there, as a clause.
    """

    port: int | None = None
    setting: Texts = ()
    pattern: str = r"^:?(\d+)$"
    otherwise: str


class WebhookNames(Conditional, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`webhook-names`: the names for which the program makes the certificate of a webhook itself.

    `setting`: names of what lists them (several times, or with commas). `secret`: of what names the Secret that it
    writes the certificate to, for other pods; without, its own pods show it.
    """

    setting: Texts
    secret: Texts = ()


class Health(Conditional, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`health`: a path that answers probes.

    `port`: where; None: on every HTTP port of `listens`. `setting`: names that move the port. `prefix`: names of a
    path that comes before (of a URL, its path). `of`: the probes it is meant for. `unknown-when`: nobody knows while
    this holds. `absent`: the program answers 404 there. Where entries are about a path and none holds, the path is not
    answered.
    """

    path: str
    port: int | None = None
    setting: Texts = ()
    prefix: Texts = ()
    speaks: str = "http"
    of: Texts = ()
    absent: bool = False
    unknown_when: Condition | None = None


class BasePath(Conditional, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`base-path`: the path below which the program serves its pages, and answers nothing else.

    `setting`: names that hold it; without them it is the root, or `default`. `form`: path, or url (the path of an
    address). `everything`: what it answers probes with lies below it, too. `also-root`: told one, it takes requests
    from which the path was taken off, too. `own`: paths beside it that it answers. `gone`: paths that it had in earlier
    versions, or is thought to have, and that it does not answer. `asks-at-root`: its pages ask for their scripts at the
    root of the host, unless `links` tell them a path (names of settings; none: nothing can). `completed-by`: files that
    may say it, too, and whose contents no manifest shows. `at`: only what comes to this port.
    """

    setting: Texts = ()
    form: str = "path"
    default: str = ""
    everything: bool = False
    also_root: bool = False
    own: Texts = ()
    gone: Texts = ()
    asks_at_root: bool = False
    at: int | None = None
    links: Texts = ()
    completed_by: Texts = ()


class MadeOf(Struct, frozen=True, rename="kebab", forbid_unknown_fields=True):
    """A part of an address that another setting says; `default`: without."""

    setting: Texts
    default: str = ""


class PublicUrl(Conditional, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`public-url`: the setting by which the program is told the address that browsers use for it.

    `default`: what it takes without. `needed-when`: with `oidc` (it sends browsers to a provider, which sends them
    back), with `route` (something leads there from outside), `always`, `apart` (browsers come to the port of `beside`,
    an entry of `listens` by its name, and by hosts of their own to another one, where its pages are). `form`: url (it
    must have a scheme), host, any (either). `otherwise`: what happens where it is wrong, as a clause ("its logins end
    at localhost"). `completed-by`: files that may say it, too, and whose contents no manifest shows. `below`: the paths
    below it that others are sent to; where they are known, a route need not bring what lies at the address itself.
    `plain`: what breaks where it says http:// and browsers come by https, as a clause; without it, its links only.
    `of-api`: it is the address of an API that the pages call, which may be another program's; providers send nobody
    back below it. `port`: it is told to those alone who come to this port of its pods. `made-of`: marks in its text
    that the program fills with other settings (`%(domain)s`). `links-alone`: all else works without. `separator`:
    between several addresses, of which one that a route serves is enough. `lands`: the entry of `listens`, by its name,
    to whose port the routes of that host have to lead.
    """

    setting: Texts
    separator: str = ""
    lands: str = ""
    of_api: bool = False
    links_alone: bool = False
    port: int | None = None
    made_of: dict[str, MadeOf] = field(default_factory=dict)
    below: Texts = ()
    default: str | None = None
    needed_when: str = ""
    beside: str = ""
    plain: str | None = None
    form: str = "url"
    otherwise: str = ""
    completed_by: Texts = ()


class Answered(Struct, frozen=True, rename="kebab", forbid_unknown_fields=True):
    """What is answered whatever the list says. `hosts`, `paths`: globs. `own-address`: requests for the pod's own.

    `same-origin-when`: then the forms of its own pages are trusted (it knows that its users come by https). `by-https`:
    without the setting it takes its users to come by https, and trusts the forms of its own pages there alone.
    """

    hosts: Texts = ()
    paths: Texts = ()
    own_address: bool = False
    same_origin_when: Condition | None = None
    by_https: bool = False


class Hosts(Conditional, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`hosts`: a list of the hosts or origins from which the program takes requests.

    `kind`: hosts (of the Host header), pages (those whose scripts may open WebSockets to it), origins (CORS), csrf
    (trusted for forms), redirects (where a sign-in sends browsers back to), cookies (domains of its cookies), files (of
    the applications whose files it opens).
    `form`: what an element is: host, origin (`https://host`), url, glob, regex, domain (with all hosts below it).
    `separator`: between elements of one text (`json`: a JSON list).
    `wildcard`: the element that allows all. `subdomains`: what, before a domain, allows those below it (`.`, `*.`).
    `always`: what is answered all the same. `default`: without the setting (empty: all are refused; None: all allowed).
    `also`: further settings whose hosts it takes. `completed-by`: files that add to the list, whose contents no
    manifest shows. `otherwise`: what happens to what is not in it, as a clause ("it answers 400 Bad Request").
    `port`: only what comes to this port of its pods. `usual`: as its framework writes it; a program may differ.
    `to-the-letter`: an element with a scheme, a path or a port is no host. `with-port`: an element is held against the
    whole header, in which clients write a port that is not their scheme's. `told`: settings with an address by which it
    has others call it.
    """

    setting: Texts
    also: Texts = ()
    told: Texts = ()
    port: int | None = None
    usual: bool = False
    to_the_letter: bool = False
    with_port: bool = False
    otherwise: str = ""
    kind: str = "hosts"
    form: str = "host"
    separator: str = ","
    wildcard: Texts = ()
    subdomains: Texts = ()
    always: Answered = Answered()
    default: tuple[str, ...] | None = None
    completed_by: Texts = ()


class ProxyHeaders(Conditional, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`proxy-headers`: how the program is told that TLS ends before it. `told-by`: holds where it is told; without it,
    the program always believes X-Forwarded-Proto.

    `believes`: while this holds, it takes X-Forwarded-Proto for how the browser came.
    `setting`: what a remedy would set, to `to`. `otherwise`: what then happens, as a clause ("its links are http://").
    """

    told_by: Condition | None = None
    believes: Condition | None = None
    setting: Texts = ()
    to: str = ""
    otherwise: str = ""


class Bodies(Conditional, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`bodies`: requests as large as these (`needs`: 20m) are the daily work of the program; `what` they are."""

    needs: str
    what: str


class Headers(Conditional, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`headers`: a header of browsers' requests without which it does not work, and web servers lose unless told.

    `header`: Upgrade (by which WebSockets begin) or Host. `otherwise`: what happens without it, as a clause.
    """

    header: str
    otherwise: str


class WantsHttps(Conditional, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`wants-https`: what the program does only for browsers that come by HTTPS, wherever TLS ends.

    `setting`: names of what says so, or could say otherwise. `to`: with that it does it by plain HTTP, too.
    `otherwise`: what happens to browsers that come by plain HTTP, as a clause ("nobody stays logged in").
    """

    setting: Texts = ()
    to: str = ""
    otherwise: str = ""
