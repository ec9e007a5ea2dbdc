"""The page's text, without a browser: one file, with nothing of the input in its markup. (With one: tests/browser.)"""

import json
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

from hostile import NAMES, manifests
from shop import SHOP

from mblint import Config
from mblint.facts.callers.call_graph import call_graph
from mblint.manifests.read import read_text
from mblint.pipeline import view
from mblint.reports.graph.html import render


class Page(HTMLParser):
    """Tags with their attributes, and the texts of scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.lasttag == "script" and data.strip():
            self.scripts.append(data)


def page(text: str) -> str:
    world = view(read_text(text), Config()).world
    return render(world, call_graph(world))


def data(text: str) -> Any:
    return json.loads(Page(page(text)).scripts[0])


def test_it_is_one_file_that_fetches_nothing() -> None:
    parsed = Page(page(SHOP))
    assert not [attributes for _, attributes in parsed.tags if {"src", "href"} & attributes.keys()]
    policy = next(attributes["content"] for tag, attributes in parsed.tags if "http-equiv" in attributes) or ""
    assert policy.startswith("default-src 'none'; ")
    hashes = [f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in parsed.scripts[1:]]
    assert re.search(r"script-src ([^;]*);", policy)[1].split() == hashes  # type: ignore[index]


def test_its_data_are_the_graph() -> None:
    found = data(SHOP)
    assert [node["name"] for node in found["nodes"]] == ["auth", "api", "web", "db", "mail.example.com"]
    assert [group["title"] for group in found["groups"]] == [
        "auth · id",
        "shop",
        "shop-db · shop",
        "outside the cluster",
    ]
    (denied,) = (line for line in found["lines"] if line["outcome"] == "denied")
    (call,) = denied["calls"]
    assert (call["host"], call["port"], call["pod_port"], call["settings"]) == ("auth.id", 80, 8080, ["AUTH_URL"])
    egress = next(step for step in call["way"]["steps"] if step["stage"] == "egress")
    assert egress["outcome"] == "denied"
    assert egress["related"][0]["place"].startswith("-:")


def test_hostile_names_change_no_tag() -> None:
    calm, hostile = Page(page(SHOP)), Page(page(manifests()))
    assert [tag for tag, _ in hostile.tags] == [tag for tag, _ in calm.tags]
    assert len(hostile.scripts) == 3
    assert hostile.scripts[1:] == calm.scripts[1:]
    assert not set("<>&") & set(hostile.scripts[0])
    names = {node["name"] for node in data(manifests())["nodes"]}
    assert {name for name in NAMES if name.isprintable()} <= names
    assert not [name for name in names if set(name) & set("\u202e\u2028\x1b")]


def test_the_same_input_gives_the_same_page() -> None:
    assert page(SHOP) == page(SHOP)


def test_the_first_view_is_what_is_denied_with_all_other_calls_of_its_ends() -> None:
    found = data(SHOP)
    assert set(found["first"]["nodes"]) == {
        "shop/Deployment/web",
        "shop/Deployment/api",
        "id/Deployment/auth",
        "host/mail.example.com",
    }
    lines = {line["id"]: line for line in found["lines"]}
    assert {lines[name]["outcome"] for name in found["first"]["lines"]} == {"allowed", "denied", "outside"}
    assert data(SHOP.replace("app: login", "app: auth"))["first"] is None
