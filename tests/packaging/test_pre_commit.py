"""The hooks, run by the real pre-commit in a scratch repository whose renderer is a stub."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.packaging

BROKEN = """\
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  ports: none
"""
SOUND = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n"
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


def git(*words: str, cwd: Path) -> str:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *identity, *words], cwd=cwd, capture_output=True, text=True, check=True)
    return done.stdout.strip()


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


def commit(repository: Path, tmp: Path, **files: str) -> tuple[int, str]:
    """Stages files and runs the hooks on them, as `git commit` does. Gives pre-commit's exit code and output."""
    for name, text in files.items():
        file = repository / name.replace("__", "/").replace("_", ".")
        file.write_text(text)
    git("add", "-A", cwd=repository)
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", "--verbose", "--color", "never"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PRE_COMMIT_HOME": str(tmp / "pre-commit")},
    )
    git("-c", "core.hooksPath=/dev/null", "commit", "-qm", "state", "--allow-empty", cwd=repository)
    return done.returncode, done.stdout + done.stderr


def test_the_hooks_stop_a_commit_that_is_wrong_and_let_the_others_through(
    repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    tmp = tmp_path_factory.mktemp("home")
    code, output = commit(repository, tmp, rendered__web_yaml=SOUND, values_yaml="replicas: 2\n", output_yaml=SOUND)
    assert code == 0, output
    assert "rendering -e demo template" in output

    code, output = commit(repository, tmp, rendered__web_yaml=BROKEN)
    assert code == 1
    assert "rendered/web.yaml:6:10: error[invalid-object]" in output
    assert "mblint (helmfile)....................................(no files to check)Skipped" in output

    code, output = commit(repository, tmp, values_yaml_gotmpl="replicas: 3\n", output_yaml=BROKEN)
    assert code == 1
    assert "-:6:10: error[invalid-object]" in output

    code, output = commit(repository, tmp, values_yaml="replicas: 4\n", output_yaml="")
    assert code == 1
    assert "exit code: 3" in output
