"""Names of environment variables in a configuration file whose program fills none in there (`literal`).

Only names of the container's own variables, which can be meant as nothing else; and only in a file that the program
reads as it is mounted: its command is the image's, and its words or variables name the file, or the image reads it by
itself. Where an option or a variable of the program's own says the same, the file's value does not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from mblint.cluster.cluster import Cluster
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import reveal
from mblint.facts.programs.started import other_start
from mblint.facts.rows import Related
from mblint.facts.software import RunningProgram, running_programs
from mblint.facts.words.literal_texts import FORMS, NamedVariable, defines, named_variables
from mblint.facts.words.rows import UnfilledVariable
from mblint.facts.words.run_directly import READ_BY_SHELLS
from mblint.facts.world import World
from mblint.globs import matches
from mblint.manifests.documents import Place
from mblint.regex import regex
from mblint.settings.mounted_files import MountedFile, mounted_files
from mblint.settings.names import Origin
from mblint.settings.rows import Setting
from mblint.software.images import fits
from mblint.software.running import Literal
from mblint.software.setting_names import texts

_ENDS = r"(?:\.(?:ya?ml|json|toml|conf|cfg|cnf|hcl|ini|alloy|properties)|Caddyfile)"  # of configuration files
_FILE = regex(rf"(?:^|[=\s\"',])/[^\s\"',=]*{_ENDS}(?=$|[\s\"',])")
_BRACES = FORMS["braces"]
_FILLED_BY = ("envsubst", "gomplate", "sed", "dockerize", "confd", "consul-template", "vals")
_LONGEST = 256 * 1024  # characters


def literal_files(world: World) -> Iterator[UnfilledVariable]:
    """A row for each file with such variables; a file that several workloads mount once."""
    found: dict[tuple[str, str, str, str], list[UnfilledVariable]] = {}
    for one in running_programs(world):
        for entry, file in _read_files(one):
            row = _row(one, entry, file)
            if row is not None:
                ref = file.key_ref
                found.setdefault((row.object.namespace, ref.kind, ref.name, ref.key), []).append(row)
    for rows in found.values():
        others = dict.fromkeys(_called(row) for row in rows[1:] if row.object != rows[0].object)
        yield replace(rows[0], shared_by=tuple(others))


def _called(row: UnfilledVariable) -> str:
    return f"{row.object.kind}/{row.object.name}"


# ---------------------------------------------------------------- who reads which file


def _read_files(one: RunningProgram) -> Iterator[tuple[Literal, MountedFile]]:
    """The files with a dollar in them that the program reads as they are mounted, and fills in nothing."""
    if not (entries := one.running.entries(Literal)):
        return
    mounted = mounted_files(one.told.cluster, one.workload, one.container)
    files = [file for file in mounted if file.entry.text is not None and "$" in reveal(file.entry.text)]
    for entry in entries if files else ():
        if one.told.applies(entry) is True and _is_started(one, entry):
            yield from ((entry, file) for file in files if _is_read(one, entry, file))


def _is_started(one: RunningProgram, entry: Literal) -> bool:
    """Whether the program itself is started, and nothing that may fill in a file before."""
    words = {part.rpartition("/")[2] for word in one.container.words for part in word.text.split()}
    return other_start(one, entry) is None and words.isdisjoint(READ_BY_SHELLS.union(_FILLED_BY))


def _is_read(one: RunningProgram, entry: Literal, file: MountedFile) -> bool:
    """Whether a file is named by the container's words or variables, or is one that the program reads unasked."""
    path = file.path
    told = [word.text for word in one.container.words] + [_value(each) for each in _variables(one)]
    if any(re.search(rf"(?<![\w./-]){re.escape(path)}(?![\w/-])", text) for text in told if path in text):
        return any(fits(name.strip("/"), path.strip("/")) for name in texts(entry.file))
    usual = (name for name in texts(entry.file) if name.startswith("/") and name.count("/") == path.count("/"))
    if not any(fits(name.strip("/"), path.strip("/")) for name in usual):
        return False
    return _FILE.search(path) is None or not any(_FILE.search(word.text) for word in one.container.words)


