"""Which value of a chart pins a password that it makes up: the `charts` of software files."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from mblint.cluster.objects import Object
from mblint.cluster.remembered import remembered
from mblint.regex import regex
from mblint.software.programs import Programs
from mblint.software.running import Chart

_VERSION = regex(r"-v?\d+\.\d+.*$")


def pinning_value(secret: Object, key: str, programs: Programs) -> str | None:
    """The key of the values, as the outermost chart has it: `postgresql.auth.password`. None where it is not known."""
    chart = _VERSION.sub("", secret.labels.get("helm.sh/chart") or secret.labels.get("chart") or "")
    value = _values(programs).get((chart, key))
    return None if value is None else ".".join((*_subcharts(secret.place.document.source or ""), value))


def _subcharts(source: str) -> list[str]:
    """The charts inside the outermost one, from Helm's comment: `app/charts/postgresql/templates/secret.yaml`."""
    folders = source.partition("/templates/")[0].split("/")
    return [name for folder, name in pairwise(folders) if folder == "charts"]


@remembered
def _values(programs: Programs) -> Mapping[tuple[str, str], str]:
    return {
        (row.chart, key): value
        for program in programs.with_section(Chart)
        for row in program.entries(Chart)
        for key, value in row.keys.items()
    }
