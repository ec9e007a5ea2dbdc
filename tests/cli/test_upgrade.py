"""`mblint upgrade` as users meet it."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from program import mblint
from scratch import repository

from mblint.shipped import schemas_directory

OLD = """\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: database, namespace: shop}
spec:
  serviceName: database
  selector: {matchLabels: {app: database}}
  template:
    metadata: {labels: {app: database}}
    spec: {containers: [{name: database, image: "registry.example/database:15"}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: shop}
data: {mode: fast}
---
apiVersion: v1
kind: Service
metadata: {name: gone, namespace: shop}
spec: {ports: [{port: 80}]}
---
apiVersion: batch/v1
kind: Job
metadata: {name: migrate-1795488667, namespace: shop}
spec:
  template:
    spec: {restartPolicy: Never, containers: [{name: migrate, image: "registry.example/database:15"}]}
"""
NEW = (
    OLD.replace("serviceName: database", "serviceName: database-headless")
    .replace("mode: fast", "mode: slow")
    .replace("name: gone", "name: come")
    .replace("1795488667", "1795488694")
)
ALLOWED = OLD.replace("mode: fast", "mode: slow")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A directory with two renders, and inputs of all bad kinds."""
    (tmp_path / "old.yaml").write_text(OLD)
    (tmp_path / "new.yaml").write_text(NEW)
    (tmp_path / "allowed.yaml").write_text(ALLOWED)
    (tmp_path / "cut.yaml").write_text(OLD + "---\na: [\n")
    (tmp_path / "empty.yaml").write_text("")
    (tmp_path / "values.yaml").write_text("replicas: 2\n")
    return tmp_path


def test_it_finds_what_the_step_breaks(here: Path) -> None:
    done = mblint("upgrade", "old.yaml", "new.yaml", cwd=here)
    assert done.returncode == 1
    assert done.stdout.startswith("new.yaml:5:16: error[immutable-change]: StatefulSet database cannot be changed")
    assert "spec.serviceName (from database to database-headless)" in done.stdout
    assert "at old.yaml:5:16: what it is now" in done.stdout
    assert "kubectl delete statefulset database -n shop --cascade=orphan" in done.stdout
    assert done.stdout.count("error[") == 1


def test_the_way_back_is_a_step_too(here: Path) -> None:
    assert "new.yaml" not in mblint("upgrade", "old.yaml", "allowed.yaml", cwd=here).stdout
    assert mblint("upgrade", "new.yaml", "old.yaml", cwd=here).returncode == 1


@pytest.mark.parametrize(
    ("words", "stdin", "code"),
    [
        ("old.yaml new.yaml", "", 1),
        ("old.yaml allowed.yaml", "", 0),
        ("old.yaml old.yaml", "", 0),
        ("- new.yaml", OLD, 1),
        ("old.yaml -", NEW, 1),
        ("old.yaml -", ALLOWED, 0),
        ("old.yaml new.yaml --fail-on never", "", 0),
        ("old.yaml new.yaml --ignore immutable-change", "", 0),
        ("old.yaml new.yaml --select dns-blocked", "", 0),
        ("old.yaml", "", 2),
        ("old.yaml new.yaml allowed.yaml", "", 2),
        ("- -", OLD, 2),
        ("old.yaml new.yaml --select no-rule", "", 2),
        ("none.yaml new.yaml", "", 3),
        ("old.yaml none.yaml", "", 3),
        ("empty.yaml new.yaml", "", 3),
        ("old.yaml empty.yaml", "", 3),
        ("- new.yaml", "", 3),
        ("old.yaml -", "", 3),
        ("old.yaml values.yaml", "", 3),
        ("cut.yaml new.yaml", "", 3),
        ("old.yaml cut.yaml", "", 3),
    ],
)
def test_exit_codes(here: Path, words: str, stdin: str, code: int) -> None:
    assert mblint("upgrade", *words.split(), cwd=here, stdin=stdin.encode()).returncode == code


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("none.yaml new.yaml", "mblint: none.yaml: no such file or directory"),
        ("old.yaml none.yaml", "mblint: none.yaml: no such file or directory"),
        ("cut.yaml new.yaml", "mblint: cut.yaml:28:4: "),
        ("- new.yaml", "mblint: there is no Kubernetes object in OLD"),
        ("empty.yaml new.yaml", "mblint: there is no Kubernetes object in OLD"),
        ("old.yaml -", "mblint: there is no Kubernetes object in NEW"),
        ("old.yaml values.yaml", "mblint: values.yaml: there is no Kubernetes object in NEW"),
        ("- -", "mblint: only one of OLD and NEW can be standard input"),
        ("old.yaml", "mblint: Missing argument 'NEW'"),
    ],
)
def test_one_line_says_why(here: Path, words: str, line: str) -> None:
    done = mblint("upgrade", *words.split(), cwd=here)
    assert done.stderr.startswith(line)
    assert done.stderr.count("\n") == 1


