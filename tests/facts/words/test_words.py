"""Words that the kubelet and the container runtime take as they are written, and what becomes of them."""

from __future__ import annotations

import pytest

from mblint.facts.edits.slips import differ_by_a_letter
from mblint.facts.words.image_names import image_names, misfit
from mblint.facts.words.shell_words import shell_words
from mblint.facts.words.unsplit import unsplit_commands
from mblint.facts.words.variables import unfilled_variables
from mblint.remedies.edits import Change
from mblint.settings.expansion import references
from tests.facts.worlds import world

DIGEST = "a1" * 32


def pod(container: str) -> str:
    """A Pod with one container, given as the flow text of its fields."""
    return f"""
        apiVersion: v1
        kind: Pod
        metadata: {{name: shop}}
        spec: {{containers: [{{name: shop, image: shop, {container}}}]}}
    """


def replaced(edits: tuple[object, ...]) -> list[object]:
    """The values that the edits put in."""
    changes = [edit for edit in edits if isinstance(edit, Change)]
    return [step.value for change in changes for step in change.patch if step.op in ("add", "replace")]


@pytest.mark.parametrize(
    ("container", "words"),
    [
        ('command: ["python app.py"]', ["python", "app.py"]),
        ('command: ["python  app.py", --debug], args: [x]', ["python", "app.py", "--debug"]),
        ('command: [sh, "-ec exec /shop | tee /log"]', ["sh", "-ec", "exec /shop | tee /log"]),
        ("command: [\"python 'my app.py'\"]", None),
        ('command: ["migrate && serve"]', None),
        ('command: [sh], args: ["-c serve"]', None),
    ],
)
def test_words_in_one_are_split_where_that_is_plain(container: str, words: list[str] | None) -> None:
    (row,) = unsplit_commands(world(pod(container)))
    assert replaced(row.edits) == ([] if words is None else [words])


@pytest.mark.parametrize(
    "container",
    ['args: ["python app.py"]', "command: [python]", 'command: [bash, -c, "a b"]', 'command: ["C:\\\\a b.exe"]'],
)
def test_a_list_of_words_and_the_words_of_the_images_own_program_are_fine(container: str) -> None:
    assert not list(unsplit_commands(world(pod(container))))


@pytest.mark.parametrize(
    ("container", "found"),
    [
        ('command: [a, "&&", b]', ["&&"]),
        ('command: [a, "|", b, "||", c]', ["|"]),
        ('command: [a, "2>/dev/null"]', ["2>/dev/null"]),
        ('command: [a, --sep, "|", b]', []),
        ('command: [env, X=1, sh, -c, "a", "&&"]', []),
        (
            'command: [a, "--port=${PORT}", $PORT, "$$PORT", "x$PORT"], env: [{name: PORT, value: "1"}]',
            ["--port=${PORT}", "$PORT"],
        ),
        ("command: [a, $PORT]", []),
        ('command: [envsubst, $PORT], env: [{name: PORT, value: "1"}]', []),
    ],
)
def test_words_for_a_shell_are_found_where_none_runs(container: str, found: list[str]) -> None:
    assert [row.word for row in shell_words(world(pod(container)))] == found


def test_a_variable_of_a_shell_becomes_one_of_kubernetes() -> None:
    rows = shell_words(world(pod('command: [a, "--port=${PORT}"], env: [{name: PORT, value: "1"}]')))
    assert [replaced(row.edits) for row in rows] == [["--port=$(PORT)"]]
    probe = 'livenessProbe: {exec: {command: [a, $PORT]}}, env: [{name: PORT, value: "1"}]'
    assert [row.edits for row in shell_words(world(pod(probe)))] == [()]


