"""Sections of software files about logins: by OpenID Connect, at servers, and the users that servers have."""

# Annotations are not postponed here: msgspec would compile each anew when it reads rows.
from collections.abc import Mapping

from msgspec import Struct, field

from mblint.software.conditions import Condition
from mblint.software.entries import Conditional, Entry
from mblint.software.setting_names import Texts


class Oidc(Conditional, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`oidc`: one set of settings by which the program is a relying party, or (`provider`) a provider.

    As the rows of `rules/tables/oidc.yaml`, whose head says what each field means; `library` is what messages call it
    (without: the program). `image`: a part of the image's name, where the settings' names alone are not telling.
    Further: `client-id`, `client-secret`: settings that hold them; `client-id-default`: the id without one, unless
    a file of `completed-by` says another. `callback-path`: where on its own address the provider sends browsers
    back; `{instance}` is the client's name among several, as settings are called, `{name}` the one that
    `callback-name` says (without: `callback-name-default`). `callback-setting`: names of the whole callback URL, or
    of the path alone. `callback-base`: settings of the address before the path (without: the program's public URL,
    else that of each request), `callback-base-default`: the one without them, unless somebody says another in its
    pages. `callback-below`: settings of a path below which it stands. `callback-relative`: settings that with
    `true` have it send a path alone as it is. `callback-https`: then its callback is of https, whatever the scheme
    of a request was.
    `base-path`: of a provider, settings of the path before its realms; `base-path-default`: the path where none is set.
    `scopes`: settings that hold the scopes that it asks for (without: the one that is called as its client id is, but
    for the end); `scopes-default`: those without; `scopes-more`: settings that hold further ones in either case.
    `challenge`: settings that have it send a PKCE challenge, and without which it sends none; `sends-secret`: how it
    sends the client's secret; `secretless`: it has none. `own-audience`: then it takes no access token whose audience
    (aud) is not its client.
    """

    library: str = ""
    image: tuple[str, ...] = ()
    file: tuple[str, ...] = ()
    provider: bool = False
    caller: str | None = None
    issuer: str | None = None
    adds_discovery: bool | None = None
    browserless: bool = False
    complete: bool = False
    credentials: Texts = ()
    switches: Texts = ()
    discovery: Texts = ()
    no_discovery: Texts = ()
    unverified: Texts = ()
    required: tuple[str, ...] = ()
    required_without_discovery: tuple[str, ...] = ()
    endpoints: Mapping[str, Texts] = field(default_factory=dict)
    client_id: Texts = ()
    client_id_default: str = ""
    completed_by: Texts = ()
    client_secret: Texts = ()
    callback_path: Texts = ()
    callback_setting: Texts = ()
    callback_base: Texts = ()
    callback_base_default: str = ""
    callback_below: Texts = ()
    callback_relative: Texts = ()
    callback_https: Condition | None = None
    callback_name: Texts = ()
    callback_name_default: str = ""
    base_path: Texts = ()
    base_path_default: str | None = None
    realm: Texts = ()
    scopes: Texts = ()
    scopes_default: str = ""
    scopes_more: Texts = ()
    challenge: Texts = ()
    sends_secret: str | None = None
    secretless: bool = False
    own_audience: Condition | None = None


class User(Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """One user of a server: the settings that hold its name and its password. See `Credentials`."""

    user: Texts = ()
    default: str | None = None
    password: Texts
    default_password: str | None = None
    empty: Texts = ()
    joined: str | None = None
    list: str | None = None


class DefinedIn(Struct, frozen=True, forbid_unknown_fields=True):
    """A JSON file that lists a server's users: `setting` has its path. `list`: the key of the list; `key`, `password`
    and `hash`: of the name, the password, and its salted hash in each of its rows, or in those of the list at `each` in
    each of them."""

    setting: Texts
    list: str
    key: str
    password: str
    hash: str = ""
    each: str = ""


class Credentials(Entry, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`credentials`: the settings that give a server its users and passwords, and where it keeps them afterwards.

    As the rows of `rules/tables/servers.yaml`, whose head says what each field means.
    """

    stored: str
    users: tuple[User, ...]
    server: str = ""
    updated: Texts = ()
    kept: str = "pod"
    database: Texts = ()
    change: str | None = None
    alone: str | None = None
    asks_when: Condition | None = None
    elsewhere_when: Condition | None = None
    defined_in: DefinedIn | None = None


class ApiKey(Conditional, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`api-key`: the key that the program wants of those who call it, and how clients call theirs.

    `setting`: its own; `separator` where that is a list. `called`: words that say, in the name of a client's setting,
    that the key is for it. `also`: the form of other keys that it takes. `makes_more`: it makes any others on request.
    `ends`: how names of a client's setting end that say whose key it is, in files as well, so that no call to the
    server need be seen.
    """

    setting: Texts
    called: Texts
    separator: str | None = None
    also: str = ""
    makes_more: bool = False
    ends: Texts = ()


class Login(Conditional, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """`logins`: settings by which the program logs in to a server; names as words (`rules/tables/logins.yaml`).

    `server`: postgresql, mysql, mongodb, redis, amqp, s3, ldap, smtp … `name`: those of the database, vhost or bucket;
    `also`: of a second database that it asks the same server for;
    `default`: the database that it asks for where none of them is set; `default-user`: the user that it is then;
    `default-of-user`: the database is then the one of the user's name.
    `sends-empty`: it logs in without any password set, too, with an empty one, and the entry says nothing else.
    `beside`: without an address it asks the server in its own pod. `only`: it learns the password by these names alone.
    """

    host: Texts
    user: Texts = ()
    password: Texts = ()
    port: Texts = ()
    name: Texts = ()
    also: Texts = ()
    default: str = ""
    default_user: str = ""
    default_of_user: bool = False
    server: str = ""
    sends_empty: bool = False
    beside: bool = False
    only: bool = False
