"""Placeholders in configuration files that programs or templates fill from the environment, with their defaults.

`${NAME:default}` (Spring, Beats), `${NAME:-default}` (Bash, envsubst, Compose), `${env:NAME:-default}` (OpenTelemetry
Collector), `<%= ENV.fetch("NAME", "default") %>` (Rails), `#{ENV['NAME'] || 'default'}` (Fluentd). What fills them is
not known, so what comes out is guessed; `${NAME}` alone stays, but in application.properties and its like, where
Spring fills it.
Sources: https://docs.spring.io/spring-framework/reference/core/beans/environment.html#beans-placeholder-resolution-in-statements,
https://www.elastic.co/docs/reference/beats/filebeat/using-environ-vars,
https://opentelemetry.io/docs/collector/configuration/#environment-variables,
https://docs.fluentd.org/configuration/config-file#embedded-ruby-code
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from mblint.regex import regex
from mblint.settings.formats.leaf import Leaf, asked

_TEXT = r"\"[^\"\n]*\"|'[^'\n]*'|\d+"
PLACEHOLDER = regex(
    rf"""\$\{{(?:env:|ENV:)?(?!(?:env|file|https?|yaml|secrets?|vault|sys|directory|config):)(?P<name>[A-Za-z_]\w*):-?(?P<default>[^${{}}]*)\}}
    |(?:<%=|\#\{{)\s*ENV(?:\.fetch\(\s*|\[\s*)["'](?P<ruby>\w+)["']\s*(?:,\s*(?P<second>{_TEXT})\s*)?[\])]
      (?:\s*(?:\|\||\{{)\s*(?P<other>{_TEXT})\s*\}}?)?\s*(?:%>|\}})""",
    re.X,
)
EXPRESSION = regex(r"\$\{(?P<name>[A-Za-z_]\w*)(?::(?P<default>[^${}]*))?\}")
_APPLICATION = regex(r"(?:application|bootstrap)[\w-]*\.(?:properties|ya?ml)")


def pattern_of(file: str) -> re.Pattern[str]:
    """How the placeholders of a file are written, by its name."""
    return EXPRESSION if _APPLICATION.fullmatch(file) else PLACEHOLDER


def filled(leaves: Iterable[Leaf], pattern: re.Pattern[str]) -> Iterator[Leaf]:
    """The values, those with placeholders as what they ask of the environment."""
    for leaf in leaves:
        yield _filled(leaf, pattern) if not leaf.asks and _holds(leaf.value, pattern) else leaf


def _holds(value: str, pattern: re.Pattern[str]) -> bool:
    return "\n" not in value and pattern.search(value) is not None


def _filled(leaf: Leaf, pattern: re.Pattern[str]) -> Leaf:
    asks: dict[str, str | None] = {}
    parts: list[str] = []
    position = 0
    for match in pattern.finditer(leaf.value):
        groups = match.groupdict()
        quoted = groups.get("second") or groups.get("other")
        default = match["default"] if quoted is None else quoted.strip("\"'")
        text, more = asked(match["name"] or groups["ruby"], default)
        parts += [leaf.value[position : match.start()].replace("$", "$$"), text]
        asks.update(more)
        position = match.end()
    parts.append(leaf.value[position:].replace("$", "$$"))
    return replace(leaf, value="".join(parts), offset=None, guessed=True, asks=asks)
