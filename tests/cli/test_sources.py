"""`mblint .` where nothing is rendered: the one command to run."""

from __future__ import annotations

from pathlib import Path

import pytest
from program import BLOCKED, mblint
from scratch import write

TEMPLATE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {{ .Values.spec }}\n"
PLAIN = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n"
CHART = {"Chart.yaml": "apiVersion: v2\nname: web\n", "values.yaml": "spec: {}\n", "templates/service.yaml": TEMPLATE}
HELMFILE = "environments:\n  demo: {}\nreleases: [{name: web, chart: ./charts/web}]\n"
IN_CHARTS = {f"charts/web/{name}": text for name, text in CHART.items()}


@pytest.mark.parametrize(
    ("files", "command"),
    [
        ({"helmfile.yaml": HELMFILE, **IN_CHARTS}, "mblint exec -- helmfile -e demo template --quiet"),
        ({"helmfile.yaml": "releases: []\n"}, "mblint exec -- helmfile template --quiet"),
        ({"helmfile.d/a.yaml": "releases: []\n"}, "mblint exec -- helmfile template --quiet"),
        (CHART, "mblint exec -- helm template ."),
        ({**CHART, "templates/plain.yaml": PLAIN}, "mblint exec -- helm template ."),
        (
            {"kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"},
            "mblint exec -- kustomize build .",
        ),
    ],
)
def test_the_one_command_is_said(tmp_path: Path, files: dict[str, str], command: str) -> None:
    write(tmp_path, files)
    done = mblint(".", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"mblint: this folder holds what is rendered, and nothing that was. Run: {command}\n"


def test_another_folder_is_named_in_the_command(tmp_path: Path) -> None:
    write(tmp_path, {f"shop/{name}": text for name, text in CHART.items()})
    assert mblint("shop", cwd=tmp_path).stderr.endswith("Run: mblint exec -- helm template shop\n")


@pytest.mark.parametrize("file", ["rendered/all.yaml", "all.yaml"])
def test_what_is_rendered_is_linted(tmp_path: Path, file: str) -> None:
    write(tmp_path, {"helmfile.yaml": HELMFILE, file: BLOCKED})
    assert "egress-blocked" in mblint(".", cwd=tmp_path).stdout


def test_manifests_beside_a_kustomization_are_linted(tmp_path: Path) -> None:
    kustomization = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [web.yaml]\n"
    write(tmp_path, {"kustomization.yaml": kustomization, "web.yaml": BLOCKED.replace("# Source: ", "# ")})
    assert "egress-blocked" in mblint(".", cwd=tmp_path).stdout


def test_a_folder_without_sources_is_read_as_before(tmp_path: Path) -> None:
    write(tmp_path, {"values.yaml": "a: 1\n"})
    assert mblint(".", cwd=tmp_path).returncode == 3
