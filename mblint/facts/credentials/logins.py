"""What the clients of a render log in with: the user and password beside, or in, the setting that names the server."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import takewhile

from msgspec import Struct

from mblint.cluster.objects import Container, ContainerRole
from mblint.cluster.secrets import SecretText, reveal
from mblint.facts.callers.dependencies import Found
from mblint.facts.credentials.server_credential import ServerCredential
from mblint.facts.credentials.told import Telling, Told, known, told
from mblint.facts.credentials.userinfo import userinfo
from mblint.facts.told import settings_of
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.login_table import keys_of_objects, login_names
from mblint.settings.names import Origin
from mblint.settings.role_table import Phrase, words_of
from mblint.settings.rows import Setting
from mblint.settings.tables import load_words
from mblint.software.programs import Programs

_Scope = tuple[str | None, str]  # user and password stand in the same file, or both in the environment
_ENVIRONMENT: _Scope = (None, Origin.ENV.value)
_COMMAND: _Scope = (None, Origin.ARGUMENT.value)
_LIBPQ = regex(r"\b(?:psql|pg_dump|pg_restore|pg_dumpall|createdb)\b")
_REDIS_BEFORE = (("redis",), ("*", "redis"))
_TELLING = 3  # words of a name that is one thing alone: `session redis password`


class Login(Struct, frozen=True, eq=False):
    """A client's setting that leads to a server, with the password that it sends.

    `user`: "" where no setting names one, None where it is not known. `passwords`: what the server may get, which is
    more than one where it is not sure that the client decodes it; empty: not known.
    """

    found: Found
    user: str | None
    passwords: frozenset[SecretText]
    password: Told


class Names(Struct, frozen=True, eq=False):
    """The settings of one container by the words of their names. `several`: what commands say differently."""

    telling: Telling
    by_words: Mapping[tuple[_Scope, Phrase], Setting]
    programs: Programs
    several: Set[tuple[_Scope, Phrase]] = frozenset()

    def first(self, scope: _Scope, names: Iterable[Phrase]) -> Told | None:
        """What the first of the names says that is set to something, by itself or through a file."""
        for name in names:
            setting = self._named(scope, name)
            if setting is not None and (setting.value is None or reveal(setting.value)):
                return told(setting)
            path = self._named(scope, (*name, "file"))
            if path is not None and (content := self.telling.file(path)) is not None:
                return content
        return None

    def of_environment(self, names: Iterable[Phrase]) -> Told | None:
        """The same for names of keys of a file, which many programs also take as variables, most of them with a word of
        their own before: `session.redis.password` is AUTHELIA_SESSION_REDIS_PASSWORD."""
        whole = [name for name in names if len(name) >= _TELLING and name[0] != "*"]
        return self.first(_ENVIRONMENT, (*whole, *(("*", *name) for name in whole)))

    def _named(self, scope: _Scope, name: Phrase) -> Setting | None:
        """The setting of this name; of one that begins with `*` the only one that ends so."""
        if name[0] != "*":
            return self.by_words.get((scope, name))
        end = name[1:]
        ending = [
            setting
            for (where, words), setting in self.by_words.items()
            if where == scope and words[-len(end) :] == end and len(words) > len(end)
        ]
        return ending[0] if len(ending) == 1 else None


def names_of(world: World, settings: Iterable[Setting]) -> Names:
    """The names of one container's settings; of several of one name the last, of several commands' logins none."""
    by_words: dict[tuple[_Scope, Phrase], Setting] = {}
    differing: set[tuple[_Scope, Phrase]] = set()
    for setting in settings:
        key = (_scope(setting), words_of(setting.key))
        before = by_words.get(key)
        of_commands = setting.origin is Origin.ARGUMENT and " " in setting.key
        if of_commands and before is not None and before.value != setting.value:
            differing.add(key)
        by_words[key] = setting
    any_setting = next(iter(by_words.values()))
    for key in differing:
        del by_words[key]
    telling = Telling(world.cluster, any_setting.workload, any_setting.container, {})
    return Names(telling, by_words, world.programs, differing)


def names_by_container(world: World, calls: Iterable[Found]) -> Mapping[int, Names]:
    """The names of the containers that make these calls, by the container's `id()`."""
    callers = {id(found.destination.setting.container): found.destination.setting for found in calls}
    return {
        identity: names_of(world, settings_of(world, setting.workload, setting.container))
        for identity, setting in callers.items()
    }


def login(found: Found, names: Names) -> Login | None:
    """How a destination is logged in to; None where nothing says so."""
    setting = found.destination.setting
    inside = userinfo(reveal(setting.value)) if setting.value is not None else None
    if inside is not None:
        both = {known(inside.password), known(inside.written)}
        sure = None not in both and known(SecretText(inside.user or "-")) is not None
        passwords = frozenset(each for each in both if each is not None) if sure else frozenset()
        return Login(found, inside.user, passwords, told(setting))
    beside = list(_beside(found, names))
    # An image of other makers may call the user by another name: MATOMO_DATABASE_USER, MATOMO_DATABASE_USERNAME.
    named = (each for each in beside if each.user != "" and each.password.setting is beside[0].password.setting)
    return next(named, beside[0] if beside else None)


