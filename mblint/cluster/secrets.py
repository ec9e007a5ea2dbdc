"""Text that must never be shown."""

from __future__ import annotations

SHOWN = "‹secret›"


class SecretText:
    """A value from a Secret. It compares and can be parsed; every way to print it prints `‹secret›`."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for parsing and comparing only. What is derived from it must not show it."""
        return self._text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SecretText) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return SHOWN

    def __format__(self, spec: str) -> str:
        return format(SHOWN, spec)

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("a secret cannot be serialised")


Text = str | SecretText


def reveal(text: Text) -> str:
    """The text, whether it is secret or not. The result is for parsing and comparing, never for a message."""
    return text if isinstance(text, str) else text.reveal()


def unquoted(text: Text | None) -> str:
    """The same without the quotes and spaces that people leave around a value; nothing of one that is not known."""
    return "" if text is None else reveal(text).strip().strip("\"'")
