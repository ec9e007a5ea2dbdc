"""Options by version: those that a program never had, lost, or does not have yet; and words that are no options."""

from __future__ import annotations

import pytest

from mblint.facts.programs.refused import refused_settings
from mblint.facts.world import World
from mblint.software.programs import with_own
from mblint.software.written import SoftwareText
from tests.facts.worlds import world

PROGRAM = SoftwareText(
    "tickets.yaml",
    """
software: Tickets
category: application
images: [example/tickets]
source: https://tickets.example.org/
options:
  - known: [listen-address, config, c, log-level, jvm-options, "queue.*"]
    since: {"1.4": [enable-mail], "1.6": [log_format]}
    gone: {"1.5": [enable-mail, leader-elect]}
    instead: {leader-elect: --leader-election}
    behind: [serve, tickets-server]
    versions: ">=1.2 <2"
    images: [example/tickets]
  - {known: [queue], behind: worker, versions: ">=1.2 <2", images: [example/tickets]}
""",
)
POD = """
apiVersion: apps/v1
kind: Deployment
metadata: {{name: app}}
spec:
  selector: {{matchLabels: {{app: app}}}}
  template:
    metadata: {{labels: {{app: app}}}}
    spec:
      containers:
        - {{name: app, image: "{image}", args: {args}}}
"""


def said(image: str, *args: str) -> list[str]:
    """What is said of the options of a container: what is not taken, and why; `?` before what is a guess."""
    made = world(POD.format(image=image, args=list(args)))
    with_tickets = World(made.cluster, made.settings, made.engine, made.config, with_own(made.programs, [PROGRAM]))
    return [
        f"{'?' if row.guessed else ''}{row.what}: {row.otherwise}{f' ({row.instead})' if row.instead else ''}"
        for row in refused_settings(with_tickets)
    ]


@pytest.mark.parametrize(
    ("version", "option", "why"),
    [
        ("1.5.2", "--listen-address=:80", None),
        ("1.5.2", "--queue.size=3", None),
        ("1.5.2", "--listen-adress=:80", "it has no such option, and stops; --listen-address is meant"),
        ("1.3.9", "--enable-mail", "the option is new in 1.4, and 1.3.9 stops at it"),
        ("1.4.0", "--enable-mail", None),
        ("1.5.0", "--enable-mail", "the option was removed in 1.5, and 1.5.0 stops at it"),
        ("1.5", "--leader-elect", "the option was removed in 1.5, and 1.5 stops at it (--leader-election)"),
        ("1.4", "--leader-elect", None),
        ("1.6.1", "--log-format=json", None),  # it takes `_` for `-`
        ("2.0.0", "--listen-adress=:80", None),  # nobody knows what version 2 takes
        ("2.0.0", "--leader-elect", "the option was removed in 1.5, and 2.0.0 stops at it (--leader-election)"),
        ("1.1.0", "--log_format=json", None),  # of versions before 1.2 nobody knows what they had
        ("1", "--leader-elect", None),  # 1.4 has it
        ("1", "--leader-elects", "?no version that is known has such an option; --leader-elect is meant"),
    ],
)
def test_an_option_in_a_version(version: str, option: str, why: str | None) -> None:
    name = option.partition("=")[0]
    guess = "?" if why and why.startswith("?") else ""
    expected = [f"{guess}{name}: {why.removeprefix('?')}"] if why else []
    assert said(f"example/tickets:{version}", "serve", option) == expected


@pytest.mark.parametrize("image", ["example/tickets", "example/tickets:latest", "example/tickets@sha256:" + "0" * 64])
def test_without_a_version_an_option_is_missed_if_no_version_has_it(image: str) -> None:
    assert said(image, "serve", "--leader-elect", "--enable-mail", "--log-format=json") == []
    assert said(image, "serve", "--config-file=a") == ["?--config-file: no version that is known has such an option"]


@pytest.mark.parametrize(
    "args",
    [
        ["serve", "-c", "tickets.yaml", "--log-level", "debug"],
        ["serve", "-ctickets.yaml"],  # an option of one letter with its value
        ["serve", "--log-level", "-1"],
        ["serve", "--jvm-options", "-Xmx1g"],
        ["serve", "--", "--what-a-plugin-reads"],
        ["serve", "--$(MODE)"],
        ["migrate", "--to=3"],  # another command, with options of its own
        ["serve", "-h", "--version"],
    ],
)
def test_words_that_are_no_unknown_options(args: list[str]) -> None:
    assert said("example/tickets:1.5.2", *args) == []


def test_an_option_behind_the_name_of_the_program_that_is_called_by_its_path() -> None:
    assert said("example/tickets:1.5.2", "/app/tickets-server", "--verbose") == [
        "--verbose: it has no such option, and stops"
    ]


def test_an_option_and_its_value_as_one_word() -> None:
    joined = (
        "with the blank in it, all of it is the name of an option, and it stops; make it two words, or --log-level=…"
    )
    assert said("example/tickets:1.5.2", "serve", "--log-level debug") == [
        f"--log-level and its value as one word: {joined}"
    ]
    assert said("example/tickets:1.5.2", "serve", "--log-level=debug or info", "-c tickets.yaml") == []


def test_the_first_command_is_the_one_that_has_the_options() -> None:
    assert said("example/tickets:1.5.2", "worker", "serve", "--queue=mail") == []
    assert said("example/tickets:1.5.2", "serve", "worker", "--queue=mail") == [
        "--queue: it has no such option, and stops"
    ]
