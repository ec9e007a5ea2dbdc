"""Placeholders in configuration files that programs or templates fill from the environment, with their defaults.

`${NAME:default}` (Spring, Beats), `${NAME:-default}` (Bash, envsubst, Compose), `${env:NAME:-default}` (OpenTelemetry
Collector), `<%= ENV.fetch("NAME", "default") %>` (Rails), `#{ENV['NAME'] || 'default'}` (Fluentd). What fills them is
not known, so what comes out is guessed;
`${NAME}` alone stays.
Sources: https://docs.spring.io/spring-framework/reference/core/beans/environment.html#beans-placeholder-resolution-in-statements,
https://www.elastic.co/docs/reference/beats/filebeat/using-environ-vars,
https://opentelemetry.io/docs/collector/configuration/#environment-variables,
https://docs.fluentd.org/configuration/config-file#embedded-ruby-code
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from mblint.settings.formats.leaf import Leaf, asked

_TEXT = r"\"[^\"\n]*\"|'[^'\n]*'|\d+"
_PLACEHOLDER = re.compile(
    rf"""\$\{{(?:env:|ENV:)?(?!(?:env|file|https?|yaml|secrets?|vault|sys|directory|config):)(?P<name>[A-Za-z_]\w*):-?(?P<default>[^${{}}]*)\}}
    |(?:<%=|\#\{{)\s*ENV(?:\.fetch\(\s*|\[\s*)["'](?P<ruby>\w+)["']\s*(?:,\s*(?P<second>{_TEXT})\s*)?[\])]
      (?:\s*(?:\|\||\{{)\s*(?P<other>{_TEXT})\s*\}}?)?\s*(?:%>|\}})""",
    re.X,
)


def filled(leaves: Iterable[Leaf]) -> Iterator[Leaf]:
    """The values, those with placeholders as what they ask of the environment."""
    for leaf in leaves:
        yield _filled(leaf) if not leaf.asks and _holds(leaf.value) else leaf


def _holds(value: str) -> bool:
    return "\n" not in value and _PLACEHOLDER.search(value) is not None


def _filled(leaf: Leaf) -> Leaf:
    asks: dict[str, str | None] = {}
    parts: list[str] = []
    position = 0
    for match in _PLACEHOLDER.finditer(leaf.value):
        quoted = match["second"] or match["other"]
        default = match["default"] if quoted is None else quoted.strip("\"'")
        text, more = asked(match["name"] or match["ruby"], default)
        parts += [leaf.value[position : match.start()].replace("$", "$$"), text]
        asks.update(more)
        position = match.end()
    parts.append(leaf.value[position:].replace("$", "$$"))
    return replace(leaf, value="".join(parts), offset=None, guessed=True, asks=asks)
