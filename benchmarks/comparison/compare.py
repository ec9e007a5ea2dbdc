"""Which of the incident's causes does a linter see? Prints a table in Markdown.

Each cause is mended alone, in a copy of examples/docs-500/before. A tool sees a cause if it says something of the
broken manifests that it no longer says of the mended ones; a tool that says the same of both cannot have noticed. What
it says is compared without positions, since a mended manifest has other lines.

Usage: python benchmarks/comparison/compare.py. Tools that are not on the PATH are left out:
kube-linter, kube-score, polaris, checkov, netpolicy (np-guard's netpol-analyzer, `go build ./cmd/netpolicy`).
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

BEFORE = Path(__file__).parents[2] / "examples" / "docs-500" / "before"


class Cause(NamedTuple):
    """A cause, and the replacements that mend it: (file, old, new)."""

    name: str
    mended: tuple[tuple[str, str, str], ...]


STARTUP_PROBE = """\
          startupProbe:
            httpGet: {path: /__heartbeat__, port: http}
            initialDelaySeconds: 60
            periodSeconds: 10
            timeoutSeconds: 5
            failureThreshold: 6
          livenessProbe:
"""
KEYCLOAK_RULE = """\
    - to:
        - podSelector:
            matchLabels: {app.kubernetes.io/name: keycloak}
      ports: [{port: 8080}]
    - ports: [{port: 443}]
"""
CAUSES = (
    Cause(
        "front channel: no browser resolves the host",
        (
            ("docs.yaml", "id.kubernetes.local", "id.127.0.0.1.sslip.io"),
            ("keycloak.yaml", "id.kubernetes.local", "id.127.0.0.1.sslip.io"),
        ),
    ),
    Cause(
        "back channel: the policy blocks the pod's port",
        (("docs.yaml", "    - ports: [{port: 443}]\n", KEYCLOAK_RULE),),
    ),
    Cause(
        "credentials: client and server disagree",
        (("docs.yaml", "the-password-of-last-year", "first-random-password"),),
    ),
    Cause(
        "liveness kills four workers before they start",
        (("docs.yaml", "          livenessProbe:\n", STARTUP_PROBE),),
    ),
    Cause(
        "the memory limit is below the worker pool",
        (("docs.yaml", "memory: 384Mi", "memory: 1536Mi"),),
    ),
)


def said_by_mblint(folder: Path) -> set[str]:
    """Rule and message."""
    report = json.loads(
        output(sys.executable, "-m", "mblint", "lint", str(folder), "--format", "json", "--fail-on", "never")
    )
    return {f"{finding['rule']}: {finding['message']}" for finding in report["findings"]}


def said_by_kube_linter(folder: Path) -> set[str]:
    """Check, object and message."""
    report = json.loads(output("kube-linter", "lint", str(folder), "--format", "json"))
    return {
        f"{found['Check']} {found['Object']['K8sObject']['Name']} {found['Diagnostic']['Message']}"
        for found in report["Reports"] or []
    }


def said_by_kube_score(folder: Path) -> set[str]:
    """Object, check, and each comment of a check that is not passed."""
    report = json.loads(output("kube-score", "score", "--output-format", "json", *files(folder)))
    return {
        " ".join((scored["object_name"], check["check"]["id"], comment["summary"], comment["description"]))
        for scored in report
        for check in scored["checks"] or []
        if check["grade"] < 10 and not check["skipped"]
        for comment in check["comments"] or []
    }


def said_by_polaris(folder: Path) -> set[str]:
    """Each check that failed, by its place in the report."""
    report = json.loads(output("polaris", "audit", "--audit-path", str(folder), "--format", "json"))
    return {f"{result['Kind']} {result['Name']} {failed}" for result in report["Results"] for failed in _failed(result)}


def _failed(node: object) -> set[str]:
    if isinstance(node, dict):
        own = {f"{node['ID']} {node['Message']}"} if node.get("Success") is False else set()
        return own.union(*(_failed(child) for child in node.values()))
    if isinstance(node, list):
        return set().union(*(_failed(child) for child in node))
    return set()


def said_by_checkov(folder: Path) -> set[str]:
    """Check and resource."""
    printed = output("checkov", "-d", str(folder), "--framework", "kubernetes", "-o", "json", "--compact")
    report = json.loads(printed)
    failed = report["results"]["failed_checks"]
    return {f"{check['check_id']} {check['resource']}" for check in failed}


def said_by_netpolicy(folder: Path) -> set[str]:
    """The connections that policies allow: it judges nothing."""
    return set(output("netpolicy", "list", "--dirpath", str(folder), "--quiet").splitlines())


TOOLS: dict[str, Callable[[Path], set[str]]] = {
    "mblint": said_by_mblint,
    "kube-linter": said_by_kube_linter,
    "kube-score": said_by_kube_score,
    "polaris": said_by_polaris,
    "checkov": said_by_checkov,
    "netpolicy": said_by_netpolicy,
}


def output(*words: str) -> str:
    """What a command prints; linters exit with 1 when they find something."""
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if not done.stdout.strip():
        sys.exit(f"{words[0]} printed nothing: {done.stderr}")
    return done.stdout


def files(folder: Path) -> list[str]:
    """The manifests of a folder."""
    return [str(file) for file in sorted(folder.glob("*.yaml"))]


def mend(cause: Cause, folder: Path) -> None:
    """Mends one cause in a copy of the manifests."""
    for file, old, new in cause.mended:
        text = (folder / file).read_text()
        assert old in text, f"{file} no longer has {old!r}"
        (folder / file).write_text(text.replace(old, new))


def sees(said: Callable[[Path], set[str]], cause: Cause, folder: Path) -> set[str]:
    """What a tool says of the broken manifests only. Both lie in a folder of the same name, one after the other."""
    shutil.copytree(BEFORE, folder)
    broken = said(folder)
    mend(cause, folder)
    mended = said(folder)
    shutil.rmtree(folder)
    return broken - mended


def main() -> None:
    """Prints the table, and below it what a tool said that made it count."""
    tools = ["mblint", *(tool for tool in TOOLS if tool != "mblint" and shutil.which(tool))]
    said: list[str] = []
    print("| cause |", " | ".join(tools), "|")
    print("| --- |", " | ".join("---" for _ in tools), "|")
    with tempfile.TemporaryDirectory() as scratch:
        for cause in CAUSES:
            cells = []
            for tool in tools:
                only_broken = sees(TOOLS[tool], cause, Path(scratch) / "manifests")
                cells.append("yes" if only_broken else "–")
                said.extend(f"{tool}, {cause.name}: {' '.join(line.split())[:200]}" for line in sorted(only_broken))
            print(f"| {cause.name} |", " | ".join(cells), "|", flush=True)
    print("", *said, sep="\n")


if __name__ == "__main__":
    main()
