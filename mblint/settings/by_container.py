"""Settings by container: what is said in pairs (`DB_HOST` and `DB_PORT`) stands in one container's settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby

from msgspec import Struct

from mblint.cluster.objects import Container, Workload
from mblint.settings.rows import Setting


class ContainerSettings(Struct, frozen=True):
    """The settings of one container, in their order."""

    workload: Workload
    container: Container
    settings: tuple[Setting, ...]
    by_key: Mapping[tuple[str | None, str], Setting]  # by (file, key); the last of several is the one that counts

    def beside(self, setting: Setting, key: str) -> Setting | None:
        """The setting of that key in the same file, or, for one of no file, among the environment and arguments."""
        return self.by_key.get((setting.file, key))


def by_container(settings: Iterable[Setting]) -> tuple[ContainerSettings, ...]:
    """The settings of `read_settings`, container by container."""
    groups = groupby(settings, key=lambda setting: (id(setting.workload), id(setting.container)))
    return tuple(_container_settings(tuple(group)) for _, group in groups)


def _container_settings(settings: tuple[Setting, ...]) -> ContainerSettings:
    first = settings[0]
    by_key = {(setting.file, setting.key): setting for setting in settings}
    return ContainerSettings(first.workload, first.container, settings, by_key)
