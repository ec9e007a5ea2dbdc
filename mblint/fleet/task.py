"""What linting one environment takes: its content, and how to judge it. Nothing is looked up anywhere else.

So a task can be worked on in this process, in another one, or on another machine without the files, and what comes of
it can be kept under the digest of what went in.
"""

from __future__ import annotations

from datetime import date
from hashlib import sha256

from msgspec import Struct

from mblint.config import Config
from mblint.findings.baseline import Known
from mblint.judge.rule import Rule
from mblint.manifests.documents import InputError
from mblint.software.written import SoftwareText

File = tuple[str, bytes]  # the name that locations give it, and what it holds


class Placement(Struct, frozen=True):
    """In which repository findings are placed. `state`: a digest of its files. `values`: the files that alone count."""

    root: str
    state: str
    values: tuple[str, ...] | None


class Judging(Struct, frozen=True):
    """How an environment is judged; many environments share one. `build`: of which mblint (see `fleet.build`)."""

    build: str
    config: Config
    own_rules: tuple[Rule, ...]  # of --rules
    own_software: tuple[SoftwareText, ...]  # of the software/ there
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    namespace: str | None
    ignores: bool
    baseline: tuple[Known, ...]
    baseline_file: str
    today: date

    def digest(self) -> bytes:
        """What tells it from any other. The day counts only where an ignore expires."""
        expires = any(entry.expires is not None for entry in self.config.ignores)
        parts = (
            self.build,
            self.config,
            self.own_rules,
            self.own_software,
            self.select,
            self.ignore,
            self.namespace,
            self.ignores,
            self.baseline,
            self.baseline_file,
            self.today if expires else None,
        )
        return sha256(repr(parts).encode("utf-8", "surrogatepass")).digest()


class Content(Struct, frozen=True):
    """What is linted: the environment's own files and its context's. `troubles`: what could not be read, or rendered.

    `alone`: the troubles are all that there is to say, as of a render that failed and printed nothing.
    """

    name: str
    files: tuple[File, ...]
    context: tuple[File, ...] = ()
    troubles: tuple[InputError, ...] = ()
    alone: bool = False

    def digest(self) -> bytes:
        """What tells it from any other content."""
        hashed = sha256(f"{self.name}\0{self.alone}\0{self.troubles!r}".encode("utf-8", "surrogatepass"))
        for part in (self.files, self.context):
            hashed.update(f"\0{len(part)}".encode())
            for name, data in part:
                hashed.update(f"\0{name}\0{len(data)}\0".encode("utf-8", "surrogatepass"))
                hashed.update(data)
        return hashed.digest()


class Task(Struct, frozen=True):
    """One environment to lint. `judged`: the digest of `judging`, which many tasks share. `forms`: the formats of
    lint's own reports that are wanted besides.
    """

    content: Content
    judging: Judging
    judged: bytes
    placement: Placement | None = None
    forms: tuple[str, ...] = ()


def key_of(task: Task) -> str:
    """The digest of a task: of all that its result depends on."""
    rest = repr((task.placement, task.forms)).encode("utf-8", "surrogatepass")
    return sha256(task.judged + task.content.digest() + rest).hexdigest()
