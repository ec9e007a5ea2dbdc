"""The chart template that Helm's `# Source:` comment names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mblint.findings.placement.lines import Line, Part, key_lines
from mblint.findings.placement.repository import Repository
from mblint.regex import regex

_KIND = regex(r"""kind:\s*["']?(?P<kind>\w+)""")
_NAME = regex(r"""^name:\s*["']?([^"'\s#]+)""", re.MULTILINE)


def template_of(repository: Repository, source: str, chart: str | None) -> str | None:
    """The file of `CHART/templates/…`: by unique path suffix, also of a subchart that is kept elsewhere, also in a
    directory named otherwise than its chart. `chart`: the directory that the release takes it from, where known.
    """
    own = source.rpartition("charts/")[2]
    for suffix in dict.fromkeys((source, own)):
        if found := _only(repository.ending_in(suffix), chart):
            return found
    name, _, inside = own.partition("/")
    return _only([file for file in repository.ending_in(inside) if _is_of(repository, file, inside, name)], chart)


def chart_of(template: str) -> str:
    """The directory of a template's chart."""
    return template.partition("/templates/")[0] if "/templates/" in template else ""


def document_in(repository: Repository, file: str, kind: str) -> Part:
    """The one document of a template or manifest that makes objects of a kind; the whole file where that is not clear.

    `kind`: empty where it is not known.
    """
    lines = repository.lines(file)
    named = [number for number, line in enumerate(lines, 1) if _KIND.match(line)]
    own = [number for number in named if (found := _KIND.match(lines[number - 1])) and found["kind"] == kind]
    if len(named) < 2 or len(own) != 1:
        return Part(file, lines)
    breaks = [0, *(number for number, line in enumerate(lines, 1) if line.startswith("---")), len(lines) + 1]
    first = max(number for number in breaks if number < own[0])
    end = min(number for number in breaks if number > own[0])
    return Part(file, lines, first + 1, end)


def best_line(part: Part, keys: Sequence[str]) -> Line:
    """The line of a template that is nearest to the value at the end of the keys: that of the deepest key in it, else
    that of its kind, else its first.
    """
    for key in (*reversed(keys), "kind"):
        if found := key_lines(part, key):
            return found[0]
    return Line(part.file, part.first, part.lines[part.first - 1])


def _only(files: Sequence[str], chart: str | None) -> str | None:
    if len(files) > 1 and chart:
        files = [file for file in files if file.startswith(f"{chart}/")]
    return files[0] if len(files) == 1 else None


def _is_of(repository: Repository, file: str, inside: str, name: str) -> bool:
    definition = f"{file[: -len(inside)]}Chart.yaml"
    found = _NAME.search(repository.text(definition)) if definition in repository.tracked else None
    return found is not None and found[1] == name
