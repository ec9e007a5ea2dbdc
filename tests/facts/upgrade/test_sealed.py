"""Keys by which programs encrypt what they store, and which an upgrade changes."""

from pathlib import Path
from textwrap import indent

import pytest

from mblint.config import ClusterSettings, Config
from mblint.facts.kinds import facts_of_step
from mblint.facts.upgrade.data_rows import Sealed
from mblint.facts.world import Step
from mblint.reports.by_format import Wanted, render
from mblint.upgrades import upgrade
from tests.facts.worlds import world

OLD_KEY, NEW_KEY = "correct-horse-battery", "staple-of-another-kind"
LIVE = ", uid: 0a1b2c3d-0000-4000-8000-000000000001"
INSTALLED_ONCE = ", annotations: {helm.sh/hook: pre-install}"


def secret(key: str, name: str = "keys", metadata: str = "") -> str:
    return f"---\napiVersion: v1\nkind: Secret\nmetadata: {{name: {name}{metadata}}}\nstringData: {{key: '{key}'}}\n"


def program(
    variable: str = "N8N_ENCRYPTION_KEY",
    image: str = "n8nio/n8n:1.116.2",
    name: str = "app",
    value: str = "valueFrom: {secretKeyRef: {name: keys, key: key}}",
    container: str = "main",
    database: str = "postgresdb",
) -> str:
    return f"""\
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      containers:
        - name: {container}
          image: {image}
          env:
            - {{name: {variable}, {value}}}
            - {{name: DB_TYPE, value: {database}}}
            - {{name: MB_DB_TYPE, value: postgres}}
"""


def configured(image: str, folder: str, file: str, text: str) -> str:
    """A program with a file of its Secret."""
    return f"""\
---
apiVersion: v1
kind: Secret
metadata: {{name: configuration}}
stringData:
  {file}: |
{indent(text, "    ")}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: app}}
spec:
  selector: {{matchLabels: {{app: app}}}}
  template:
    metadata: {{labels: {{app: app}}}}
    spec:
      volumes: [{{name: configuration, secret: {{secretName: configuration}}}}]
      containers:
        - {{name: main, image: '{image}', volumeMounts: [{{name: configuration, mountPath: {folder}}}]}}
"""


def broker(cluster: str, image: str = "apache/kafka:4.0.0", claim: str = "data") -> str:
    return f"""\
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: broker}}
spec:
  serviceName: broker
  selector: {{matchLabels: {{app: broker}}}}
  template:
    metadata: {{labels: {{app: broker}}}}
    spec:
      containers:
        - name: broker
          image: {image}
          env: {cluster}
          volumeMounts: [{{name: {claim}, mountPath: /data}}]
  volumeClaimTemplates:
    - {{metadata: {{name: {claim}}}, spec: {{accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 8Gi}}}}}}}}
"""


def cluster_id(identity: str) -> str:
    return f"[{{name: CLUSTER_ID, value: {identity}}}]"


def sealed(old: str, new: str, settings: ClusterSettings | None = None) -> list[Sealed]:
    facts = facts_of_step(Step(world(old), world(new, settings)))
    return [fact for fact in facts if isinstance(fact, Sealed)]


def verdicts(old: str, new: str, settings: ClusterSettings | None = None) -> list[str]:
    return [row.verdict for row in sealed(old, new, settings)]


@pytest.mark.parametrize(
    ("image", "variable"),
    [
        ("n8nio/n8n:1.116.2", "N8N_ENCRYPTION_KEY"),
        ("apache/airflow:2.10.5", "AIRFLOW__CORE__FERNET_KEY"),
        ("apache/superset:4.1.1", "SUPERSET_SECRET_KEY"),
        ("metabase/metabase:v0.50.1", "MB_ENCRYPTION_SECRET_KEY"),
        ("langfuse/langfuse:3", "ENCRYPTION_KEY"),
    ],
)
def test_another_key_in_the_same_workload(image: str, variable: str) -> None:
    (row,) = sealed(secret(OLD_KEY) + program(variable, image), secret(NEW_KEY) + program(variable, image))
    assert (row.verdict, row.workloads) == ("changed", ("default/Deployment/app",))
    assert row.settings == f"{variable} (key key of Secret keys)"
    assert (row.secret, row.evidence, row.applied_with) == ("keys", "renders", "helm upgrade")


