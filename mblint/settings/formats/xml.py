"""XML with plain elements and attributes, also of names and values (`<property><name>…</name><value>…</value>` of
Hadoop, `<property name="…" value="…"/>` of Jakarta). Documents with a DTD are not read: entities can expand without
bound."""

from __future__ import annotations

from collections.abc import Iterator
from xml.parsers import expat

from mblint.settings.formats.leaf import Leaf, UnreadableText


def read_xml(text: str) -> Iterator[Leaf]:
    """Texts (`config.net.proto`), attributes (`config.host@allow`), and values under their names (`fs.defaultFS`).

    Without places: expat counts bytes.
    """
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise UnreadableText
    leaves: list[Leaf] = []
    path: list[str] = []
    names = [""]  # for each open element, the text of the `name` in it
    texts: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        path.append(name)
        names.append("")
        texts.clear()
        named = attributes.get("name")
        for key, value in attributes.items():
            leaves.append(Leaf(named if named and key == "value" else f"{'.'.join(path)}@{key}", value, None))

    def end(_name: str) -> None:
        value = "".join(texts).strip()
        names.pop()
        if value and path[-1] == "value" and names[-1]:
            leaves.append(Leaf(names[-1], value, None))
        elif value:
            leaves.append(Leaf(".".join(path), value, None))
        if path[-1] == "name":
            names[-1] = value
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