def test_what_could_be_read_is_judged_all_the_same(here: Path) -> None:
    (here / "new.yaml").write_text(NEW + "---\na: [\n")
    done = mblint("upgrade", "old.yaml", "new.yaml", cwd=here)
    assert done.returncode == 3
    assert "error[immutable-change]" in done.stdout


def test_new_alone_is_not_judged(here: Path) -> None:
    broken = "---\napiVersion: v1\nkind: Service\nmetadata: {name: broken}\nspec: {ports: none}\n"
    (here / "allowed.yaml").write_text(ALLOWED + broken)
    done = mblint("upgrade", "old.yaml", "allowed.yaml", "--format", "json", cwd=here)
    assert json.loads(done.stdout)["findings"] == []
    assert mblint("lint", "allowed.yaml", cwd=here).returncode == 1


def test_lint_judges_no_step(here: Path) -> None:
    assert "immutable-change" not in mblint("lint", "old.yaml", "new.yaml", cwd=here).stdout


def test_live_objects_are_found_whatever_the_render_says_of_namespaces(here: Path) -> None:
    render = NEW.replace(", namespace: shop", "")
    live = json.dumps({"apiVersion": "v1", "kind": "List", "items": [live_object()]})
    for words in (["--namespace", "shop"], []):
        done = mblint("upgrade", "-", "new.yaml", *words, cwd=here, stdin=live.encode())
        assert "error[immutable-change]" in done.stdout
        (here / "new.yaml").write_text(render)


def live_object() -> dict[str, object]:
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": {"name": "database", "namespace": "shop", "uid": "1", "resourceVersion": "7"},
        "spec": {
            "podManagementPolicy": "OrderedReady",
            "serviceName": "database",
            "selector": {"matchLabels": {"app": "database"}},
            "template": {
                "metadata": {"labels": {"app": "database"}},
                "spec": {"containers": [{"name": "database", "image": "registry.example/database:15"}]},
            },
        },
        "status": {"replicas": 1},
    }


def test_stats_end_with_what_differs(here: Path) -> None:
    done = mblint("upgrade", "old.yaml", "new.yaml", "--stats", cwd=here)
    lines = done.stdout.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("NEW changes"))
    assert lines[start:] == [
        "NEW changes: 1 object cannot change, 1 object changed, 1 object created anew, 1 object added, "
        "1 object removed",
        "  cannot change: StatefulSet shop/database: spec.serviceName",
        "  changed: ConfigMap shop/settings: data.mode",
        "  created anew: Job shop/migrate-1795488667, now migrate-1795488694",
        "  added: Service shop/come",
        "  removed: Service shop/gone",
    ]
    assert "NEW changes nothing." in mblint("upgrade", "old.yaml", "old.yaml", "--stats", cwd=here).stdout
    assert "NEW changes" not in mblint("upgrade", "old.yaml", "new.yaml", cwd=here).stdout
    report = json.loads(mblint("upgrade", "old.yaml", "new.yaml", "--stats", "--format", "json", cwd=here).stdout)
    schema = json.loads((schemas_directory() / "report.schema.json").read_text())
    assert [error.message for error in Draft202012Validator(schema).iter_errors(report)] == []
    assert report["stats"]["changes"] == {"added": 1, "changed": 1, "recreated": 1, "refused": 1, "removed": 1}


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github", "junit"])
def test_every_format_names_the_finding(here: Path, form: str) -> None:
    done = mblint("upgrade", "old.yaml", "new.yaml", "--format", form, "--output", f"{form}=out", cwd=here)
    assert done.returncode == 1
    for text in (done.stdout, (here / "out").read_text()):
        assert "immutable-change" in text
        assert "database" in text


