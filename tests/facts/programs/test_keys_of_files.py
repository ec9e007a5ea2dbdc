"""Keys of configuration files, and options that say the same: where they begin, whose they are, since when they are."""

from __future__ import annotations

import pytest

from mblint.facts.programs.known_keys import strange
from mblint.facts.programs.refused import refused_settings
from mblint.facts.programs.rows import RefusedSetting
from mblint.software.images import reference
from mblint.software.program import Program, running
from mblint.software.words import Keys
from tests.facts.programs.test_words_of_programs import pod
from tests.facts.worlds import world

POSTGRES = {"folder": "/etc/app", "args": "[-c, config_file=/etc/app/postgresql.conf]"}


def rows(text: str) -> list[RefusedSetting]:
    """The rows of what is refused."""
    return [row for row in refused_settings(world(text)) if row.verdict == "refused"]


def said(entry: Keys, key: str, tag: str | None) -> str | None:
    """What is said of a key of a program in an image with a tag."""
    image = "acme" if tag is None else f"acme:{tag}"
    found = strange(key, entry, running(Program(id="acme", parts={}), reference(image)))
    return None if found is None else f"{'perhaps ' if found.guessed else ''}{found.otherwise}"


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("nonsense = 1", "nonsense"),
        ("  nonsense 1", "nonsense"),
        ("nonsense=1", "nonsense"),
        ("NONSENSE = on", "NONSENSE"),
        ("# nonsense = 1", None),
        ("plpgsql.nonsense = 1", None),
        ("Work_Mem = 4MB", None),
        ("search_path = 'a\\\nnonsense'", None),
        ("{{ nonsense }} = 1", None),
    ],
)
def test_a_line_of_a_flat_file_has_a_name(line: str, label: str | None) -> None:
    inner = line.replace("\n", "\n    ")
    data = f"data:\n  postgresql.conf: |\n    port = 5432\n    {inner}\n"
    found = rows(pod("postgres:16.4", **POSTGRES, data=data))
    assert [row.setting for row in found] == ([] if label is None else [f"{label} in /etc/app/postgresql.conf"])
    for row in found:
        assert row.place.offset == 12 + line.index(label or "")


def test_a_file_that_a_template_makes_is_not_judged() -> None:
    data = "data:\n  postgresql.conf: |\n    {{- if .Values.x }}\n    nonsense = 1\n    {{- end }}\n"
    assert rows(pod("postgres:16.4", **POSTGRES, data=data)) == []


def test_a_file_without_the_section_has_no_names() -> None:
    data = "data:\n  fluent-bit.conf: |\n    Nonsense on\n"
    assert rows(pod("fluent/fluent-bit:3.2.2", data=data)) == []


def test_what_may_be_a_piece_of_a_secret_is_not_shown() -> None:
    data = "stringData:\n  redis.conf: |\n    requirepass a\n    hunter2 x\n    maxmemory-polcy y\n"
    secret = {"volume": "secret: {secretName: config}", "kind": "Secret", "data": data}
    found = rows(pod("redis:7.2", args="[/etc/app/redis.conf]", **secret))
    assert [row.setting for row in found] == ["a line in /etc/app/redis.conf", "maxmemory-polcy in /etc/app/redis.conf"]


@pytest.mark.parametrize(
    ("line", "count"), [("Nonsense on", 1), ("tls.verify off", 0), ("Host ${HOST}", 0), ("# Nonsense on", 0)]
)
def test_a_section_counts_by_its_name(line: str, count: int) -> None:
    output = (
        f"    [OUTPUT]\n        Name ES\n        {line}\n    [OUTPUT]\n        Name of-our-own\n        Nonsense on\n"
    )
    data = f"data:\n  fluent-bit.conf: |\n{output}"
    assert len(rows(pod("fluent/fluent-bit:3.2.2", data=data))) == count


@pytest.mark.parametrize(
    ("args", "settings"),
    [
        ("[-c, nonsense=1]", ["-c nonsense"]),
        ("[-cnonsense=1]", ["-c nonsense"]),
        ("[postgres, -c, work_mem=4MB, -c, nonsense=1]", ["-c nonsense"]),
        ("[-c, work_mem=4MB]", []),
        ("[psql, -c, nonsense=1]", []),
    ],
)
def test_options_say_the_same(args: str, settings: list[str]) -> None:
    assert [row.setting for row in rows(pod("postgres:16.4", args=args))] == settings


def test_a_script_that_speaks_of_the_program_starts_it() -> None:
    data = "data:\n  redis.conf: |\n    nonsense 1\n"
    for command, count in (("[sh, -c, 'exec redis-server /etc/app/redis.conf']", 1), ("[sleep, infinity]", 0)):
        assert len(rows(pod("redis:7.2", data=data, command=f"command: {command}"))) == count


@pytest.mark.parametrize(
    ("tag", "says"),
    [
        ("1.4", None),
        ("2.0.3", "it has no such key since 2.0, and stops"),
        ("3", "it has no such key since 2.0, and stops"),
        ("latest", "perhaps it has no such key since 2.0, and stops, if the image is that new"),
        (None, "perhaps it has no such key since 2.0, and stops, if the image is that new"),
        ("sha-1a2b3c", None),
    ],
)
def test_a_key_that_is_gone(tag: str | None, says: str | None) -> None:
    assert said(Keys(file="acme.yaml", gone={"2.0": {"old": "new"}}), "old", tag) == says


@pytest.mark.parametrize(
    ("tag", "says"),
    [
        ("1.4", "it has no such key before 2.0, and stops"),
        ("2.0", None),
        ("1", "it has no such key before 2.0, and stops"),
        ("latest", None),
    ],
)
def test_a_key_that_is_not_there_yet(tag: str, says: str | None) -> None:
    assert said(Keys(file="acme.yaml", known="old", since={"2.0": "fresh"}), "fresh", tag) == says


@pytest.mark.parametrize(
    ("key", "tag", "says"),
    [
        ("other", "2.1", "it knows no such key there, and stops"),
        ("retreis", "2.1", "it knows no such key there, and stops; retries is meant"),
        ("other", "2.2", None),
        ("other", "latest", None),
        ("retreis", "latest", "perhaps it knows no such key there, and stops; retries is meant"),
        ("retries", "2.1", None),
    ],
)
def test_a_list_is_complete_up_to_a_version(key: str, tag: str, says: str | None) -> None:
    assert said(Keys(file="acme.yaml", known="retries", complete_to="2.1"), key, tag) == says


def test_a_key_of_another_level_is_told_where_it_belongs() -> None:
    top, queue = Keys(file="a.yaml", known="queue"), Keys(file="a.yaml", at="queue", known="retries")
    found = strange("retries", top, running(Program(id="acme", parts={}), reference("acme:1")), (top, queue))
    assert found is not None
    assert found.otherwise.endswith("; it belongs below queue")


def test_names_of_flat_files_may_have_something_before_them_and_be_short() -> None:
    entry = Keys(
        file="my.cnf", form="sections", at="mysqld", known="max-connections", prefixes="loose-", shortened=True
    )
    for name in ("max_connections", "MAX-CONNECTIONS", "loose_max_connections", "max_conn"):
        assert said(entry, name, "8") is None
    assert said(entry, "max_connexion", "8") is not None
