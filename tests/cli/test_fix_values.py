"""`mblint fix --source-root`: edits at values lines, and nothing else in the file."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from program import environment, mblint
from ruamel.yaml import YAML
from scratch import git, repository

TEMPLATE = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME}
spec:
  selector: {matchLabels: {app: NAME}}
  template:
    metadata: {labels: {app: NAME}}
    spec:
      containers:
        - name: worker
          image: registry/shop:1
          command: [celery, -A, shop, worker, --concurrency=4]
          {{- with .Values.resources }}
          resources:
            {{- toYaml . | nindent 12 }}
          {{- end }}
"""
VALUES = """\
# of the shop
password: hunter2-hunter2
resources:
    # measured in May
    limits:
        memory: '96Mi'   # as measured
        cpu:   "2"
    requests: {memory: 64Mi}
list:
- a
-   b
"""
# Renders as helm does, as far as these templates go: each template with the file's resources.
RENDER = """\
import json, sys, pathlib, yaml
values = yaml.safe_load(pathlib.Path(sys.argv[1]).read_bytes().decode())
for name in sorted(pathlib.Path("charts/shop/templates").glob("*.yaml")):
    text = name.read_text().split("          {{")[0]
    print(f"---\\n# Source: shop/templates/{name.name}")
    print(text + "          resources: " + json.dumps(values["resources"]))
"""


def shop(directory: Path, **files: str) -> Path:
    chart = {
        "charts/shop/Chart.yaml": "name: shop\n",
        "charts/shop/values.yaml": "resources: {}\n",
        "charts/shop/templates/worker.yaml": TEMPLATE.replace("NAME", "worker"),
        "values-production.yaml": VALUES,
        "render.py": RENDER,
    }
    return repository(directory, chart | files)


def command(*more: str) -> list[str]:
    return ["--", sys.executable, "render.py", "values-production.yaml", *more]


