"""The page as a browser shows it from a disk: to a mouse, a keyboard and a screen reader."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scaffold.proof.report import page
from scaffold.proof.result import Report, Screenshot
from tests import pages
from tests.browser import Browser, Page, browser
from tests.proof.report import samples

pytestmark = pytest.mark.slow

# One dot.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63606060f80f0001040100"
    "5fe5c34b0000000049454e44ae426082"
)


def one_of_all() -> Report:
    """Return a run with everything in it, and few of each: every stop of the Tab key takes its time."""
    names = [*list(samples.CHECKS)[:2], *(name for _, name in samples.FAILURES)]
    mixed = samples.mixed()
    results = [one for one in mixed.results if not one.subject or one.name in names]
    return samples.report(results, [Screenshot("/", width, "dark", PNG) for width in (320, 1280)])


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("browser")) as made:
        yield made


@pytest.fixture
def shown(chromium: Browser, tmp_path: Path) -> Iterator[Page]:
    with chromium.page() as made:
        made.look(1280)
        yield made


def opened(shown: Page, report: Report, folder: Path) -> None:
    file = folder / "report.html"
    file.write_text(page.html(report), encoding="utf-8")
    shown.open(file.as_uri())


def test_anybody_can_use_it(shown: Page, tmp_path: Path) -> None:
    opened(shown, one_of_all(), tmp_path)

    found = list(pages.problems(shown))

    assert not found, f"{found}; the page is {shown.screenshot(tmp_path / 'report.png')}"
    assert [url for url in shown.requests if not url.startswith("data:")] == [(tmp_path / "report.html").as_uri()]


def test_a_wide_matrix_scrolls_in_itself(shown: Page, tmp_path: Path) -> None:
    subjects = [f"{server} behind {proxy}" for server in ("a", "b", "c", "d") for proxy in ("nginx", "apache", "caddy")]
    opened(shown, samples.report(samples.checks(subjects)), tmp_path)

    for width in pages.WIDTHS:
        shown.look(width)
        assert not shown.evaluate(pages.OVERFLOW)


def test_a_mark_leads_to_its_failure(shown: Page, tmp_path: Path) -> None:
    opened(shown, one_of_all(), tmp_path)

    shown.tab_to("td.failed a")
    shown.press("Enter")

    assert shown.evaluate("document.querySelector('article:target h3').textContent").startswith("every-route-answers")


def test_a_picture_grows_when_it_is_chosen(shown: Page, tmp_path: Path) -> None:
    opened(shown, one_of_all(), tmp_path)
    width = "document.querySelector('.shot').getBoundingClientRect().width"
    before = shown.evaluate(width)

    shown.tab_to(".shot summary")
    shown.press("Enter")

    assert shown.evaluate(width) > 2 * before


def test_no_field_gets_a_script_to_run(shown: Page, tmp_path: Path) -> None:
    opened(shown, samples.hostile(), tmp_path)

    assert shown.messages == []
    assert shown.evaluate("document.querySelectorAll('script').length") == 0
    assert shown.evaluate(pages.OVERFLOW) == []
    shown.look(320)
    assert shown.evaluate(pages.OVERFLOW) == []


def test_its_policy_stops_what_would_get_in(shown: Page, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    harm = "<script>document.title = 'harmed'</script><style>main { display: none }</style>"
    file.write_text(page.html(samples.proved()).replace("<main", f"{harm}<main"), encoding="utf-8")

    shown.open(file.as_uri())

    assert shown.evaluate("document.title") == "All 82 were proved · shop"
    assert shown.evaluate("getComputedStyle(document.querySelector('main')).display") == "block"
    assert len([one for one in shown.messages if "Content Security Policy" in one]) == 2
