"""`$(NAME)` in env values, command and args, as the kubelet expands it.

Source: Kubernetes, "Define Dependent Environment Variables", and k8s.io/kubernetes/third_party/forked/golang/expansion.
`${NAME}` and `$NAME` belong to shells, `$(env:NAME)` to keycloak-config-cli: they name no variable, and stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mblint.cluster.secrets import SecretText, Text, reveal
from mblint.settings.bounded import BoundedText, Room


def expand(text: str, known: Mapping[str, Text | None], room: Room) -> Text | None:
    """The text with every `$(NAME)` of a known variable replaced, and every `$$` become `$`.

    What names no variable, or one whose value the manifests do not say (None), stays as it is written.
    The result is secret as a whole if any of it comes from a Secret. None: it is longer than there is room for.
    """
    if "$" not in text:
        return text
    found = BoundedText(room)
    secret = False
    position = 0
    while (dollar := text.find("$", position)) >= 0:
        found.write(text[position:dollar])
        token, position = _token(text, dollar)
        name = token[2:-1] if token.startswith("$(") and token.endswith(")") else None
        value = known.get(name) if name is not None else None
        secret |= isinstance(value, SecretText)
        if value is None:
            found.write("$" if token == "$$" else token)
        elif not found.insert(reveal(value)):
            return None
    found.write(text[position:])
    return SecretText(str(found)) if secret else str(found)


def references(text: str) -> Iterator[tuple[str, int]]:
    """The name in every `$(NAME)` that the kubelet would replace, and where its `$` stands; `$$(NAME)` is none."""
    position = 0
    while (dollar := text.find("$", position)) >= 0:
        token, position = _token(text, dollar)
        if token.startswith("$(") and token.endswith(")"):
            yield token[2:-1], dollar


def _token(text: str, dollar: int) -> tuple[str, int]:
    """What a `$` begins: `$$`, `$(NAME)`, or the `$` with the character after it. And where that ends.

    An open `$(` is text up to its parenthesis, as in Go.
    """
    if text.startswith("$(", dollar):
        end = text.find(")", dollar)
        if end > 0:
            return text[dollar : end + 1], end + 1
    return text[dollar : dollar + 2], dollar + 2
