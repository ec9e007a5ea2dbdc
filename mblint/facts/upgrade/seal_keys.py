"""The key that a container is given for what its program encrypts: by a setting, in a file, or as its default."""

from __future__ import annotations

from msgspec import Struct

from mblint.cluster.objects import KeyRef
from mblint.cluster.secrets import SecretText, reveal
from mblint.globs import matches
from mblint.manifests.documents import Place
from mblint.settings.mounted_files import MountedFile, mounted_files
from mblint.settings.programs import ProgramSettings
from mblint.settings.rows import Setting
from mblint.software.setting_names import Form, setting_names, texts
from mblint.software.storage import Seals

_FILLED_LATER = ("$", "{{", "<", "ref+", "vault:")  # the start of what somebody else fills in


class SealKey(Struct, frozen=True, eq=False):
    """A key. `value`: compared, never shown; None with the `reason` why it is not known.

    `words`: the setting, and the key of the object that the value stands in. `reference`: where the container refers to
    that object.
    """

    value: SecretText | None
    words: str
    place: Place
    key_ref: KeyRef | None = None
    reference: Place | None = None
    reason: str | None = None


def seal_key(told: ProgramSettings, entry: Seals) -> SealKey | None:
    """The key that counts; None where there is none."""
    setting = next((one for one in told.all_of(entry.setting) if one.value is None or reveal(one.value)), None)
    if setting is not None:
        return _of_setting(setting)
    file = _file(told, entry)
    if file is not None:
        text = None if file.entry.text is None else reveal(file.entry.text)
        words = f"{file.path} (key {file.key_ref.key} of {file.key_ref.kind} {file.key_ref.name})"
        return _known(text, words, file.entry.place, file.key_ref, file.reference)
    name = next((str(name) for name in setting_names(entry.setting)), "a file")
    if told.is_set(entry.setting) is not False:
        return SealKey(None, name, told.container.place, reason="it comes from what is not in the view")
    if entry.default is None:
        return None
    return SealKey(SecretText(entry.default), f"{name}, which is not set", told.container.place)


def still_opens(entry: Seals, old: SealKey, new: SealKey, told: ProgramSettings) -> bool | None:
    """Whether what the old key encrypted can be decrypted by what NEW is told; None where that is not known."""
    if old.value is None or new.value is None:
        return None
    key = _keys(entry, old.value)[0]
    if key in _keys(entry, new.value):
        return True
    former = [setting.value for setting in told.all_of(entry.earlier)] if entry.earlier else []
    if any(value is not None and key in reveal(value) for value in former):
        return True
    return None if None in former else False


def _keys(entry: Seals, value: SecretText) -> list[str]:
    text = value.reveal()
    return [key.strip() for key in text.split(entry.separator)] if entry.separator else [text]


def _of_setting(setting: Setting) -> SealKey:
    ref = setting.key_ref
    words = setting.label if ref is None else f"{setting.label} (key {ref.key} of {ref.kind} {ref.name})"
    value = None if setting.value is None or setting.guessed else reveal(setting.value)
    return _known(value, words, setting.place, ref, setting.reference)


def _known(value: str | None, words: str, place: Place, ref: KeyRef | None, reference: Place | None) -> SealKey:
    text = None if value is None else value.strip()
    if text is None:
        return SealKey(None, words, place, ref, reference, reason="its value is not in the view")
    if text.startswith(_FILLED_LATER):
        return SealKey(None, words, place, ref, reference, reason="its value is filled in by somebody else")
    return SealKey(SecretText(text), words, place, ref, reference)


def _file(told: ProgramSettings, entry: Seals) -> MountedFile | None:
    """The mounted file that is the key: one that the entry names, or that NAME_FILE leads to."""
    names = tuple(f"{name.key}_FILE" for name in setting_names(entry.setting) if name.form is Form.VARIABLE)
    leading = [reveal(one.value) for one in told.all_of(names) if one.value is not None] if names else []
    paths = (*leading, *texts(entry.file))
    if not paths:
        return None
    files = mounted_files(told.cluster, told.workload, told.container)
    return next((file for file in files if any(matches(file.path, path) for path in paths)), None)
