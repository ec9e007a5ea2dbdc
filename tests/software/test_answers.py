"""What was known of programs before they had files of their own is known still (`tests/fixtures/software`)."""

import json
from pathlib import Path

from msgspec import to_builtins

from mblint.facts.credentials.fillers import _marks
from mblint.facts.runs.image_profiles import profile
from mblint.facts.upgrade.chart_values import _values
from mblint.settings.client_table import clients
from mblint.settings.login_table import _own
from mblint.settings.names import Name, Origin
from mblint.settings.oidc_table import oidc_name
from mblint.settings.server_table import product_of
from mblint.software.programs import shipped_programs

BEFORE = json.loads((Path(__file__).parent.parent / "fixtures/software/answers.json").read_text(encoding="utf-8"))


def plain(value: object) -> object:
    """As it stands in JSON, sets in order."""
    return json.loads(json.dumps(to_builtins(value), default=sorted))


def test_settings_of_openid_connect() -> None:
    wrong = []
    for key, origin, image, file, *before in BEFORE["oidc"]:
        found = oidc_name(Name(key, Origin(origin), image, file), shipped_programs())
        now = [] if found is None else [found.library.name, found.endpoint, found.instance, found.role.value]
        if now != before:
            wrong.append((key, origin, image, file, before, now))
    assert wrong == []


def test_servers_and_their_users() -> None:
    shipped = shipped_programs()
    for image, before in BEFORE["servers"].items():
        now = plain(product_of(f"hub.example/acme/{image}:1", shipped))
        assert isinstance(now, dict)
        for user, known in zip(now["users"], before["users"], strict=True):  # what is usual came later
            assert {name: user[name] for name in known} == known, image
        assert {name: now[name] for name in before if name != "users"} == {
            name: value for name, value in before.items() if name != "users"
        }, image


def test_clients() -> None:
    now = {name: plain(client) for name, client in clients(shipped_programs()).items()}
    for name, before in BEFORE["clients"].items():
        mine = now[name]
        assert isinstance(mine, dict)
        kept = {key: sorted(mine[key]) if isinstance(mine[key], list) else mine[key] for key in before}
        assert kept == before, name


def test_logins() -> None:
    now = {" ".join(host): plain(names) for host, names in _own(shipped_programs()).items()}
    for host, before in BEFORE["logins"].items():  # what names are for databases and vhosts came later
        assert {what: now[host][what] for what in before} == before


def test_marks_of_what_fills_objects() -> None:
    assert set(BEFORE["marks"]) <= set(_marks(shipped_programs()))


def test_values_that_pin_passwords() -> None:
    values = _values(shipped_programs())
    assert [[chart, key, values.get((chart, key))] for chart, key, _ in BEFORE["charts"]] == BEFORE["charts"]


def test_profiles_of_images() -> None:
    assert {image: plain(profile(image, shipped_programs())) for image in BEFORE["profiles"]} == BEFORE["profiles"]