@pytest.mark.parametrize(
    ("container", "found"),
    [
        ('env: [{name: A, value: "$(B_NAME)"}, {name: B_NAME, value: x}]', [("B_NAME", "later")]),
        ('env: [{name: B_NAME, value: x}, {name: A, value: "$(B_NAME) $$(C)"}]', []),
        ('env: [{name: B_NAME, value: x}, {name: A, value: "$(B_NAMES)"}]', [("B_NAMES", "misspelt")]),
        ('env: [{name: B_NAME, value: x}, {name: A, value: "$(b_name)"}]', [("b_name", "misspelt")]),
        ('env: [{name: A, value: "$(A)/x $(A)"}]', [("A", "undefined")]),
        ('args: ["$(B_NAME)"], env: [{name: B_NAME, value: x}]', []),
        ('command: [a, "$(B_NAME)", "$(hostname)"]', [("B_NAME", "undefined")]),
        ('command: [sh, -c, "$(B_NAME)"]', []),
        ('env: [{name: A, value: "$(B_SERVICE_HOST)"}]', []),
        ('env: [{name: A, value: "$(B_PORT)"}, {name: B_PORT, value: x}]', [("B_PORT", "later")]),
        ('envFrom: [{secretRef: {name: x}}], env: [{name: A, value: "$(B_NAME)"}]', []),
    ],
)
def test_what_the_kubelet_does_not_know_stays(container: str, found: list[tuple[str, str]]) -> None:
    assert [(row.name, row.verdict) for row in unfilled_variables(world(pod(container)))] == found


def test_without_service_links_no_service_gives_a_variable() -> None:
    text = pod('env: [{name: A, value: "$(DB_SERVICE_HOST)"}]').replace("spec: {", "spec: {enableServiceLinks: false, ")
    assert [row.name for row in unfilled_variables(world(text))] == ["DB_SERVICE_HOST"]


def test_references_are_those_that_the_kubelet_would_replace() -> None:
    assert list(references("$(A)$$(B) ${C} $D $(E")) == [("A", 0)]


@pytest.mark.parametrize(
    ("image", "says"),
    [
        ("Shop", "capital"),
        ("registry.example/shop:", "no tag"),
        ("registry.example:5000", None),  # a tag of 5000
        (":1", "missing"),
        ("shop:1:2", "two tags"),
        (f"shop:{'1' * 129}", "at most 128"),
        ("shop:.1", "begins with"),
        ("shop:1+2", "made of"),
        ("shop/", "between two slashes"),
        ("-shop", "no part of a name"),
        ("my registry/shop", "white space in it"),
        (f"shop@sha256:{DIGEST}", None),
        (f"shop:1@sha256:{DIGEST[:-1]}", "64 digits, and this one 63"),
        (f"shop@sha256:{DIGEST.upper()}", "0-9 and a-f"),
        (f"shop@md5:{DIGEST}", "stands a digest"),
        (DIGEST, "own number"),
        ("a" * 256, "at most 255"),
        ("localhost/a/b__c/d--e.f_g:V_1.2-x", None),
        ("[2001:db8::1]:5000/shop", None),
        ("shop:RELEASE_1", None),
        ("registry.example/PROJECT_ID/shop", "PROJECT_ID was to be filled in"),
        ("registry.example/[your name]/shop", "was to be filled in"),
        ("registry.example/__IMAGE__", "was to be filled in"),
    ],
)
def test_names_of_images(image: str, says: str | None) -> None:
    found = misfit(image)
    assert found is None if says is None else found is not None and says in found


@pytest.mark.parametrize(
    ("image", "right"),
    [
        ("https://registry.example/Shop:V1", ["registry.example/shop:V1"]),
        ("registry.example/Team/shop", ["registry.example/team/shop"]),
        ("'shop:1 '", ["shop:1"]),
        ("'shop:'", []),
        ("Team/shop", []),
        ("registry.example/SHOP/web", []),
        ("webImage", []),
    ],
)
def test_a_name_is_mended_where_only_one_can_be_meant(image: str, right: list[str]) -> None:
    (row,) = image_names(world(pod("").replace("image: shop", f"image: {image}")))
    assert replaced(row.edits) == right


def test_a_letter_tells_names_apart_only_where_it_is_one() -> None:
    assert differ_by_a_letter("DB_PASWORD", "DB_PASSWORD")
    assert differ_by_a_letter("NODE_NMAE", "NODE_NAME")
    assert not differ_by_a_letter("DB_HOST", "DB_PORT")
    assert not differ_by_a_letter("HOST_1", "HOST_2")