def test_ignores_configuration_and_baseline_hold_here_too(here: Path) -> None:
    def report(*words: str) -> dict[str, list[dict[str, str]]]:
        done = mblint("upgrade", "old.yaml", "new.yaml", "--format", "json", *words, cwd=here)
        found: dict[str, list[dict[str, str]]] = json.loads(done.stdout)
        return found

    assert mblint("upgrade", "old.yaml", "new.yaml", "--write-baseline", "known.json", cwd=here).returncode == 0
    assert [one["origin"] for one in report("--baseline", "known.json")["ignored"]] == ["baseline"]
    (here / ".mblint.yaml").write_text("rules: {immutable-change: note}\n")
    assert [one["level"] for one in report()["findings"]] == ["note"]
    (here / ".mblint.yaml").write_text("ignore: [{rule: immutable-change, reason: It is deleted before.}]\n")
    assert report()["findings"] == []
    assert [one["level"] for one in report("--no-ignores")["findings"]] == ["error"]
    assert "unused-ignore" not in mblint("lint", "new.yaml", cwd=here).stdout
    annotated = NEW.replace(
        "metadata: {name: database,", "metadata: {annotations: {mblint.dev/ignore.immutable-change: x}, name: database,"
    )
    (here / ".mblint.yaml").unlink()
    (here / "new.yaml").write_text(annotated)
    assert report()["findings"] == []


def test_fingerprints_do_not_know_the_time(here: Path) -> None:
    def fingerprints() -> list[str]:
        done = mblint("upgrade", "old.yaml", "new.yaml", "--format", "json", cwd=here)
        return [finding["fingerprint"] for finding in json.loads(done.stdout)["findings"]]

    before = fingerprints()
    (here / "new.yaml").write_text("# another line\n" + NEW.replace("1795488694", "1795488777"))
    assert fingerprints() == before


def test_a_comment_in_the_template_silences_a_step(tmp_path: Path) -> None:
    """Also where the repository has comments for rules that `upgrade` does not run."""
    source = "# Source: shop/templates/database.yaml\n"
    template = (
        "# mblint: ignore[egress-blocked] Not of a step.\nkind: StatefulSet\n"
        "# mblint: ignore[immutable-change] It is made anew on Sunday.\nspec: {}\n"
    )
    repository(
        tmp_path,
        {
            "charts/shop/Chart.yaml": "name: shop\n",
            "charts/shop/templates/database.yaml": "{}\n",
            "old.yaml": source + OLD,
            "new.yaml": source + NEW,
        },
    )
    assert "immutable-change" in mblint("upgrade", "old.yaml", "new.yaml", cwd=tmp_path).stdout
    (tmp_path / "charts/shop/templates/database.yaml").write_text(template)
    done = mblint("upgrade", "old.yaml", "new.yaml", "--format", "json", cwd=tmp_path)
    report = json.loads(done.stdout)
    assert [one["rule"] for one in report["findings"]] == []
    assert [(one["rule"], one["origin"]) for one in report["ignored"]] == [("immutable-change", "comment")]
    assert "immutable-change" in mblint("upgrade", "old.yaml", "new.yaml", "--no-ignores", cwd=tmp_path).stdout
