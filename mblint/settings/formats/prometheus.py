"""Prometheus' scrape configurations that hand their targets to an exporter: it probes them, not Prometheus.

Where a relabelling gives `__address__` a value of its own, that is what is scraped.
Source: https://prometheus.io/docs/guides/multi-target-exporter/
"""

from __future__ import annotations

from msgspec.structs import replace

from mblint.regex import regex
from mblint.settings.formats.leaf import Leaf

_JOB = regex(r"(.*\bscrape_configs\[\d+\])\.")
_LABEL = regex(r"(.*)\.target_label$")
_TARGET = regex(r"\.(targets|names)(?=\[\d+\]$)")


def with_probed(leaves: list[Leaf]) -> list[Leaf]:
    """The values; targets that another program probes are named `probed.targets`."""
    replaced = {leaf.key.removesuffix(".replacement") for leaf in leaves if leaf.key.endswith(".replacement")}
    jobs = {
        job[1]
        for leaf in leaves
        if leaf.value == "__address__"
        and (label := _LABEL.match(leaf.key)) is not None
        and label[1] in replaced
        and (job := _JOB.match(leaf.key)) is not None
    }
    return [
        replace(leaf, key=_TARGET.sub(r".probed.\1", leaf.key))
        if (job := _JOB.match(leaf.key)) is not None and job[1] in jobs
        else leaf
        for leaf in leaves
    ]
