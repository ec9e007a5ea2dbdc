"""The GitHub Action: its steps, run as GitHub runs them, in a scratch helmfile repository with a stub renderer."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from scratch import git, repository

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"] if "run" in step}
FILES = {
    "helmfile.yaml": "releases: [{name: web, chart: charts/web}]\n",
    "charts/web/Chart.yaml": "name: web\n",
    "charts/web/templates/service.yaml": "kind: Service\nspec:\n  ports: {{ .Values.ports }}\n",
    "render.sh": "echo rendering >&2; cat out/$1.yaml | cat",
    "out/bad.yaml": (
        "# Source: web/templates/service.yaml\napiVersion: v1\nkind: Service\nmetadata: {name: web}\n"
        "spec:\n  ports: none\n"
    ),
    "out/good.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n",
}

pytestmark = pytest.mark.packaging


def test_the_action_and_the_examples_are_what_their_readers_take() -> None:
    for schema, file in (
        ("vendor.github-actions", "action.yml"),
        ("vendor.github-workflows", "examples/ci/github-code-scanning.yml"),
        ("vendor.github-workflows", "examples/ci/github-annotations.yml"),
        ("vendor.gitlab-ci", "examples/ci/gitlab-ci.yml"),
    ):
        words = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(ROOT / file)]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{file}: {done.stdout}"


def test_the_examples_give_the_action_inputs_that_it_has() -> None:
    for file in (ROOT / "examples" / "ci").glob("github-*.yml"):
        steps = yaml.safe_load(file.read_text())["jobs"]["lint"]["steps"]
        (used,) = [step["with"] for step in steps if "/mblint@" in step.get("uses", "")]
        assert set(used) <= set(ACTION["inputs"])


def test_every_input_is_described_and_used() -> None:
    said = json.dumps(ACTION["runs"])
    for name, one in ACTION["inputs"].items():
        assert one["description"]
        assert re.search(rf"inputs\.{name}\b", said)


@pytest.fixture(scope="module")
def runner(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a runner on which the action has been installed."""
    temporary = tmp_path_factory.mktemp("runner")
    python = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    environment = {**os.environ, **python, "RUNNER_TEMP": str(temporary), "GITHUB_ACTION_PATH": str(sources)}
    done = step("Install", environment, {}, temporary)
    assert done.returncode == 0, done.stdout + done.stderr
    return environment


