"""Variables that a program fills into its own settings as it reads them: `${NAME}`, `${NAME:default}`, and Grafana's
`$__env{NAME}` and `$__file{/path}`.

What a container does not have by that name stays, so that it is known of none.
Sources: https://grafana.com/docs/grafana/latest/setup-grafana/configure-grafana/#variable-expansion,
https://backstage.io/docs/conf/writing/#environment-variable-substitution,
https://docs.spring.io/spring-boot/reference/features/external-config.html#features.external-config.files.property-placeholders
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from msgspec.structs import replace

from mblint.cluster.secrets import SecretText, Text, reveal
from mblint.facts.told import settings_of
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.mounted_files import mounted_files
from mblint.settings.names import Origin
from mblint.settings.rows import Setting

_VARIABLE = regex(r"\$\{(?:env[:.])?([A-Za-z_]\w*)(?::-?[^{}]*)?\}|\$__env\{(\w+)\}")
_FILE = regex(r"\$__file\{(/[^{}]+)\}")


def with_variables(world: World, setting: Setting) -> Setting:
    """A setting of a file as its program reads it; the same one where nothing is to be filled, or it is not known."""
    text = "" if setting.value is None else reveal(setting.value)
    if setting.origin is not Origin.FILE or "$" not in text:
        return setting
    if (named := _FILE.fullmatch(text.strip().strip("\"'"))) is not None:
        return _of_file(world, setting, named[1])
    told = _environment(world, setting)
    names = [found[1] or found[2] for found in _VARIABLE.finditer(text)]
    if not names or any(told.get(name) is None for name in names):
        return setting
    value = _VARIABLE.sub(lambda found: reveal(told[found[1] or found[2]]), text)
    hidden = setting.secret or any(isinstance(told[name], SecretText) for name in names)
    return replace(setting, value=SecretText(value) if hidden else value)


def _environment(world: World, setting: Setting) -> Mapping[str, Text]:
    return {
        each.key: each.value
        for each in settings_of(world, setting.workload, setting.container)
        if each.origin is Origin.ENV and each.value is not None
    }


def _of_file(world: World, setting: Setting, path: str) -> Setting:
    wanted = posixpath.normpath(path)
    for found in mounted_files(world.cluster, setting.workload, setting.container):
        if posixpath.normpath(found.path) == wanted and found.entry.text is not None:
            text = reveal(found.entry.text).strip()
            value: Text = SecretText(text) if isinstance(found.entry.text, SecretText) else text
            return replace(setting, value=value, key_ref=found.key_ref)
    return setting
