"""Facts, for those who ask why."""

import json

from msgspec.structs import replace
from samples import blocked, document

from mblint.reports.facts import render_json, render_text
from mblint.reports.style import Style


def test_a_fact_is_one_line_with_the_reasons_below() -> None:
    assert render_text([blocked(document())], Style()) == (
        "dependency (1)\n"
        "  egress-denied  default/Deployment/web (app): host auth, port 80, pod port 8080, "
        "server default/StatefulSet/auth, settings TOKEN_URL  -:14:22\n"
        "    policies web-egress, nearest miss rule 1 of web-egress allows 80\n"
    )


def test_what_is_unusual_is_said() -> None:
    assert "protocol UDP" in render_text([replace(blocked(document()), protocol="UDP")], Style())


def test_no_facts_are_nothing() -> None:
    assert render_text([], Style()) == ""


def test_tools_get_every_field() -> None:
    (fact,) = json.loads(render_json([blocked(document())]))["facts"]
    assert fact["about"] == "dependency"
    assert fact["verdict"] == "egress-denied"
    assert fact["location"] == {"file": "-", "line": 14, "column": 22, "source": "shop/templates/web.yaml"}
    assert fact["protocol"] == "TCP"
    assert fact["decided_by"] is None
    assert "place" not in fact
    assert "related" not in fact
