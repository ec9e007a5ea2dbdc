"""References of pods to ConfigMaps and Secrets, and what they find there."""

from __future__ import annotations

import pytest

from mblint.config import ClusterSettings
from mblint.facts.credentials.references import references
from mblint.facts.credentials.rows import Reference
from tests.facts.worlds import pods, world

SECRET = "\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: docs-keys}\nstringData: {password: a, user: b}\n"
VARIABLE = "{name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: NAME, key: KEY, optional: OPTIONAL}}}"


def variable(key: str = "password", name: str = "docs-keys", *, optional: bool = False) -> str:
    """A Deployment with one variable from a Secret."""
    entry = VARIABLE.replace("NAME", name).replace("KEY", key).replace("OPTIONAL", str(optional).lower())
    return pods().replace("env: []", f"env: [{entry}]")


def volume(source: str) -> str:
    return pods(spec=f"volumes: [{{name: files, {source}}}]")


def found(text: str) -> Reference:
    (row,) = references(world(text))
    return row


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        (variable() + SECRET, "exists"),
        (variable("passwort") + SECRET, "key-missing"),
        (variable("passwort", optional=True) + SECRET, "optional"),
        (variable(name="elsewhere"), "object-absent"),
        (variable(name="elsewhere", optional=True), "optional"),
        (volume("secret: {secretName: docs-keys}") + SECRET, "exists"),
        (volume("secret: {secretName: docs-keys, items: [{key: user, path: u}]}") + SECRET, "exists"),
        (volume("secret: {secretName: docs-keys, items: [{key: name, path: u}]}") + SECRET, "key-missing"),
        (volume("secret: {secretName: docs-keys, optional: true, items: [{key: name, path: u}]}") + SECRET, "optional"),
        (
            volume("projected: {sources: [{secret: {name: docs-keys, items: [{key: absent, path: u}]}}]}") + SECRET,
            "key-missing",
        ),
        (volume("configMap: {name: elsewhere}"), "object-absent"),
    ],
)
def test_what_a_reference_finds(text: str, verdict: str) -> None:
    assert found(text).verdict == verdict


def test_env_from_asks_for_the_object_only() -> None:
    text = pods().replace("env: []", "envFrom: [{secretRef: {name: docs-keys}}]")
    row = found(text + SECRET)
    assert (row.verdict, row.key, row.target, row.settings) == ("exists", None, "Secret docs-keys", "envFrom")


def test_a_variable_that_a_later_one_overrides_must_be_found_too() -> None:
    end = "optional: false}}}]"
    later = variable("passwort").replace(end, f"{end[:-1]}, {{name: DB_PASSWORD, value: literal}}]")
    assert found(later + SECRET).verdict == "key-missing"


def test_a_missing_key_comes_with_the_nearest() -> None:
    row = found(variable("passwort") + SECRET)
    assert row.keys == ("password", "user")
    assert row.nearest == "password"
    assert row.paste == "- {name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: docs-keys, key: password}}}"


# ---------------------------------------------------------------- what something else fills


@pytest.mark.parametrize(
    "secret",
    [
        SECRET.replace("{password: a, user: b}", "{}"),
        SECRET.replace(
            "{name: docs-keys}\n",
            "{name: docs-keys, annotations: {kubernetes.io/service-account.name: docs}}\n"
            "type: kubernetes.io/service-account-token\n",
        ),
        SECRET.replace(
            "{name: docs-keys}", "{name: docs-keys, annotations: {replicator.v1.mittwald.de/replicate-from: a/b}}"
        ),
        SECRET
        + "---\napiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: docs-keys}\nspec: {}\n",
        SECRET + "---\napiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: x}\n"
        "spec: {secretName: docs-keys}\n",
        SECRET
        + "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: x}\nrules:\n"
        + "- {apiGroups: [''], resources: [secrets], resourceNames: [docs-keys], verbs: [get, patch]}\n",
    ],
)
def test_keys_that_something_else_adds_are_unknown(secret: str) -> None:
    row = found(variable("added") + secret)
    assert row.verdict == "unknown"
    assert row.reason


@pytest.mark.parametrize(
    "beside",
    [
        "---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: docs-keys}\n",
        "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: x}\nrules:\n"
        "- {apiGroups: [''], resources: [secrets], resourceNames: [docs-keys], verbs: [get]}\n",
    ],
)
def test_what_only_reads_or_shares_the_name_adds_nothing(beside: str) -> None:
    assert found(variable("added") + SECRET + beside).verdict == "key-missing"


