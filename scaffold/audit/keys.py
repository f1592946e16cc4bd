"""What a secret is set to: how strong it is, and whether it stands in the code."""

import ast
import re
from collections.abc import Iterator

from scaffold.audit.settings import Setting
from scaffold.envfile import EnvFile
from scaffold.flask_code.module import Module, dotted, keyword, literal

# Variables and settings that hold a secret.
SECRET = re.compile(r"(?:^|_)(?:SECRET|PASSWORD|PASSWD|TOKEN|API_?KEY|PRIVATE_?KEY|SECRET_?KEY)(?:_KEY)?S?$")
PLACEHOLDER = re.compile(
    r"change.?(?:me|this|it)|example|insecure|placeholder|replace|your[-_ ]|guess|to[-_ ]?do|xxx|<.*>|dummy|default"
    r"|not.?(?:so.?)?secret|secret.?key|super.?secret|hard.?to"
    r"|^(?:dev|development|test|testing|secret|password|key|none|null)$",
    re.IGNORECASE,
)
SHORTEST, FEWEST = 16, 8
# Calls that make another key each time the app starts.
RANDOM = ("token_hex", "token_bytes", "token_urlsafe", "urandom", "uuid4", "uuid1", "generate_key")


def weakness(text: str) -> str:
    """Return what is wrong with a secret, "" when it could be a good one."""
    if PLACEHOLDER.search(text):
        return "is a placeholder"
    if len(text) < SHORTEST:
        return f"has {len(text)} characters"
    return "hardly varies" if len(set(text)) < FEWEST else ""


def secrets(file: EnvFile) -> Iterator[tuple[str, str, int]]:
    """Yield each secret that a file of variables holds: the name, the value, the line."""
    for one in file.statements():
        if one.name and one.value and SECRET.search(one.name):
            yield one.name, one.value, file.line(one)


def shown(text: str) -> str:
    """Return as much of a secret as a report may hold: nothing, but where it is a placeholder."""
    return text if weakness(text) == "is a placeholder" else "***"


def written(setting: Setting) -> str | None:
    """Return the text that a setting has in the code, None when it is from elsewhere."""
    return _text(setting.value, setting.module)


def _text(value: ast.expr, module: Module) -> str | None:
    if isinstance(value, ast.Constant) and isinstance(value.value, bytes):
        return value.value.decode(errors="replace")
    if isinstance(value, ast.Name):
        bindings = module.scope.names.get(value.id, [])
        return literal(bindings[0].value) if len(bindings) == 1 else None
    return literal(value)


def fallback(setting: Setting) -> str | None:
    """Return the text that counts where the environment has none: `get("SECRET_KEY", "text")`, `... or "text"`."""
    value = setting.value
    if isinstance(value, ast.BoolOp) and isinstance(value.op, ast.Or):
        return _text(value.values[-1], setting.module)
    if not isinstance(value, ast.Call) or not _reads(value):
        return None
    given = keyword(value, "default") or (value.args[1] if len(value.args) > 1 else None)
    return None if given is None else _text(given, setting.module)


def _reads(call: ast.Call) -> bool:
    """Tell whether a call reads a variable of the environment, by the names that such calls have."""
    name = dotted(call.func)
    return name.rpartition(".")[2] in ("get", "getenv", "config", "env", "str") and bool(call.args)


def is_random(setting: Setting) -> bool:
    """Tell whether it is made anew each time the app starts."""
    value = setting.value
    while isinstance(value, ast.Call | ast.Attribute) and (inner := _inner(value)) is not None:
        value = inner
    return isinstance(value, ast.Call) and dotted(value.func).rpartition(".")[2] in RANDOM


def _inner(value: ast.Call | ast.Attribute) -> ast.expr | None:
    """Return what `os.urandom(24).hex()`, `uuid4().hex` and `str(uuid4())` are made from."""
    if isinstance(value, ast.Call) and dotted(value.func) == "str" and value.args:
        return value.args[0]
    owner = value.func if isinstance(value, ast.Call) else value
    return owner.value if isinstance(owner, ast.Attribute) and not dotted(owner) else None
