"""The page of `mblint graph --format html` in a real browser, used as people do: by mouse and keyboard."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hostile import NAMES, manifests
from program import ROOT, mblint
from shop import SHOP

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

BEFORE = ROOT / "examples" / "docs-500" / "before"
SIZE = {"width": 1280, "height": 760}
# Once the page is drawn anew: what is visible is worked out for a frame.
VISIBLE = """async (selector) => {
  for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
  return mblint.cy.elements(selector).filter((one) => one.visible()).map((one) => one.id());
}"""
ON_EDGE = """(id) => {
  const { cy } = mblint, points = cy.getElementById(id).segmentPoints(), middle = points[Math.floor(points.length / 2)];
  const frame = cy.container().getBoundingClientRect(), pan = cy.pan(), zoom = cy.zoom();
  return [frame.x + middle.x * zoom + pan.x, frame.y + middle.y * zoom + pan.y];
}"""
ON_NODE = """(id) => {
  const { cy } = mblint, at = cy.getElementById(id).renderedPosition(), frame = cy.container().getBoundingClientRect();
  return [frame.x + at.x, frame.y + at.y];
}"""

Open = Callable[..., "Page"]


@pytest.fixture
def visit(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens the page of some manifests. Whatever the browser complains of, or asks the network for, fails the test."""
    complaints: list[str] = []
    pages: list[Page] = []

    def opened(text: str | None = None, path: str = "in.yaml", *options: str, scheme: Any = "light") -> Page:
        if text is not None:
            (tmp_path / path).write_text(text, encoding="utf-8")
        done = mblint("graph", path, "--format", "html", *options, cwd=tmp_path if text is not None else ROOT)
        assert (done.returncode, done.stderr) == (0, "")
        (tmp_path / "graph.html").write_text(done.stdout, encoding="utf-8")
        page = browser.new_page(viewport=SIZE, color_scheme=scheme)  # type: ignore[arg-type]
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.on("request", lambda request: complaints.append(request.url) if "graph.html" not in request.url else None)
        page.goto((tmp_path / "graph.html").as_uri())
        pages.append(page)
        return page

    yield opened
    for page in pages:
        page.close()
    assert complaints == []


def edge(page: Page, source: str, target: str) -> str:
    """The id of the line between two nodes whose ids end so."""
    (found,) = (
        line["id"]
        for line in json.loads(page.locator("#data").text_content() or "")["lines"]
        if line["source"].endswith(source) and line["target"].endswith(target)
    )
    return str(found)


def test_every_workload_and_host_is_in_sight(visit: Open) -> None:
    page = visit(SHOP)
    shown = page.evaluate(VISIBLE, ".box")
    assert {name.rpartition("/")[2] for name in shown} == {"web", "api", "db", "auth", "mail.example.com"}
    assert len(page.evaluate(VISIBLE, ".group")) == 4
    assert len(page.evaluate(VISIBLE, "edge")) == 4
    for x, y in (page.evaluate(ON_NODE, name) for name in shown):
        assert 0 < x < SIZE["width"] - 400
        assert 0 < y < SIZE["height"]
    assert "4 workloads, 4 dependencies" in page.inner_text("header")


def test_a_click_on_a_line_tells_its_way_with_the_rule_and_its_place(visit: Open) -> None:
    page = visit(SHOP)
    page.mouse.click(*page.evaluate(ON_EDGE, edge(page, "/web", "/auth")))
    panel = page.inner_text("#panel")
    for said in ("web → auth", "egress-denied", "AUTH_URL", "no egress rule of NetworkPolicy web", "app=login"):
        assert said in panel
    rule = next(
        number for number, line in enumerate(SHOP.splitlines(), 1) if "{podSelector: {matchLabels: {app: api" in line
    )
    assert f"in.yaml:{rule + 2}" in panel, "the nearest rule, where it stands"
    denied = page.locator('#panel [data-outcome="denied"]')
    assert denied.count() == 1
    assert denied.get_attribute("data-stage") == "egress"
    assert "spec.egress of NetworkPolicy shop/web" in page.inner_text("#panel .fix")
    page.mouse.click(*page.evaluate(ON_EDGE, edge(page, "/web", "/api")))
    panel = page.inner_text("#panel")
    assert "rule 1 of NetworkPolicy web allows TCP/8080 to pods labelled app=api in its namespace" in panel
    assert f"in.yaml:{rule}" in panel


def test_a_click_on_a_workload_tells_who_calls_it_and_whom_policies_let_in(visit: Open) -> None:
    page = visit(SHOP)
    page.mouse.click(*page.evaluate(ON_NODE, "shop/StatefulSet/db"))
    panel = page.inner_text("#panel")
    assert "IS CALLED BY\napi" in panel
    assert "NetworkPolicy db (ingress)" in panel
    assert "TCP/5432: api" in panel
    page.keyboard.press("Escape")
    assert "Choose one" in page.inner_text("#panel")


