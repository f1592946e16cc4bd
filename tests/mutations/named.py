"""Mutations written by hand: what breaking a view, a guard or a page as such does not reach."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from scaffold.template import matches
from tests.mutations.mutation import ANY, Mutation, Unit


@dataclass(frozen=True)
class Named:
    """What is broken, in the work of which template: a pattern, and what comes in its place."""

    template: str
    what: str
    pattern: str
    new: str
    # The templates whose probes turn red by it, where it is not this one.
    hits: tuple[str, ...] = ()
    when: Mapping[str, Any] = field(default_factory=dict)


LATER = {"deferred": True}
LAYOUT = "base/project"
CONSOLE = """\\g<0>
from werkzeug.debug import DebuggedApplication  # noqa: E402
app.wsgi_app = DebuggedApplication(app.wsgi_app, evalex=True, console_path="/console", pin_security=False)
"""
HEADERS = ["Content-Security-Policy", "Cross-Origin-Opener-Policy", "Referrer-Policy", "X-Content-Type-Options"]
NAMED = [
    Named(LAYOUT, "a debugger is around the app", r"^app = create_app\(\)$|^app = Flask\(__name__\)$", CONSOLE),
    *(Named(LAYOUT, f"{name} is missing", rf'^ +"{name}":', '"X-None":') for name in [*HEADERS, "X-Frame-Options"]),
    Named(LAYOUT, "no policy for scripts' objects", "object-src 'none'; ", ""),
    Named(LAYOUT, "anybody may frame a page", "; frame-ancestors 'none'", ""),
    Named(LAYOUT, "an error has no headers", r"decided = \{.*", r'\g<0> | {n for n in defaults if line[0] == "4"}'),
    Named(LAYOUT, "links have no version", r'values\.setdefault\("v", .*', "pass"),
    Named(LAYOUT, "requests have no id", r', \("X-Request-ID", name\)', ""),
    Named(LAYOUT, "caches may keep the health check", "no-store", "public"),
    Named(LAYOUT, "errors are pages of Werkzeug", r"app\.register_error_handler\(.*", "pass", ANY),
    Named(LAYOUT, "errors look as Werkzeug has them", r"^@app\.errorhandler.*\n", "", ANY),
    Named(LAYOUT, "caches mix up pages and problems", r'response\.vary\.add\("Accept"\)', "pass"),
    Named(
        LAYOUT,
        "nobody prefers JSON",
        r"best_match\(.*?\)",
        'best_match(["text/html"], "text/html")',
        ("base/project", "component/error"),
    ),
    Named(
        LAYOUT,
        "an error has no Allow",
        r"response = error\.get_response\(\)",
        r'\g<0>; response.headers.pop("Allow", 0)',
        ANY,
    ),
    Named(LAYOUT, "there are no static files", r"Flask\(__name__\)", "Flask(__name__, static_folder='none')"),
    Named(
        LAYOUT,
        "the session's cookie goes over plain HTTP",
        r"SESSION_COOKIE_SECURE(\"?[:=] ?)",
        r"SESSION_COOKIE_SECURE\1False and ",
        ("component/form", "component/cookie"),
    ),
    Named(
        LAYOUT,
        "other sites send the session's cookie",
        r"(SESSION_COOKIE_SAMESITE\"?[:=] ?)\"Lax\"",
        r'\1"None"',
        ("component/form",),
    ),
    Named(
        "feature/csrf",
        "every form is checked",
        r"(WTF_CSRF_CHECK_DEFAULT\"?[:=] ?)False",
        r"\1True",
        ("component/api", "component/route", "component/upload"),
    ),
    Named(
        "component/route",
        "a stream has no header",
        r'^.*headers\["X-Accel-Buffering"\].*$',
        "",
        when={"returns": "stream"},
    ),
    Named(
        "component/route",
        "a file is shown, not saved",
        r'(, "\w+\.txt", as_attachment=)True',
        r"\1False",
        when={"returns": "file", "valued": False},
    ),
    Named(
        "component/route",
        "a file that is named is shown, not saved",
        r"(\{name\}\.txt\", as_attachment=)True",
        r"\1False",
        when={"returns": "file", "valued": True},
    ),
    Named(
        "component/route",
        "every value leads to the same file",
        r'f"\{year\}/\{name\}\.txt"',
        '"7/grace.txt"',
        when={"returns": "file", "valued": True},
    ),
    Named(
        "component/form",
        "a problem shows what was typed as it is",
        r"\{\{ field\(aria_invalid.*?\) \}\}",
        "{{ field.data | safe }}",
    ),
    Named("component/form", "a problem is not said to be one", 'aria_invalid="true", ', ""),
    Named("component/form", "every answer is a problem", r"\{\{ field\(\) \}\}", '{{ field(aria_invalid="true") }}'),
    Named("component/upload", "any type of file is taken", r"^EXTENSIONS = \[", r'\g<0>"", '),
    Named("component/upload", "a file needs no name", r"if file is None or not file\.filename:", "if file is None:"),
    Named(
        "component/upload",
        "its folder can be left",
        r'/<name>"\)((?:.|\n)*?)send_from_directory\(folder\(\), name, as_attachment=True\)',
        r'/<path:name>")\1Response((folder() / name).read_bytes())',
    ),
    Named("component/cookie", "scripts can read the cookie", r"httponly=True", "httponly=False"),
    Named("component/cookie", "other sites send the cookie", r'samesite="Lax"', 'samesite="None"'),
    Named(
        "component/cookie", "the cookie goes over plain HTTP", r"secure=session.*", "secure=False,", when={"ours": True}
    ),
    Named("component/cookie", "any choice is kept", r"if value not in CHOICES:", "if not value:"),
    Named(
        "component/cookie", "any cookie is believed", r"value if value in CHOICES else next\(iter\(CHOICES\)\)", "value"
    ),
    Named("component/api", "its errors are pages", r"^answer_with_problems\(bp\)$", ""),
    Named("component/api", "unknown fields are taken", r"if name not in FIELDS\}", "if False}"),
    Named("feature/problems", "anything is an object", r"abort\(422, .*\)", "data = {}"),
    Named("feature/problems", "bodies need no type", r"request\.get_json\(\)", "request.get_json(force=True)"),
    Named("feature/login", "a stranger is not told apart", r'value="\{\{ name \}\}"', ""),
    Named("feature/login", "the password comes back", r'type="password"', r'\g<0> value="{{ request.form.password }}"'),
    Named("feature/login", "where from is forgotten", r", next=back", ""),
    Named("component/cookie", "a later cookie is readable by scripts", r"httponly=True", "httponly=False", when=LATER),
    Named("component/cookie", "caches mix up the languages", r"response\.vary\.update\(.*", "pass", when=LATER),
    Named(
        "component/cookie",
        "the language is always the first",
        r"request\.accept_languages\.best_match\(.*",
        "LANGUAGES[-1]",
        when=LATER,
    ),
    Named("component/cookie", "a static file sets a cookie", r' and endpoint != "static"', "", when=LATER),
]


def mutations(units: Sequence[Unit], root: Path) -> Iterator[Mutation]:
    """Yield those for which the project has a place, one of each."""
    for one in NAMED:
        yield from _found(one, units, root)


def _found(one: Named, units: Sequence[Unit], root: Path) -> Iterator[Mutation]:
    for unit in units:
        if any(part.template.full_name == one.template and matches(one.when, part.answers) for part in unit.parts):
            for path in [*unit.files(".py"), *unit.files(".html")]:
                if re.search(one.pattern, (root / path).read_text(), re.M):
                    yield Mutation(unit, one.what, path, partial(_put, pattern=one.pattern, new=one.new), one.hits)
                    return


def _put(text: str, pattern: str, new: str) -> str:
    return re.sub(pattern, new, text, flags=re.M)
