"""Adds to the site one page for each program, made of its file, and an index by category."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

sys.path.insert(0, str(Path(__file__).parents[1]))

from mblint.reports.software import in_one_line
from mblint.software.program import Program
from mblint.software.programs import shipped_programs
from mblint.software.sections import SECTIONS

READ_BY = {
    "listens": ("port-not-listened", "scheme-mismatch", "dependency-loopback"),
    "health": ("probe-path-unanswered",),
    "settings": ("setting-missing",),
    "data": ("data-not-on-volume", "rollout-shares-volume", "volume-left-behind"),
    "user": ("volume-not-writable", "write-refused"),
    "replicas": ("replicas-unsupported",),
    "reads": ("mounted-file-unparsable",),
    "needs-files": ("mounted-file-missing",),
    "literal": ("variable-not-filled",),
    "versions": ("data-version-skipped",),
    "seals": ("encryption-key-changed",),
    "refuses-data": ("data-version-skipped",),
    "proxy-headers": ("proxy-headers-ignored",),
    "wants-https": ("https-wanted",),
    "bodies": ("body-refused-by-route",),
    "headers": ("header-not-handed-on",),
    "creates": ("store-name-missing",),
    "credentials": ("credential-mismatch", "credential-rotated"),
}


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Called by mkdocs with what mkdocs.yml says."""
    section = next(part["Software"] for part in config.nav if "Software" in part)
    for category, programs in _by_category().items():
        section.append({category: [{program.name: f"software/{program.id}.md"} for program in programs]})
    return config


def _by_category() -> dict[str, list[Program]]:
    programs = sorted(shipped_programs().by_id.values(), key=lambda program: program.name.lower())
    found: dict[str, list[Program]] = {}
    for category in sorted({program.category for program in programs}):
        found[category[0].upper() + category[1:]] = [one for one in programs if one.category == category]
    return found


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Called by mkdocs with the files of `docs/`."""
    categories = _by_category()
    files.append(File.generated(config, "software/index.md", content="\n".join(_index(categories)) + "\n"))
    for program in (program for programs in categories.values() for program in programs):
        content = "\n".join(_page(program)) + "\n"
        files.append(File.generated(config, f"software/{program.id}.md", content=content))
    return files


def _index(categories: Mapping[str, list[Program]]) -> Iterator[str]:
    yield "# Software\n"
    number = sum(map(len, categories.values()))
    yield f"What mblint knows of {number} programs. [Teach it another one](../teaching-a-program.md)."
    for category, programs in categories.items():
        yield f"\n## {category}\n"
        for program in programs:
            known = ", ".join(key for key in SECTIONS if key in program.parts)
            yield f"* [{program.name}]({program.id}.md): {known}"


def _page(program: Program) -> Iterator[str]:
    yield f"# What mblint knows of {program.name}\n"
    yield f"Images: {', '.join(f'`{image}`' for image in program.images)}."
    for key in SECTIONS:
        value = program.value(key)
        if value is None:
            continue
        yield f"\n## {key}\n"
        yield f"{_meaning(key)}\n"
        if key in READ_BY:
            yield f"Read by {', '.join(f'[{rule}](../rules/{rule}.md)' for rule in READ_BY[key])}.\n"
        for entry in value if isinstance(value, list) else [value]:
            yield f"* {_entry(entry)} {_links(str(entry.get('source', program.source)))}"
    yield "\n## Read on\n"
    yield from (f"* <{link}>" for link in dict.fromkeys((*program.source.split("; "), *program.see)))


def _meaning(key: str) -> str:
    """The first sentence that the section's struct says of itself."""
    text = (SECTIONS[key].__doc__ or "").partition("\n\n")[0]
    said = " ".join(text.split()).partition(": ")[2]
    return f"{said[0].upper()}{said[1:]}" if said else ""


def _entry(entry: Mapping[str, object]) -> str:
    parts = [f"{key} `{in_one_line(value)}`" for key, value in entry.items() if key not in ("source", "note")]
    return "; ".join([*parts, *([str(entry["note"])] if "note" in entry else [])]) + "."


def _links(source: str) -> str:
    links = [link for link in source.replace(", ", "; ").split("; ") if link.startswith("https://")]
    return " ".join(f"[source]({link})" for link in links)
