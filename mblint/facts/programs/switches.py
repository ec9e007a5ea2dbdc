"""Switches of programs in Go whose `false` stands in a word of its own, so that they are on.

Go's flag packages take a boolean only behind `=`: `--leader-elect false` is the switch, and then a word that is left
over, which in Go's own package ends the options (https://gitlab.com/gitlab-org/gitlab-runner/-/merge_requests/758).
Only switches are judged that libraries of such programs define.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from mblint.cluster.objects import TextAt
from mblint.cluster.secrets import reveal
from mblint.facts.programs.rows import RefusedSetting
from mblint.facts.world import World
from mblint.settings.arguments import shell_script
from mblint.settings.words import Word

# kubebuilder, klog, zap and the components of Kubernetes;
# https://github.com/terraform-docs/terraform-docs/commit/6b0cf547a74459db0ed16c22097445ae578107c0 and
# https://github.com/kubernetes-sigs/gateway-api-inference-extension/pull/2871 show what becomes of the word.
_SWITCHES = frozenset(
    (
        "leader-elect",
        "enable-leader-election",
        "leader-election",
        "metrics-secure",
        "secure-serving",
        "enable-http2",
        "logtostderr",
        "alsologtostderr",
        "zap-devel",
        "profiling",
    )
)


def switched_on(world: World) -> Iterator[RefusedSetting]:
    """A row for each such switch, in the order of the workloads."""
    for workload in world.cluster.workloads:
        for container in workload.pod.containers:
            given = container.words
            for switch in _switches(given):
                yield RefusedSetting(
                    object=workload.id,
                    container=container.name,
                    place=switch.place,
                    linted=workload.linted,
                    software=f"Container {container.name}",
                    setting=reveal(switch.text),
                    what=f"the word behind {reveal(switch.text)}",
                    otherwise="a switch takes a value only behind `=`, so it is on, and `false` is left over",
                    instead=f"{reveal(switch.text)}=false",
                    starts=True,
                    verdict="refused",
                )


def _switches(given: Sequence[TextAt]) -> Iterator[TextAt]:
    if len(given) < 2 or shell_script([Word(word.text, word.place, exact=False) for word in given]) is not None:
        return
    for word, behind in pairwise(given):
        name = reveal(word.text)
        if name.startswith("-") and name.lstrip("-") in _SWITCHES and reveal(behind.text).lower() in ("false", "f"):
            yield word
