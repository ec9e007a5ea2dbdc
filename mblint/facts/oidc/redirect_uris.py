"""The redirect URI that an application sends to its provider.

It is a setting of its own, or a path that a software file or the table of libraries knows, below the address that the
program takes for its own: what it is told, else that of each request.
"""

from __future__ import annotations

from collections.abc import Container as Group
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from mblint.cluster.objects import ContainerRole
from mblint.cluster.secrets import reveal, unquoted
from mblint.facts.oidc.redirect_uri import RedirectUri, of_requests, shown, written
from mblint.facts.relations import Relation
from mblint.facts.software import RunningProgram, programs_of
from mblint.facts.told import settings_of
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.role_table import Phrase, words_of
from mblint.settings.rows import Setting
from mblint.software.identity import Oidc
from mblint.software.network import PublicUrl
from mblint.software.setting_names import texts
from mblint.urls import split_url

_WHOLE = (("redirect", "uri"), ("redirect", "url"), ("callback", "url"), ("callback", "uri"))
_JOINED = tuple(("".join(each),) for each in _WHOLE)  # as Spring has it in variables: REDIRECTURI
_ONE_WORD = regex(r"[a-z0-9]+")
_NAME = regex(r"[\w.-]+")
_START_LOGINS = (
    "Flask AppBuilder",
    "django-allauth",
    "Auth.js",
    "NextAuth.js",
)  # each provider is offered
_TEMPLATE = "{baseUrl}"
_LATER = frozenset(("login", "logout", "post", "success", "failure", "error"))  # where the application sends them then


def redirect_uris(world: World, relation: Relation) -> tuple[RedirectUri, ...]:
    """The URIs that a relying party may send; none where its callback is not known."""
    found = _of_program(world, relation)
    if found or relation.library.callback_base:
        return found or _of_library(world, relation)
    if _is_for_other_cases(world, relation):
        return tuple(uri for one in relation.all("redirect") for uri in _of_name(one.setting))
    told = relation.all("redirect")
    if any(_TEMPLATE in reveal(one.setting.value or "") for one in told):
        return tuple(uri for one in told for uri in _of_template(world, relation, one.setting))
    return tuple(uri for one in told for uri in _of_name(one.setting)) if told else _of_library(world, relation)


def _is_for_other_cases(world: World, relation: Relation) -> bool:
    """Whether what its program's file says of the library's callback does not apply."""
    applying = [
        program.told.applies(entry) is True
        for program in programs_of(world, relation.workload)
        if program.container is relation.container
        for entry in program.running.entries(Oidc)
        if entry.callback_path and (entry.library or program.running.program.name) == relation.library.name
    ]
    return bool(applying) and not any(applying)


def takes_its_callback(world: World, relation: Relation) -> bool:
    """Whether it is known where its program takes the callback: not in the pages of another one."""
    return bool(_of_program(world, relation))


def sends_browsers(world: World, relation: Relation, client_id: Setting) -> bool:
    """Whether it starts logins in browsers: it is told where they begin or end, or its program has a callback.

    A registration of Spring alone does not say so: it may be for calls, or left from a sample.
    """
    if relation.library.browserless:
        return False
    told = settings_of(world, relation.workload, relation.container)
    ends = [one.setting for one in relation.all("redirect")] + [each for each in told if _is_beside(each, client_id)]
    if relation.all("authorization") or any(True for each in ends for _ in _of_name(each)):
        return True
    return bool(_of_program(world, relation)) or relation.library.name in _START_LOGINS


def _is_beside(setting: Setting, client_id: Setting) -> bool:
    """Whether a setting is called as the client's id is, but for the end: OIDC_CLIENT_ID, OIDC_REDIRECT_URI."""
    words, own = words_of(client_id.key), words_of(setting.key)
    stem = words[:-2] if words[-2:] == ("client", "id") else words[:-1] if words[-1:] == ("clientid",) else None
    return setting.file == client_id.file and stem in (own[:-2], own[:-1])


def _of_name(setting: Setting) -> Iterator[RedirectUri]:
    """What a setting says that is named after the parameter (RFC 6749, section 4.1.1), or after the callback."""
    words = words_of(setting.key)
    if (words[-2:] in _WHOLE or words[-1:] in _JOINED) and _LATER.isdisjoint(words):
        yield from written(setting, "")


def _of_template(world: World, relation: Relation, setting: Setting) -> Iterator[RedirectUri]:
    """Spring's template: `{baseUrl}` is the address of each request, `{registrationId}` the client's name.

    Source: https://docs.spring.io/spring-security/reference/servlet/oauth2/login/core.html#oauth2login-sample-redirect-uri
    """
    base, _, path = reveal(setting.value or "").strip().partition(_TEMPLATE)
    filled = path.replace("{registrationId}", "{instance}").replace("{action}", "login")
    whole = _filled(filled, relation.instance)
    if not base and whole is not None and "{" not in whole:
        yield from of_requests(world, relation, whole)


