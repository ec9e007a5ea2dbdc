"""`mblint fix PATH…`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TypedDict, Unpack

import click

from mblint.cli.configuration import FAIL_ON
from mblint.cli.exit_codes import CLEAN, FINDINGS, UNTRUSTED_INPUT
from mblint.cli.helm_template import values_files
from mblint.cli.inputs import choose_configuration
from mblint.cli.judgement import rules_of
from mblint.cli.mended_files import show_or_write
from mblint.cli.options import (
    TIMEOUT_OPTION,
    RenderedOptions,
    complete_rule,
    input_options,
    option,
    split_names,
)
from mblint.cli.output import Refused, complain
from mblint.cli.placing import line_ignores
from mblint.cli.progress import progress
from mblint.cli.rendering import Given, RenderingCommand, read_given
from mblint.cli.rule_files import all_programs
from mblint.findings.finding import Finding
from mblint.judge.rule import Level
from mblint.manifests.nodes import dotted
from mblint.manifests.read import STDIN
from mblint.pipeline import Analysis, analyse, report
from mblint.proof import Input, causes, proved
from mblint.remedies.edits import Configure
from mblint.remedies.files import Edited, add
from mblint.remedies.splice import CannotWrite
from mblint.reports.printable import printable
from mblint.reports.text import error_line, place

_LEVELS = {str(level): level for level in Level}
_LEFT_SHOWN = 40


class FixOptions(RenderedOptions):
    """What `fix` takes."""

    write: bool
    patches: Path | None
    source_root: Path | None
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    rules: tuple[Path, ...]
    no_ignores: bool
    fail_on: str | None


class _Left(TypedDict):
    finding: Finding
    reason: str


@click.command("fix", cls=RenderingCommand)
@click.argument("paths", nargs=-1, metavar="PATH…", type=click.UNPROCESSED)
@option("--write", is_flag=True, help="Change the files. Without it: print what would change as a unified diff.")
@option(
    "--patches",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="With --write: write a Kustomize component to FILE, new objects beside it, and leave rendered files alone.",
)
@option(
    "--source-root",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Edit the values lines of this repository that set what is wrong, and leave rendered files alone.",
)
@option(
    "--select",
    multiple=True,
    metavar="RULE",
    shell_complete=complete_rule,
    help="Mend findings of these rules only. Globs; repeatable, or separated by commas.",
)
@option("--ignore", multiple=True, metavar="RULE", shell_complete=complete_rule, help="Not findings of these rules.")
@option("--no-ignores", is_flag=True, help="Mend also what the configuration and annotations ignore.")
@option("--fail-on", type=click.Choice(FAIL_ON), help="With --write: lowest level left that makes the exit code 1.")
@TIMEOUT_OPTION
@input_options
def command(paths: tuple[str, ...], **options: Unpack[FixOptions]) -> int:
    """Mend what has a sure remedy.

    Each edit is applied only where a second look at everything shows that its finding vanishes and nothing else is
    found. Without --write nothing is changed. What is left, and why, is listed on standard error.

    \b
      mblint fix rendered/                        what would change, as a diff
      mblint fix rendered/ --write                change it
      mblint fix --source-root . --write -- helmfile -e demo template --quiet
      mblint fix --write --patches fixes/kustomization.yaml -- helmfile -e demo template
    """
    config = choose_configuration(options)
    rules = rules_of(options["rules"], config, (), ()).of_renders()
    wanted = {
        rule.id
        for rule in rules_of(options["rules"], config, split_names(options["select"]), split_names(options["ignore"]))
        .of_renders()
        .applied
    }
    programs = all_programs(options["rules"])
    streamed = bool(options["cmd"]) or STDIN in paths
    if options["write"] and streamed and options["patches"] is None and options["source_root"] is None:
        raise Refused(
            "a stream cannot be changed where it stands: --source-root DIR edits the values lines that set it, and "
            "--patches FILE writes what changes to a file"
        )
    with progress("linting"):
        read = read_given(paths, options)
        manifests = read.manifests
        analysis = analyse(manifests, config, options["namespace"], programs)
        lines = line_ignores(options["source_root"], manifests.documents, values_files(options["cmd"]))
        found = report(analysis, rules, today=date.today(), ignores=not options["no_ignores"], lines=lines)
    errors = read.errors(analysis.errors)
    given = Input(manifests, config, options["namespace"], rules.applied, programs)
    mended, left = _mended(given, analysis, found.findings, wanted)
    in_values: list[Finding] = []
    if options["source_root"] is not None:
        in_values, mended, refused = _in_values(mended, read, analysis, given, options)
        left = [*left, *refused]
    in_files = options["patches"] is None and options["source_root"] is None
    edited, written, unwritten = _edited(mended, in_files=in_files)
    left = [*left, *unwritten]
    show_or_write(edited, written, manifests, options["patches"], write=options["write"])
    written = [*in_values, *written]
    _list(left, len(written), options["write"])
    for error in errors:
        complain(error_line(error))
    if errors:
        return UNTRUSTED_INPUT
    if not options["write"]:
        return FINDINGS if written else CLEAN
    threshold = _LEVELS.get(options["fail_on"] or config.fail_on)
    remaining = [one for one in found.findings if one not in written]
    return FINDINGS if threshold is not None and any(one.level >= threshold for one in remaining) else CLEAN


def _in_values(
    mended: Sequence[Finding], read: Given, analysis: Analysis, given: Input, options: FixOptions
) -> tuple[list[Finding], list[Finding], list[_Left]]:
    """The findings that values lines mend, those that patches are to mend, and those that are left."""
    from mblint.cli import values_fix  # noqa: PLC0415  few runs need it

    root, cmd = options["source_root"], options["cmd"]
    assert root is not None
    told = values_files(cmd)
    mends, left = values_fix.at_values_lines(mended, read.manifests.documents, root, told, provable=bool(cmd))
    if mends and not options["write"]:
        values_fix.show(mends)
    elif mends and cmd:

        def again() -> tuple[Given, Analysis]:
            with progress("rendering again"):
                new = read_given((), options)
                return new, analyse(new.manifests, given.config, given.namespace, given.programs)

        mends, undone = values_fix.write_and_prove(mends, values_fix.Rendering(analysis, again, given.rules))
        left += undone
    elif mends:
        values_fix.write(mends)
    in_values = [mend.finding for mend in mends]
    if options["patches"] is not None:
        return in_values, [finding for finding, _ in left], []
    return in_values, [], [{"finding": finding, "reason": reason} for finding, reason in left]


def _mended(
    given: Input, analysis: Analysis, findings: Sequence[Finding], wanted: set[str]
) -> tuple[list[Finding], list[_Left]]:
    """The findings whose edits are proved, one by one where they are not all together; and the others."""
    left: list[_Left] = []
    able: list[Finding] = []
    for finding in findings:
        if finding.rule.id not in wanted:
            continue
        if not finding.edits:
            left.append({"finding": finding, "reason": "a person has to decide"})
        elif any(isinstance(edit, Configure) for edit in finding.edits):
            left.append({"finding": finding, "reason": f"it is for .mblint.yaml to say: {_configuration(finding)}"})
        else:
            able.append(finding)
    if not able:
        return [], left
    cluster, before = analysis.world.cluster, causes(given)
    if proved(given, cluster, before, able).holds:
        return able, left
    held: list[Finding] = []
    for finding in able:
        verdict = proved(given, cluster, before, [*held, finding])
        if verdict.holds:
            held.append(finding)
        else:
            left.append({"finding": finding, "reason": f"its edits are not sure here: {verdict.objections[0]}"})
    return held, left


def _configuration(finding: Finding) -> str:
    from mblint.remedies.flow import flow  # noqa: PLC0415

    return ", ".join(flow(edit.value) for edit in finding.edits if isinstance(edit, Configure))


def _edited(mended: Sequence[Finding], *, in_files: bool) -> tuple[Edited, list[Finding], list[_Left]]:
    """What becomes of the documents, the findings that it mends, and those that could not be written."""
    edited = Edited()
    if not in_files:
        return edited, list(mended), []
    written: list[Finding] = []
    left: list[_Left] = []
    for finding in mended:
        trial = edited.copy()
        try:
            add(trial, finding.edits, finding.place.document.file)
        except CannotWrite as problem:
            left.append({"finding": finding, "reason": str(problem)})
            continue
        edited = trial
        written.append(finding)
    return edited, written, left


def _list(left: Sequence[_Left], mended: int, write: bool) -> None:
    """What was done, and what is left, with the reasons."""
    number = f"{mended} finding{'' if mended == 1 else 's'}"
    complain(f"{number} {'mended' if write else 'would be mended'}, {len(left)} left")
    for one in left[:_LEFT_SHOWN]:
        finding = one["finding"]
        complain(f"left: {_where(finding)}: {finding.rule.id} of {finding.object}: {one['reason']}")
    if len(left) > _LEFT_SHOWN:
        complain(f"and {len(left) - _LEFT_SHOWN} more; `mblint lint` lists all")


def _where(finding: Finding) -> str:
    """The place of a finding: in a stream, where no editor leads to, in words."""
    if finding.location.file != STDIN:
        return place(finding.location)
    document = finding.place.document
    where = f"{dotted(finding.place.path)} of {document.name}" if finding.place.path else document.name
    return printable(f"{where}, line {finding.location.line} of standard input")
