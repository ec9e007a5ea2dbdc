"""What `fleet` and `check` share: tasks to workers, results to reports, and the exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from mblint.cli.children import heeding_signals
from mblint.cli.configuration import check_names
from mblint.cli.exit_codes import CLEAN, FINDINGS, INTERNAL, UNTRUSTED_INPUT
from mblint.cli.fleet_options import FLEET_FORMATS, FleetOptions
from mblint.cli.fleet_progress import fleet_progress
from mblint.cli.options import split_names
from mblint.cli.output import Refused, complain, let_go_of_stdout, written_beside
from mblint.cli.placing import git_root
from mblint.cli.render import text_style
from mblint.cli.rule_files import all_rules, own_software
from mblint.config import Config
from mblint.findings.baseline import BaselineError, Known, read_baseline
from mblint.fleet.build import build
from mblint.fleet.cache import Cache, cache_directory
from mblint.fleet.causes import Causes
from mblint.fleet.in_order import Linted, ThisProcess, Workers, in_order
from mblint.fleet.processes import processes
from mblint.fleet.reports.json import JsonLines, JsonReport
from mblint.fleet.reports.markdown import MarkdownReport
from mblint.fleet.reports.report import One, Report, Totals
from mblint.fleet.reports.sarif import SarifReport
from mblint.fleet.reports.text import TextReport
from mblint.fleet.task import Judging, Task
from mblint.judge.configured import UnknownRule, configured
from mblint.judge.rule import Level, Rule
from mblint.reports.style import Style

_FAIL_ON = {str(level): level for level in Level}


class Rulebook:
    """How environments are judged, by their configuration. Raises Refused for what the options say wrongly."""

    def __init__(self, options: FleetOptions) -> None:
        self._options = options
        self.known = all_rules(options["rules"])
        self._own = self.known[len(all_rules(())) :] if options["rules"] else ()
        self._software = own_software(options["rules"])
        self._baseline = _baseline(options["baseline"])
        self._select, self._ignore = split_names(options["select"]), split_names(options["ignore"])
        try:
            configured(self.known, {}, self._select, self._ignore)
        except UnknownRule as error:
            raise Refused(str(error)) from error

    def of_renders(self) -> tuple[Rule, ...]:
        """Every rule that may find something in a render."""
        return tuple(rule for rule in self.known if rule.renders)

    def judging(self, config: Config) -> Judging:
        """How a configuration judges. Raises ConfigurationError for a rule that does not exist."""
        check_names(config, self.known)
        return Judging(
            build=build(),
            config=config,
            own_rules=self._own,
            own_software=self._software,
            select=self._select,
            ignore=self._ignore,
            namespace=self._options["namespace"],
            ignores=not self._options["no_ignores"],
            baseline=self._baseline,
            baseline_file=str(self._options["baseline"] or ""),
            today=date.today(),
        )


class Fleet(Struct, frozen=True):
    """What is to be done. `threshold`: the lowest level that fails the run, by environment."""

    tasks: Iterable[Task]
    number: int
    rules: Sequence[Rule]
    threshold: Callable[[str], Level | None]
    each: Callable[[Linted], None]  # what else is done with a result


def threshold_of(options: FleetOptions, config: Config) -> Level | None:
    """The lowest level that fails the run."""
    return _FAIL_ON.get(options["fail_on"] or config.fail_on)


@contextmanager
def local_workers(jobs: int | None, number: int) -> Iterator[Workers]:
    """Processes, or this one where one is enough."""
    wanted = min(jobs or _cores(), number)
    if wanted <= 1:
        yield ThisProcess()
        return
    with processes(wanted) as pool:
        yield pool


def run_fleet(fleet: Fleet, workers: Workers, options: FleetOptions) -> int:
    """Lints all environments, writes every report as they come in, and gives the exit code. Raises Refused."""
    cache = None if options["no_cache"] else Cache(cache_directory())
    causes = Causes()
    cached, code, internal = 0, CLEAN, False
    with heeding_signals(), ExitStack() as stack:
        sinks = _sinks(fleet, options, stack)
        for sink in sinks:
            sink.write(sink.report.begin())
        advance = stack.enter_context(fleet_progress(fleet.number))
        for linted in in_order(fleet.tasks, workers, cache):
            one = One(linted, linted.result.read())
            causes.add(linted.name, one.found, linted.result.rows)
            fleet.each(linted)
            for sink in sinks:
                sink.write(sink.report.environment(one))
            cached += linted.cached
            internal = internal or linted.result.broken
            code = max(code, _code(one, fleet.threshold(linted.name)))
            advance(linted.cached)
        advance(None)
        for sink in sinks:
            sink.write(sink.report.end(causes, Totals(len(causes.names), cached)))
    if cache is not None:
        cache.trim()
    return INTERNAL if internal else code


def _code(one: One, threshold: Level | None) -> int:
    for error in one.found.errors:
        position = "".join(
            f":{number}" for number in (error.location.line, error.location.column) if number is not None
        )
        where = (
            ""
            if error.location.file in ("-", one.linted.name) and not position
            else f"{error.location.file}{position}: "
        )
        complain(f"{one.linted.name}: {where}{error.message}")
    if one.found.errors:
        return UNTRUSTED_INPUT
    failing = threshold is not None and any(finding.weight >= threshold for finding in one.found.findings)
    return FINDINGS if failing else CLEAN


class _Sink(Struct, frozen=True):
    """A report and where it goes."""

    report: Report
    stream: BinaryIO
    standard: bool

    def write(self, text: str) -> None:
        """Writes a piece. A reader of standard output that has gone (`| head`) is none of our business."""
        if not text:
            return
        try:
            self.stream.write(text.encode("utf-8", "backslashreplace"))
            if self.standard:
                self.stream.flush()
        except BrokenPipeError:
            if not self.standard:
                raise
            let_go_of_stdout()


def _sinks(fleet: Fleet, options: FleetOptions, stack: ExitStack) -> list[_Sink]:
    style = text_style(options["color"])
    sinks = [_Sink(_report(options["format"], fleet, options, style), sys.stdout.buffer, standard=True)]
    for form, file in options["output"]:
        report = _report(form, fleet, options, Style())
        sinks.append(_Sink(report, stack.enter_context(written_beside(file)), standard=False))
    return sinks


def _report(form: str, fleet: Fleet, options: FleetOptions, style: Style) -> Report:
    if form == "json":
        return JsonReport()
    if form == "jsonl":
        return JsonLines()
    if form == "sarif":
        return SarifReport(fleet.rules, options["category"], git_root() or Path.cwd())
    if form == "markdown":
        return MarkdownReport()
    if form == "text":
        return TextReport(style, quiet=options["quiet"])
    raise Refused(f"--output {form}=…: the FORMAT of many environments together is one of {', '.join(FLEET_FORMATS)}")


def _baseline(file: Path | None) -> tuple[Known, ...]:
    try:
        return () if file is None else read_baseline(file)
    except BaselineError as error:
        raise Refused(str(error)) from error


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