def _of_program(world: World, relation: Relation) -> tuple[RedirectUri, ...]:
    for program in programs_of(world, relation.workload):
        if program.container is relation.container:
            entries = [each for each in program.running.entries(Oidc) if program.told.applies(each) is True]
            ours = [each for each in entries if (each.library or program.running.program.name) == relation.library.name]
            for entry in entries:
                if (whole := program.told.first(entry.callback_setting)) is not None:
                    path = None if _is_relative(program, entry) else _path_alone(whole)
                    return tuple(written(whole, "") if path is None else _below(world, relation, program, path, ours))
            paths = {path for entry in ours or entries for path in _paths(program, entry, relation)}
            if len(paths) != 1 or program.running.undecided(Oidc):
                return ()
            hidden = any(each.secret for entry in ours or entries for each in program.told.all_of(entry.callback_name))
            found = _below(world, relation, program, paths.pop(), ours or entries)
            always = any(
                entry.callback_https is not None and program.told.holds(entry.callback_https) is True for entry in ours
            )
            return tuple(
                replace(each, secret=each.secret or hidden, scheme_known=each.scheme_known or always) for each in found
            )
    return ()


def _path_alone(setting: Setting) -> str | None:
    """The path, where a setting says no more than that; None for a whole URL."""
    text = unquoted(setting.value)
    return text if text.startswith("/") and "$" not in text else None


def _is_relative(program: RunningProgram, entry: Oidc) -> bool:
    """Whether it is told to send a path alone as it is: dex takes one where the browser is on its own host already."""
    told = program.told.first(entry.callback_relative) if entry.callback_relative else None
    return told is not None and (told.value is None or reveal(told.value).strip().lower() not in ("false", ""))


def _paths(program: RunningProgram, entry: Oidc, relation: Relation) -> Iterator[str]:
    """The paths of an entry, with what stands for names in them; none where that is not known."""
    start = _start(program, entry)
    for path in texts(entry.callback_path) if start is not None else ():
        if "{name}" not in path:
            filled = _filled(path, relation.instance)
        else:
            names = tuple(program.told.all_of(entry.callback_name))
            filled = _named(
                path, names, relation.instance, entry.callback_name_default if program.told.complete else ""
            )
        if filled is not None:
            yield f"{start}{filled}"


def _start(program: RunningProgram, entry: Oidc) -> str | None:
    """The path below which a program serves; empty for the root, None where it is not known."""
    told = program.told.first(entry.callback_below)
    if told is None:
        return "" if program.told.complete or not entry.callback_below else None
    text = unquoted(told.value).rstrip("/")
    return None if told.value is None or "$" in text else text if text.startswith("/") or not text else None


def _below(
    world: World, relation: Relation, program: RunningProgram, path: str, entries: Sequence[Oidc]
) -> Iterator[RedirectUri]:
    """A path below the address that the program takes for its own."""
    based = [setting for entry in entries for setting in program.told.all_of(entry.callback_base)]
    if based or any(texts(entry.callback_base) for entry in entries):
        yield from written(based[0], path, bare=True) if based else _by_default(relation, program, path, entries)
        return
    public = [each for each in program.running.entries(PublicUrl) if not each.of_api]
    own = [program.told.first(entry.setting) for entry in public]
    if not own:
        yield from of_requests(world, relation, path)
    elif own[0] is not None:
        yield from written(own[0], path, bare=public[0].form in ("any", "host"))
    elif program.container.role is ContainerRole.INIT:  # it sets up what another container serves
        yield from of_requests(world, relation, path)


def _by_default(
    relation: Relation, program: RunningProgram, path: str, entries: Sequence[Oidc]
) -> Iterator[RedirectUri]:
    """Below the address that a program has by itself, where the view shows all that it is told."""
    base = next((entry.callback_base_default for entry in entries if entry.callback_base_default), "")
    if base and program.told.complete and not program.running.undecided(Oidc):
        setting = next(relation.endpoints).setting
        yield RedirectUri(base.rstrip("/") + shown(path), setting.place, "its own default", by_default=True)


def _of_library(world: World, relation: Relation) -> tuple[RedirectUri, ...]:
    """Where a library takes callbacks, below its base or the host of each request."""
    library = relation.library
    settings = settings_of(world, relation.workload, relation.container)
    path = _filled(library.callback_path, relation.instance)
    if path is not None and "{name}" in path:
        wanted = {words_of(name) for name in library.callback_name}
        named = [each for each in settings if _ends_in(words_of(each.key), wanted)]
        path = _named(path, named, relation.instance, "")
    if not path or library.browserless:
        return ()
    if not library.callback_base:
        return tuple(of_requests(world, relation, path))
    based = [each for each in settings if each.key in library.callback_base]
    found = tuple(written(based[0], path)) if based else ()
    return tuple(each for each in found if split_url(each.url).path == shown(path))  # one of its own replaces the whole


def _ends_in(words: Phrase, wanted: Group[Phrase]) -> bool:
    """Whether a setting's name is one of these, or is one below the variable that holds the whole document."""
    return any(words[start:] in wanted for start in range(len(words)))


def _filled(path: str, instance: str) -> str | None:
    """A path with the client's name; None where that is not one word as it was written."""
    if "{instance}" not in path:
        return path
    return path.replace("{instance}", instance) if _ONE_WORD.fullmatch(instance) else None


def _named(path: str, names: Sequence[Setting], instance: str, default: str) -> str | None:
    """A path with the name that a setting says; of several the one beside the client among several."""
    beside = [each for each in names if instance.startswith(each.key.rpartition("].")[0] + "]")]
    said = {unquoted(each.value) for each in beside or names}
    name = said.pop() if len(said) == 1 else "" if names else default
    return path.replace("{name}", name) if _NAME.fullmatch(name) else None
