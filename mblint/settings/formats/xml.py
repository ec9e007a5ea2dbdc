"""XML with plain elements and attributes. Documents with a DTD are not read: entities can expand without bound."""

from __future__ import annotations

from collections.abc import Iterator
from xml.parsers import expat

from mblint.settings.formats.leaf import Leaf, UnreadableText


def read_xml(text: str) -> Iterator[Leaf]:
    """Texts (`config.net.proto`) and attributes (`config.host@allow`), without places: expat counts bytes."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise UnreadableText
    leaves: list[Leaf] = []
    path: list[str] = []
    texts: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        path.append(name)
        texts.clear()
        leaves.extend(Leaf(f"{'.'.join(path)}@{key}", value, None) for key, value in attributes.items())

    def end(_name: str) -> None:
        value = "".join(texts).strip()
        if value:
            leaves.append(Leaf(".".join(path), value, None))
        texts.clear()
        path.pop()

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = texts.append
    try:
        parser.Parse(text, True)
    except expat.ExpatError:
        raise UnreadableText from None
    yield from leaves
