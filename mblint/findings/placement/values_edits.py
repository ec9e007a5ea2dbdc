"""Edits of a finding in terms of values: the line of a values file that sets what is to be changed, and what else may
take its value from there.

From the rendered scalar over its chart's template to the values file, and where that takes it from the values of a
helmfile's environment, to the file that sets those.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from mblint.findings.finding import Finding, How, ValuesEdit
from mblint.findings.placement.lines import Line, Part, references
from mblint.findings.placement.place import Placing
from mblint.findings.placement.releases import helmfiles
from mblint.manifests.documents import Document, KeyPath, Place, Value
from mblint.remedies.apply import patched
from mblint.remedies.edits import Change, Operation
from mblint.remedies.line import changed_line, filled_line
from mblint.remedies.splice import CannotWrite

Keys = tuple[str, ...]
_SAID = 3  # places of a doubt


class NoValuesLine(Exception):
    """Edits that no values line takes. `str()` is a clause that says why."""


class ValuesEdits:
    """Those of one render's findings, in one repository."""

    def __init__(self, placing: Placing, documents: Sequence[Document]) -> None:
        self._placing = placing
        self._lines = placing.lines
        self._repository = placing.repository
        self._by_source: dict[str | None, list[Document]] = {}
        for document in documents:
            self._by_source.setdefault(document.source, []).append(document)

    def of(self, finding: Finding) -> tuple[ValuesEdit, ...]:
        """One for each scalar that the finding's edits replace. Raises NoValuesLine."""
        found: list[ValuesEdit] = []
        for edit in finding.edits:
            if not isinstance(edit, Change):
                raise NoValuesLine("a new object is no value of a chart")
            found += [self._scalar(edit.place, operation) for operation in edit.patch if operation.op != "test"]
        if not found:
            raise NoValuesLine("nothing is to be changed")
        return tuple(dict.fromkeys(found))

    def added(self, finding: Finding) -> Finding:
        """The finding with them, where nothing else takes its value from the same lines."""
        if not finding.edits:
            return finding
        try:
            edits = self.of(finding)
        except NoValuesLine:
            return finding
        return finding if any(edit.doubt or edit.fills for edit in edits) else replace(finding, at_values=edits)

    def _scalar(self, edited: Place, operation: Operation) -> ValuesEdit:
        place = edited.at(*operation.path)
        was = place.value
        if operation.op != "replace" or not _is_scalar(was) or not _is_scalar(operation.value):
            raise NoValuesLine("more than one scalar is to be changed")
        line = self._lines.line_of(place)
        if line is None:
            raise NoValuesLine("no one values line sets it")
        if "/templates/" in f"/{line.file}":
            raise NoValuesLine(f"its chart's template sets it, at {line.file}:{line.number}")
        doubts = [*self._others_by_line(place, line, was), *self._others_by_chart(place, line)]
        key, above = str(operation.path[-1]), self._keys(line)[-1:]
        taken = _taken(line)
        if taken is not None:
            line, further = self._environment_line(line, taken, place.path, was)
            doubts += further
        keys = self._keys(line)
        whole = _whole(place, above, operation.value)
        filled = None if whole is None else filled_line(line.text, whole)
        try:
            after = filled or changed_line(line.text, {key, *keys[-1:]}, was, operation.value)
        except CannotWrite as problem:
            raise NoValuesLine(f"{line.file}:{line.number} sets it, but {problem}") from problem
        location = self._placing.at(line, How.VALUES).location
        return ValuesEdit(location, keys, line.text, after, "; ".join(doubts), fills=filled is not None)

    # ------------------------------------------------------------ the line

    def _keys(self, line: Line) -> Keys:
        """The keys that lead to a line in its file."""
        by_keys = self._lines.lines_at(Part(line.file, self._repository.lines(line.file)))
        return next((keys for keys, lines in by_keys.items() if line in lines), ())

    def _environment_line(self, line: Line, taken: Keys, path: KeyPath, was: Value) -> tuple[Line, list[str]]:
        """The line of the environment's values that a values template takes in, and what else takes it in."""
        files = [*self._lines.naming(taken[0]), *helmfiles(self._repository)]
        found: list[Line] = []
        said: list[Line] = []
        for file in dict.fromkeys(files):
            for keys, lines in self._lines.lines_at(Part(file, self._repository.lines(file))).items():
                below = keys[len(taken) :]
                if keys[: len(taken)] == taken and _holds(path, below) and _says(lines, str(path[-1]), was):
                    found += lines
                elif keys[: len(taken)] == taken:
                    said += lines
        if not found and len(said) == 1 and filled_line(said[0].text, None) is not None:
            found = said  # nothing is said there, nor below
        if len(found) != 1:
            where = f"{line.file}:{line.number}"
            raise NoValuesLine(f"{where} takes it from .Values.{'.'.join(taken)}, and no one line of that says it")
        own = self._keys(found[0])
        users = [
            f"{file}:{number}"
            for file in dict.fromkeys(files)
            for number, text in enumerate(self._repository.lines(file), 1)
            if ".Values" in text and (file, number) != (line.file, line.number)
            if any(_related(other, own) for other in references([Line(file, number, text)], None))
        ]
        return found[0], [f"{_listed(users)} takes its value from there, too"] if users else []

    # ------------------------------------------------------------ who else takes it

    def _others_by_line(self, place: Place, line: Line, was: Value) -> Iterator[str]:
        """Other scalars of the same template that the same line sets."""
        key = place.path[-1]
        for document in self._by_source.get(place.document.source, ()):
            for path, value in _leaves(document.value, ()):
                other = Place(document, path)
                same = document is place.document and path == place.path
                if not same and path[-1] == key and value == was and self._lines.line_of(other) == line:
                    yield f"it sets {'.'.join(map(str, path))} of {document.name}, too"
                    return

    def _others_by_chart(self, place: Place, line: Line) -> Iterator[str]:
        """Other templates of the chart that take it in, and other files that set it."""
        origin = self._lines.origin(place.document)
        keys = self._keys(line)
        if origin.chart is None or origin.template is None or not keys:
            yield "the chart is not in this repository, so nothing says what else takes its value from there"
            return
        inside = [file for file in self._repository.files if file.startswith(f"{origin.chart}/")]
        users = [
            file
            for file in inside
            if file.startswith(f"{origin.chart}/templates/") and file != origin.template
            if any(_related(path, keys) for path in self._taken_in(file))
        ]
        if users:
            yield f"{_listed(users)} takes its value from there, too"
        if not self._lines.told:
            beside = [file for file in inside if "/templates/" not in file]
            setting = [
                file
                for file in dict.fromkeys((*self._lines.naming(keys[-1]), *beside))
                if file not in {line.file, f"{origin.chart}/values.yaml"} and "values" in file
                if keys in self._lines.lines_at(Part(file, self._repository.lines(file)))
                if not origin.values or file in {part.file for part in origin.values}
            ]
            if setting:
                yield f"{_listed(setting)} sets it, too"
        sharing = {one.name for one in self._lines.releases if line.file in one.values}
        if len(sharing) > 1:
            yield f"the releases {_listed(sorted(sharing))} share the file"

    def _taken_in(self, file: str) -> set[Keys]:
        lines = [Line(file, number, text) for number, text in enumerate(self._repository.lines(file), 1)]
        return references([line for line in lines if ".Values" in line.text], None)


