"""Reads the policies of network plugins and meshes when all objects of a view are known.

Few renders hold any of a plugin's: its readers are imported where one does. Policies of kinds that are not modelled
stand in rules/tables/kinds.yaml with whom they may concern.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mblint.cluster.kinds import row_of
from mblint.cluster.objects import PluginObject
from mblint.cluster.policies.objects import PluginPolicy, UnmodelledPolicy
from mblint.cluster.policies.references import References
from mblint.cluster.policies.unmodelled import all_pods, own_namespace, refused, unmodelled_kind
from mblint.manifests.nodes import WrongType


def read_plugin_policies(
    kept: Iterable[PluginObject], references: References
) -> Iterator[PluginPolicy | UnmodelledPolicy]:
    """What the policies of a view say; each may be several, or none where it concerns no pod."""
    for one in kept:
        try:
            yield from tuple(_policies(one, references))  # all of it, or nothing
        except WrongType as wrong:
            yield refused(one, (all_pods(own_namespace(one)),), wrong)


def _policies(one: PluginObject, references: References) -> Iterator[PluginPolicy | UnmodelledPolicy]:
    row = row_of(one.api_version, one.id.kind)
    if row.reader == "cilium-policy":
        from mblint.cluster.policies.cilium.policy import read_cilium_policies  # noqa: PLC0415

        yield from read_cilium_policies(one, one.node, references)
    elif row.reader == "calico-policy":
        from mblint.cluster.policies.calico.policy import read_calico_policies  # noqa: PLC0415

        yield from read_calico_policies(one, one.node, references)
    elif row.unmodelled is not None and one.api_version.startswith("security.istio.io/"):
        from mblint.cluster.policies.istio import read_istio_policy  # noqa: PLC0415

        yield from read_istio_policy(one, row.unmodelled)
    elif row.unmodelled is not None:
        yield from unmodelled_kind(one, row.unmodelled)
