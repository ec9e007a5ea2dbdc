"""Settings of small manifests."""

import textwrap

from mblint.cluster.build import build_cluster
from mblint.cluster.cluster import Cluster
from mblint.cluster.secrets import reveal
from mblint.manifests.locate import locate
from mblint.manifests.read import read_text
from mblint.settings.names import Role
from mblint.settings.read import read_settings
from mblint.settings.rows import Setting
from mblint.software.programs import shipped_programs

_UNTOLD = "].image is required"  # of small manifests


def cluster(text: str) -> Cluster:
    manifests = read_text(text)
    assert manifests.errors == ()
    built = build_cluster(manifests.documents)
    assert [flaw.message for flaw in built.invalid if not flaw.message.endswith(_UNTOLD)] == []
    return built


def told(text: str) -> tuple[Setting, ...]:
    return read_settings(cluster(text), shipped_programs())


def values(text: str) -> dict[str, str | None]:
    """Every setting by its label; the last of several."""
    return {row.label: None if row.value is None else reveal(row.value) for row in told(text)}


def roles(text: str) -> dict[str, Role]:
    return {row.label: row.role for row in told(text)}


def line_and_column(row: Setting) -> tuple[int, int]:
    location = locate(row.place)
    return location.line, location.column


def pod(container: str, spec: str = "", labels: str = "{app: web}", name: str = "web") -> str:
    """A Pod with one container; `container` and `spec` are blocks of YAML."""
    head = f"apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, labels: {labels}}}\nspec:\n"
    body = textwrap.indent(textwrap.dedent(spec).strip("\n") + "\n", "  ") if spec else ""
    inner = textwrap.indent(textwrap.dedent(container).strip("\n") + "\n", "    ")
    return f"---\n{head}{body}  containers:\n  - name: main\n{inner}"


def env(*entries: str, image: str = "example/app:1") -> str:
    return f"image: {image}\nenv:\n" + "".join(f"- {entry}\n" for entry in entries)


def service(name: str, port: int = 80, selector: str = "{app: other}") -> str:
    spec = f"{{selector: {selector}, ports: [{{port: {port}}}]}}"
    return f"---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec: {spec}\n"


def config_map(name: str, data: str) -> str:
    body = textwrap.indent(textwrap.dedent(data).strip("\n") + "\n", "  ")
    return f"---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata:\n{body}"


def secret(name: str, data: str) -> str:
    body = textwrap.indent(textwrap.dedent(data).strip("\n") + "\n", "  ")
    return f"---\napiVersion: v1\nkind: Secret\nmetadata: {{name: {name}}}\nstringData:\n{body}"


def mounted(name: str, data: str, path: str = "/etc/app", container: str = "image: example/app:1") -> str:
    """A pod that mounts a ConfigMap with this data."""
    mounts = f"{textwrap.dedent(container).strip()}\nvolumeMounts: [{{name: files, mountPath: {path}}}]"
    return pod(mounts, f"volumes: [{{name: files, configMap: {{name: {name}}}}}]") + config_map(name, data)