def test_the_same_key_is_kept_wherever_it_stands() -> None:
    moved = program(value="valueFrom: {secretKeyRef: {name: others, key: key}}")
    assert verdicts(secret(OLD_KEY) + program(), secret(OLD_KEY) + program()) == ["kept"]
    assert verdicts(secret(OLD_KEY) + program(), secret(OLD_KEY, "others") + moved) == ["kept"]
    assert verdicts(secret(OLD_KEY) + program(), program(value=f"value: {OLD_KEY}")) == ["kept"]


def test_workloads_that_read_one_key_are_one_row() -> None:
    both = program(name="web") + program(name="worker", container="other")
    (row,) = sealed(secret(OLD_KEY) + both, secret(NEW_KEY) + both)
    assert row.workloads == ("default/Deployment/web", "default/Deployment/worker")
    assert [one.message for one in row.related] == [
        "the old key",
        "Deployment web is given the new one here",
        "Deployment worker is given the new one here",
    ]


def test_two_programs_with_keys_of_their_own_are_two_rows() -> None:
    both = program(name="web") + program(name="other", value="valueFrom: {secretKeyRef: {name: others, key: key}}")
    old = secret("one") + secret("two", "others") + both
    new = secret("three") + secret("four", "others") + both
    assert [row.workloads for row in sealed(old, new)] == [("default/Deployment/web",), ("default/Deployment/other",)]


def test_what_is_new_has_nothing_to_read() -> None:
    assert sealed(secret(OLD_KEY) + program(), secret(NEW_KEY) + program(name="second")) == []


def test_another_program_in_the_same_workload_is_another() -> None:
    old = secret(OLD_KEY) + program("ENCRYPTION_KEY", "langfuse/langfuse:3")
    assert sealed(old, secret(NEW_KEY) + program()) == []


@pytest.mark.parametrize(
    ("new", "verdict"),
    [
        (f"{NEW_KEY},{OLD_KEY}", "kept"),
        (f"{NEW_KEY}, {OLD_KEY}", "kept"),
        (f"{NEW_KEY},older", "changed"),
        (NEW_KEY, "changed"),
    ],
)
def test_a_list_of_keys_opens_what_each_of_them_sealed(new: str, verdict: str) -> None:
    airflow = program("AIRFLOW__CORE__FERNET_KEY", "apache/airflow:2.10.5")
    assert verdicts(secret(f"{OLD_KEY},oldest") + airflow, secret(new) + airflow) == [verdict]


@pytest.mark.parametrize(
    ("lines", "verdict"),
    [
        (f'SECRET_KEY = "{NEW_KEY}"\nPREVIOUS_SECRET_KEY = "{OLD_KEY}"', "kept"),
        (f'SECRET_KEY = "{NEW_KEY}"\nPREVIOUS_SECRET_KEY = "another"', "changed"),
        (f'SECRET_KEY = "{NEW_KEY}"', "changed"),
    ],
)
def test_a_former_key_in_a_setting_of_its_own(lines: str, verdict: str) -> None:
    def superset(text: str) -> str:
        return configured("apache/superset:4.1.1", "/app/pythonpath", "superset_config.py", text)

    assert verdicts(superset(f'SECRET_KEY = "{OLD_KEY}"'), superset(lines)) == [verdict]


@pytest.mark.parametrize(
    ("image", "folder", "file"),
    [
        ("goharbor/harbor-core:v2.13.0", "/etc/core", "key"),
        ("bitnami/airflow:3.0.4", "/opt/bitnami/airflow/secrets", "airflow-fernet-key"),
    ],
)
def test_a_file_that_is_the_key(image: str, folder: str, file: str) -> None:
    old, new = (configured(image, folder, file, key) for key in (OLD_KEY, NEW_KEY))
    (row,) = sealed(old, new)
    assert (row.verdict, row.settings) == ("changed", f"{folder}/{file} (key {file} of Secret configuration)")
    assert verdicts(old, old) == ["kept"]


def test_a_file_that_a_variable_leads_to() -> None:
    def n8n(key: str) -> str:
        mounted = configured("n8nio/n8n:1.116.2", "/run/keys", "n8n", key)
        told = "{name: N8N_ENCRYPTION_KEY_FILE, value: /run/keys/n8n}, {name: DB_TYPE, value: postgresdb}"
        return mounted.replace("volumeMounts:", f"env: [{told}], volumeMounts:")

    assert verdicts(n8n(OLD_KEY), n8n(NEW_KEY)) == ["changed"]
    assert verdicts(n8n(OLD_KEY), secret(OLD_KEY) + program()) == ["kept"]


