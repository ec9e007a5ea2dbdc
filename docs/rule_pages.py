"""Adds to the site one page for each rule, made of its file, and sorts them by family: nothing about a rule is written
twice.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

from families import by_family

from mblint.cli.example_runs import findings_of
from mblint.judge.examples import with_examples
from mblint.judge.load import load_rules
from mblint.judge.rule import Example, Rule
from mblint.reports.rules import levels_of
from mblint.shipped import rules_directory

_MANIFEST = re.compile(r"^(?: |- |\w+: [{\[])", re.MULTILINE)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Called by mkdocs with what mkdocs.yml says."""
    section = next(part["Rules"] for part in config.nav if "Rules" in part)
    for family, rules in by_family(list(load_rules([rules_directory()]))).items():
        section.append({family: [f"rules/{rule.id}.md" for rule in rules]})
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Called by mkdocs with the files of `docs/`."""
    rules = [with_examples(rule) for rule in load_rules([rules_directory()])]
    files.append(File.generated(config, "rules/index.md", content=_index(rules)))
    for rule in rules:
        fix = findings_of(rule, rule.fail[0], rules)[0].fix
        files.append(File.generated(config, f"rules/{rule.id}.md", content="\n".join(_page(rule, fix)) + "\n"))
    return files


def _index(rules: list[Rule]) -> str:
    lines = [
        "# Rules",
        "",
        f"{len(rules)} rules. What you see in the cluster leads to them [by symptom](../symptoms.md).",
    ]
    for family, members in by_family(rules).items():
        lines += ["", f"## {family}", "", "| rule | level | finds |", "| --- | --- | --- |"]
        lines += [f"| [{rule.id}]({rule.id}.md) | {' or '.join(levels_of(rule))} | {rule.title} |" for rule in members]
    return "\n".join([*lines, ""])


def _page(rule: Rule, fix: str) -> Iterator[str]:
    """`fix`: what is said of the first failing example."""
    yield f"# {rule.id}"
    yield f"\n**{rule.title}.** Level: {' or '.join(levels_of(rule))}. Precision: {rule.precision.replace('-', ' ')}."
    if rule.steps:
        also = " also" if rule.renders else ""
        yield f"\nFound{also} by `mblint upgrade`, which compares what runs with what is about to be applied."
    yield f"\n## Why it matters\n\n{rule.why}"
    yield f"\n## What to do\n\nIn the first example below:\n\n{_fenced(fix)}"
    yield "\n## Found"
    for example in rule.fail:
        yield from _example(example)
    yield "\n## Not found"
    for example in rule.passing:
        yield from _example(example)
    if rule.see:
        yield "\n## Read on\n"
        yield from (f"* <{link}>" for link in rule.see)
    yield "\n## When it is meant to be so\n"
    yield f'Annotate the object with `mblint.dev/ignore.{rule.id}: "the reason"`, or ignore it in `.mblint.yaml`.'


def _fenced(text: str) -> str:
    """Paragraphs as they are, except manifests: their lines are indented or dashed, or hold a mapping in braces."""
    paragraphs = text.split("\n\n")
    shown = [f"```yaml\n{part}\n```" if _MANIFEST.search(part) else part for part in paragraphs]
    return "\n\n".join(shown)


def _example(example: Example) -> Iterator[str]:
    yield f"\n### {example.name.replace('-', ' ').capitalize()}"
    if example.config is not None:
        yield f'\n```yaml title=".mblint.yaml"\n{example.config.strip()}\n```'
    if example.old is not None:
        yield f'\n```yaml title="old"\n{example.old.strip()}\n```'
    title = ' title="new"' if example.old is not None else ""
    yield f"\n```yaml{title}\n{example.manifests.strip()}\n```"
    for expected in example.finds:
        if expected.message:
            yield f"\n→ {expected.message}"
