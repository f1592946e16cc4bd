"""What every page keeps, as a browser sees it; each check returns what is wrong, a sentence each."""

from collections.abc import Iterator

from tests.browser import Page

WIDTHS = (320, 768, 1280)
SCHEMES = ("light", "dark")

STRUCTURE = """(() => {
    const count = selector => document.querySelectorAll(selector).length;
    const said = [];
    if (!document.documentElement.lang) said.push('the page does not say its language');
    if (!document.title.trim().replace(/^·.*/, '')) said.push('the page has no title');
    for (const one of ['h1', 'main']) if (count(one) !== 1) said.push(`the page has ${count(one)} <${one}>`);
    for (const link of document.querySelectorAll('a[href^="#"]'))
        if (!document.getElementById(link.hash.slice(1))) said.push(`nothing is where ${link.outerHTML} leads`);
    return said;
})()"""

LINKS = "[...document.querySelectorAll('a[href]')].map(link => link.href)"

# How far the page is wider than its window, and what sticks out.
OVERFLOW = """(() => {
    const root = document.documentElement;
    if (root.scrollWidth <= innerWidth) return [];
    const out = [...document.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > innerWidth);
    return [`the page is ${root.scrollWidth} px wide: ${out.slice(-3).map(e => e.outerHTML.slice(0, 80)).join(' ')}`];
})()"""

# What has the focus, and whether it had it before.
STOP = """(() => {
    const e = document.activeElement;
    if (!e || e === document.body) return null;
    window.reached ??= new Set();
    const known = window.reached.has(e);
    window.reached.add(e);
    return {known, html: e.outerHTML.slice(0, 100)};
})()"""

# Whether one sees that it has it: a line around it that stands out from what is behind. The calendar in a date is the
# browser's own, and so is the line around that.
SEEN = """(() => {
    const channels = colour => colour.match(/[\\d.]+/g).map(Number);
    const light = colour => {
        const linear = c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
        const [r, g, b] = channels(colour).map(c => linear(c / 255));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const contrast = (one, other) => {
        const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
        return (high + 0.05) / (low + 0.05);
    };
    const ground = element => {
        for (let e = element.parentElement; e; e = e.parentElement) {
            const colour = getComputedStyle(e).backgroundColor;
            if ((channels(colour)[3] ?? 1) === 1) return colour;
        }
        return 'rgb(255, 255, 255)';
    };
    if (!document.activeElement.matches(':focus')) return true;
    const style = getComputedStyle(document.activeElement);
    const drawn = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    return drawn && contrast(style.outlineColor, ground(document.activeElement)) >= 3;
})()"""

UNREACHED = """(() => {
    const all = 'a[href], button, input:not([type=hidden], [type=radio]), select, textarea, summary, [tabindex="0"]';
    const missed = [...document.querySelectorAll(all)].filter(
        e => !e.disabled && e.getClientRects().length && !window.reached?.has(e));
    return missed.map(e => e.outerHTML.slice(0, 100));
})()"""


def problems(page: Page) -> Iterator[str]:
    """Find all that is wrong with the page that is open, at each width and in each colour scheme."""
    yield from page.evaluate(STRUCTURE)
    for scheme in SCHEMES:
        for width in WIDTHS:
            page.look(width, scheme)
            for problem in [*page.evaluate(OVERFLOW), *page.axe()]:
                yield f"{width} px, {scheme}: {problem}"
    yield from focus(page)
    yield from (f"the browser says: {message}" for message in page.messages)
    yield from (f"failed: {request}" for request in page.failed)
    yield from (f"leaves the site: {url}" for url in page.outside())


def focus(page: Page) -> Iterator[str]:
    """Go through the page with the Tab key, and find what one cannot reach, or not see when it has the focus."""
    ends = 0
    # A page may have given the focus to something in its middle: go past its end once.
    while ends < 2:
        page.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None:
            ends += 1
            continue
        # A date has several stops in one control.
        if stop["known"] and not stop["html"].startswith("<input"):
            break
        for scheme in SCHEMES:
            page.look(max(WIDTHS), scheme)
            if not page.evaluate(SEEN):
                yield f"{scheme}: one does not see the focus on {stop['html']}"
    yield from (f"Tab does not reach {html}" for html in page.evaluate(UNREACHED))


def links(page: Page) -> set[str]:
    """Return where the links of the page lead: to other pages, without the place in them."""
    return {str(link).partition("#")[0] for link in page.evaluate(LINKS)} - {page.url}