def fix(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return mblint("fix", "--source-root", ".", "--select", "memory-limit-below-workers", *words, cwd=root)


def changed_lines(before: str, after: str) -> list[tuple[str, str]]:
    return [(a, b) for a, b in zip(before.split("\n"), after.split("\n"), strict=True) if a != b]


def test_without_write_it_prints_a_diff_that_git_takes_and_shows_no_password(tmp_path: Path) -> None:
    file = shop(tmp_path) / "values-production.yaml"
    done = fix(tmp_path, *command())
    assert done.returncode == 1, done.stderr
    assert file.read_text() == VALUES
    assert "hunter2" not in done.stdout + done.stderr
    assert "values-production.yaml:6 (resources.limits.memory): memory: '" in done.stderr
    if shutil.which("git"):
        (tmp_path / "fix.diff").write_text(done.stdout)
        subprocess.run(["git", "apply", "fix.diff"], cwd=tmp_path, check=True, env=environment())
        patched = file.read_text()
        file.write_text(VALUES)
        assert fix(tmp_path, "--write", *command()).returncode == 0
        assert file.read_text() == patched


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_with_write_one_scalar_changes_and_every_other_byte_stays(tmp_path: Path, newline: str) -> None:
    file = shop(tmp_path) / "values-production.yaml"
    before = VALUES.replace("\n", newline)
    file.write_bytes(before.encode())
    done = fix(tmp_path, "--write", *command())
    assert done.returncode == 0, done.stderr
    after = file.read_bytes().decode()
    ((was, becomes),) = changed_lines(before, after)
    end = "'   # as measured" + newline.removesuffix("\n")
    assert was == "        memory: '96Mi" + end
    assert becomes.startswith("        memory: '")
    assert becomes.endswith("Mi" + end)
    assert mblint("exec", *command(), cwd=tmp_path).stdout.count("memory-limit-below-workers") == 0


def test_a_round_trip_of_ruamel_agrees(tmp_path: Path) -> None:
    """Another parser, which keeps comments and quotes, sees the one scalar changed and nothing else."""

    def again(text: str, memory: str | None) -> str:
        yaml = YAML()
        yaml.preserve_quotes = True
        data = yaml.load(text)
        if memory is not None:
            limits = data["resources"]["limits"]
            limits["memory"] = type(limits["memory"])(memory)  # quoted as it was
        yaml.dump(data, out := io.StringIO())
        return re.sub(" +#", " #", out.getvalue())  # it moves comments

    file = shop(tmp_path) / "values-production.yaml"
    fix(tmp_path, "--write", *command())
    after = file.read_text()
    memory = YAML().load(after)["resources"]["limits"]["memory"]
    assert memory != "96Mi"
    assert again(after, None) == again(VALUES, memory)


def test_what_another_object_takes_from_there_is_undone(tmp_path: Path) -> None:
    other = TEMPLATE.replace("NAME", "other").replace("[celery, -A, shop, worker, --concurrency=4]", "[sleep, '9']")
    file = shop(tmp_path, **{"charts/shop/templates/other.yaml": other}) / "values-production.yaml"
    done = fix(tmp_path, "--write", *command())
    assert "undone: default/Deployment/other changes, too" in done.stderr
    assert file.read_text() == VALUES
    rendered = subprocess.run(command()[1:], cwd=tmp_path, capture_output=True, check=True).stdout
    (tmp_path / "rendered.yaml").write_bytes(rendered)
    done = fix(tmp_path, "rendered.yaml", "--write")
    assert "charts/shop/templates/other.yaml takes its value from there, too" in done.stderr
    assert file.read_text() == VALUES


def test_a_render_that_fails_afterwards_undoes_it(tmp_path: Path) -> None:
    once = RENDER + "\nassert '96Mi' in pathlib.Path(sys.argv[1]).read_text()\n"
    file = shop(tmp_path, **{"render.py": once}) / "values-production.yaml"
    done = fix(tmp_path, "--write", *command())
    assert "undone: " in done.stderr
    assert file.read_text() == VALUES


def test_rendered_files_are_read_and_not_edited(tmp_path: Path) -> None:
    file = shop(tmp_path) / "values-production.yaml"
    rendered = subprocess.run(command()[1:], cwd=tmp_path, capture_output=True, check=True).stdout
    (tmp_path / "rendered.yaml").write_bytes(rendered)
    done = fix(tmp_path, "rendered.yaml", "--write")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "rendered.yaml").read_bytes() == rendered
    assert len(changed_lines(VALUES, file.read_text())) == 1


def test_two_files_that_set_it_are_left(tmp_path: Path) -> None:
    root = shop(tmp_path, **{"values-demo.yaml": VALUES})
    rendered = subprocess.run(command()[1:], cwd=tmp_path, capture_output=True, check=True).stdout
    (tmp_path / "rendered.yaml").write_bytes(rendered)
    done = fix(root, "rendered.yaml", "--write")
    assert "0 findings mended, 1 left" in done.stderr
    assert (root / "values-production.yaml").read_text() == VALUES == (root / "values-demo.yaml").read_text()


def test_a_value_that_other_keys_take_by_its_anchor_is_left(tmp_path: Path) -> None:
    text = VALUES.replace("memory: '96Mi'", "memory: &small '96Mi'") + "other: *small\n"
    file = shop(tmp_path, **{"values-production.yaml": text}) / "values-production.yaml"
    done = fix(tmp_path, "--write", *command())
    assert "anchor" in done.stderr
    assert file.read_text() == text


HELMFILE = """\
environments:
  default: {values: [environment.yaml.gotmpl]}
releases:
  - name: shop
    chart: ./charts/shop
    values: [shop.yaml.gotmpl]
"""


