"""Findings of a render, placed where its author can change them."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from samples import blocked, judged
from scratch import repository, write

from mblint.findings.collect import collect
from mblint.findings.finding import Finding, How
from mblint.findings.placement.place import Placing
from mblint.findings.placement.repository import Repository
from mblint.manifests.documents import KeyPath, Place
from mblint.manifests.read import read_text

ENV: KeyPath = ("spec", "template", "spec", "containers", 0, "env", 0, "value")
PROBE: KeyPath = ("spec", "template", "spec", "containers", 0, "livenessProbe", "periodSeconds")


def rendered(
    source: str | None = "shop/templates/web.yaml", release: str = "shop", value: str = "http://auth/t"
) -> str:
    comment = f"# Source: {source}\n" if source else ""
    return f"""\
---
{comment}apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {{app.kubernetes.io/instance: shop}}
spec:
  template:
    spec:
      containers:
        - name: app
          env: [{{name: TOKEN_URL, value: "{value}"}}]
          args: ["--redis-url=redis://cache"]
          livenessProbe: {{periodSeconds: 7}}
---
{comment}apiVersion: v1
kind: ConfigMap
metadata:
  name: web-9bf2kc7h5t
  labels: {{app.kubernetes.io/instance: shop}}
data:
  API_URL: http://api
  realm.json: |
    {{"realm": "main",
     "frontendUrl": "http://auth"}}
"""


def finding(path: KeyPath = ENV, text: str | None = None, file: str = "-", offset: int | None = None) -> Finding:
    """A finding about one value of a render."""
    document = read_text(text or rendered(), file).documents[0 if path[0] == "spec" else 1]
    fact = replace(blocked(document), place=Place(document, path, offset), related=())
    return collect(judged(fact))[0]


def place(root: Path, one: Finding) -> tuple[str, int, How] | None:
    """Where a finding is placed in a repository, seen from its root."""
    found = Placing(Repository(root)).finding(one).placed
    if found is None:
        return None
    file = Path(found.location.file)
    return (
        file.resolve().relative_to(root).as_posix() if found.how is not How.READ else str(file),
        found.location.line,
        found.how,
    )


CHART = {
    "charts/shop/Chart.yaml": "name: shop\n",
    "charts/shop/values.yaml": "auth: {}\nprobe:\n  period: 7\n",
    "charts/shop/templates/web.yaml": "kind: Deployment\nenv:\n  {{- toYaml .Values.env | nindent 2 }}\n",
}
HELMFILE = "releases:\n  - name: shop\n    chart: ./charts/shop\n    values:\n      - values/shop.yaml.gotmpl\n"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A helmfile repository with its chart. The values set TOKEN_URL and more."""
    values = """\
# TOKEN_URL: is what the shop logs in with
env:
  - name: TOKEN_URL
    value: {{ .Values.auth.token | quote }}
extraArgs: ["--redis-url={{ .Values.redis }}"]
API_URL: {{ .Values.api }}
realm: |
  {"frontendUrl": "https://{{ .Values.domain }}"}
"""
    other = "env: [{name: TOKEN_URL, value: x}]\n"
    return repository(
        tmp_path,
        {
            **CHART,
            "helmfile.yaml": HELMFILE,
            "values/shop.yaml.gotmpl": values,
            "values/other.yaml": other,
            ".github/workflows/ci.yaml": "env: {TOKEN_URL: x}\n",
            "compose.yaml": "services: {web: {environment: {TOKEN_URL: x}}}\n",
        },
    )


@pytest.mark.parametrize(
    ("path", "offset", "line"),
    [
        (ENV, None, 3),
        (("spec", "template", "spec", "containers", 0, "args", 0), 12, 5),
        (("data", "API_URL"), None, 6),
        (("data", "realm.json"), 36, 8),
    ],
)
def test_a_setting_is_where_the_release_s_values_name_it(
    shop: Path, path: KeyPath, offset: int | None, line: int
) -> None:
    assert place(shop, finding(path, offset=offset)) == ("values/shop.yaml.gotmpl", line, How.VALUES)


def test_the_region_is_the_text_of_the_line(shop: Path) -> None:
    found = Placing(Repository(shop)).finding(finding()).placed
    assert found is not None
    assert (found.location.column, found.location.end_line, found.location.end_column) == (3, 3, 20)


