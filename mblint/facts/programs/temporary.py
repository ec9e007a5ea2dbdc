"""Folders for temporary files that a container needs, whatever its image: by the image's family, or by what it runs.

`rules/tables/temporary.yaml` has both. Python takes the first of TMPDIR, TEMP, TMP, /tmp, /var/tmp, /usr/tmp and the
working directory that it can write, and stops where there is none (Python documentation, tempfile.gettempdir).
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.objects import Container, Workload
from mblint.facts.upgrade.data_places import mount_over
from mblint.globs import matches
from mblint.settings.arguments import shell_script
from mblint.settings.scripts import read_script
from mblint.settings.tables import Row, as_texts, load_table
from mblint.settings.words import Word
from mblint.software.images import is_among, reference

_READ_ONLY = ("configMap", "secret", "projected", "downwardAPI")
_OF_PYTHON = ("/tmp", "/var/tmp", "/usr/tmp")
_VARIABLES = ("TMPDIR", "TEMP", "TMP")
_RUNS_IT = "run.sh"  # as images of Bitnami call it
_HAND_ON = frozenset(("exec", "tini", "dumb-init", "--", "-g", "python", "python3", "-m", "uv", "poetry", "run"))


def temporary_folders(workload: Workload, container: Container) -> Iterator[tuple[str, str]]:
    """The folders that a container with a read-only root file system lacks, with what happens there."""
    if container.command is None and container.image is not None and _starts_as_the_image(container):
        for row in load_table("temporary", "temporary"):
            if is_among(reference(container.image), as_texts(row, "images")):
                for folder in as_texts(row, "folders"):
                    if mount_over(container, folder) is None:
                        yield folder, str(row["does"])
    elif not _has_another(workload, container):
        yield from ((_OF_PYTHON[0], does) for does in _of_commands(container))


def _starts_as_the_image(container: Container) -> bool:
    """Whether the image's own start script runs: nothing else is said, or that script by its name."""
    return not container.args or container.args[0].text.rpartition("/")[2] == _RUNS_IT


def _has_another(workload: Workload, container: Container) -> bool:
    """Whether Python may find a folder that it can write: a variable's, a volume's, or its working directory."""
    if container.env_from or any(each.name in _VARIABLES for each in container.env):
        return True
    writable = [mount for mount in container.mounts if not _is_read_only(workload, mount.volume)]
    folders = (*_OF_PYTHON, *((container.working_dir,) if container.working_dir else ()))
    if any(mount_over(container, folder) in writable for folder in folders):
        return True
    return container.working_dir is None and bool(writable)


def _is_read_only(workload: Workload, volume_name: str) -> bool:
    volume = workload.pod.volumes.get(volume_name)
    return volume is not None and volume.kind in _READ_ONLY


def _of_commands(container: Container) -> Iterator[str]:
    """What the commands of the table do that a container runs."""
    given = container.words
    words = [Word(word.text, word.place, exact=False) for word in given]
    script = shell_script(words)
    commands = [tuple(words)] if script is None else list(read_script(script, {}))
    for row in load_table("temporary", "commands"):
        if any(_runs(row, [word.plain for word in command]) for command in commands):
            yield str(row["does"])


def _runs(row: Row, words: list[str]) -> bool:
    program = next((word for word in words if word not in _HAND_ON), "").rpartition("/")[2]
    if not any(matches(program, name) for name in as_texts(row, "programs")):
        return False
    said = {word.partition("=")[0] for word in words}
    needed = as_texts(row, "with")
    return (not needed or not said.isdisjoint(needed)) and said.isdisjoint(as_texts(row, "unless"))