def _variables(one: RunningProgram) -> Iterator[Setting]:
    return (each for each in one.told.settings if each.origin is Origin.ENV)


def _value(setting: Setting) -> str:
    return "" if setting.value is None else reveal(setting.value)


# ---------------------------------------------------------------- what stands in it


def _row(one: RunningProgram, entry: Literal, file: MountedFile) -> UnfilledVariable | None:
    named: dict[str, NamedVariable] = {}
    for each in _left(one, entry, reveal(file.entry.text or "")):
        named.setdefault(each.text, each)
    if not named:
        return None
    first, *others = named.values()
    software = one.running.program.name
    meaning = f"{software} fills in no environment variables there"
    return UnfilledVariable(
        object=one.workload.id,
        container=one.container.name,
        place=_place(file, first),
        related=tuple(Related(f"`{each.text}` stands here", _place(file, each)) for each in others),
        linted=one.workload.linted,
        where=file.path,
        name=first.name,
        text=f"`{first.text}`" + (f" (and {len(others)} more)" if others else ""),
        meaning=f"{meaning}, {entry.otherwise}" if entry.otherwise else meaning,
        software=software,
        instead=entry.instead,
        verdict="literal",
    )


def _place(file: MountedFile, variable: NamedVariable) -> Place:
    entry = file.entry
    return entry.place if entry.encoded else entry.place.inside(variable.index)


def _left(one: RunningProgram, entry: Literal, text: str) -> Iterator[NamedVariable]:
    """The container's own variables that a text names, and that stay there as they are."""
    named = [each for each in _variables(one) if each.key in text] if len(text) <= _LONGEST else []
    later = _filled_before(one.told.cluster) if named else ()
    meant = {each.key for each in named if each.key not in later and _is_meant(each, entry, text)}
    if not meant:
        return
    told = _overruling(one, entry)
    for each in named_variables(text, entry.format, texts(entry.forms) or tuple(FORMS)):
        if each.name in meant and not _is_filled(each.key, entry) and not _is_overruled(each.key, told):
            yield each


def _is_meant(variable: Setting, entry: Literal, text: str) -> bool:
    """Whether its name can mean nothing but the variable: the program may have one of the same name, or the text."""
    is_own = any(matches(variable.key.lower(), own) for own in texts(entry.own))
    return not is_own and not defines(text, entry.format, variable.key)


@remembered
def _filled_before(cluster: Cluster) -> frozenset[str]:
    """Names that somebody fills in before the API server sees the manifests, in files, too: Flux's postBuild, envsubst.

    Flux is told them, or they stand where nothing that runs could fill them in: in the host of a route, or in the value
    of a variable whose container has none of that name.
    """
    found = {name for route in cluster.routes for host in route.hosts for name in _BRACES.findall(host.text)}
    for workload in cluster.workloads:
        for container in workload.pod.containers:
            own = {entry.name for entry in container.env}
            for entry in container.env:
                named = _BRACES.findall(entry.value or "")
                found.update(name for name in named if name == entry.name or name not in own)
    for each in cluster.everything:
        if each.id.kind == "Kustomization":
            told = each.place.at("spec", "postBuild", "substitute").value
            found.update(map(str, told) if isinstance(told, dict) else ())
    return frozenset(found)


def _is_filled(key: str, entry: Literal) -> bool:
    paths = (path.replace("[]", "") for path in texts(entry.but))
    return any(matches(key, path) or key.startswith(f"{path}.") for path in paths)


def _overruling(one: RunningProgram, entry: Literal) -> Sequence[str]:
    """The names of options, and of variables that the program reads itself, as they compare with keys."""
    begin = tuple(texts(entry.overruled))
    options = (re.split(r"[=\s]", word.text, maxsplit=1)[0] for word in one.container.words if word.text[:1] == "-")
    variables = (each.key for each in _variables(one) if each.key.startswith(begin)) if begin else ()
    return tuple(_plain(name) for name in (*options, *(name.removesuffix("_FILE") for name in variables)))


def _is_overruled(key: str, told: Sequence[str]) -> bool:
    return bool(key) and any(name.endswith(_plain(key)) for name in told)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
