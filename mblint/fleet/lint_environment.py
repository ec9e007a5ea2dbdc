"""From the content of one environment to what is found in it: a pure function, for any process and any machine."""

from __future__ import annotations

import gc
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from mblint.cluster.cluster import Cluster
from mblint.facts.kinds import facts_of
from mblint.facts.rows import UnusedIgnore
from mblint.findings.baseline import apply_known
from mblint.findings.finding import Finding, Report
from mblint.findings.sift import NOTHING_MATCHES
from mblint.fleet.build import build
from mblint.fleet.own_names import alike, namespaces_in, own_names, without
from mblint.fleet.result import Result, Row, encoded
from mblint.fleet.task import File, Judging, Placement, Task
from mblint.judge.configured import configured
from mblint.judge.load import load_rules
from mblint.judge.rule import Rule
from mblint.manifests.documents import InputError
from mblint.manifests.read import Manifests, read_files
from mblint.pipeline import Analysis, Ruleset, report, together, view
from mblint.reports.by_format import Wanted, render
from mblint.reports.json import report_value
from mblint.reports.values import compact, error_value
from mblint.shipped import rules_directory
from mblint.software.programs import Programs, shipped_programs, with_own
from mblint.software.written import SoftwareText

if TYPE_CHECKING:
    from mblint.findings.placement.comments import LineIgnores
    from mblint.findings.placement.place import Placing
    from mblint.findings.placement.repository import Repository


class AnotherBuild(Exception):
    """This mblint is another one than that which the task is for: its findings might differ."""


def lint_environment(task: Task) -> bytes:
    """What is found in an environment, encoded. Raises AnotherBuild, and whatever goes wrong within mblint itself."""
    if task.judging.build != build():
        raise AnotherBuild(f"mblint {build()} was given a task of mblint {task.judging.build}")
    try:
        return encoded(_linted(task))
    finally:
        gc.collect()  # a view is full of circles, and nobody looks for them while one is built


def lint_or_say(task: Task) -> bytes:
    """The same; where mblint itself fails, that is the environment's result, and says no word of its content."""
    try:
        return lint_environment(task)
    except AnotherBuild:
        raise
    except Exception as error:
        where = error.__traceback__
        while where is not None and where.tb_next is not None:
            where = where.tb_next
        line = f"{Path(where.tb_frame.f_code.co_filename).name}:{where.tb_lineno}" if where else "?"
        return failed(task.content.name, f"internal error: {type(error).__name__} at {line} in mblint {build()}")


def failed(name: str, message: str) -> bytes:
    """The result of an environment that mblint could not lint."""
    error = error_value(InputError(name, None, None, message))
    return encoded(Result(compact({"findings": [], "errors": [error]}).encode(), (), broken=True))


def _linted(task: Task) -> Result:
    found, cluster = _found(task)
    placed = found if task.placement is None else _placed(found, task.placement)
    names, namespaces = own_names(task.content.name, cluster), namespaces_in(cluster)
    root = Path(task.placement.root) if task.placement else Path.cwd()
    wanted = Wanted(root, category=task.content.name)
    return Result(
        report=compact(report_value(placed)).encode("utf-8", "backslashreplace"),
        rows=tuple(
            Row(cause, alike(cause, namespaces), one.shown_at, tuple(row.shown_at for row in one.related))
            for one, cause in ((one, without(one.cause, names)) for one in placed.findings)
        ),
        rendered={form: render(placed, form, wanted) for form in task.forms},
    )


def _found(task: Task) -> tuple[Report, Cluster]:
    content, judging = task.content, task.judging
    manifests = together([_context(content.context), read_files(content.files)])
    seen = view(manifests, judging.config, judging.namespace, _programs(judging.own_software))
    errors: tuple[InputError, ...] = content.troubles
    if not content.alone:
        errors += manifests.errors if content.troubles else seen.errors
    analysis = Analysis(seen.world, tuple(facts_of(seen.world)), errors, seen.skipped)
    lines = None if task.placement is None else _line_ignores(task.placement, manifests)
    found = report(analysis, _rules(judging), today=judging.today, ignores=judging.ignores, lines=lines)
    found = replace(found, findings=tuple(one for one in found.findings if not _is_for_another(one)))
    if judging.baseline:
        found = apply_known(found, judging.baseline, judging.baseline_file)
    return found, seen.world.cluster


def _is_for_another(one: Finding) -> bool:
    """An ignore that all environments share, and that silences nothing in this one: another may need it."""
    facts = one.facts
    return (
        one.rule.about == UnusedIgnore.about
        and facts.get("origin") != "annotation"
        and facts.get("reason_unused") == NOTHING_MATCHES
    )


def _line_ignores(placement: Placement, manifests: Manifests) -> LineIgnores:
    from mblint.findings.placement.comments import LineIgnores  # noqa: PLC0415  for repositories only

    return LineIgnores(lambda: _placing(placement), manifests.documents)


def _placing(placement: Placement) -> Placing:
    from mblint.findings.placement.place import Placing, in_it  # noqa: PLC0415  for findings in a repository only

    repository = _repository(placement)
    return Placing(repository, None if placement.values is None else in_it(repository, placement.values))


def _placed(found: Report, placement: Placement) -> Report:
    placing = _placing(placement)
    return replace(found, findings=tuple(placing.related(placing.finding(one)) for one in found.findings))


# ---------------------------------------------------------------- what many environments share


@cache
def _known() -> tuple[Rule, ...]:
    return load_rules([rules_directory()])


def _rules(judging: Judging) -> Ruleset:
    known = (*_known(), *judging.own_rules)
    return Ruleset(known, configured(known, judging.config.rules, judging.select, judging.ignore)).of_renders()


@lru_cache(maxsize=1)
def _programs(own: tuple[SoftwareText, ...]) -> Programs:
    return with_own(shipped_programs(), own)


@lru_cache(maxsize=4)
def _context(files: tuple[File, ...]) -> Manifests:
    return read_files(files, linted=False)


@lru_cache(maxsize=1)
def _repository(placement: Placement) -> Repository:
    from mblint.findings.placement.repository import Repository  # noqa: PLC0415

    return Repository(Path(placement.root))
