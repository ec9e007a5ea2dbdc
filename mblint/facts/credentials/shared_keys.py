"""Keys that the parts of one program must share, and that two of them are given with different values.

The parts run one image, and one of them calls the other, or both call the same database or broker: the web server and
the workers of a queue, the main process and its worker. One signs or encrypts what the other one reads, with the key of
one name. What is only alike by its image (two installations beside each other) shares neither.
Two images of one maker are parts of one program where one calls the other, and both are told a key that is called after
one of them: WOODPECKER_AGENT_SECRET of woodpeckerci/woodpecker-server and woodpeckerci/woodpecker-agent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import combinations

from msgspec import Struct

from mblint.cluster.objects import Container, ContainerRole, Workload
from mblint.cluster.secrets import SecretText, reveal
from mblint.facts.callers.dependencies import find
from mblint.facts.callers.settings import Destination
from mblint.facts.credentials.rows import SharedKey
from mblint.facts.credentials.told import Told, known, told
from mblint.facts.rows import Related
from mblint.facts.told import told_containers
from mblint.facts.world import World
from mblint.settings.by_container import ContainerSettings
from mblint.settings.names import Origin
from mblint.settings.role_table import Phrase, words_of

_KEYS: tuple[Phrase, ...] = (
    ("jwt", "secret"),
    ("jwt", "secret", "key"),
    ("encryption", "key"),
    ("encryption", "secret"),
    ("fernet", "key"),
    ("secret", "key"),
    ("secret", "key", "base"),
    ("signing", "key"),
    ("hash", "key"),
    ("app", "key"),
    ("shared", "secret"),
    ("internal", "secret"),
    ("internal", "token"),
    ("internal", "api", "key"),
    ("internal", "api", "secret"),
    ("transfer", "secret"),
)
_OF_OTHERS = frozenset(
    ("s3", "aws", "minio", "access", "client", "oidc", "oauth", "storage", "google", "github", "stripe")
)
_SHARED: tuple[Phrase, ...] = (
    *_KEYS,
    *(("agent", end) for end in ("secret", "token", "key")),
    *(("rpc", end) for end in ("secret", "token")),
    *((first, "token") for first in ("auth", "server", "worker", "runner", "cluster")),
    *((first, "secret") for first in ("auth", "server", "worker", "runner", "cluster")),
)
_NO_MAKERS = ("", "library", "docker.io", "docker.io/library", "bitnami", "bitnamilegacy", "linuxserver")
_TELLING = 4  # letters of a program's name that is nothing else
_IsKey = Callable[[Phrase, str], bool]
_STORES = ("postgres", "postgresql", "mysql", "mariadb", "mongodb")
_BROKERS = ("redis", "rediss", "valkey", "amqp", "amqps")
_STORE_WORDS = frozenset(
    ("db", "database", "postgres", "postgresql", "pg", "mysql", "mariadb", "mongo", "mongodb", "sql")
)
_NAMES = ("name", "database", "db", "dbname", "database_name")


class _Part(Struct, frozen=True, eq=False):
    """One workload of a program, with the keys that it is told by its container (`by`).

    `calls`: workloads. `stores`: its databases, with their hosts; of one that has none its brokers.
    """

    workload: Workload
    by: Container
    keys: Mapping[str, Told]
    calls: frozenset[int]
    stores: frozenset[str]


def shared_keys(world: World) -> Iterator[SharedKey]:
    """A row for each key of two parts of a program, the first part with its first partner."""
    groups: defaultdict[tuple[str, str], list[ContainerSettings]] = defaultdict(list)
    for each in told_containers(world):
        image = _repository(each.container.image or "")
        if each.container.role is ContainerRole.MAIN and each.workload.lasting and image:
            groups[each.workload.id.namespace, image].append(each)
    for group in groups.values():
        if len({id(each.workload) for each in group}) > 1:
            parts = _parts(world, group, _is_key)
            for one, other in combinations(parts, 2):
                if one.workload is not other.workload and _belong_together(one, other):
                    yield from _compared(one, other)
    yield from _of_one_maker(world)


def _of_one_maker(world: World) -> Iterator[SharedKey]:
    """The rows of two images of one maker."""
    groups: defaultdict[tuple[str, str], list[ContainerSettings]] = defaultdict(list)
    for each in told_containers(world):
        maker = _repository(each.container.image or "").rpartition("/")[0]
        if each.container.role is ContainerRole.MAIN and each.workload.lasting and maker not in _NO_MAKERS:
            groups[each.workload.id.namespace, maker].append(each)
    for group in groups.values():
        if len({_repository(each.container.image or "") for each in group}) > 1:
            own = {id(each.container): each for each in group}
            parts = _parts(world, group, _is_named_after_one)
            for one, other in combinations(parts, 2):
                images = [_repository(own[id(part.by)].container.image or "") for part in (one, other)]
                if images[0] != images[1] and one.workload is not other.workload and _calls(one, other):
                    yield from _compared(one, other)


def _is_named_after_one(key: Phrase, image: str) -> bool:
    """Whether a key is called after the program of an image, and for what its parts share."""
    of_the_program = len(key[0]) >= _TELLING and key[0] in image.rpartition("/")[2]
    return of_the_program and any(key[-len(end) :] == end for end in _SHARED) and _OF_OTHERS.isdisjoint(key)


def _repository(image: str) -> str:
    """The image without tag and digest; empty for one of every maker's base images, which many programs run on."""
    name = image.partition("@")[0]
    folder, slash, last = name.rpartition("/")
    return f"{folder}{slash}{last.partition(':')[0]}"