# ---------------------------------------------------------------- objects that are absent


def test_an_absent_object_was_meant_to_be_one_that_nobody_refers_to() -> None:
    row = found(variable(name="docs-kyes") + SECRET)
    assert (row.verdict, row.nearest, row.target) == ("object-missing", "docs-keys", "Secret docs-kyes")


@pytest.mark.parametrize(
    "text",
    [
        variable(name="database-keys") + SECRET,  # another name
        variable(name="docs-keys2") + SECRET.replace("docs-keys", "docs-keys1"),  # of several, another one
        variable("token", name="docs-kyes") + SECRET,  # with other keys
        variable(name="docs-kyes") + SECRET.replace("{name: docs-keys}", "{name: docs-keys, namespace: other}"),
        variable(name="docs-kyes") + SECRET.replace("kind: Secret", "kind: ConfigMap").replace("stringData", "data"),
        variable(name="docs-kyes")
        + SECRET
        + "---\napiVersion: a.example/v1\nkind: User\nmetadata: {name: docs-keys}\n",
    ],
)
def test_an_absent_object_proves_nothing(text: str) -> None:
    row = found(text)
    assert (row.verdict, row.complete, row.nearest) == ("object-absent", False, None)


@pytest.mark.parametrize(
    "maker",
    [
        "---\napiVersion: a.example/v1\nkind: User\nmetadata: {name: elsewhere}\n",
        "---\napiVersion: a.example/v1\nkind: User\nmetadata: {name: x}\nspec: {writesTo: elsewhere}\n",
        "---\napiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: x}\n"
        "spec: {secretName: elsewhere, keystores: {jks: {create: true}}}\n",
    ],
)
def test_an_absent_object_that_a_custom_resource_names_may_be_made_by_it(maker: str) -> None:
    row = found(variable(name="elsewhere") + maker)
    assert row.verdict == "unknown"
    assert row.reason is not None
    assert " may make it" in row.reason


def test_of_a_certificate_it_is_known_which_keys_it_makes() -> None:
    made = (
        "---\napiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: x}\nspec: {secretName: elsewhere}\n"
    )
    row = found(variable(name="elsewhere") + made)
    assert (row.verdict, row.keys) == ("key-missing", ("tls.crt", "tls.key", "ca.crt"))
    assert found(variable("tls.crt", name="elsewhere") + made).verdict == "unknown"


def test_an_absent_object_that_a_command_names_may_be_made_by_it() -> None:
    job = (
        "---\napiVersion: batch/v1\nkind: Job\nmetadata: {name: certgen}\n"
        "spec: {template: {spec: {restartPolicy: Never, "
        "containers: [{name: a, image: 'certgen:1', args: [create, --secret-name=elsewhere]}]}}}\n"
    )
    assert found(variable(name="elsewhere") + job).verdict == "unknown"
    assert found(variable(name="elsewhere") + job.replace("=elsewhere", "=another")).verdict == "object-absent"


def test_an_absent_object_is_missing_where_the_view_holds_all_of_its_kind() -> None:
    (row,) = references(world(variable(name="elsewhere"), ClusterSettings(complete=("Secret",))))
    assert (row.verdict, row.complete) == ("object-absent", True)


@pytest.mark.parametrize(
    ("mount", "verdicts"),
    [
        ("subPath: user", ["exists", "exists"]),
        ("subPath: name", ["exists", "empty-folder"]),
        ("subPath: name/inside", ["exists"]),
        ("subPathExpr: $(NAME)", ["exists"]),
    ],
)
def test_a_sub_path_must_be_a_key_of_the_one_object_of_its_volume(mount: str, verdicts: list[str]) -> None:
    text = volume("secret: {secretName: docs-keys}").replace(
        "env: []", f"volumeMounts: [{{name: files, mountPath: /etc/u, {mount}}}]"
    )
    assert [row.verdict for row in references(world(text + SECRET))] == verdicts


def test_an_object_that_somebody_refers_to_was_not_meant() -> None:
    other = variable().replace("name: web", "name: api")
    rows = references(world(variable(name="docs-kyes") + other + SECRET))
    assert [row.verdict for row in rows] == ["object-absent", "exists"]


def test_a_whole_volume_of_nearly_an_object_s_name_is_near_it() -> None:
    row = found(volume("secret: {secretName: docs-kyes}") + SECRET)
    assert (row.verdict, row.nearest) == ("object-near", "docs-keys")
