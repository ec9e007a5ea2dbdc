"""Names of other objects: in the view, in every cluster, or nobody knows."""

import pytest

from mblint.facts.references.named import named_objects
from tests.facts.worlds import pods, world


@pytest.mark.parametrize(("name", "verdict"), [("default", "exists"), ("shop", "unknown")])
def test_what_every_cluster_has_exists(name: str, verdict: str) -> None:
    (row,) = named_objects(world(pods("Deployment", "web", spec=f"serviceAccountName: {name}")))
    assert (row.kind, row.name, row.verdict) == ("ServiceAccount", name, verdict)
    assert (row.reason is None) is (verdict == "exists")