def test_what_a_helmfile_says_itself_is_found_there(tmp_path: Path) -> None:
    inline = "releases:\n  - name: web\n    values: [{env: {TOKEN_URL: a}}]\n  - name: shop\n    values:\n"
    inline += "      - env:\n          TOKEN_URL: b\n"
    assert place(repository(tmp_path, {"helmfile.yaml": inline}), finding()) == ("helmfile.yaml", 7, How.VALUES)


def test_of_several_lines_the_one_with_the_rendered_value_counts(tmp_path: Path) -> None:
    files = {
        **CHART,
        "helmfile.yaml": HELMFILE.replace("shop.yaml.gotmpl", "{{ .Environment.Name }}.yaml"),
        "values/demo.yaml": "TOKEN_URL: http://auth/t\n",
        "values/live.yaml": "TOKEN_URL: http://auth/t2\n",
    }
    repository(tmp_path, files)
    assert place(tmp_path, finding()) == ("values/demo.yaml", 1, How.VALUES)
    assert place(tmp_path, finding(text=rendered(value="http://x"))) == (
        "charts/shop/templates/web.yaml",
        2,
        How.TEMPLATE,
    )


@pytest.mark.parametrize(
    "template",
    [
        "  TOKEN_URL: {{ .Values.auth.url | quote }}\n",
        "  - name: TOKEN_URL\n    value: {{ .Values.auth.url | quote }}\n",
    ],
)
def test_what_the_template_takes_from_the_values_is_found_there(tmp_path: Path, template: str) -> None:
    files = {
        **CHART,
        "helmfile.yaml": HELMFILE,
        "charts/shop/templates/web.yaml": f"kind: Deployment\nenv:\n{template}",
    }
    values = (
        "other:\n  url: a\nauth:\n  # where to log in\n  {{- if .Values.own }}\n  url: http://auth/t\n  {{- end }}\n"
    )
    repository(tmp_path, {**files, "values/shop.yaml.gotmpl": values})
    assert place(tmp_path, finding()) == ("values/shop.yaml.gotmpl", 6, How.VALUES)
    write(tmp_path, {"values/shop.yaml.gotmpl": "", "charts/shop/values.yaml": "auth:\n  url: ''\n"})
    assert place(tmp_path, finding()) == ("charts/shop/values.yaml", 2, How.VALUES)
    write(tmp_path, {"charts/shop/values.yaml": ""})
    assert place(tmp_path, finding()) == ("charts/shop/templates/web.yaml", 3, How.VALUES)


@pytest.mark.parametrize(
    ("values", "line"),
    [("web:\n  probe:\n    periodSeconds: 7\n", 3), ("web:\n  probe: {periodSeconds: 7}\n", 2)],
)
def test_what_has_no_name_is_found_through_the_template(tmp_path: Path, values: str, line: int) -> None:
    template = (
        "kind: Deployment\n{{- if .Values.web.customProbe }}\nlivenessProbe: {{ toYaml .Values.web.customProbe }}\n"
    )
    template += "{{- else }}\nlivenessProbe: {{ toYaml .Values.web.livenessProbe | nindent 2 }}\n"
    files = {**CHART, "helmfile.yaml": HELMFILE, "charts/shop/templates/web.yaml": template}
    repository(tmp_path, {**files, "values/shop.yaml.gotmpl": values.replace("probe", "livenessProbe")})
    assert place(tmp_path, finding(PROBE)) == ("values/shop.yaml.gotmpl", line, How.VALUES)


def test_without_a_helmfile_the_values_beside_the_chart_count_first(tmp_path: Path) -> None:
    chart = {f"apps/shop/{name}": text for name, text in CHART.items()}
    values = {f"apps/{app}/values.yaml": "TOKEN_URL: x\n" for app in ("shop", "blog")}
    assert place(repository(tmp_path, chart | values), finding()) == ("apps/shop/values.yaml", 1, How.VALUES)


def test_values_for_a_chart_that_is_elsewhere_are_called_after_it(tmp_path: Path) -> None:
    repository(tmp_path, {"values/shop.yaml": "TOKEN_URL: x\n", "values/blog.yaml": "TOKEN_URL: x\n"})
    assert place(tmp_path, finding()) == ("values/shop.yaml", 1, How.VALUES)


