"""The table of kinds: scopes, families, readers, and which groups are whole."""

from __future__ import annotations

from functools import cache

import pytest

from mblint.cluster import kinds
from mblint.cluster.kinds import complete_groups, family_of, is_cluster_scoped, is_custom, is_listed, row_of
from mblint.cluster.readers import READERS
from mblint.shipped import read_table


@cache
def _rows() -> list[tuple[str, str]]:
    table = read_table("tables/kinds.yaml")
    assert isinstance(table, dict)
    return [(name, kind) for group in table["groups"] for name in group["groups"] for kind in group["kinds"]]


def test_no_kind_stands_in_the_table_twice() -> None:
    assert len(_rows()) == len(set(_rows()))


def test_every_reader_is_named_and_every_name_is_a_reader() -> None:
    named = {row_of(f"{group}/v1", kind).reader for group, kind in _rows()} - {None}
    assert named == set(READERS)


@pytest.mark.parametrize(
    ("api_version", "kind"),
    [("v1", "Namespace"), ("rbac.authorization.k8s.io/v1", "ClusterRole"), ("crd.projectcalico.org/v1", "Tier")],
)
def test_what_is_in_no_namespace(api_version: str, kind: str) -> None:
    assert is_cluster_scoped(api_version, kind)


@pytest.mark.parametrize(
    ("api_version", "kind"), [("v1", "Pod"), ("example.org/v1", "ClusterRole"), ("example.org/v1", "Anything")]
)
def test_what_is_in_one(api_version: str, kind: str) -> None:
    assert not is_cluster_scoped(api_version, kind)


def test_groups_that_serve_the_same_objects_are_one_family() -> None:
    assert family_of("extensions/v1beta1", "Deployment") == "apps"
    assert family_of("extensions/v1beta1", "Ingress") == "networking.k8s.io"
    assert family_of("v1", "Pod") == ""
    assert family_of("example.org/v1", "Deployment") == "example.org"


def test_whole_groups_have_the_kinds_of_every_row() -> None:
    assert complete_groups()["apps"] >= {"Deployment", "StatefulSet", "ControllerRevision"}
    assert "cilium.io" not in complete_groups()


def test_a_group_of_kubernetes_is_not_custom() -> None:
    assert kinds.is_custom("traefik.io/v1alpha1")
    assert not kinds.is_custom("networking.k8s.io/v1")
    assert not kinds.is_custom("apps/v1")


@pytest.mark.parametrize(
    ("api_version", "custom"),
    [("v1", False), ("apps/v1", False), ("unheard-of.k8s.io/v1", False), ("example.org/v1", True)],
)
def test_groups_that_are_not_kubernetes_own(api_version: str, custom: bool) -> None:
    assert is_custom(api_version) is custom


def test_a_group_is_listed_with_any_of_its_kinds() -> None:
    assert is_listed("apps")
    assert is_listed("apps", "Deployment")
    assert not is_listed("apps", "Anything")
    assert not is_listed("example.org")
