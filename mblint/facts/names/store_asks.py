"""What a client's settings ask a server for: the database, virtual host, bucket, and the user that it logs in as."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from mblint.cluster.secrets import SecretText, Text, reveal
from mblint.facts.callers.dependencies import Found
from mblint.facts.credentials.logins import Names, keys_of
from mblint.facts.credentials.told import Told, known, told
from mblint.facts.names.connection_names import (
    account,
    default_database,
    leaves_the_virtual_host_out,
    names_inside,
    names_no_database,
)
from mblint.facts.names.directories import tree_of_name
from mblint.facts.names.shape import Asked, Name
from mblint.regex import regex
from mblint.settings.client_table import clients
from mblint.settings.login_table import LoginNames, login_names, names_a_bucket, names_a_master
from mblint.settings.names import Origin
from mblint.settings.role_table import Phrase, words_of
from mblint.settings.rows import Setting

_DATABASE = frozenset({"database", "db", "dbname", "databases", "schema", "pgdatabase"})  # of a name that may say one
_USER = frozenset({"user", "username", "login", "dbuser", "pguser"})  # of a name that may say one
_MONGO = frozenset({"mongo", "mongodb", "mongosh", "mongodump", "mongorestore", "mongoexport", "mongoimport"})
_AUTHENTICATION: tuple[Phrase, ...] = (
    *(("auth", word) for word in ("source", "db", "database")),
    *((word,) for word in ("authsource", "authdb", "authdatabase")),
    ("authentication", "database"),
)  # how the name of the setting ends that says which database has the user
_LIBPQ = (("pgdatabase",), ("pgservice",), ("psql", "database"), ("pg", "dump", "database"))  # what else may name one
_RABBITMQ = frozenset({"rabbitmq", "rabbit", "amqp"})
_STORE = frozenset({"s3", "aws", "minio"})
_ENDPOINT = frozenset({"endpoint", "endpoints", "host"})
_S3 = regex(r"s3[an]?://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/.*)?")
_MASTER = regex(r"(?i)[?&,](?:sentinelMasterId|sentinel|masterName|master_name|serviceName|service_name)=([\w.-]+)"
                r"|rediss?[+-]sentinel://[^/\s]+/(?:\d+/)?([A-Za-z][\w.-]*)")  # fmt: skip
_WORD = regex(r"[A-Za-z][\w-]*")
_BUCKET = regex(r"(?!\d+$|true$|false$|yes$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_OTHER_STORES = frozenset(("gcs", "gs", "google", "azure", "oss", "cos", "obs", "swift", "b2"))
_VHOST = frozenset({"vhost", "virtualhost", "vhosts"})
_FILLED_LATER = ("$", "{", "<", "%", ",")  # placeholders of whatever fills the text after it was read, and lists


def asked_by(found: Found, names: Names) -> Iterator[Asked]:
    """Each kind of name once: in the setting itself, else in those beside it."""
    setting = found.destination.setting
    inside = names_inside(reveal(setting.value)) if setting.value is not None else {}
    written = names_inside(_written(setting))
    for what, text in inside.items():
        said = told(setting)
        yield from _asked(what, text, replace(said, hidden=said.hidden and written.get(what) != text))
    yield from _trees(setting, names)
    candidates = tuple(login_names(setting.key, names.programs))
    yield from _account(setting, names, candidates) if "user" not in inside else ()
    yield from _second(setting, names, candidates)
    for what in ("database", "vhost", "bucket", "datacenter", "user"):
        if what not in inside:
            beside = _beside(names, setting, [_phrases(candidate, what) for candidate in candidates])
            if beside is not None and beside.text is not None:
                yield from _asked(what, reveal(beside.text), beside)
            elif what == "database" and beside is None and (usual := _usual(candidates, names)):
                yield from _by_default(told(setting), "database", usual, _takes_its_own(setting, candidates))
            elif what == "database" and beside is None and (own := _default(names, setting, candidates)) is not None:
                by = replace(told(setting), hidden=own.hidden)
                name = "" if own.text is None else reveal(own.text)
                yield from _by_default(by, "database", name, "the user's name is taken")
            elif what == "user" and beside is None and (user := _usual_user(candidates, names)):
                yield from _by_default(told(setting), "user", user, "the program takes its own")
            elif what == "vhost" and beside is None and leaves_the_virtual_host_out(reveal(setting.value or "")):
                yield from _asked(what, "/", told(setting))
            elif what == "vhost" and beside is None and (usual := _usual_vhost(candidates, setting, names)):
                yield from _by_default(told(setting), "vhost", usual, "the program takes its own")


def _written(setting: Setting) -> str:
    """The text of a variable in which `$(NAME)` stands for a Secret's value; empty for others. What stands in it beside
    that may be shown."""
    literal = setting.origin is Origin.ENV and setting.key_ref is None and setting.file is None
    return str(setting.place.value) if literal and setting.secret and isinstance(setting.place.value, str) else ""


def asked_by_keys(found: Found, names: Names) -> Iterator[Asked]:
    """The user whose keys an S3 client has under another name than its server's address."""
    keys = keys_of(found, names)
    if keys is not None and keys[0].text is not None:
        yield from _asked("user", reveal(keys[0].text), keys[0])


