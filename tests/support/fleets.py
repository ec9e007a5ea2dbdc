"""A fleet of small environments that call their things otherwise."""

from __future__ import annotations

from pathlib import Path

from program import BLOCKED

NAMES = [f"{region}/site{number:02}" for number, region in enumerate(("eu", "us", "ap") * 4)]


def manifests(name: str, *, blocked: bool) -> str:
    """A shop in a namespace of its own; its policy lets it out to the others of the namespace, or nowhere."""
    own = "shop-" + name.replace("/", "-")
    text = BLOCKED.replace("metadata: {", f"metadata: {{namespace: {own}, ").replace(
        f"    metadata: {{namespace: {own}, labels: {{app: web}}}}", "    metadata: {labels: {app: web}}"
    )
    return text if blocked else text.replace("egress: [{ports: [{port: 53, protocol: UDP}]}]", "egress: [{}]")


def make_fleet(into: Path) -> None:
    """Twelve environments, of which every third is blocked."""
    for number, name in enumerate(NAMES):
        folder = into / "clusters" / name
        folder.mkdir(parents=True)
        (folder / "shop.yaml").write_text(manifests(name, blocked=number % 3 == 0))
