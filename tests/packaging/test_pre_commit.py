"""The hooks, run by the real pre-commit in a scratch repository whose renderer is a stub."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from program import BLOCKED, BROKEN_SERVICE, CONFIG_MAP
from scratch import IDENTITY, git, write

pytestmark = pytest.mark.packaging

# The helmfile repository that BLOCKED is rendered from.
APP = {
    "helmfile.yaml": "releases:\n  - name: shop\n    chart: x/shop\n    values:\n      - apps/web/values.yaml.gotmpl\n",
    "apps/web/values.yaml.gotmpl": "# how to log in\nenv:\n  AUTH_URL: http://auth/\n",
}

CONFIGURATION = """\
repos:
  - repo: {project}
    rev: {revision}
    hooks:
      - id: mblint
        args: [rendered]
        files: ^rendered/
      - id: mblint-helmfile
        args: [--category, demo, --, ./helmfile, -e, demo, template]
"""
HELMFILE = """\
#!/bin/sh
echo rendering "$@" >&2
cat output.yaml
"""
RENDER_TEXT = HELMFILE.replace("output.yaml", "output.txt")  # what git tracks as text is nobody's source


@pytest.fixture(scope="module")
def repository(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that uses the hooks of this project, with what they lint committed."""
    git("init", "-q", cwd=sources)
    git("add", "-A", cwd=sources)
    git("commit", "-qm", "sources", cwd=sources)
    scratch = tmp_path_factory.mktemp("scratch")
    git("init", "-q", cwd=scratch)
    revision = git("rev-parse", "HEAD", cwd=sources)
    configuration = CONFIGURATION.format(project=sources, revision=revision)
    (scratch / ".pre-commit-config.yaml").write_text(configuration)
    (scratch / "helmfile").write_text(HELMFILE)
    (scratch / "helmfile").chmod(0o755)
    (scratch / "rendered").mkdir()
    return scratch


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment, with a place for what pre-commit installs."""
    return {**os.environ, "PRE_COMMIT_HOME": str(tmp_path_factory.mktemp("home"))}


def pre_commit(*words: str, repository: Path, home: dict[str, str]) -> tuple[int, str]:
    """The exit code and the output of one call."""
    command = [sys.executable, "-m", "pre_commit", *words]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False, env=home)
    return done.returncode, done.stdout + done.stderr


def staged(repository: Path, home: dict[str, str], files: dict[str, str]) -> tuple[int, str]:
    """What the hooks say of a commit of these files, which is then made in any case."""
    write(repository, files)
    git("add", "-A", cwd=repository)
    code, output = pre_commit("run", "--verbose", "--color", "never", repository=repository, home=home)
    git("-c", "core.hooksPath=/dev/null", "commit", "-qm", "state", "--allow-empty", cwd=repository)
    return code, output


def test_the_hooks_stop_a_commit_that_is_wrong_and_let_the_others_through(
    repository: Path, home: dict[str, str]
) -> None:
    code, output = staged(
        repository, home, {"rendered/web.yaml": CONFIG_MAP, "values.yaml": "replicas: 2\n", "output.yaml": CONFIG_MAP}
    )
    assert code == 0, output
    assert "rendering -e demo template" in output

    code, output = staged(repository, home, {"rendered/web.yaml": BROKEN_SERVICE})
    assert code == 1
    assert "rendered/web.yaml:6:10: error[invalid-object]" in output
    assert "mblint (helmfile)....................................(no files to check)Skipped" in output

    code, output = staged(repository, home, {"values.yaml.gotmpl": "replicas: 3\n", "output.yaml": BROKEN_SERVICE})
    assert code == 1
    assert "error[invalid-object]" in output

    code, output = staged(repository, home, {"values.yaml": "replicas: 4\n", "output.yaml": ""})
    assert code == 1
    assert "exit code: 3" in output


def test_git_commit_is_refused_at_the_line_to_change(repository: Path, home: dict[str, str]) -> None:
    staged(repository, home, {"rendered/web.yaml": CONFIG_MAP, "output.txt": BLOCKED, "helmfile": RENDER_TEXT})
    assert pre_commit("install", repository=repository, home=home)[0] == 0
    before = git("rev-parse", "HEAD", cwd=repository)
    write(repository, APP | {f"apps/web/{number}.gotmpl": "a: b\n" for number in range(60)})
    git("add", "-A", cwd=repository)
    words = ["git", *IDENTITY, "commit", "-m", "log in"]
    done = subprocess.run(words, cwd=repository, capture_output=True, text=True, check=False, env=home)
    assert done.returncode == 1
    assert git("rev-parse", "HEAD", cwd=repository) == before
    said = done.stdout + done.stderr
    assert "apps/web/values.yaml.gotmpl:3:3: error[egress-blocked]: default/Deployment/web cannot reach auth:80" in said
    assert said.count("rendering -e demo template") == 1, "all changed files are one render"