def _beside(found: Found, names: Names) -> Iterator[Login]:
    scope = _scope(found.destination.setting)
    for candidate in login_names(found.destination.setting.key, names.programs):
        password = names.first(scope, candidate.passwords)
        if password is None and scope[0] is not None:
            password = names.of_environment(candidate.passwords)
        if password is None:
            continue
        user = names.first(scope, candidate.users)
        if user is None and scope[0] is not None:
            user = names.of_environment(candidate.users)
        yield _login(found, _text_of(user) if user is not None else "", password)
    yield from _of_libpq(found, names)


def by_the_servers_name(
    found: Found, names: Names, behind: Iterable[Sequence[ServerCredential]], given: Set[SecretText]
) -> Login | None:
    """What a client sends whose password stands under the very name by which the server is given it: both are told
    MEILI_MASTER_KEY, or MYSQL_ROOT_PASSWORD. None where the servers behind are given several of these names, or none,
    and where what the client is told is the password of some server, which may be another one (`given`: all of them).
    """
    passwords = [
        (each, password)
        for credentials in behind
        for each in credentials
        if each.setting.isupper()
        and (password := names.first(_ENVIRONMENT, [words_of(each.setting.removesuffix("_FILE"))])) is not None
    ]
    if len(passwords) != 1 or _is_part_of_another(found.destination.setting.container, passwords[0][0].setting):
        return None
    each, password = passwords[0]
    if password.text != each.value and password.text in given:
        return None
    return _login(found, reveal(each.name), password)


def _is_part_of_another(container: Container, name: str) -> bool:
    """Whether another variable, or what the container runs, is made of this one: `{"password": "$(NAME)"}`."""
    said = (*(variable.value or "" for variable in container.env), *(word.text for word in container.words))
    return any(f"$({name})" in text for text in said)


def by_the_products_name(found: Found, names: Names) -> Login | None:
    """What a client of Redis sends whose address has a name of its own (`-r`), where one variable alone says by its end
    that it is Redis's password: SHOP_REDIS_PASSWORD. None for init containers, which mostly wait for it only.
    """
    ends = [(*before, product, "password") for product in ("redis", "valkey") for before in ((), ("*",))]
    passwords = [each for end in ends if (each := names.first(_ENVIRONMENT, [end])) is not None]
    if len(passwords) != 1 or found.destination.setting.container.role is ContainerRole.INIT:
        return None
    users = names.first(_ENVIRONMENT, [(*before, word) for word in ("user", "username") for before in _REDIS_BEFORE])
    return _login(found, "" if users is None else None, passwords[0])


def by_keys_of_objects(found: Found, names: Names, behind: Iterable[Sequence[ServerCredential]]) -> Login | None:
    """What an S3 client logs in with whose keys have another name than its address; None for other servers."""
    keeps_objects = any(each.product.name in load_words("logins", "keep objects") for one in behind for each in one)
    pair = keys_of(found, names) if keeps_objects else None
    if pair is None:
        return None
    user, password = pair
    return _login(found, _text_of(user), password)


def keys_of(found: Found, names: Names) -> tuple[Told, Told] | None:
    """The two keys of an S3 client: those whose name begins most like its address, else the only ones; None for others.

    Where the names of two pairs begin as much alike, nobody knows which it sends.
    """
    setting = found.destination.setting
    words, pairs = words_of(setting.key), dict(_pairs(names, _scope(setting)))
    if not pairs:
        return None
    likeness = {stem: _alike(stem, words) for stem in pairs}
    most = max(likeness.values())
    likest = [stem for stem, length in likeness.items() if length == most]
    return pairs[likest[0]] if len(likest) == 1 else None


def _alike(one: Phrase, other: Phrase) -> int:
    """How many words two names begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _pairs(names: Names, scope: _Scope) -> Iterator[tuple[Phrase, tuple[Told, Told]]]:
    """The pairs of keys of a scope, by what their names begin with."""
    for end, passwords in keys_of_objects():
        for (where, name), user in names.by_words.items():
            if where == scope and name[-len(end) :] == end and user.value is not None:
                stem = name[: -len(end)]
                password = names.first(scope, [(*stem, *each) for each in passwords])
                if password is not None:
                    yield stem, (told(user), password)


def _of_libpq(found: Found, names: Names) -> Iterator[Login]:
    """What psql and its like log in with, whose host and user are words, or other variables of a script: PGPASSWORD."""
    setting = found.destination.setting
    scope = _scope(setting)
    words = " ".join(word.text for word in setting.container.words)
    if scope not in (_ENVIRONMENT, _COMMAND) or _LIBPQ.search(words if scope == _ENVIRONMENT else setting.key) is None:
        return
    password = names.first(_ENVIRONMENT, [words_of("PGPASSWORD")])
    for candidate in login_names(setting.key, names.programs) if password is not None else ():
        user = names.first(scope, candidate.users)
        if user is not None and user.text is not None and password is not None:
            yield _login(found, reveal(user.text), password)
            return


def _login(found: Found, user: str | None, password: Told) -> Login:
    """With a password that is sent as it is written."""
    return Login(found, user, frozenset(() if password.text is None else (password.text,)), password)


def _text_of(user: Told) -> str | None:
    return None if user.text is None else reveal(user.text)


def _scope(setting: Setting) -> _Scope:
    return setting.file, setting.origin.value