def asked_by_addresses(found: Found, names: Names) -> Iterator[Asked]:
    """The buckets of an S3 client that is told one endpoint, which stand elsewhere than beside it: those of addresses
    (`s3://files/docs`), and those of settings that are named after a bucket (Mimir's `blocks_storage.s3.bucket_name`).
    """
    endpoints = {
        reveal(each.value).rstrip("/")
        for (_, words), each in names.by_words.items()
        if each.value is not None and _ENDPOINT & set(words) and _STORE & set(words)
    }
    if len(endpoints | {reveal(found.destination.setting.value or "").rstrip("/")}) != 1:
        return
    for (_, words), each in names.by_words.items():
        text = reveal(each.value).strip() if each.value is not None else ""
        address = _S3.fullmatch(text)
        if address is not None:
            yield from _asked("bucket", address[1], told(each))
        elif _BUCKET.fullmatch(text) and names_a_bucket(words) and _OTHER_STORES.isdisjoint(words):
            yield from _asked("bucket", text, told(each))


def asked_of_sentinel(found: Found, names: Names) -> Iterator[Asked]:
    """The master that a client of Redis Sentinel asks for: in the address, else the one beside it that a name tells."""
    setting = found.destination.setting
    inside = _MASTER.search(reveal(setting.value)) if setting.value is not None else None
    if inside is not None:
        yield from _asked("master", inside[1] or inside[2], told(setting))
        return
    beside = [
        each
        for (scope, words), each in names.by_words.items()
        if scope == (setting.file, setting.origin.value) and names_a_master(words) and each.value is not None
    ]
    values = {reveal(each.value).strip() for each in beside if each.value is not None}
    if len(values) == 1 and _WORD.fullmatch(next(iter(values))):
        yield from _asked("master", next(iter(values)), told(beside[0]))


def _second(setting: Setting, names: Names, candidates: tuple[LoginNames, ...]) -> Iterator[Asked]:
    """The second database that some programs ask the same server for."""
    said = _beside(names, setting, [candidate.also for candidate in candidates])
    if said is not None and said.text is not None:
        yield from _asked("database", reveal(said.text), said)


def _trees(setting: Setting, names: Names) -> Iterator[Asked]:
    """The trees of an LDAP server that the settings beside its address search in, or log in with, each once."""
    seen: set[str] = set()
    for (where, _), each in names.by_words.items():
        tree = (
            tree_of_name(reveal(each.value)) if where == (setting.file, setting.origin.value) and each.value else None
        )
        if tree is not None and tree not in seen:
            seen.add(tree)
            yield from _asked("directory", tree, told(each), ("$", "{", "<", "%"))


def _account(setting: Setting, names: Names, candidates: tuple[LoginNames, ...]) -> Iterator[Asked]:
    """The user of the database that a client of MongoDB is told to look for it in: MONGO_AUTHSOURCE."""
    words = words_of(setting.key)
    if _MONGO.isdisjoint(words):
        return
    scope, stem = (setting.file, setting.origin.value), words[:-1]
    within = names.first(scope, [(*stem, *end) for end in _AUTHENTICATION])
    user = _beside(names, setting, [candidate.users for candidate in candidates])
    if setting.origin is Origin.ARGUMENT and " " in setting.key:  # a command, which else takes its own database
        options = [(*words, "authentication", "database"), (*words, "database")]
        within = names.first(scope, options)
    if within is not None and within.text is not None and user is not None and user.text is not None:
        said = user if user.hidden else within  # what a Secret says is shown by nobody
        yield from _asked("account", account(reveal(user.text), reveal(within.text)), said)


