"""Shell functions that make the bucket they are told: `createBucket docs none false`, of the charts' scripts.

A function is understood where all that it makes is named by one of its words (`BUCKET=$1 … mc mb store/$BUCKET`), by
all of them, or by a list that is written for its loop. What calls it is then read in place of what stands in it.
Sources: https://github.com/minio/minio/blob/master/helm/minio/templates/_helper_create_bucket.txt,
https://github.com/CloudPirates-io/helm-charts/blob/main/charts/minio/templates/bucket-init-configmap.yaml
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct

from mblint.settings.words import Command, Word

# Compiled where a script makes buckets: seldom.
_FUNCTION = (
    r"^[ \t]*(?:function[ \t]+)?([A-Za-z_][\w-]*)[ \t]*\([ \t]*\)\s*\{(.*?)(?:^[ \t]*\}|;[ \t]*\}[ \t]*;?[ \t]*$)"
)
_MAKES = r"\bmb\b(?=[^\n]*/)"
_TARGET = r"\bmb\b[^\n;|&]*?[\s\"'][\w.-]+/[\"']?\$\{?(\w+)\}?[\"']?(?=[\s;|&)]|$)"
_ALL = r"\bfor[ \t]+{}[ \t]+in[ \t]+[\"']?\$[@*]"
_WORD = r"\b{}=[\"']?\$\{{?([1-9])\b"
_WRITTEN = (
    r"\b\w+=\$\([ \t]*echo[ \t]+[\"']([^\"'$`]*)[\"'][ \t]*\|[ \t]*tr[ \t]+[\"'][,; ]+[\"'][ \t]+[\"'] [\"'][ \t]*\)"
)
_LONGEST = 64 * 1024  # characters


class Functions(Struct, frozen=True):
    """A script without its functions that make buckets. `by_word`: which word of a call names the bucket, 0 for all of
    them. `written`: what lists in it name."""

    script: Word
    by_word: Mapping[str, int]
    written: tuple[str, ...]

    def made(self, command: Command) -> Sequence[Word] | None:
        """The words of a command that name what one of the functions makes; None for any other command."""
        position = self.by_word.get(command[0].plain) if command else None
        if position is None:
            return None
        return command[1:] if position == 0 else command[position : position + 1]


def bucket_functions(script: Word) -> Functions:
    """The functions of a script that make buckets and are understood; the others stay where they are."""
    text = script.plain
    by_word: dict[str, int] = {}
    written: list[str] = []
    if len(text) <= _LONGEST:
        for function in re.finditer(_FUNCTION, text, re.M | re.S):
            body = function[2]
            listed = re.findall(_WRITTEN, body)
            position = _position(body)
            if not re.search(_MAKES, body) or (position is None and len(listed) != 1):
                continue
            if position is not None:
                by_word[function[1]] = position
            else:
                written += re.split(r"[,;\s]+", listed[0].strip())
            blank = re.sub(r"[^\n]", " ", text[function.start() : function.end()])
            text = text[: function.start()] + blank + text[function.end() :]
    names = tuple(each.partition(":")[0] for each in written if each)
    return Functions(Word(text, script.place, script.exact) if by_word or names else script, by_word, names)


def _position(body: str) -> int | None:
    """Which word of its call names all that a function makes."""
    targets = re.findall(_TARGET, body)
    if not targets or re.search(r"\bset[ \t]+--", body) or len(targets) != len(re.findall(_MAKES, body)):
        return None
    positions = {_of_variable(body, name) for name in targets}
    return positions.pop() if len(positions) == 1 else None


def _of_variable(body: str, name: str) -> int | None:
    if name.isdigit():
        return int(name)
    if re.search(_ALL.format(re.escape(name)), body):
        return 0
    words = set(re.findall(_WORD.format(re.escape(name)), body))
    return int(words.pop()) if len(words) == 1 else None
