"""The rooms put together: manifests to cluster, settings, facts, judgement, report."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from mblint.cluster.build import build_cluster
from mblint.cluster.cluster import Cluster
from mblint.cluster.engine.engine import PolicyEngine
from mblint.config import Config
from mblint.facts.kinds import facts_of
from mblint.facts.rows import Fact
from mblint.facts.world import World
from mblint.findings.collect import collect
from mblint.findings.finding import Ignored, Report
from mblint.findings.ignores import annotated_ignores, configured_ignores
from mblint.findings.sift import sift, unused
from mblint.findings.stats import count
from mblint.findings.unlooked import left_out, skipped
from mblint.judge.apply import judge
from mblint.judge.configured import configured
from mblint.judge.load import load_rules
from mblint.judge.rule import Judged, Rule
from mblint.manifests.documents import Document, InputError, Skipped
from mblint.manifests.read import Manifests, read_paths, read_text
from mblint.settings.read import read_settings
from mblint.shipped import rules_directory
from mblint.software.programs import Programs, shipped_programs

if TYPE_CHECKING:
    from mblint.findings.placement.comments import LineIgnores


class View(Struct, frozen=True, eq=False):
    """An input as one cluster, from which facts are computed when they are asked for."""

    world: World
    errors: tuple[InputError, ...]
    skipped: tuple[Skipped, ...] = ()


class Analysis(Struct, frozen=True, eq=False):
    """What was found out about an input before any rule judged it."""

    world: World
    facts: tuple[Fact, ...]
    errors: tuple[InputError, ...]
    skipped: tuple[Skipped, ...] = ()


class Ruleset(Struct, frozen=True):
    """`known`: every rule there is. `applied`: those that this run judges by, with the levels that it gives them."""

    known: tuple[Rule, ...]
    applied: tuple[Rule, ...]

    def of_renders(self) -> Ruleset:
        """The same with those only that judge one render."""
        return Ruleset(self.known, tuple(rule for rule in self.applied if rule.renders))

    def of_upgrades(self) -> Ruleset:
        """The same with those only that judge an upgrade."""
        return Ruleset(self.known, tuple(rule for rule in self.applied if rule.steps))


def lint(
    *paths: str | os.PathLike[str],
    text: str | bytes | None = None,
    context: Iterable[str | os.PathLike[str]] = (),
    namespace: str | None = None,
    config: Config | None = None,
) -> Report:
    """Lints rendered manifests: all files and directories (`paths`) and `text` together are one cluster.

    `context`: manifests that exist in the cluster and are not linted. `namespace`: of objects that name none.
    What cannot be read is in the report's `errors`. Raises `judge.configured.UnknownRule` for a rule in `config`
    that does not exist.
    """
    chosen = config or Config()
    read = [read_paths([os.fspath(path) for path in context], linted=False), read_paths([os.fspath(p) for p in paths])]
    if text is not None:
        read.append(read_text(text))
    known = load_rules([rules_directory()])
    rules = Ruleset(known, configured(known, chosen.rules)).of_renders()
    return report(analyse(together(read), chosen, namespace), rules, today=date.today())


def together(parts: Sequence[Manifests]) -> Manifests:
    """Several readings as one. Of two objects with one identity the later wins, so context comes first."""
    return Manifests(
        documents=tuple(document for part in parts for document in part.documents),
        errors=tuple(error for part in parts for error in part.errors),
        notes=tuple(note for part in parts for note in part.notes),
        skipped=tuple(one for part in parts for one in part.skipped),
    )


def view(
    manifests: Manifests,
    config: Config,
    namespace: str | None = None,
    programs: Programs | None = None,
    *,
    name: str = "this input",
) -> View:
    """One view of an input. One without any object to lint is an error: a failing render prints nothing.

    `programs`: what is known of the software in images; without, what comes with mblint. `name`: what that error calls
    the input.
    """
    cluster = build_cluster(manifests.documents, namespace, config.cluster.domain)
    known = shipped_programs() if programs is None else programs
    world = World(cluster, read_settings(cluster, known), PolicyEngine(cluster), config, known)
    errors = manifests.errors or _nothing_to_lint(cluster, manifests.documents, name)
    return View(world, errors, skipped(manifests.skipped, cluster))


def analyse(
    manifests: Manifests, config: Config, namespace: str | None = None, programs: Programs | None = None
) -> Analysis:
    """The facts of an input, and what is wrong with it."""
    seen = view(manifests, config, namespace, programs)
    return Analysis(world=seen.world, facts=tuple(facts_of(seen.world)), errors=seen.errors, skipped=seen.skipped)


def report(
    analysis: Analysis, rules: Ruleset, *, today: date, ignores: bool = True, lines: LineIgnores | None = None
) -> Report:
    """What the rules find, without what the user ignores (`ignores` False: with it). `lines`: ignores that stand in the
    user's repository.
    """
    cluster = analysis.world.cluster
    standing = judge(rules.applied, analysis.facts)
    ignored: tuple[Ignored, ...] = ()
    if ignores:
        standing, ignored = _without_ignored(standing, rules, analysis, lines, today)
    return Report(
        findings=collect(standing),
        errors=analysis.errors,
        ignored=ignored,
        stats=count(cluster, analysis.facts),
        rules=rules.applied,
        left_out=left_out(cluster, analysis.facts),
        skipped=analysis.skipped,
    )


def _without_ignored(
    judged: Sequence[Judged], rules: Ruleset, analysis: Analysis, lines: LineIgnores | None, today: date
) -> tuple[tuple[Judged, ...], tuple[Ignored, ...]]:
    """What is left, with the ignores that are of no use (which no ignore silences), and what was taken out."""
    cluster, config, known = analysis.world.cluster, analysis.world.config, {rule.id for rule in rules.known}
    ignores = [*configured_ignores(config.ignores), *annotated_ignores(cluster)]
    if lines is not None and judged:
        ignores += lines.ignores(judged, known)
    sifted = sift(judged, ignores, today)
    applied = {rule.id for rule in rules.applied if rule.renders}
    useless = unused(ignores, sifted.used, known, applied, today)
    return (*sifted.kept, *judge(rules.applied, useless)), sifted.ignored


def _nothing_to_lint(cluster: Cluster, documents: Sequence[Document], name: str) -> tuple[InputError, ...]:
    invalid = any(item.place.document.linted for item in cluster.invalid)
    if invalid or any(item.linted for item in cluster.objects.values()):
        return ()
    linted = [document for document in documents if document.linted]
    file = linted[0].file if linted else "-"
    return (InputError(file, None, None, f"there is no Kubernetes object in {name}. Did the render fail?"),)
