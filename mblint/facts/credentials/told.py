"""What a container is told under a name, by a setting of that name or by the file that `NAME_FILE` leads to."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Container, KeyRef, Workload
from mblint.cluster.secrets import SecretText, Text, reveal
from mblint.manifests.documents import Place
from mblint.settings.mounted_files import mounted_files
from mblint.settings.role_table import words_of
from mblint.settings.rows import Setting

_FILE = "_FILE"
# What something else puts in their place before software reads them: templates, vaults' references, encrypted values.
_REPLACED = ("$(", "${", "{{", "<path:", "vault:", "ref+", "ENC[", "op://", "file://", "env://")


class Told(Struct, frozen=True, eq=False):
    """A value and where it comes from. `text` None: the manifests do not say it. It is compared, and never shown."""

    text: SecretText | None
    hidden: bool  # it stands in a Secret, or is made of what does
    setting: Setting
    place: Place  # of the value
    key_ref: KeyRef | None
    reference: Place | None  # where the container refers to it

    @property
    def from_file(self) -> bool:
        """True where the setting only leads to the file that holds it."""
        return words_of(self.setting.key)[-1:] == ("file",)

    @property
    def words(self) -> str:
        """The setting, and the key of the object that the value stands in."""
        if self.key_ref is None:
            return self.setting.label
        return f"{self.setting.label} (key {self.key_ref.key} of {self.key_ref.kind} {self.key_ref.name})"


class Telling(Struct, frozen=True, eq=False):
    """Everything that one container is told, by name; of several settings of a name the last one."""

    cluster: Cluster
    workload: Workload
    container: Container
    settings: Mapping[str, Setting]

    def first(self, names: Iterable[str]) -> Told | None:
        """What the first of the names says that is set to something."""
        return next((found for name in names if (found := self.of(name)) is not None), None)

    def of(self, name: str) -> Told | None:
        """What a name says; None where it is not set, or empty."""
        setting = self.settings.get(name)
        if setting is not None and (setting.value is None or reveal(setting.value)):
            return told(setting)
        path = self.settings.get(name + _FILE)
        return self.file(path) if path is not None else None

    def file(self, path: Setting) -> Told | None:
        """The content of the file that a setting leads to."""
        if path.value is None:
            return Told(None, True, path, path.place, None, None)
        wanted = posixpath.normpath(reveal(path.value))
        for found in mounted_files(self.cluster, self.workload, self.container):
            if posixpath.normpath(found.path) == wanted:
                text = found.entry.text
                hidden = isinstance(text, SecretText)
                return Told(_without_end(known(text)), hidden, path, found.entry.place, found.key_ref, path.place)
        return Told(None, True, path, path.place, None, None) if reveal(path.value) else None


def told(setting: Setting) -> Told:
    """What a setting itself says."""
    return Told(known(setting.value), setting.secret, setting, setting.place, setting.key_ref, setting.reference)


def called(setting: Setting) -> str:
    """Who is told something, for messages: with the container where its pod has several."""
    workload = setting.workload
    several = len(workload.pod.containers) > 1
    return f"{workload.id} (container {setting.container.name})" if several else str(workload.id)


def known(value: Text | None) -> SecretText | None:
    """A value that software gets as it stands in the manifests, with a line break at its end; else None."""
    if value is None:
        return None
    text = reveal(value)
    return None if not text or any(mark in text for mark in _REPLACED) else SecretText(text)


def _without_end(text: SecretText | None) -> SecretText | None:
    """Without a line break at the end, which a shell drops that reads a file (`$(< file)`); a variable keeps it."""
    return None if text is None else known(SecretText(reveal(text).rstrip("\r\n")))
