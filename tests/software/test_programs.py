"""How an image finds its program, and a program its entries."""

from pathlib import Path

import pytest
from msgspec import json

from mblint.software.network import Health, Listens
from mblint.software.program import Program
from mblint.software.programs import Programs, _Prepared, prepared_software, read_programs, software_in, with_own
from mblint.software.setting_names import Form, SettingName, setting_names
from mblint.software.written import SoftwareError

SHOP = """\
software: Shop
category: application
images: [shop, acme/shop-*]
source: https://shop.example/docs

version: {from: tag, pattern: "^shop-(\\\\d+)\\\\.(\\\\d+)"}

listens: {port: 8080, speaks: http, setting: SHOP_PORT}
health:
  - {path: /healthz, versions: "<3"}
  - {path: /livez, versions: ">=3", images: shop}
examples:
  pass: {}
"""
OTHER = "software: Other\ncategory: tool\nimages:\n  - registry/shop\n  - other\nsource: https://other.example\n"


@pytest.fixture
def programs(tmp_path: Path) -> Programs:
    (tmp_path / "shop.yaml").write_text(SHOP)
    (tmp_path / "other.yaml").write_text(OTHER)
    return read_programs(tmp_path)


def test_an_image_finds_its_program_and_its_version(programs: Programs) -> None:
    found = programs.of_image("docker.io/acme/shop-web:shop-2.7")
    assert found is not None
    assert (found.program.name, str(found.version)) == ("Shop", "2.7")
    assert programs.of_image("acme/workshop:1") is None
    assert programs.of_image(None) is None


def test_the_pattern_with_more_folders_counts(programs: Programs) -> None:
    found = programs.of_image("registry/shop:1")
    assert found is not None
    assert found.program.name == "Other"


def test_entries_are_those_of_the_version_and_the_image(programs: Programs) -> None:
    def paths(image: str) -> list[str]:
        found = programs.of_image(image)
        assert found is not None
        return [entry.path for entry in found.entries(Health)]

    assert paths("shop:shop-2.7") == ["/healthz"]
    assert paths("shop:shop-3.0") == ["/livez"]
    assert paths("acme/shop-web:shop-3.0") == []
    assert paths("shop:stable") == []


@pytest.mark.parametrize("image", ["shop", "shop:latest", "shop:main"])
def test_the_newest_image_has_what_has_no_end(programs: Programs, image: str) -> None:
    found = programs.of_image(image)
    assert found is not None
    assert [entry.path for entry in found.entries(Health)] == ["/livez"]
    assert not found.undecided(Health)


def test_a_digest_says_no_version_whatever_the_tag(programs: Programs) -> None:
    found = programs.of_image(f"shop:latest@sha256:{'0' * 64}")
    assert found is not None
    assert found.undecided(Health)


def test_it_is_said_where_the_version_is_not_known_well_enough(programs: Programs) -> None:
    unsure, sure = programs.of_image("shop:stable"), programs.of_image("shop:shop-3.1")
    assert unsure is not None
    assert sure is not None
    assert unsure.undecided(Health)
    assert not sure.undecided(Health)
    assert not unsure.undecided(Listens)


def test_programs_are_found_by_their_sections(programs: Programs) -> None:
    assert [program.id for program in programs.with_section(Listens)] == ["shop"]


def test_what_the_build_prepares_says_the_same(tmp_path: Path, programs: Programs) -> None:
    prepared = json.decode(prepared_software(tmp_path), type=_Prepared)
    built = Programs({name: Program(name, parts) for name, parts in prepared.programs.items()}, prepared.index)
    for image in ("shop:shop-2.7", "acme/shop-web:shop-3.0", "registry/shop:1", "other", "unknown"):
        mine, theirs = programs.of_image(image), built.of_image(image)
        assert (mine is None) == (theirs is None)
        if mine is not None and theirs is not None:
            assert (mine.program.name, mine.version) == (theirs.program.name, theirs.version)
            assert mine.entries(Listens) == theirs.entries(Listens)
            assert mine.entries(Health) == theirs.entries(Health)
    assert "examples" not in prepared.programs["shop"]


def test_files_of_ones_own_add_programs(tmp_path: Path, programs: Programs) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "mine.yaml").write_text("software: Mine\ncategory: tool\nimages: [mine]\nsource: https://mine.example\n")
    both = with_own(programs, software_in([own]))
    assert both.of_image("acme/mine:1") is not None
    assert both.of_image("shop:1") is not None
    assert programs.of_image("acme/mine:1") is None
    (own / "shop.yaml").write_text(SHOP)
    with pytest.raises(SoftwareError, match="there is a program shop already"):
        with_own(programs, software_in([own]))


def test_a_mistake_names_file_line_and_key(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("software: Bad\nimages: [bad]\n\nlistens: [{prot: 1}]\n")
    found = read_programs(tmp_path).of_image("bad")
    assert found is not None
    with pytest.raises(SoftwareError, match=r"bad\.yaml:4: listens: .*prot"):
        found.entries(Listens)
    (tmp_path / "bad.yaml").write_text("software: Bad\nimages: [bad]\nhealth: {path: /a}\nhealth: {path: /b}\n")
    with pytest.raises(SoftwareError, match=r"bad\.yaml:4: health stands there twice"):
        read_programs(tmp_path)


def test_settings_are_named_in_one_way() -> None:
    assert setting_names(("SHOP_PORT", "--port", "-p", "shop.ini:server.port", "server.port")) == (
        SettingName(Form.VARIABLE, "SHOP_PORT"),
        SettingName(Form.OPTION, "--port"),
        SettingName(Form.OPTION, "-p"),
        SettingName(Form.PATH, "server.port", "shop.ini"),
        SettingName(Form.PATH, "server.port"),
    )