def _default(names: Names, setting: Setting, candidates: tuple[LoginNames, ...]) -> Told | None:
    """Who names the database by the user's name, where no setting of the container may say another one."""
    users = [each.users for each in candidates]
    if _asks_for_the_users(names, setting):
        several = ((setting.file, setting.origin.value), (*words_of(setting.key), "database")) in names.several
        elsewhere = several or any(words in _LIBPQ for _, words in names.by_words)
        return None if elsewhere else _beside(names, setting, users)
    if any(not _DATABASE.isdisjoint(words) for (_, words), each in names.by_words.items() if each is not setting):
        return None
    text = default_database(reveal(setting.value)) if setting.value is not None else None
    if text is not None:
        said = told(setting)
        shown = default_database(_written(setting)) == text
        return replace(said, text=SecretText(text), hidden=said.hidden and not shown)
    of_user = any(each.database_of_user for each in candidates)
    return _beside(names, setting, users) if of_user and names_no_database(reveal(setting.value or "")) else None


def _asks_for_the_users(names: Names, setting: Setting) -> bool:
    """Whether a command that logs in there asks for the user's database: `psql -h db -U app`."""
    of_user = [name for name, client in clients(names.programs).items() if client.database_of_user]
    if setting.origin is Origin.ARGUMENT:
        return setting.key.partition(" ")[0] in of_user
    words = " ".join(reveal(word.text) for word in setting.container.words)
    return setting.key == "PGHOST" and any(f"{name} " in words for name in of_user)


def _usual(candidates: tuple[LoginNames, ...], names: Names) -> str:
    """The database that the program asks for by itself, where no setting may name another; empty for none."""
    ends = (words[-2:] if words[-1:] == ("name",) else words[-1:] for _, words in names.by_words)
    if any(not _DATABASE.isdisjoint(end) for end in ends):
        return ""
    return next((candidate.default for candidate in candidates if candidate.default), "")


def _usual_user(candidates: tuple[LoginNames, ...], names: Names) -> str:
    """The user that the program is by itself, where no setting may name another; empty for none."""
    if any(not _USER.isdisjoint(words[-1:]) for _, words in names.by_words):
        return ""
    return next((candidate.default_user for candidate in candidates if candidate.default_user), "")


def _usual_vhost(candidates: tuple[LoginNames, ...], setting: Setting, names: Names) -> str:
    """The virtual host that the program asks for by itself; of any other client of RabbitMQ's that is told a host and
    a user, and no virtual host, the one that libraries take; empty for none.
    """
    own = next((candidate.default_vhost for candidate in candidates if candidate.default_vhost), "")
    if own or "://" in reveal(setting.value or "") or _RABBITMQ.isdisjoint(words_of(setting.key)):
        return own
    named = any(not _VHOST.isdisjoint(words) or words[-2:] == ("virtual", "host") for _, words in names.by_words)
    logs_in = any(_RABBITMQ & set(words) and not _USER.isdisjoint(words[-1:]) for _, words in names.by_words)
    return "/" if logs_in and not named else ""


def _takes_its_own(setting: Setting, candidates: tuple[LoginNames, ...]) -> str:
    """Why the program's own database is asked for, with the variable that would name another."""
    own = next((each.databases for each in candidates if each.default), ())
    if setting.origin is not Origin.ENV or not setting.key.isupper() or len(own) != 1 or own[0][0] == "*":
        return "the program takes its own"
    return f"without {'_'.join(own[0]).upper()} the program takes its own"


def _by_default(said: Told, what: str, text: str, because: str) -> Iterator[Asked]:
    for asked in _asked(what, text, said):
        name = Name(asked.name.text, asked.name.place, f"{said.words} names none, and {because}")
        yield Asked(what, name, asked.by, asked.container, assumed=True)


def _phrases(candidate: LoginNames, what: str) -> tuple[Phrase, ...]:
    match what:
        case "database":
            return candidate.databases
        case "vhost":
            return candidate.vhosts
        case "bucket":
            return candidate.buckets
        case "datacenter":
            return candidate.datacenters
    return candidate.users


def _beside(names: Names, setting: Setting, phrases: list[tuple[Phrase, ...]]) -> Told | None:
    scope = (setting.file, setting.origin.value)
    return next((found for each in phrases if (found := names.first(scope, each)) is not None), None)


def _asked(what: str, text: str, said: Told, filled: tuple[str, ...] = _FILLED_LATER) -> Iterator[Asked]:
    """Nothing is asked for by a text that something fills later."""
    is_list = what != "account" and len(text.split()) > 1
    if known(SecretText(text)) is None or is_list or any(mark in text for mark in filled):
        return
    shown: Text = SecretText(text) if said.hidden else text
    yield Asked(what, Name(shown, said.place, said.words), said.setting.workload, said.setting.container)
