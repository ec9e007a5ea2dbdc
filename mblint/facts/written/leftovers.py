"""What templates left behind: Go's own printing in place of a value, and template text that nothing renders.

Go prints a map as `map[key:value]`, an argument that does not fit as `%!s(int=3)`, and what is not there as `<nil>`;
Helm prints `<no value>`. `{{ .Values.… }}` in a rendered object stood in a value, which Helm does not render. Large
numbers of values are floats to Helm, and printed as `1e+06`. `ENC[AES256_GCM,…]` is what SOPS encrypts a value to.
What a Secret holds is looked at decoded, and shown by its first characters, which are the mark's own.
Sources: https://pkg.go.dev/fmt#hdr-Format_errors; https://pkg.go.dev/text/template#Template.Option;
https://github.com/helm/helm/issues/1707; https://getsops.io/docs/#encrypting-only-parts-of-a-file
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from mblint.cluster.kinds import group_of
from mblint.cluster.objects import Object, Secret
from mblint.cluster.secrets import reveal
from mblint.facts.world import World
from mblint.facts.written.rows import Leftover
from mblint.manifests.documents import KeyPath, Place, Value
from mblint.manifests.nodes import dotted, node_at
from mblint.regex import regex

_MARKS = (
    "map[",
    "%!",
    "<no value>",
    "<nil>",
    ".Values",
    ".Release.",
    ".Chart.",
    ".StateValues",
    "e+",
    "ENC[AES256_GCM,",
)
_FIRST = ("{{", "map[", "%!", "<no value>", "<nil>", "e+", "ENC[AES256_GCM,")  # what a document with any of them has
_GROUPS = frozenset(("", "apps", "batch", "networking.k8s.io", "autoscaling", "policy", "gateway.networking.k8s.io"))
_NAMES = frozenset(("name", "namespace", "host", "hosts", "hostname", "hostnames", "image", "secretName", "claimName"))
_PROGRAMS = (".sh", ".bash", ".py", ".js", ".mjs", ".ts", ".go", ".lua", ".rb", ".pl", ".rego", ".md", ".html", ".vrl")
_TEMPLATES = (".tmpl", ".tpl", ".gotmpl", ".ctmpl", ".template", ".j2")
_VALUES = regex(r"(?:^|[./_-])values(?:\.ya?ml)?$")  # of a chart, which whoever renders that reads
_CONTROL = regex(r"\{\{-?\s*(?:if|range|with|define|end|block|else)\b")
_MAC = "sops_mac"  # what SOPS adds to a file of variables
_OF_SOPS = regex(r"^\s*[\"']?(?:sops_)?mac[\"']?\s*[:=]\s*[\"']?ENC\[AES256_GCM,", re.M)  # and to others
_COMMENT = regex(r"^\s*(?:#|//|;|\*|--)")
_LONGEST = 512 * 1024  # characters of a file
_MOST = 3  # of one file: whoever reads them knows what happened


class _Mark(Struct, frozen=True):
    """One kind of trace, and what it means."""

    kind: str
    pattern: re.Pattern[str]
    meaning: str


_KNOWN = (
    _Mark(
        "printf",
        regex(r"%!\w?\((?:[\w.\[\]*{}]+=[^)\n]*\)|<nil>\)|MISSING\)|BADWIDTH\)|BADPREC\)|BADINDEX\)|EXTRA )"),
        "so Go's printf says that a value does not fit its format",
    ),
    _Mark(
        "map",
        regex(r"(?<![\w\])}.$])map\[[A-Za-z_][\w.\-/]*:[^\]()\n]*\]"),
        "so Go prints a map where a text was meant: toYaml or toJson was left out",
    ),
    _Mark("no-value", regex(r"<no value>"), "so Helm prints a value that is not there"),
    _Mark("no-value", regex(r"(?:(?<=^)|(?<=[=:/@,\"' ]))<nil>(?=$|[:/,\"' \n])"), "so Go prints what is not there"),
    _Mark(
        "number",
        regex(r"(?:(?<=^)|(?<==))[1-9](?:\.\d+)?e\+(?:0[6-9]|1\d)$"),
        "so Go prints a large number that it takes for a fraction, and most programs read no number from it (int64 in "
        "the chart, or quotes in the values)",
    ),
    _Mark(
        "encrypted",
        regex(r"ENC\[AES256_GCM,[^\]\n]*\]"),
        "so SOPS encrypts a value, and nothing has decrypted it (helm secrets does, and secrets: of helmfile)",
    ),
    _Mark(
        "template",
        regex(r"\{\{-?[^{}\n]*(?<![\w)])\$?\.(?:Values|Release|Chart|StateValues)\.[A-Za-z_][^{}\n]*\}\}"),
        "it stands in double braces, and nothing renders it (a chart renders values only where it calls tpl)",
    ),
)
_PRINTF = tuple(mark for mark in _KNOWN if mark.kind == "printf")
_SURE = tuple(mark for mark in _KNOWN if mark.kind != "number")


def leftovers(world: World) -> Iterator[Leftover]:
    """A row for each trace of a template, in the order read.

    Custom resources hold templates of others: of them only what printf leaves is looked for, which no template has.
    """
    for obj in world.cluster.everything:
        text = obj.place.document.text
        if obj.linted and group_of(obj.api_version) in _GROUPS:
            if any(mark in text for mark in _FIRST):
                yield from _of_object(obj, _KNOWN)
        elif obj.linted and "%!" in text:
            yield from _of_object(obj, _PRINTF)
    decrypted = _is_decrypted_before(world)
    for secret in world.cluster.secrets.values():
        if secret.linted and group_of(secret.api_version) == "" and _is_plain(secret):
            yield from _of_secret(secret, decrypted=decrypted)


def _is_plain(secret: Secret) -> bool:
    """Whether nobody decrypts what it holds before it is applied, and it is no release of Helm's."""
    value = secret.place.value
    return isinstance(value, dict) and "sops" not in value and value.get("type") != "helm.sh/release.v1"