def step(name: str, environment: dict[str, str], inputs: dict[str, str], cwd: Path) -> subprocess.CompletedProcess[str]:
    """Runs a step with bash as GitHub does, the expressions in it filled in."""
    given = {key: one.get("default", "") for key, one in ACTION["inputs"].items()} | inputs

    def filled(text: str) -> str:
        return re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda match: given[match[1]], text)

    one: dict[str, Any] = STEPS[name]
    variables = {key: filled(text) for key, text in one.get("env", {}).items()}
    assert "${{" not in one["run"], "an expression in a script would be code"
    script = cwd / "step.sh"
    script.write_text(one["run"])
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
        cwd=cwd / filled(one.get("working-directory", ".")),
        env={**environment, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


# Answers as the command of GitHub's does, and keeps what it was asked: `known` holds the comment that is there already.
GH = """\
#!/bin/sh
echo "$*" >> "$CALLS"
case "$*" in *--jq*) cat "$CALLS.known" 2>/dev/null || true;; *) for word; do case "$word" in
  body=@*) cat "${word#body=@}" > "$CALLS.body";; esac; done;; esac
"""


@pytest.mark.parametrize("known", ["", "42\n43\n"])
def test_a_comment_is_made_once_and_then_kept_up_to_date(tmp_path: Path, known: str) -> None:
    (tmp_path / "gh").write_text(GH)
    (tmp_path / "gh").chmod(0o755)
    (tmp_path / "calls.known").write_text(known)
    (tmp_path / "summary.md").write_text("### mblint: 1 error\n")
    environment = {
        **os.environ,
        "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
        "RUNNER_TEMP": str(tmp_path),
        "CALLS": str(tmp_path / "calls"),
    }
    given = {"COMMENTS": "repos/o/r/issues", "PULL": "7", "MARK": "<!-- mblint/demo -->", "GH_TOKEN": "t"}
    script = tmp_path / "step.sh"
    script.write_text(STEPS["Comment"]["run"])
    words = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
    assert set(STEPS["Comment"]["env"]) == {*given, "SUMMARY"}
    subprocess.run(words, env=environment | given | {"SUMMARY": str(tmp_path / "summary.md")}, check=True)
    assert (tmp_path / "calls.body").read_text() == "<!-- mblint/demo -->\n### mblint: 1 error\n"
    asked = (tmp_path / "calls").read_text().splitlines()[-1]
    wanted = "PATCH repos/o/r/issues/comments/42 " if known else "POST repos/o/r/issues/7/comments "
    assert wanted in asked
    subprocess.run(words, env=environment | given | {"SUMMARY": str(tmp_path / "absent.md")}, check=True)
    assert "${{" not in STEPS["Comment"]["run"]


def lint(runner: dict[str, str], shop: Path, **inputs: str) -> tuple[subprocess.CompletedProcess[str], dict[str, str]]:
    """What the action prints, and its outputs."""
    outputs = shop / "outputs"
    outputs.write_text("")
    environment = {**runner, "GITHUB_WORKSPACE": str(shop), "GITHUB_OUTPUT": str(outputs)}
    done = step("Lint", environment, {key.replace("_", "-"): text for key, text in inputs.items()}, shop)
    return done, dict(line.split("=", 1) for line in outputs.read_text().splitlines())


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return repository(tmp_path, FILES)


def test_a_render_becomes_alerts_in_the_repository(runner: dict[str, str], shop: Path) -> None:
    done, outputs = lint(runner, shop, command="sh render.sh bad", category="demo")
    assert done.returncode == 1, done.stderr
    assert done.stderr == "rendering\n"
    assert outputs.pop("summary-file")
    assert outputs == {"exit-code": "1", "sarif-file": str(shop / "mblint.sarif")}
    (run,) = json.loads((shop / "mblint.sarif").read_text())["runs"]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "charts/web/templates/service.yaml"
    assert place["region"]["startLine"] == 3
    assert run["automationDetails"]["id"] == "mblint/demo/"


def test_files_are_linted_below_the_working_directory(runner: dict[str, str], shop: Path) -> None:
    done, outputs = lint(runner, shop, paths="bad.yaml\ngood.yaml", working_directory="out", sarif_file="../a.sarif")
    assert (done.returncode, outputs["sarif-file"]) == (1, str(shop / "a.sarif"))
    done, _ = lint(runner, shop, paths="bad.yaml", working_directory="out", fail_on="never", format="github")
    assert done.returncode == 0
    assert done.stdout.startswith("::error file=charts/web/templates/service.yaml,line=3,")


def test_the_summary_says_what_is_found(runner: dict[str, str], shop: Path) -> None:
    lint({**runner, "GITHUB_STEP_SUMMARY": str(shop / "summary")}, shop, command="sh render.sh bad")
    assert (shop / "summary").read_text().startswith("### mblint: 1 error\n")


def test_the_summary_says_what_changes_since_a_revision(runner: dict[str, str], shop: Path) -> None:
    git("commit", "-qm", "first", cwd=shop)
    (shop / "out/good.yaml").write_text(FILES["out/bad.yaml"])
    summary = {**runner, "GITHUB_STEP_SUMMARY": str(shop / "summary")}
    done, outputs = lint(summary, shop, command="sh render.sh good", compare_with="HEAD", fail_on="never")
    assert (done.returncode, outputs["exit-code"]) == (0, "0"), done.stderr
    assert (shop / "summary").read_text().startswith("### mblint: 1 new error")
    done, _ = lint(summary, shop, command="sh render.sh good", compare_with="no-such-revision", fail_on="never")
    assert done.returncode == 2
    assert lint(summary, shop, paths="out", compare_with="HEAD")[0].returncode == 2


def test_a_clean_render_is_an_empty_list(runner: dict[str, str], shop: Path) -> None:
    done, outputs = lint(runner, shop, command="sh render.sh good")
    assert (done.returncode, outputs["exit-code"]) == (0, "0")
    assert json.loads((shop / "mblint.sarif").read_text())["runs"][0]["results"] == []


def test_a_render_that_fails_in_a_pipe_is_no_clean_one(runner: dict[str, str], shop: Path) -> None:
    done, outputs = lint(runner, shop, command="(cat out/good.yaml; false) | cat")
    assert (done.returncode, outputs["exit-code"]) == (3, "3")


@pytest.mark.parametrize("inputs", [{}, {"command": "sh render.sh good", "paths": "out"}])
def test_one_of_command_and_paths_is_required(runner: dict[str, str], shop: Path, inputs: dict[str, str]) -> None:
    done, outputs = lint(runner, shop, **inputs)
    assert (done.returncode, outputs) == (2, {})
    assert "give either command or paths" in done.stdout


def test_a_mistake_leaves_no_file_of_an_earlier_run(runner: dict[str, str], shop: Path) -> None:
    lint(runner, shop, paths="out")
    done, outputs = lint(runner, shop, paths="out", options="--select egress-blokced")
    assert (done.returncode, outputs) == (2, {"exit-code": "2"})


def test_what_the_container_is_built_of_is_there() -> None:
    for line in (ROOT / "Containerfile").read_text().splitlines():
        if line.startswith("COPY ") and "--from" not in line:
            assert all((ROOT / name).exists() for name in line.split()[1:-1]), line


def test_the_plain_script_fails_for_what_the_baseline_does_not_know(runner: dict[str, str], shop: Path) -> None:
    (shop / "helmfile").write_text("#!/bin/sh\ncat out/bad.yaml\n")
    (shop / "helmfile").chmod(0o755)
    mblint = Path(runner["RUNNER_TEMP"]) / "mblint" / "bin"
    environment = {**runner, "PATH": f"{mblint}{os.pathsep}{shop}{os.pathsep}{runner['PATH']}"}

    def plain() -> int:
        script = str(ROOT / "examples" / "ci" / "plain.sh")
        return subprocess.run([script], cwd=shop, env=environment, capture_output=True, check=False).returncode

    assert plain() == 1
    write = ["mblint", "out/bad.yaml", "--write-baseline", "mblint-baseline.json"]
    assert subprocess.run(write, cwd=shop, env=environment, capture_output=True, check=False).returncode == 0
    assert plain() == 0