def _whole(place: Place, above: Keys, value: Value) -> Value:
    """What is rendered under the key that a values line says, with the new scalar in it; None where it is not."""
    path = place.path
    at = next((index for index in range(len(path) - 2, -1, -1) if (path[index],) == above), None)
    if at is None:
        return None
    whole = Place(place.document, path[: at + 1]).value
    return patched(whole, [Operation("replace", path[at + 1 :], value)]) if isinstance(whole, dict) else None


def _taken(line: Line) -> Keys | None:
    """What a line of a values template takes in, where it is one thing."""
    found = references([line], None) if "{{" in line.text else set()
    return found.pop() if len(found) == 1 else None


def _holds(path: KeyPath, keys: Keys) -> bool:
    """Whether the keys follow each other in a path."""
    return any(path[start : start + len(keys)] == keys for start in range(len(path)))


def _says(lines: Sequence[Line], key: str, was: Value) -> bool:
    for line in lines:
        try:
            changed_line(line.text, {key}, was, was)
        except CannotWrite:
            continue
        return True
    return False


def _related(one: Keys, other: Keys) -> bool:
    """True where one leads to the other, or is it."""
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def _leaves(value: Value, path: KeyPath) -> Iterator[tuple[KeyPath, Value]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _leaves(inner, (*path, index))
    else:
        yield path, value


def _is_scalar(value: Value) -> bool:
    return isinstance(value, str | int | float) and not (isinstance(value, str) and "\n" in value)


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _SAID
    return ", ".join(names[:_SAID]) + (f" and {more} more" if more > 0 else "")
