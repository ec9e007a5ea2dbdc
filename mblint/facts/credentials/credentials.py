"""Servers of the render × their clients: does each log in with the password that the server is given?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from mblint.cluster.fills import filler_of
from mblint.cluster.objects import Object, Workload
from mblint.cluster.secrets import SecretText, reveal
from mblint.facts.callers.dependencies import Found, find
from mblint.facts.callers.inherited import without_inherited
from mblint.facts.credentials.client_secrets import client_secrets
from mblint.facts.credentials.directory_logins import administrator, by_bind, is_directory
from mblint.facts.credentials.logins import Login, by_keys_of_objects, by_the_servers_name, login, names_by_container
from mblint.facts.credentials.others_secrets import others_secrets
from mblint.facts.credentials.resource_logins import resource_logins
from mblint.facts.credentials.rows import Credential
from mblint.facts.credentials.same_pod import is_meant, own_pod
from mblint.facts.credentials.server_credential import ServerCredential
from mblint.facts.credentials.servers import servers
from mblint.facts.credentials.told import called
from mblint.facts.credentials.unencoded import unencoded_passwords
from mblint.facts.go_betweens import go_betweens
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.names import Origin
from mblint.settings.rows import Setting

_DIFFERS = "is not the one that"
_NAME = regex(r"[A-Za-z_][A-Za-z0-9_]*")


class Match(Struct, frozen=True, eq=False):
    """A client's login, the user that it means at the server behind, and whether they agree."""

    login: Login
    given: ServerCredential
    verdict: str

    @property
    def setting(self) -> Setting:
        """The client's setting that holds the password."""
        return self.login.password.setting


def credentials(world: World) -> tuple[Credential, ...]:
    """The rows of all servers and clients, in the order of the clients' settings.

    A Job that only inherits a lasting workload's setting is named in that workload's `shared_by`.
    """
    matches = list(match_logins(world))
    first = _first_differing(matches)
    paste = {id(server): _paste(matches, server) for server in {each.given.server for each in matches}}
    rows = [
        (_row(each, first.get(id(each.given.server), each.given), paste[id(each.given.server)]), each.setting)
        for each in matches
    ]
    rows.extend(client_secrets(world))
    rows.extend(resource_logins(world))
    rows.extend(others_secrets(world))
    logins = without_inherited(
        rows, outcome=lambda row: (row.server, row.users, row.verdict), surroundings=lambda row: row.settings
    )
    return (*logins, *unencoded_passwords(world))


# ---------------------------------------------------------------- who logs in where


def match_logins(world: World) -> Iterator[Match]:
    """Every client's setting that logs in to a server of the render, in their order; each password once."""
    by_server: dict[int, list[ServerCredential]] = {}
    for each in servers(world):
        by_server.setdefault(id(each.server), []).append(each)
    if not by_server:
        return
    for before, server in go_betweens(world.cluster).items():
        by_server[before] = by_server.get(id(server), [])
    calls = [
        found
        for found in find(world)
        if any(id(server) in by_server for server in _behind(found)) or _beside(found, by_server)
    ]
    names = names_by_container(world, calls)
    given = frozenset(each.value for each in servers(world) if each.value is not None)
    seen: set[tuple[int, str, str]] = set()
    for found in calls:
        setting = found.destination.setting
        behind = [by_server.get(id(server), []) for server in _behind(found)] or _beside(found, by_server)
        here = names[id(setting.container)]
        used = (
            login(found, here)
            or by_bind(found, here, behind)
            or by_keys_of_objects(found, here, behind)
            or by_the_servers_name(found, here, behind, given)
        )
        match = _match(world, used, behind) if used else None
        if match is not None:
            key = (id(setting.container), match.setting.label, str(match.given.server.id))
            if key not in seen:  # one password may stand beside several settings that lead to the same server
                seen.add(key)
                yield match


def _behind(found: Found) -> Iterator[Object]:
    """The workloads behind a destination, or the custom resource whose operator answers."""
    if found.resolution.maker is not None:
        yield found.resolution.maker
    for reached in (found.reached, *found.reached.beside):
        if reached.server is not None:
            yield reached.server


def _beside(found: Found, by_server: Mapping[int, list[ServerCredential]]) -> list[list[ServerCredential]]:
    """The users of the one server in the client's own pod that it means, where it asks that without a port."""
    pod = own_pod(found)
    there = [
        each
        for each in (by_server.get(id(pod), []) if pod is not None else [])
        if each.container != found.destination.setting.container.name and is_meant(found, each.product.name)
    ]
    return [there] if len({each.container for each in there}) == 1 else []


def _match(world: World, used: Login, behind: list[list[ServerCredential]]) -> Match | None:
    """The user at the servers behind. Of several servers one that agrees is enough; one that is unknown decides."""
    answers = [_answer(world, used, given) for given in behind]
    for verdict in ("agrees", "unknown", "two-secrets", "differs"):
        for answer in answers:
            if answer is not None and answer.verdict == verdict:
                return answer if None not in answers or verdict in ("agrees", "unknown") else None
    return None


