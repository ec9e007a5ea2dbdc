"""Keys that a client's setting calls after the server whose they are, whether or not a call to it is seen.

An editor of documents is opened by browsers, and its key is told to the application: ONLYOFFICE_JWT_SECRET, or
Nextcloud's `onlyoffice` settings, which its commands write. Only one such server in the view can be meant.
Source of the commands: https://github.com/nextcloud/documentation/blob/master/admin_manual/occ_command.rst
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from mblint.cluster.objects import ContainerRole, Workload
from mblint.cluster.secrets import SecretText, Text, reveal
from mblint.facts.credentials.told import Told, told
from mblint.facts.told import told_containers
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.regex import regex
from mblint.settings.by_container import ContainerSettings
from mblint.settings.mounted_files import mounted_files
from mblint.settings.names import Origin, Role
from mblint.settings.role_table import Phrase, words_of
from mblint.settings.rows import Setting

_OCC = regex(
    r"config:(?:app|system):set\s+(\w+)\s+(\w+)\s+(?:--(?!value)[\w=-]+\s+)*--value(?:=|\s+)"
    r"(?:\"([^\"\n]*)\"|'([^'\n]*)'|([^\s\"';&|]+))"
)
_VARIABLE = regex(r"\$\{?([A-Za-z_]\w*)\}?")


def named_keys(
    world: World, server: Workload, called: Sequence[str], ends: Sequence[str]
) -> Iterator[tuple[ContainerSettings, Told]]:
    """Each container with a key that is called after the server, and the key."""
    wanted = [(tuple(name.split()), tuple(end.split())) for name in called for end in ends]
    for client in told_containers(world):
        if client.workload is not server and client.container.role is not ContainerRole.SIDECAR:
            for setting in (*client.settings, *_of_commands(world, client)):
                is_set = setting.value is None or reveal(setting.value).strip()
                if setting.origin is not Origin.ARGUMENT and is_set and _is_meant(words_of(setting.key), wanted):
                    yield client, told(setting)


def _is_meant(words: Phrase, wanted: Sequence[tuple[Phrase, Phrase]]) -> bool:
    return any(words[-len(end) :] == end and words[-len(end) - len(name) : -len(end)] == name for name, end in wanted)


# ---------------------------------------------------------------- Nextcloud's commands


def _of_commands(world: World, client: ContainerSettings) -> Iterator[Setting]:
    """What `occ config:app:set APP KEY --value=…` sets, as a setting of that name."""
    variables = {each.key: each for each in client.settings if each.origin is Origin.ENV}
    for script in _scripts(world, client):
        for found in _OCC.finditer(reveal(script.text)):
            written = script.of(client, f"{found[1]}.{found[2]}", found[3] or found[4] or found[5] or "")
            yield _filled(written, variables)


class _Script(Struct, frozen=True):
    """A script with commands in it."""

    text: Text
    place: Place
    file: str | None

    def of(self, client: ContainerSettings, key: str, value: str) -> Setting:
        """What one of its commands sets."""
        text: Text = SecretText(value) if isinstance(self.text, SecretText) else value
        holder, container = client.workload, client.container
        return Setting(holder, container, Origin.FILE, key, text, Role.UNKNOWN, None, self.place, self.file)


def _scripts(world: World, client: ContainerSettings) -> Iterator[_Script]:
    for word in client.container.words:
        if "config:" in word.text:
            yield _Script(word.text, word.place, None)
    for each in mounted_files(world.cluster, client.workload, client.container):
        if each.entry.text is not None and "config:" in reveal(each.entry.text):
            yield _Script(each.entry.text, each.entry.place, each.path)


def _filled(written: Setting, variables: Mapping[str, Setting]) -> Setting:
    """With the value of the variable that it is; None where the shell makes anything else of it."""
    text = reveal(written.value or "")
    named = _VARIABLE.fullmatch(text)
    given = variables.get(named[1]) if named is not None else None
    if given is None:
        return replace(written, value=None) if "$" in text or "`" in text else written
    return replace(written, value=given.value, place=given.place, key_ref=given.key_ref, reference=given.reference)
