"""What `mblint fix` prints or writes: a unified diff, the files themselves, or a Kustomize component."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from mblint.cli.output import Refused, emit, write_file
from mblint.findings.finding import Finding
from mblint.manifests.read import STDIN, Manifests
from mblint.remedies.edits import Edit
from mblint.remedies.files import Edited, diff, file_text
from mblint.remedies.kustomize import component, objects
from mblint.remedies.splice import CannotWrite
from mblint.reports.printable import printable_lines


def show_or_write(
    edited: Edited, written: Sequence[Finding], manifests: Manifests, patches: Path | None, *, write: bool
) -> None:
    """Prints what changes as a unified diff, or changes it. Raises Refused, and then nothing was changed."""
    if not written:
        return
    edits = [edit for finding in written for edit in finding.edits]
    if patches is not None:
        _patches(edits, patches, write=write)
        return
    texts = {file: _text(file, manifests) for file in edited.files()}
    if not write:
        emit("".join(safe_line(line) for line in diff(edited, texts)))
        return
    try:
        changed = {file: file_text(edited, file, text) for file, text in texts.items()}
    except CannotWrite as problem:
        raise Refused(f"{problem}; nothing was changed") from problem
    for file, text in changed.items():
        replace_file(Path(file), text)


def _text(file: str, manifests: Manifests) -> str:
    """A file as it is written, line endings and all; of a stream what was read of it."""
    if file == STDIN:
        return "".join(document.text for document in manifests.documents if document.file == STDIN)
    try:
        return Path(file).read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{file}: cannot be read as UTF-8 text; nothing was changed") from error


def safe_line(line: str) -> str:
    """A line of a diff: tabs and line ends stay, so that `patch` can read it."""
    return "\t".join(printable_lines(part) for part in line.removesuffix("\n").removesuffix("\r").split("\t")) + (
        "\r\n" if line.endswith("\r\n") else "\n"
    )


def replace_file(file: Path, text: str) -> None:
    """Written beside its place and renamed: never half a file. Raises Refused."""
    beside = file.with_name(f".{file.name}.mblint")
    try:
        beside.write_bytes(text.encode("utf-8"))
        beside.chmod(file.stat().st_mode & 0o777)
        beside.replace(file.resolve())
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise Refused(f"{file}: cannot be written: {error.strerror}") from error


def _patches(edits: Sequence[Edit], file: Path, *, write: bool) -> None:
    beside = file.with_name(f"{file.stem}.objects.yaml")
    new = objects(edits)
    texts: Mapping[Path, str] = {file: component(edits, beside.name)} | ({beside: new} if new else {})
    for path, text in texts.items():
        if write:
            with suppress(OSError):  # `write_file` says what is wrong
                path.parent.mkdir(parents=True, exist_ok=True)
            write_file(path, text)
        else:
            emit("".join(safe_line(line) for line in _new_file(path, text)))


def _new_file(path: Path, text: str) -> list[str]:
    lines = text.splitlines(keepends=True)
    head = ["--- /dev/null\n", f"+++ b/{str(path).lstrip('/')}\n", f"@@ -0,0 +1,{len(lines)} @@\n"]
    return [*head, *(f"+{line}" for line in lines)]