@pytest.mark.parametrize("shared", [False, True])
def test_what_a_release_takes_from_its_environment_is_edited_there(tmp_path: Path, shared: bool) -> None:
    environment_values = "resource:\n  shop:  # of the workers\n    limits: {memory: 96Mi, cpu: 2}\n"
    taken = "resources: {{ .Values.resource.shop | toYaml | nindent 2 }}\n"
    files = {
        "helmfile.yaml": HELMFILE.replace("[shop.yaml.gotmpl]", "\n      - shop.yaml.gotmpl"),
        "environment.yaml.gotmpl": environment_values,
        "shop.yaml.gotmpl": taken + ("second:\n  " + taken if shared else ""),
    }
    file = shop(tmp_path, **files) / "environment.yaml.gotmpl"
    git("rm", "-q", "-f", "values-production.yaml", cwd=tmp_path)
    rendered = (
        TEMPLATE.replace("NAME", "worker")
        .split("          {{")[0]
        .replace("metadata: {name: worker}", "metadata: {name: worker, labels: {app.kubernetes.io/instance: shop}}")
    )
    (tmp_path / "rendered.yaml").write_text(
        f"# Source: shop/templates/worker.yaml\n{rendered}          resources: {{limits: {{memory: 96Mi, cpu: 2}}}}\n"
    )
    done = fix(tmp_path, "rendered.yaml", "--write")
    if shared:
        assert "shop.yaml.gotmpl:3 takes its value from there, too" in done.stderr
        assert file.read_text() == environment_values
        return
    assert done.returncode == 0, done.stderr
    ((_, becomes),) = changed_lines(environment_values, file.read_text())
    assert becomes.startswith("    limits: {memory: ")
    assert becomes.endswith("Mi, cpu: 2}")


RELEASE = "releases:\n  - name: shop\n    chart: ./charts/shop\n    values:\n      - values-production.yaml\n"


@pytest.mark.parametrize("empty", ["resources: {}", "resources:  # none so far", "resources: ~"])
def test_what_the_chart_makes_up_is_said_where_nothing_was(tmp_path: Path, empty: str) -> None:
    """A preset of the chart gives the limit; the values say nothing, so all that is rendered is said there."""
    values = f"password: hunter2-hunter2\n{empty}\nlist: [a]\n"
    render = RENDER.replace('values["resources"]', 'values["resources"] or {"limits": {"memory": "96Mi", "cpu": 2}}')
    files = {"values-production.yaml": values, "render.py": render, "helmfile.yaml": RELEASE}
    file = shop(tmp_path, **files) / "values-production.yaml"
    rendered = subprocess.run(command()[1:], cwd=tmp_path, capture_output=True, check=True).stdout
    (tmp_path / "rendered.yaml").write_bytes(rendered)
    assert "0 findings mended, 1 left" in fix(tmp_path, "rendered.yaml", "--write").stderr
    assert file.read_text() == values
    done = fix(tmp_path, "--write", *command())
    assert done.returncode == 0, done.stderr
    ((was, becomes),) = changed_lines(values, file.read_text())
    assert re.fullmatch(r"resources: \{limits: \{memory: \d+Mi, cpu: 2\}\}(  # none so far)?", becomes), becomes
    assert was.partition("#")[2] == becomes.partition("#")[2]
    assert mblint("exec", *command(), cwd=tmp_path).stdout.count("memory-limit-below-workers") == 0


def test_what_has_a_preset_that_wins_is_undone(tmp_path: Path) -> None:
    values = "password: hunter2-hunter2\nresources: {}\n"
    render = RENDER.replace('values["resources"]', '{"limits": {"memory": "96Mi"}}')
    files = {"values-production.yaml": values, "render.py": render, "helmfile.yaml": RELEASE}
    file = shop(tmp_path, **files) / "values-production.yaml"
    assert "undone: " in fix(tmp_path, "--write", *command()).stderr
    assert file.read_text() == values


def test_patches_take_what_values_lines_cannot(tmp_path: Path) -> None:
    root = shop(tmp_path, **{"values-production.yaml": VALUES.replace("'96Mi'", "&small '96Mi'")})
    done = fix(root, "--write", "--patches", "fixes/kustomization.yaml", *command())
    assert done.returncode == 0, done.stderr
    assert "limits/memory" in (root / "fixes/kustomization.yaml").read_text()


def test_lint_shows_the_line_as_it_is_to_be(tmp_path: Path) -> None:
    shop(tmp_path)
    done = mblint("exec", *command(), cwd=tmp_path)
    (at,) = [number for number, line in enumerate(done.stdout.split("\n")) if "In the values, at" in line]
    lines = done.stdout.split("\n")
    assert lines[at] == "  In the values, at values-production.yaml:6, resources.limits.memory:"
    assert lines[at + 2].strip().startswith("memory: '")
