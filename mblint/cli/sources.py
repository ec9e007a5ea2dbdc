"""A folder that holds what is rendered, and nothing rendered: which one command to run instead."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from mblint.cli.output import Refused
from mblint.manifests.documents import Document
from mblint.manifests.read import Manifests

_KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_BUILDER = "kustomize.config.k8s.io/"


def refuse_sources(paths: Sequence[str], manifests: Manifests) -> None:
    """Raises Refused where one directory is given that has a helmfile, a chart or a kustomization, and no objects."""
    if len(paths) != 1 or not os.path.isdir(paths[0]):
        return
    folder = Path(paths[0])
    command = _command(folder)
    if command is None:
        return
    charts = _charts(manifests.documents, folder)
    templates = bool(manifests.errors)  # they are no YAML, most of them
    if any(_is_rendered(document, charts, templates) for document in manifests.documents):
        return
    where = "this folder" if folder == Path() else str(folder)
    raise Refused(f"{where} holds what is rendered, and nothing that was. Run: {command}")


def _command(folder: Path) -> str | None:
    """What renders and lints a folder, from here."""
    from mblint.cli.helmfile_environments import environments_in, helmfile_in  # noqa: PLC0415  only for a folder

    helmfile = helmfile_in(folder)
    if helmfile is not None:
        names = [one.name for one in environments_in(helmfile) if one.lacking is None]
        chosen = f" -e {names[0]}" if names and "default" not in names else ""
        where = "" if folder == Path() else f" -f {helmfile}"
        return f"mblint exec -- helmfile{where}{chosen} template --quiet"
    if (folder / "Chart.yaml").is_file():
        return f"mblint exec -- helm template {folder}"
    if any((folder / name).is_file() for name in _KUSTOMIZATIONS):
        return f"mblint exec -- kustomize build {folder}"
    return None


def _charts(documents: Sequence[Document], folder: Path) -> set[Path]:
    """The folders of charts."""
    files = {Path(document.file) for document in documents}
    return {file.parent for file in files if file.name == "Chart.yaml" and file.is_relative_to(folder)}


def _is_rendered(document: Document, charts: set[Path], templates: bool) -> bool:
    """An object to lint as it is: not the kustomization itself, nor what lies in a chart. Where there are templates,
    only what Helm says to be rendered.
    """
    value = document.value
    if not document.linted or not isinstance(value, dict) or not {"apiVersion", "kind"} <= value.keys():
        return False
    if document.source is not None:
        return True
    in_chart = not charts.isdisjoint(Path(document.file).parents)
    return not in_chart and not templates and not str(value["apiVersion"]).startswith(_BUILDER)
