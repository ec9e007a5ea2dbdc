"""Places findings in the user's repository, for the formats that show them there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from mblint.cli.options import PlacingOptions
from mblint.cli.output import complain
from mblint.findings.finding import Report
from mblint.manifests.documents import Document

if TYPE_CHECKING:
    from mblint.findings.placement.comments import LineIgnores

_PLACING = frozenset({"text", "concise", "markdown", "sarif", "github", "junit"})
_MENDING = frozenset({"text", "sarif"})  # show what to change at values lines
_ALERTING = frozenset({"sarif", "github"})  # their readers show nothing whose file they do not have


def in_repository(
    report: Report, options: PlacingOptions, documents: Sequence[Document], values: Sequence[str] | None = None
) -> Report:
    """The report with its findings placed. Looks at no repository where there is nothing to place.

    `documents`: what was read. `values`: the only values files that count, as seen from the working directory; None:
    any of the repository's.

    Says on standard error what has no place, where that matters.
    """
    formats = {options["format"], *(form for form, _ in options["output"])}
    if not report.findings or not formats & _PLACING:
        return report
    root = repository_root(options)
    say = complain if formats & _ALERTING and not options["quiet"] else _nothing
    if root is None:
        say("this is no git repository, so alerts keep the file names as read; --source-root DIR says where one is")
        return report
    from mblint.findings.placement.place import Placing, in_it  # noqa: PLC0415  for findings only
    from mblint.findings.placement.repository import Repository  # noqa: PLC0415
    from mblint.findings.placement.values_edits import ValuesEdits  # noqa: PLC0415

    repository = Repository(root)
    placing = Placing(repository, None if values is None else in_it(repository, values))
    findings = tuple(placing.finding(finding) for finding in report.findings)
    if formats & _MENDING:
        lines = ValuesEdits(placing, documents)
        findings = tuple(lines.added(finding) for finding in findings)
    if "sarif" in formats:
        findings = tuple(placing.related(finding) for finding in findings)
    left = sum(finding.placed is None for finding in findings)
    if repository.complaint is not None:
        say(f"alerts keep the file names as read: {repository.complaint}")
    elif left:
        what = "one alert keeps the file name as read" if left == 1 else f"{left} alerts keep the file names as read"
        say(f"{what}: no file that git tracks here sets the value, and there is no helmfile and no chart")
    return replace(report, findings=findings)


def line_ignores(
    source_root: Path | None, documents: Sequence[Document], values: Sequence[str] | None = None
) -> LineIgnores | None:
    """The ignores that stand in the repository; None without one. `values`: as for `in_repository`."""
    root = git_root() if source_root is None else source_root.absolute()
    if root is None:
        return None
    from mblint.findings.placement.comments import LineIgnores  # noqa: PLC0415  for repositories only
    from mblint.findings.placement.place import Placing, in_it  # noqa: PLC0415
    from mblint.findings.placement.repository import Repository  # noqa: PLC0415

    def placing() -> Placing:
        repository = Repository(root)
        return Placing(repository, None if values is None else in_it(repository, values))

    return LineIgnores(placing, documents)


def repository_root(options: PlacingOptions) -> Path | None:
    """The repository that findings are placed in: as given, else the git root of the working directory, else none."""
    if options["source_root"] is not None:
        return options["source_root"].absolute()
    return git_root()


def git_root() -> Path | None:
    """The root of the repository that the working directory is in."""
    here = Path.cwd()
    return next((directory for directory in (here, *here.parents) if (directory / ".git").exists()), None)


def _nothing(message: str) -> None:
    """Keeps quiet."""
