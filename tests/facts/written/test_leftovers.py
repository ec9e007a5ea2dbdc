"""What counts as the trace of a template, and where."""

from __future__ import annotations

import pytest

from mblint.facts.written.leftovers import leftovers
from tests.facts.worlds import world

POD = """
apiVersion: v1
kind: Pod
metadata: {{name: shop}}
spec:
  containers:
    - name: shop
      image: registry.example/shop:1
      args: ['{}']
"""


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("map[a:b]", "map"),
        ("--labels=map[app.example/name:shop tier:web]", "map"),
        ("%!s(<nil>)", "printf"),
        ("%!d(string=x)", "printf"),
        ("%!(EXTRA string=x)", "printf"),
        ("http://<no value>:80", "no-value"),
        ("<nil>", "no-value"),
        ("--host=<nil>", "no-value"),
        ("{{ .Values.host }}", "template"),
        ("{{ $.Release.Name }}-db", "template"),
        ('{{ printf "%s" .Values.host }}', "template"),
    ],
)
def test_traces_of_templates_are_known_by_what_they_are(text: str, kind: str) -> None:
    assert [row.kind for row in leftovers(world(POD.format(text)))] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "map[string]string",
        "heatmap[a:b]",
        "100%!",
        "a <nil pointer>",
        "{{ .Values }}",
        "{{ instance }}",
        "{{ if .Values.a }}x{{ end }}",
        "${Values.host}",
        "values.map[a]",
    ],
)
def test_what_only_looks_like_one_is_left_alone(text: str) -> None:
    assert list(leftovers(world(POD.format(text)))) == []


def test_a_secret_never_shows_what_it_holds() -> None:
    text = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {url: 'map[password:hunter2]'}\n"
    found = list(leftovers(world(text)))
    assert [row.kind for row in found] == ["map"]
    assert "hunter2" not in str(found[0].text)