def test_a_policy_s_labels_are_found_where_the_setting_is_not(tmp_path: Path) -> None:
    policy = read_text(
        "# Source: shop/templates/policy.yaml\nkind: NetworkPolicy\nmetadata: {labels: {release: shop}}\n"
        "spec: {egress: [{to: [{podSelector: {matchLabels: {app: auth}}}], ports: [{port: 80}]}]}\n"
    ).documents[0]
    one = finding()
    related = replace(collect(judged(blocked(policy)))[0].related[0], place=Place(policy, ("spec", "egress", 0)))
    one = replace(one, related=(related,))
    values = (
        'policy:\n  egress:\n    - to:\n        - podSelector:\n            matchLabels:\n              app: "auth"\n'
    )
    repository(tmp_path, {"helmfile.yaml": HELMFILE, "values/shop.yaml.gotmpl": values})
    assert place(tmp_path, one) == ("values/shop.yaml.gotmpl", 6, How.VALUES)


@pytest.mark.parametrize(
    ("source", "file"),
    [
        ("shop/templates/web.yaml", "charts/shop/templates/web.yaml"),
        ("umbrella/charts/shop/templates/web.yaml", "vendor/shop/templates/web.yaml"),
        ("shop/templates/web.yaml", "deploy/templates/web.yaml"),
        ("shop/templates/web.yaml", "templates/web.yaml"),
    ],
)
def test_the_template_is_the_one_that_helm_names(tmp_path: Path, source: str, file: str) -> None:
    definition = file.replace("templates/web.yaml", "Chart.yaml")
    text = "{{ if .Values.web }}\nkind: Deployment\nspec:\n  containers:\n"
    repository(tmp_path, {definition: "name: shop\n", file: text, "blog/templates/web.yaml": text})
    assert place(tmp_path, finding(text=rendered(source))) == (file, 4, How.TEMPLATE)


def test_in_a_template_of_several_objects_the_one_of_the_kind_counts(tmp_path: Path) -> None:
    text = "# all of the shop\nkind: ConfigMap\nspec: a\n---\nkind: Deployment\nspec: b\n---\nkind: Service\nspec: c\n"
    repository(tmp_path, {**CHART, "charts/shop/templates/web.yaml": text})
    assert place(tmp_path, finding(("spec", "replicas"))) == ("charts/shop/templates/web.yaml", 6, How.TEMPLATE)
    assert place(tmp_path, finding(("metadata",))) == ("charts/shop/templates/web.yaml", 2, How.TEMPLATE)
    assert place(tmp_path, finding(("spec",))) == ("charts/shop/templates/web.yaml", 6, How.TEMPLATE)


def test_templates_that_could_be_meant_alike_are_none(tmp_path: Path) -> None:
    files = {f"{team}/{name}": text for team in ("a", "b") for name, text in CHART.items()}
    repository(tmp_path, {**files, "helmfile.yaml": "releases: []\n"})
    assert place(tmp_path, finding()) == ("helmfile.yaml", 1, How.PROJECT)
    write(tmp_path, {"helmfile.yaml": HELMFILE.replace("./charts", "./b/charts")})
    assert place(tmp_path, finding()) == ("b/charts/shop/templates/web.yaml", 2, How.TEMPLATE)


def test_a_tracked_render_is_its_own_place_where_nothing_else_is(tmp_path: Path) -> None:
    file = str(repository(tmp_path, {"out/shop.yaml": rendered(), "out/b.yaml": rendered()}) / "out/shop.yaml")
    assert place(tmp_path, finding(file=file)) == (file, 13, How.READ)


def test_a_tracked_manifest_is_what_its_author_writes(tmp_path: Path) -> None:
    plain = rendered(source=None)
    file = str(repository(tmp_path, {"k8s/web.yaml": plain, "shop.yaml": "TOKEN_URL: x\n"}) / "k8s/web.yaml")
    assert place(tmp_path, finding(text=plain, file=file)) == (file, 12, How.READ)


def test_a_kustomization_s_manifests_are_where_its_output_is_set(tmp_path: Path) -> None:
    plain = rendered(source=None)
    base = f"# the shop\n{plain}"
    repository(tmp_path, {"base/web.yaml": base, "other.yaml": plain.replace("name: web", "name: other")})
    assert place(tmp_path, finding(text=plain)) == ("base/web.yaml", 13, How.VALUES)
    assert place(tmp_path, finding(PROBE, text=plain)) == ("base/web.yaml", 15, How.TEMPLATE)


