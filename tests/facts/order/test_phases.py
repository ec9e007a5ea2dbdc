"""When Helm and Argo CD apply an object."""

from __future__ import annotations

import pytest

from mblint.cluster.objects import Object
from mblint.config import ClusterSettings
from mblint.facts.order.phases import argo_phase, helm_phase
from mblint.facts.order.sequence import order
from tests.facts.worlds import world


def config_map(name: str, annotations: str = "{}") -> str:
    return f"---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, annotations: {annotations}}}\n"


def read(annotations: str) -> Object:
    return next(iter(world(config_map("one", annotations)).cluster.objects.values()))


@pytest.mark.parametrize(
    ("annotations", "stage", "weight"),
    [
        ("{}", 1, 0),
        ("{helm.sh/hook: pre-install}", 0, 0),
        ("{helm.sh/hook: ' post-upgrade , pre-install', helm.sh/hook-weight: '-5'}", 0, -5),
        ("{helm.sh/hook: 'post-install,post-upgrade', helm.sh/hook-weight: '3'}", 2, 3),
        ("{helm.sh/hook: pre-install, helm.sh/hook-weight: first}", 0, 0),
        ("{argocd.argoproj.io/sync-wave: '4'}", 1, 0),
    ],
)
def test_helm_goes_by_its_own_annotations(annotations: str, stage: int, weight: int) -> None:
    phase = helm_phase(read(annotations))
    assert phase is not None
    assert (phase.stage, phase.weight) == (stage, weight)


@pytest.mark.parametrize("events", ["test", "pre-upgrade", "post-delete", "pre-rollback"])
def test_an_install_applies_no_other_hooks(events: str) -> None:
    assert helm_phase(read(f"{{helm.sh/hook: {events}}}")) is None


@pytest.mark.parametrize(
    ("annotations", "stage", "weight"),
    [
        ("{}", 1, 0),
        ("{argocd.argoproj.io/sync-wave: '-4'}", 1, -4),
        ("{argocd.argoproj.io/hook: PreSync}", 0, 0),
        ("{argocd.argoproj.io/hook: PostSync, argocd.argoproj.io/sync-wave: '2'}", 2, 2),
        ("{helm.sh/hook: pre-upgrade, helm.sh/hook-weight: '7'}", 0, 7),
        ("{helm.sh/hook: post-install}", 2, 0),
        ("{helm.sh/hook: post-install, argocd.argoproj.io/hook: PreSync}", 0, 0),
    ],
)
def test_argo_cd_reads_helms_hooks_unless_it_is_told_its_own(annotations: str, stage: int, weight: int) -> None:
    phase = argo_phase(read(annotations))
    assert phase is not None
    assert (phase.stage, phase.weight) == (stage, weight)


@pytest.mark.parametrize("annotations", ["{argocd.argoproj.io/hook: Skip}", "{helm.sh/hook: test}"])
def test_no_sync_applies_what_is_skipped_or_a_test(annotations: str) -> None:
    assert argo_phase(read(annotations)) is None


HOOKS = (
    config_map("bulk")
    + config_map("last", "{helm.sh/hook: post-install}")
    + config_map("first", "{helm.sh/hook: pre-install, helm.sh/hook-weight: '-9'}")
    + config_map("second", "{helm.sh/hook: pre-install}")
    + config_map("beside", "{helm.sh/hook: pre-install, helm.sh/hook-weight: '0'}")
)


def test_the_sequence_is_that_in_which_all_are_applied() -> None:
    rows = [(row.object.name, row.step, row.by) for row in order(world(HOOKS))]
    steps = [("first", 1), ("second", 2), ("beside", 2), ("bulk", 3), ("last", 4)]
    assert rows == [(name, step, "Helm") for name, step in steps]


def test_who_applies_plain_manifests_is_argo_cd() -> None:
    rows = list(order(world(HOOKS, ClusterSettings(applied_by="manifests"))))
    assert {row.by for row in rows} == {"Argo CD"}
    assert [row.phase for row in rows if row.object.name == "first"] == ["a PreSync hook in sync wave -9"]


def test_without_hooks_and_waves_there_is_no_order() -> None:
    assert list(order(world(config_map("one") + config_map("two")))) == []