def test_filters_leave_what_is_denied_and_bring_the_rest_back(visit: Open) -> None:
    page = visit(SHOP)
    page.click("#denied")
    assert page.evaluate(VISIBLE, "edge") == [edge(page, "/web", "/auth")]
    assert set(page.evaluate(VISIBLE, ".box")) == {"shop/Deployment/web", "id/Deployment/auth"}
    assert len(page.evaluate(VISIBLE, ".group")) == 2
    assert page.get_attribute("#denied", "aria-pressed") == "true"
    assert page.locator(".entry").count() == 1
    page.click("#denied")
    assert len(page.evaluate(VISIBLE, "edge")) == 4
    page.click('[data-outcome="denied"]')
    assert len(page.evaluate(VISIBLE, "edge")) == 3
    page.click("#fit")
    assert len(page.evaluate(VISIBLE, "edge")) == 4


def test_a_search_finds_settings_hosts_and_workloads(visit: Open) -> None:
    page = visit(SHOP)
    for words, found in (("database_url", "api → db:5432"), ("MAIL.example", "web → mail.example.com:443")):
        page.fill("#search", words)
        assert page.locator(".entry").first.inner_text() == found
        bright = page.evaluate("() => mblint.cy.edges().not('.apart').length")
        assert bright == 1
    page.fill("#search", "nothing like it")
    assert "None is shown" in page.inner_text("#panel")


def test_the_keyboard_is_enough(visit: Open) -> None:
    page = visit(SHOP)
    page.locator(".entry", has_text="auth.id:80").focus()
    page.keyboard.press("Enter")
    assert "no egress rule of NetworkPolicy web" in page.inner_text("#panel")


FOCUSED = "() => document.activeElement.innerText || document.activeElement.id"


def test_the_keyboard_alone_finds_a_line_and_comes_back_to_where_it_was(visit: Open) -> None:
    page = visit(SHOP)
    page.keyboard.press("/")
    assert page.evaluate(FOCUSED) == "search"
    page.keyboard.type("auth_url")
    page.keyboard.press("Enter")
    assert page.evaluate(FOCUSED) == "web → auth.id:80"
    page.keyboard.press("ArrowUp")
    assert page.evaluate(FOCUSED) == "search"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert "no egress rule of NetworkPolicy web" in page.inner_text("#panel")
    assert page.evaluate(FOCUSED) == "← All dependencies"
    page.keyboard.press("Escape")
    assert page.evaluate(FOCUSED) == "web → auth.id:80"
    assert page.input_value("#search") == "auth_url"


def test_keys_zoom_but_not_while_somebody_writes(visit: Open) -> None:
    page = visit(SHOP)
    zoom = "() => mblint.cy.zoom()"
    before = page.evaluate(zoom)
    page.keyboard.press("+")
    assert page.evaluate(zoom) > before
    page.keyboard.press("-")
    page.keyboard.press("-")
    assert page.evaluate(zoom) < before
    page.keyboard.press("0")
    assert page.evaluate(zoom) == pytest.approx(before)
    page.focus("#search")
    page.keyboard.type("/+-0")
    assert page.input_value("#search") == "/+-0"
    assert page.evaluate(zoom) == pytest.approx(before)


def test_every_line_and_node_has_a_link_that_leads_to_it(visit: Open) -> None:
    page = visit(SHOP)
    page.mouse.click(*page.evaluate(ON_EDGE, edge(page, "/web", "/auth")))
    link = page.evaluate("() => location.href")
    assert link.endswith("#from=shop%2FDeployment%2Fweb&to=id%2FDeployment%2Fauth&outcome=denied")
    page.keyboard.press("Escape")
    assert page.evaluate("() => location.hash") == ""
    for written in ("#from=shop/Deployment/web&to=id/Deployment/auth", link.partition("#")[2]):
        page.evaluate("(hash) => { location.hash = hash; }", written)
        page.wait_for_selector("#panel .back")
        assert "no egress rule of NetworkPolicy web" in page.inner_text("#panel")
        page.keyboard.press("Escape")
    page.evaluate("() => { location.hash = '#node=shop/StatefulSet/db'; }")
    page.wait_for_selector("#panel .back")
    assert "NetworkPolicy db (ingress)" in page.inner_text("#panel")
    page.keyboard.press("Escape")
    page.evaluate("() => { location.hash = '#node=%E0%A4%A&from=nothing'; }")
    assert "Choose one" in page.inner_text("#panel")


