"""What pages show beside commands is true, too: configurations load, rules are the files, links lead somewhere."""

from __future__ import annotations

import re

import pytest
from console import PAGES, ROOT

from mblint.cli.configuration import check_names, read_configuration
from mblint.judge.load import load_rules
from mblint.shipped import rules_directory

_YAML = re.compile(r'^```yaml title="([^"]+)"\n(.*?)^```$', re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)#\s]+)")
TITLED = [(page, title, text) for page in PAGES for title, text in _YAML.findall(page.read_text())]
RULES = load_rules([rules_directory()])


@pytest.mark.parametrize("text", [text for _, title, text in TITLED if title == ".mblint.yaml"])
def test_a_configuration_is_one(text: str) -> None:
    check_names(read_configuration(text), RULES)


def test_the_rule_of_the_tutorial_is_the_file_that_its_commands_use() -> None:
    (text,) = [text for _, title, text in TITLED if title.startswith("rules/")]
    assert text == (ROOT / "examples" / "own-rules" / "plain-http-login.yaml").read_text()


@pytest.mark.parametrize(
    ("title", "text"), [(title, text) for _, title, text in TITLED if title.startswith("examples/")]
)
def test_an_example_that_a_page_shows_is_the_file(title: str, text: str) -> None:
    assert text == (ROOT / title).read_text()


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_links_lead_to_files(page: object) -> None:
    generated = {f"{rule.id}.md" for rule in RULES} | {"index.md"}
    for target in _LINK.findall(page.read_text()):
        if target.startswith("https://"):
            continue
        file = (page.parent / target).resolve()
        if file.parent == ROOT / "docs" / "rules":
            assert file.name in generated, target
        else:
            assert file.exists(), target