def _answer(world: World, used: Login, given: list[ServerCredential]) -> Match | None:
    pod_port = used.found.reached.pod_port
    for each in given:
        alone = each.product.alone
        user = alone if alone is not None and used.user == "" else used.user
        if user is not None and is_directory(each):
            user = administrator(user)
        if (
            user is not None
            and SecretText(user) == each.name
            and (pod_port is None or not each.ports or pod_port in each.ports)
        ):
            return Match(used, each, _verdict(world, used, each))
    return None


def _verdict(world: World, used: Login, given: ServerCredential) -> str:
    if given.hashed is not None and used.passwords:
        return "agrees" if any(map(given.is_hash_of, used.passwords)) else "differs"
    if given.value is None or not used.passwords:
        return "two-secrets" if _are_of_two_secrets(world, used, given) else "unknown"
    if given.value in used.passwords:
        return "agrees"
    return "unknown" if used.password.from_file and _but_for_the_end(used, given.value) else "differs"


def _are_of_two_secrets(world: World, used: Login, given: ServerCredential) -> bool:
    """True where both sides take the password from Secrets of other names, and nothing in the view makes either.

    Of a Secret that is in the view the other may still be a copy: then there would be a word of that in the view.
    """
    one, other = used.password.key_ref, given.key_ref
    namespace = used.found.destination.setting.workload.id.namespace
    if one is None or other is None or (one.kind, other.kind) != ("Secret", "Secret") or one.name == other.name:
        return False
    if not isinstance(given.server, Workload) or given.server.id.namespace != namespace:
        return False
    return all(filler_of(world.cluster, "Secret", namespace, ref.name) is None for ref in (one, other))


def _but_for_the_end(used: Login, given: SecretText) -> bool:
    """True where only line breaks at the end differ: not every program that reads a file drops them."""
    return reveal(given).rstrip("\r\n") in {reveal(each).rstrip("\r\n") for each in used.passwords}


# ---------------------------------------------------------------- rows


def _first_differing(matches: Iterable[Match]) -> Mapping[int, ServerCredential]:
    """By server the credential that a finding points at."""
    first: dict[int, ServerCredential] = {}
    for match in matches:
        if match.verdict == "differs":
            first.setdefault(id(match.given.server), match.given)
    return first


def _row(match: Match, first: ServerCredential, paste: str | None) -> Credential:
    """The server is at fault, unless it is outside what is linted; then the client is."""
    client, server = match.setting.workload, match.given.server
    here = server if server.linted else client
    return Credential(
        object=here.id,
        container=first.container if server.linted else match.setting.container.name,
        place=first.place if server.linted else match.login.password.place,
        related=tuple(_related(match)),
        linted=client.linted or server.linted,
        server=str(server.id),
        users=match.given.user,
        clients=str(client.id),
        who=called(match.setting),
        settings=match.login.password.words,
        given=match.given.words,
        product=match.given.product.name,
        stored=match.given.stored,
        change=match.given.change if match.given.stored == "volume" else None,
        paste=paste if match.verdict == "differs" else None,
        line_break=_line_break(match),
        verdict=match.verdict,
        cannot="cannot" if match.verdict == "differs" else "may be unable to",
        differs=_DIFFERS if match.verdict == "differs" else "stands in another Secret than the one that",
    )


def _line_break(match: Match) -> str | None:
    """What has a line break at its end, where that is all in which both sides differ."""
    given, used = match.given.value, match.login.passwords
    if match.verdict != "differs" or given is None or not _but_for_the_end(match.login, given):
        return None
    return match.given.words if reveal(given).endswith("\n") and len(used) == 1 else match.login.password.words


def _related(match: Match) -> Iterator[Related]:
    given, used = match.given, match.login.password
    server, client = given.server.id, match.setting.workload.id
    yield Related(f"{server.kind} {server.name} is given the password of {given.user} here", given.place, server)
    if given.reference is not None:
        yield Related(f"{server.kind} {server.name} takes it from here", given.reference, server)
    yield Related(f"{client.kind} {client.name} logs in as {given.user} with this", used.place, client)
    if used.reference is not None:
        yield Related(f"{client.kind} {client.name} takes it from here", used.reference, client)


def _paste(matches: Iterable[Match], server: Object) -> str | None:
    """Environment entries that let the clients read the key that the server reads."""
    entries: dict[str, dict[str, None]] = {}
    for match in matches:
        if match.given.server is server and match.verdict == "differs" and (entry := _entry(match)) is not None:
            entries.setdefault(entry, {})[match.setting.workload.id.name] = None
    return "\n".join(f"{entry}  # {', '.join(names)}" for entry, names in entries.items()) or None


def _entry(match: Match) -> str | None:
    """None where the client has its password from something else than a variable of its own, or cannot read the key, or
    that is a file of many users."""
    ref, setting = match.given.key_ref, match.setting
    readable = match.given.server.id.namespace == setting.workload.id.namespace
    own = setting.origin is Origin.ENV and _NAME.fullmatch(setting.key) and not setting.key.endswith("_FILE")
    of_many = match.given.setting.startswith("/")
    if ref is None or of_many or not readable or not own or setting is match.login.found.destination.setting:
        return None
    source = f"{'secret' if ref.kind == 'Secret' else 'configMap'}KeyRef: {{name: {ref.name}, key: {ref.key}}}"
    return f"- {{name: {setting.key}, valueFrom: {{{source}}}}}"