def test_what_is_chosen_in_the_list_comes_into_sight_in_letters_to_read(visit: Open) -> None:
    page = visit(crowd())
    page.click("#fit")
    assert 12 * page.evaluate("() => mblint.cy.zoom()") < 9
    page.locator(".entry", has_text="api → db:5432").click()
    assert 12 * page.evaluate("() => mblint.cy.zoom()") >= 9
    for name in ("shop/Deployment/api", "shop/StatefulSet/db"):
        x, y = page.evaluate(ON_NODE, name)
        assert 0 < x < SIZE["width"] - 380
        assert 0 < y < SIZE["height"]


def test_a_part_can_be_drawn(visit: Open) -> None:
    page = visit(SHOP, "in.yaml", "--to", "db")
    assert set(page.evaluate(VISIBLE, ".box")) == {
        f"shop/{name}" for name in ("Deployment/web", "Deployment/api", "StatefulSet/db")
    }


def test_hostile_names_are_only_ever_text(visit: Open) -> None:
    page = visit(manifests())
    assert page.title() == "mblint graph"
    shown = page.evaluate(VISIBLE, ".box")
    assert len(shown) >= len(NAMES)
    for name in shown:
        page.evaluate("(id) => void mblint.cy.getElementById(id).emit('tap')", name)
        assert page.locator("#panel h2").count() == 1
        assert page.locator("#panel script, #panel img, #panel svg, #panel a").count() == 0
    assert page.locator("script").count() == 3
    for line in page.evaluate("() => mblint.cy.edges().map((edge) => edge.id())"):
        page.evaluate("(id) => void mblint.cy.getElementById(id).emit('tap')", line)
        assert page.locator("#panel .way li").count() > 0


def test_the_page_s_policy_lets_no_other_script_run(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "in.yaml").write_text(SHOP)
    text = mblint("graph", "in.yaml", "--format", "html", cwd=tmp_path).stdout
    (tmp_path / "graph.html").write_text(text.replace("<body>", "<body><script>window.pwned = 1</script>"))
    page = browser.new_page()
    page.goto((tmp_path / "graph.html").as_uri())
    assert page.evaluate("() => [typeof window.pwned, typeof mblint]") == ["undefined", "object"]
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_light_or_dark_as_its_reader_likes_it(visit: Open, tmp_path: Path, scheme: str) -> None:
    """Its pictures are those of the documentation: MBLINT_SCREENSHOTS names the folder that they go to."""
    page = visit(None, str(BEFORE.relative_to(ROOT)), scheme=scheme)
    colour = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    assert colour == {"light": "rgb(255, 255, 255)", "dark": "rgb(13, 17, 23)"}[scheme]
    page.mouse.click(*page.evaluate(ON_EDGE, edge(page, "/docs-backend", "/keycloak")))
    assert "no egress rule of NetworkPolicy docs-backend" in page.inner_text("#panel")
    page.mouse.move(5, 5)
    folder = Path(os.environ.get("MBLINT_SCREENSHOTS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"graph-{scheme}.png")
    assert (folder / f"graph-{scheme}.png").stat().st_size > 10_000


def test_it_follows_the_reader_s_change_of_mind(visit: Open) -> None:
    page = visit(SHOP)
    before = page.evaluate("() => mblint.cy.edges()[0].style('line-color')")
    page.emulate_media(color_scheme="dark")
    page.wait_for_function("(before) => mblint.cy.edges()[0].style('line-color') !== before", arg=before)


def crowd() -> str:
    """The shop among so many others that all of it is too small to read."""
    others = "".join(
        f"---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: other-{number}, namespace: n{number}}}\n"
        f"spec:\n  selector: {{matchLabels: {{app: o{number}}}}}\n  template:\n"
        f"    metadata: {{labels: {{app: o{number}}}}}\n"
        f"    spec: {{containers: [{{name: main, image: registry.example/o:1}}]}}\n"
        for number in range(90)
    )
    return SHOP + others


def test_a_large_view_begins_with_what_is_denied_and_its_neighbours_in_letters_to_read(visit: Open) -> None:
    page = visit(crowd())
    shown = {name.rpartition("/")[2] for name in page.evaluate(VISIBLE, ".box")}
    assert shown == {"web", "api", "auth", "mail.example.com"}
    assert 12 * page.evaluate("() => mblint.cy.zoom()") >= 9
    for x, y in (page.evaluate(ON_NODE, name) for name in page.evaluate(VISIBLE, ".box")):
        assert 0 < x < SIZE["width"] - 400
        assert 0 < y < SIZE["height"]
    page.mouse.click(*page.evaluate(ON_EDGE, edge(page, "/web", "/auth")))
    assert "no egress rule of NetworkPolicy web" in page.inner_text("#panel")
    page.click("#fit")
    assert len(page.evaluate(VISIBLE, ".box")) == 95
    page.fill("#search", "other-7")
    assert "other-7" in page.inner_text("#panel")
