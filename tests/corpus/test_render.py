"""What a checkout holds, read without a renderer."""

from __future__ import annotations

from pathlib import Path

from tests.corpus import render


def chart(folder: Path, name: str, version: str, more: str = "") -> None:
    folder.mkdir(parents=True)
    (folder / "Chart.yaml").write_text(f"apiVersion: v2\nname: {name}\nversion: {version}\n{more}")


def test_dependencies_come_from_the_newest_chart_of_the_name(tmp_path: Path) -> None:
    chart(tmp_path / "one" / "store", "store", "9.0.0")
    chart(tmp_path / "two" / "store", "store", "10.1.0")
    needs = "dependencies:\n- {name: store, version: 1.x, repository: 'https://charts.example.org'}\n"
    chart(tmp_path / "one" / "shop", "shop", "1.0.0", needs)
    charts = [each for side in ("one", "two") for each in render.charts_below(tmp_path / side)]
    pool = render.newest_by_name(charts)
    assert pool["store"].version == "10.1.0"
    into = tmp_path / "scratch"
    into.mkdir()
    copy = render.complete_copy(pool["shop"], into, pool)
    assert "10.1.0" in (copy / "charts" / "store" / "Chart.yaml").read_text()
    assert "1.x" not in (copy / "Chart.yaml").read_text()


def test_charts_inside_charts_and_test_data_are_left_out(tmp_path: Path) -> None:
    chart(tmp_path / "charts" / "shop", "shop", "1.0.0")
    chart(tmp_path / "charts" / "shop" / "charts" / "inner", "inner", "1.0.0")
    chart(tmp_path / "testdata" / "broken", "broken", "1.0.0")
    assert [each.name for each in render.charts_below(tmp_path)] == ["shop"]


def test_a_platform_of_plain_manifests_leaves_values_out(tmp_path: Path) -> None:
    (tmp_path / "pod.yaml").write_text("apiVersion: v1\nkind: Pod\nmetadata: {name: till}\n")
    (tmp_path / "values.yaml").write_text("replicas: 2\n")
    rendered = render.render_platform(tmp_path)
    assert rendered is not None
    assert "kind: Pod" in rendered.text
    assert "replicas" not in rendered.text
