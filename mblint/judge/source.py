"""A rule file as text: its rule, its examples, and the position of a key in it."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from mblint.judge.errors import RuleError, WrongKey, WrongValue
from mblint.manifests.documents import KeyPath, Place
from mblint.manifests.locate import locate
from mblint.manifests.nodes import Node, WrongType
from mblint.manifests.read import read_text
from mblint.regex import regex

# With the line break, which is found faster than `^`: examples are long.
_EXAMPLES = regex(r"(?:\A|\n)(?=examples[ \t]*:)")
_TOP_LEVEL = regex(r"\n(?![ \t#}\]\n\r]|---|\.\.\.|\Z)")


class Source(Struct, frozen=True):
    """A rule file cut in two. Its examples are the bulk of it, and only tests and `explain` read them."""

    file: str
    text: str
    cut: int  # where the examples begin

    @property
    def rule(self) -> str:
        """The part that the linter needs."""
        return self.text[: self.cut]

    @property
    def examples(self) -> str:
        """The examples, with as many empty lines before them as keep their line numbers."""
        return "\n" * self.text.count("\n", 0, self.cut) + self.text[self.cut :]


def read_source(path: Path) -> Source:
    """Reads a rule file. Raises RuleError where it cannot be read, or where anything follows its examples."""
    file = str(path)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise RuleError(file, None, None, f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise RuleError(file, None, None, "is not UTF-8 text") from error
    examples = _EXAMPLES.search(text)
    if examples is None:
        return Source(file, text, len(text))
    after = _TOP_LEVEL.search(text, examples.end())
    if after is not None:
        line = text.count("\n", 0, after.end()) + 1
        raise RuleError(file, line, 1, "examples must be the last key of a rule file")
    return Source(file, text, examples.end())


def mapping_of(file: str, text: str) -> Node:
    """The one mapping that a part of a rule file consists of. Raises RuleError."""
    manifests = read_text(text, file)
    for error in manifests.errors:
        raise RuleError(file, error.line or 1, error.column or 1, error.message)
    for note in manifests.notes:
        raise at_place(file, note.place, note.message)
    documents = manifests.documents
    if len(documents) != 1 or not isinstance(documents[0].value, dict):
        raise RuleError(file, 1, 1, "a rule file is one YAML mapping")
    return Node(documents[0], (), documents[0].value)


def at_place(file: str, place: Place, message: str) -> RuleError:
    """The error at the value of a place."""
    location = locate(place)
    return RuleError(file, location.line, location.column, message)


def located(file: str, error: WrongKey | WrongValue | WrongType) -> RuleError:
    """The error with its position: a key's for a wrong key, else the value's."""
    if not isinstance(error, WrongKey):
        return at_place(file, error.place, error.message)
    line, column = _key_position(error.place.document.text, error.place.path)
    return RuleError(file, error.place.document.first_line + line, column + 1, error.message)


def _key_position(text: str, path: KeyPath) -> tuple[int, int]:
    """Line and column, from 0, of the key that ends the path."""
    import yaml  # noqa: PLC0415  only for a mistake

    node = yaml.compose(text, Loader=yaml.CSafeLoader)
    position = (0, 0)
    for step in path:
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            node = node.value[step]
        elif isinstance(node, yaml.MappingNode):
            key, node = next(pair for pair in reversed(node.value) if pair[0].value == step)
            position = (key.start_mark.line, key.start_mark.column)
    return position