@pytest.mark.parametrize(
    ("new", "reason"),
    [
        (program(), "its value is not in the view"),
        (program("OTHER", value="value: x"), "NEW does not say it"),
        (program(value="value: '${KEY}'"), "its value is filled in by somebody else"),
        (program(value="value: 'ref+vault://secret/app#key'"), "its value is filled in by somebody else"),
    ],
)
def test_a_key_that_one_side_does_not_tell_is_unknown(new: str, reason: str) -> None:
    (row,) = sealed(secret(OLD_KEY) + program(), new)
    assert (row.verdict, row.reason) == ("unknown", reason)


def test_who_looks_at_neither_side_says_nothing() -> None:
    without = program("OTHER", value="value: x")
    assert sealed(without, without) == []


def test_what_proves_it() -> None:
    old, new = secret(OLD_KEY) + program(), secret(NEW_KEY) + program()
    (live,) = sealed(secret(OLD_KEY, metadata=LIVE) + program(), new)
    (applied,) = sealed(old, new, ClusterSettings(applied_by="manifests"))
    (written,) = sealed(program(value=f"value: {OLD_KEY}"), program(value=f"value: {NEW_KEY}"))
    assert [row.evidence for row in (live, applied, written)] == ["live", "manifests", "manifests"]
    assert {row.applied_with for row in (live, applied, written)} == {None}


def test_helm_does_not_come_to_a_hook_of_installations() -> None:
    once, twice = (secret(key, metadata=INSTALLED_ONCE) + program() for key in (OLD_KEY, NEW_KEY))
    assert verdicts(once, twice) == ["kept"]
    assert verdicts(once, twice, ClusterSettings(applied_by="manifests")) == ["changed"]


def test_an_identity_binds_what_lies_on_the_same_volume() -> None:
    first, second = cluster_id("4L6g3nShT-eMCtK--X86sw"), cluster_id("MkU3OEVBNTcwNTJENDM2Qg")
    (row,) = sealed(broker(first), broker(second))
    assert (row.verdict, row.key, row.held) == ("changed", "cluster ID", "bound its data to the old one")
    assert sealed(broker(first), broker(second, claim="fresh")) == []
    assert sealed(broker(first, "bitnami/kafka:3.7.0"), broker(second, "bitnami/kafka:3.7.0")) == []


def test_what_goes_with_the_pod_is_not_lost_by_the_key() -> None:
    inside, elsewhere = program(database="sqlite"), program()
    assert sealed(secret(OLD_KEY) + inside, secret(NEW_KEY) + inside) == []
    assert verdicts(secret(OLD_KEY) + elsewhere, secret(NEW_KEY) + elsewhere) == ["changed"]


def test_what_is_not_set_has_the_default_of_its_program() -> None:
    def grafana(variable: str, value: str) -> str:
        told = program(variable, "grafana/grafana:11.2.0", value=f"value: {value}")
        return told.replace("name: MB_DB_TYPE, value: postgres", "name: GF_DATABASE_HOST, value: database")

    without, default = grafana("OTHER", "x"), grafana("GF_SECURITY_SECRET_KEY", "SW2YcwTIb9zpOOhoPsMm")
    assert verdicts(without, default) == ["kept"]
    assert verdicts(without, grafana("GF_SECURITY_SECRET_KEY", NEW_KEY)) == ["changed"]
    assert sealed(default, grafana("GF_SECURITY_SECRET_KEY__FILE", "/run/keys/grafana")) == []


@pytest.mark.parametrize("form", ["text", "concise", "json", "sarif", "github", "junit", "markdown"])
def test_no_key_in_any_output(form: str, tmp_path: Path) -> None:
    report = upgrade(secret(OLD_KEY) + program(), secret(NEW_KEY) + program(), config=Config())
    written = render(report, form, Wanted(tmp_path))
    assert "encryption-key-changed" in written
    assert OLD_KEY not in written
    assert NEW_KEY not in written


def test_no_key_in_a_row() -> None:
    file = configured("goharbor/harbor-core:v2.13.0", "/etc/core", "key", OLD_KEY).replace(
        "{name: app}", "{name: core}"
    )
    rows = sealed(secret(OLD_KEY) + program() + file, secret(NEW_KEY) + program() + file.replace(OLD_KEY, NEW_KEY))
    fields = set(Sealed.__struct_fields__) - {"place", "related"}  # these lead to the manifests themselves
    written = str([getattr(row, field) for row in rows for field in fields])
    assert len(rows) == 2
    assert OLD_KEY not in written
    assert NEW_KEY not in written