@pytest.mark.parametrize("file", ["helmfile.d/10-shop.yaml", "deploy/Chart.yaml", "overlays/kustomization.yaml"])
def test_for_want_of_a_line_there_is_the_project_s_own_file(tmp_path: Path, file: str) -> None:
    assert place(repository(tmp_path, {file: "a: b\n"}), finding()) == (file, 1, How.PROJECT)


def test_a_release_is_where_its_helmfile_defines_it(tmp_path: Path) -> None:
    text = "releases:\n  - chart: x/blog\n    name: blog\n  - chart: x/shop\n    name: shop\n"
    assert place(repository(tmp_path, {"helmfile.yaml": text}), finding()) == ("helmfile.yaml", 4, How.PROJECT)


def test_untracked_files_do_not_exist_for_those_who_read_alerts(tmp_path: Path) -> None:
    repository(tmp_path, {})
    write(tmp_path, {"values.yaml": "TOKEN_URL: x\n", "helmfile.yaml": HELMFILE})
    assert place(tmp_path, finding()) is None


def test_other_places_are_placed_too(shop: Path) -> None:
    one = finding()
    text = rendered()
    document = read_text(text).documents[1]
    row = replace(collect(judged(blocked(document)))[0].related[0], place=Place(document, ("data", "API_URL")))
    (related,) = Placing(Repository(shop)).related(replace(one, related=(row,))).related
    assert related.placed is not None
    assert related.placed.location.line == 6


WORDS = st.sampled_from(
    [
        "TOKEN_URL",
        "name",
        ":",
        " ",
        "\n",
        "  ",
        "- ",
        "env",
        "{{",
        "}}",
        ".Values.auth.url",
        "#",
        '"',
        "kind",
        "é",
        "\r",
    ]
)
TEXTS = st.lists(WORDS, max_size=40).map("".join)


@settings(max_examples=40, deadline=None)
@given(TEXTS, TEXTS, TEXTS, st.sampled_from([ENV, PROBE, ("data", "API_URL")]))
def test_a_place_is_always_in_the_file(
    tmp_path_factory: pytest.TempPathFactory, values: str, template: str, helmfile: str, path: KeyPath
) -> None:
    root = tmp_path_factory.mktemp("law")
    files = {"charts/shop/Chart.yaml": "name: shop\n", "charts/shop/templates/web.yaml": template}
    write(root, {**files, "values.yaml": values, "helmfile.yaml": HELMFILE + helmfile})
    found = Placing(Repository(root)).finding(finding(path)).placed
    assert found is not None
    lines = Path(found.location.file).read_bytes().decode().split("\n")
    assert 1 <= found.location.line <= len(lines)
    assert 1 <= found.location.column < found.location.end_column
    assert found.location.column <= len(lines[found.location.line - 1]) + 1


OUTSIDE = "/elsewhere/render.yaml"


def test_a_file_from_elsewhere_is_not_taken_for_a_render_of_this_repository(tmp_path: Path) -> None:
    repository(tmp_path, {"other/values.yaml": "TOKEN_URL: http://auth/t\n"})
    assert place(tmp_path, finding()) == ("other/values.yaml", 1, How.VALUES)  # a stream is rendered from it
    assert place(tmp_path, finding(file=OUTSIDE)) is None
    assert place(tmp_path, finding(text=rendered(source=None), file=OUTSIDE)) is None


def test_a_file_from_elsewhere_that_a_release_or_a_chart_accounts_for_is_placed(shop: Path) -> None:
    assert place(shop, finding(file=OUTSIDE)) == place(shop, finding())
    own = repository(shop / "own", {"charts/shop/values.yaml": "TOKEN_URL: http://auth/t\n"} | TEMPLATED)
    assert place(own, finding(file=OUTSIDE)) == ("charts/shop/values.yaml", 1, How.VALUES)


TEMPLATED = {
    "charts/shop/Chart.yaml": "name: shop\n",
    "charts/shop/templates/web.yaml": "kind: Deployment\nenv:\n  {{- toYaml .Values.env | nindent 2 }}\n",
}