def _is_decrypted_before(world: World) -> bool:
    """Whether Flux decrypts the files that Secrets are generated from.

    Source: https://fluxcd.io/flux/components/kustomize/kustomizations/#kustomize-secretgenerator
    """
    return any(
        node_at(each.place).get("spec").get("decryption").get("provider").value == "sops"
        for each in world.cluster.of_kind("Kustomization", "kustomize.toolkit.fluxcd.io")
    )


def _of_secret(secret: Secret, *, decrypted: bool) -> Iterator[Leftover]:
    """What stands encoded in a Secret, decoded; the texts of `stringData` are read with the rest of the object."""
    if decrypted and _MAC in secret.entries:
        return  # of a file that SOPS has encrypted as a whole
    for key, entry in secret.entries.items():
        text = reveal(entry.text) if entry.encoded and entry.text is not None else ""
        if decrypted and _OF_SOPS.search(text) is not None:
            continue
        if not any(mark in text for mark in _MARKS):
            continue
        path: KeyPath = ("data", key)
        if "\n" in text.strip():
            yield from _of_file(secret, path, text, entry.place)
        elif (found := _first(text.strip(), _SURE)) is not None:
            yield _row(secret, entry.place, dotted(path), *found, path)


def _first(text: str, marks: tuple[_Mark, ...]) -> tuple[re.Match[str], _Mark] | None:
    return next(((found, mark) for mark in marks if (found := mark.pattern.search(text)) is not None), None)


def _of_object(obj: Object, marks: tuple[_Mark, ...]) -> Iterator[Leftover]:
    is_files = obj.id.kind == "ConfigMap"
    if isinstance(obj.place.value, dict) and "sops" in obj.place.value:
        return  # whoever applies it decrypts it
    for path, text in _texts(obj.place.value, ()):
        if path[:1] == ("status",) or (obj.id.kind == "Secret" and path[:1] == ("data",)):
            continue
        if is_files and path[:1] == ("data",) and "\n" in text:
            yield from _of_file(obj, path, text)
        else:
            yield from _of_value(obj, path, text, marks)


def _texts(value: Value, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    """Every text below a value that has a mark, with the keys that lead to it."""
    if isinstance(value, str):
        if any(mark in value for mark in _MARKS):
            yield path, value
    elif isinstance(value, dict):
        for key, element in value.items():
            yield from _texts(element, (*path, key))
    elif isinstance(value, list):
        for index, element in enumerate(value):
            yield from _texts(element, (*path, index))


def _of_value(obj: Object, path: KeyPath, text: str, marks: tuple[_Mark, ...]) -> Iterator[Leftover]:
    if "\n" in text and (path[0] == "data" or _is_script(path)):
        return
    if _CONTROL.search(text) or "last-applied-configuration" in str(path[-1]):
        return
    for mark in marks:
        found = mark.pattern.search(text)
        if found is not None and (mark.kind != "number" or _is_told(path)):
            yield _row(obj, Place(obj.place.document, (*obj.place.path, *path)), dotted(path), found, mark, path)
            return


def _is_told(path: KeyPath) -> bool:
    """Whether a program is told the value: by a variable, an argument or the entry of a ConfigMap."""
    return path[0] == "data" or (path[-1] == "value" and "env" in path) or _is_script(path)


def _is_script(path: KeyPath) -> bool:
    return any(key in ("command", "args") for key in path)


def _of_file(obj: Object, path: KeyPath, text: str, encoded: Place | None = None) -> Iterator[Leftover]:
    name = str(path[-1]).lower()
    if (
        len(text) > _LONGEST
        or name.endswith((*_PROGRAMS, *_TEMPLATES))
        or _VALUES.search(name)
        or _CONTROL.search(text)
        or text.startswith("#!")
    ):
        return  # a template for somebody else, or a program
    found_so_far = 0
    for mark in _SURE:
        for found in mark.pattern.finditer(text):
            start = text.rfind("\n", 0, found.start()) + 1
            line = text[start : text.find("\n", found.start())] if "\n" in text[found.start() :] else text[start:]
            if _COMMENT.match(line) or (mark.kind != "template" and "{{" in line):
                continue
            number = text.count("\n", 0, found.start()) + 1
            place = encoded or Place(obj.place.document, (*obj.place.path, *path)).inside(found.start())
            yield _row(obj, place, f"{dotted(path)}, line {number},", found, mark, path)
            found_so_far += 1
            if found_so_far == _MOST:
                return


def _row(obj: Object, place: Place, where: str, found: re.Match[str], mark: _Mark, path: KeyPath) -> Leftover:
    text = found[0].strip("{}- ") if obj.id.kind != "Secret" else found[0][:4] + "…"
    keys = [key for key in path if isinstance(key, str)]
    return Leftover(
        object=obj.id,
        place=place,
        linted=obj.linted,
        where=where,
        text=text if len(text) <= 60 else f"{text[:57]}…",
        kind=mark.kind,
        meaning=mark.meaning,
        in_name=bool(keys)
        and keys[-1] in _NAMES
        and "annotations" not in keys
        and keys[0] not in ("data", "stringData"),
    )