def _parts(world: World, group: Iterable[ContainerSettings], is_key: _IsKey) -> tuple[_Part, ...]:
    found = {id(each.container): each for each in group}
    calls: defaultdict[int, set[int]] = defaultdict(set)
    stores: defaultdict[int, set[str]] = defaultdict(set)
    brokers: defaultdict[int, set[str]] = defaultdict(set)
    for call in find(world):
        identity = id(call.destination.setting.container)
        if identity in found:
            if call.reached.server is not None:
                calls[identity].add(id(call.reached.server))
            scheme = (call.destination.scheme or "").lower().partition("+")[0]
            words = words_of(call.destination.setting.key)
            if scheme in _STORES or (not scheme and not _STORE_WORDS.isdisjoint(words)):
                stores[identity].add(_store(call.destination, found[identity]))
            elif scheme in _BROKERS:
                brokers[identity].add(_store(call.destination, found[identity]))
    return tuple(
        _Part(
            each.workload,
            each.container,
            _keys(each, is_key),
            frozenset(calls[key]),
            frozenset(stores[key] or brokers[key]),
        )
        for key, each in found.items()
    )


def _store(destination: Destination, told_so: ContainerSettings) -> str:
    """A database with its host, so that two databases of one server are two."""
    text = reveal(destination.setting.value or "")
    if destination.scheme:
        return f"{destination.host.lower()}/{text.partition('://')[2].partition('/')[2].partition('?')[0]}"
    names = (
        reveal(each.value or "")
        for each in told_so.settings
        if words_of(each.key)[-1:] in {(name,) for name in _NAMES} and not _STORE_WORDS.isdisjoint(words_of(each.key))
    )
    return f"{destination.host.lower()}/{' '.join(sorted(names))}"


def _keys(each: ContainerSettings, is_key: _IsKey) -> Mapping[str, Told]:
    return {
        setting.key: told(setting)
        for setting in each.settings
        if setting.origin is Origin.ENV
        and not setting.guessed
        and setting.value is not None
        and reveal(setting.value).strip()
        and is_key(words_of(setting.key), _repository(each.container.image or ""))
    }


def _is_key(words: Phrase, image: str) -> bool:
    del image
    return any(words[-len(key) :] == key for key in _KEYS) and _OF_OTHERS.isdisjoint(words)


def _belong_together(one: _Part, other: _Part) -> bool:
    return _calls(one, other) or not one.stores.isdisjoint(other.stores)


def _calls(one: _Part, other: _Part) -> bool:
    return id(other.workload) in one.calls or id(one.workload) in other.calls


def _compared(one: _Part, other: _Part) -> Iterator[SharedKey]:
    for key, mine in one.keys.items():
        theirs = other.keys.get(key)
        values = (mine.text, theirs.text if theirs is not None else None)
        if (
            theirs is None
            or None in values
            or any(known(SecretText(reveal(v))) is None for v in values if v is not None)
        ):
            continue
        yield _row(one, other, key, mine, theirs)


def _row(one: _Part, other: _Part, key: str, mine: Told, theirs: Told) -> SharedKey:
    partner = one.workload.id
    return SharedKey(
        object=other.workload.id,
        container=other.by.name,
        place=theirs.place,
        related=(Related(f"{partner.kind} {partner.name} is given it here", mine.place, partner),),
        linted=other.workload.linted or one.workload.linted,
        setting=theirs.words,
        key=key,
        partner=f"{partner.kind} {partner.name}",
        partner_setting=mine.words,
        verdict="agrees" if mine.text == theirs.text else "differs",
    )
