"""What is too long is broken as ruff would break it."""

import subprocess
import sys

import pytest

from scaffold.flask_code.wrap import wrapped

LONG = "a_name_that_is_long_enough_to_matter"
STATEMENTS = [
    f"return render_template('x.html', {LONG}={LONG})",
    f"return render_template('x.html', {LONG}={LONG}, number={LONG}, more={LONG})",
    f"return {{'title': 'A title', '{LONG}': {LONG}, 'number': 1}}",
    f"return [{LONG}, {LONG}, {LONG}]",
    f"assert client.get('/{LONG}/{LONG[:-4]}').status_code == 404",
    f"assert client.get('/{LONG}/{LONG}/{LONG}').status_code == 404",
    f"assert response.get_json() == {{'title': 'A title', '{LONG}': 'ada'}}",
    f"assert '{LONG} {LONG}' in response.text",
    f"response = client.get('/{LONG}/{LONG}/{LONG}')",
    f"response = client.get('/{LONG}/{LONG}', query='{LONG}')",
    f"return f'{LONG}{LONG} {{x}}'",
    f"return f'{LONG} {LONG} <p>{{x}}</p> {LONG}'",
    f"return Response(f'{LONG} {LONG} {LONG} {{x}}', mimetype='text/plain')",
    f"return {{'title': f'{LONG} {LONG} {LONG} {{x}}', 'x': 1}}",
    f"return redirect('{LONG} {LONG} {LONG}')",
    "return render_template('日本語日本語日本語日本語日本語日本語日本語.html', name=name)",
    f"return {LONG}.{LONG}.{LONG}",
]
HEADS = [
    "def view():",
    "def view() -> str:",
    f"def view_{LONG}({LONG}: str) -> str:",
    f"def view_{LONG}({LONG}_or_even_longer: dict[str, str]) -> str:",
    f"def view_{LONG}({LONG}: str, number: int) -> str:",
    f"def view_{LONG}({LONG}: str, {LONG}_2: int, {LONG}_3: float) -> str:",
    f'@bp.get("/{LONG}/<int:{LONG}>/more")\ndef view():',
    f'@bp.get("/{LONG}/<int:{LONG}>/{LONG}")\ndef view():',
    f'@bp.route("/{LONG}/<int:{LONG}>", methods=["GET", "POST"])\ndef view():',
    f'@bp.route("/{LONG}/<int:{LONG}>/{LONG}", methods=["GET", "POST"])\ndef view():',
    f'@bp.get("/{LONG}/{LONG}/with a space")\ndef view():',
]


@pytest.mark.parametrize("head", HEADS)
def test_every_statement_is_as_ruff_has_it(head: str) -> None:
    statements = [statement.replace("'", '"') for statement in STATEMENTS]
    text = "\n\n\n".join(f"{head}\n    {statement}" for statement in statements) + "\n"

    made = wrapped(text, 88, "    ", '"')

    ruff = [f"{sys.prefix}/bin/ruff", "format", "--isolated", "-"]
    assert subprocess.run(ruff, input=made, capture_output=True, text=True, check=True).stdout == made


def test_what_fits_stays_as_it_is() -> None:
    text = 'def view(a: str, b: int) -> str:\n    return render_template("x.html", a=a, b=b)\n'

    longest = max(map(len, text.splitlines()))

    assert wrapped(text, longest, "    ", '"') == text
    assert wrapped(text, longest - 1, "    ", '"') != text
