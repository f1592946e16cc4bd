{%- set types = cookiecutter.fields.values() | map(attribute="type") | list -%}
{%- set dated = "date" in types or "datetime" in types -%}
{%- set open = cookiecutter.fields.values() | rejectattr("required") | list -%}
{%- set annotations = {"date": "dt.date", "datetime": "dt.datetime", "decimal": "Decimal", "uuid": "UUID"} -%}
{%- set readers = {"str": "text", "int": "integer", "float": "number", "bool": "boolean", "datetime": "moment"} -%}
"""{{ cookiecutter.title }} as JSON.

A body must be application/json. No form on another site can send that, so none of this
needs a CSRF token.
"""
{% if dated %}
import datetime as dt
{%- endif %}
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager{% if dated or "float" in types or "decimal" in types or "uuid" in types %}, suppress{% endif %}
from dataclasses import asdict, dataclass
{%- if "decimal" in types %}
from decimal import Decimal, InvalidOperation
{%- endif %}
{%- if "float" in types %}
from math import isfinite
{%- endif %}
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, abort, current_app, url_for

from {{ cookiecutter.sibling }}problems import InvalidFields, answer_with_problems, read_object
{% set one_line = 'bp = Blueprint("' ~ cookiecutter.module ~ '", __name__, url_prefix="' ~ cookiecutter.rule ~ '")' %}
{%- if one_line | length <= 88 %}
{{ one_line }}
{%- else %}
bp = Blueprint(
    "{{ cookiecutter.module }}",
    __name__,
    url_prefix="{{ cookiecutter.rule }}",
)
{%- endif %}
answer_with_problems(bp)


@dataclass(frozen=True)
class Item:
    id: UUID
{%- for field in cookiecutter.fields.values() %}
    {{ field.name }}: {{ annotations.get(field.type, field.type) }}{% if not field.required %} | None{% endif %}
{%- endfor %}


@bp.get("")
def index() -> list[dict[str, object]]:
    return [to_json(item) for item in store.all()]


@bp.post("")
def create() -> tuple[dict[str, object], int, dict[str, str]]:
    item = Item(uuid4(), **read_fields(read_object()))
    store.add(item)
    return to_json(item), 201, {"Location": url_for(".show", item_id=item.id)}


@bp.get("/<uuid:item_id>")
def show(item_id: UUID) -> dict[str, object]:
    return to_json(store.get(item_id) or abort(404))


@bp.put("/<uuid:item_id>")
def replace(item_id: UUID) -> dict[str, object]:
    data = read_object()
    # A client may send back all that it got.
    if data.get("id") == str(item_id):
        del data["id"]
    item = Item(item_id, **read_fields(data))
    if not store.replace(item):
        abort(404)
    return to_json(item)


@bp.delete("/<uuid:item_id>")
def delete(item_id: UUID) -> tuple[str, int]:
    if not store.delete(item_id):
        abort(404)
    return "", 204


def to_json(item: Item) -> dict[str, object]:
    return {name: plain(value) for name, value in asdict(item).items()}


def plain(value: object) -> object:
{%- if dated %}
    # ISO 8601: Flask on its own would write dates as HTTP headers do.
    if isinstance(value, dt.date):
        return value.isoformat()
{%- endif %}
    return str(value) if isinstance(value, {% if "decimal" in types %}Decimal | {% endif %}UUID) else value


def read_fields(data: dict[str, Any]) -> dict[str, Any]:
    """Return the fields as Python has them, or tell the client all that is wrong."""
    fields = {}
    errors = {name: "is not known" for name in data if name not in FIELDS}
    for name, read in FIELDS.items():
        try:
            fields[name] = read(data.get(name))
        except ValueError as error:
            errors[name] = str(error) if name in data else "is missing"
    if errors:
        raise InvalidFields(errors)
    return fields
{%- if "str" in types %}


def text(value: object) -> str:
    if isinstance(value, str) and value.strip():
        value.encode()  # raises a ValueError for half of a surrogate pair
        return value
    raise ValueError("must be text, and not empty")
{%- endif %}
{%- if "int" in types %}


def integer(value: object) -> int:
    # Python takes true for 1; JSON does not.
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ValueError("must be a whole number")
{%- endif %}
{%- if "float" in types %}


def number(value: Any) -> float:
    # Python also reads NaN, Infinity and 1e999, but no JSON can hold them.
    with suppress(OverflowError):
        if type(value) in (int, float) and isfinite(value):
            return float(value)
    raise ValueError("must be a number")
{%- endif %}
{%- if "bool" in types %}


def boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError("must be true or false")
{%- endif %}
{%- if "date" in types %}


def date(value: Any) -> dt.date:
    with suppress(TypeError, ValueError):
        return dt.date.fromisoformat(value)
    raise ValueError("must be a date such as 2024-05-31")
{%- endif %}
{%- if "datetime" in types %}


def moment(value: Any) -> dt.datetime:
    with suppress(TypeError, ValueError):
        moment = dt.datetime.fromisoformat(value)
        # Without an offset, who reads it must guess which moment it is.
        if moment.tzinfo:
            return moment
    raise ValueError("must be a time with its offset, such as 2024-05-31T12:00:00Z")
{%- endif %}
{%- if "decimal" in types %}


def decimal(value: object) -> Decimal:
    with suppress(InvalidOperation):
        if isinstance(value, str | int | float):
            number = Decimal(str(value))
            if number.is_finite():
                return number
    raise ValueError('must be a number; as text, such as "9.90", it stays exact')
{%- endif %}
{%- if "uuid" in types %}


def uuid(value: object) -> UUID:
    with suppress(ValueError):
        if isinstance(value, str):
            return UUID(value)
    raise ValueError("must be a UUID")
{%- endif %}
{%- if open %}


def optional(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else read(value)
{%- endif %}


# How each field is read from JSON.
FIELDS: dict[str, Callable[[Any], Any]] = {
{%- for field in cookiecutter.fields.values() %}
{%- set reader = readers.get(field.type, field.type) %}
    "{{ field.name }}": {% if field.required %}{{ reader }}{% else %}optional({{ reader }}){% endif %},
{%- endfor %}
}


class Store:
    """The items, in a SQLite file that all worker processes share.

    Each is kept as the JSON that clients get. To keep them elsewhere, give a class of
    your own these five methods: the views use nothing else.
    """

    def all(self) -> list[Item]:
        with connect() as db:
            rows = db.execute("SELECT data FROM items ORDER BY rowid")
            return [load(data) for (data,) in rows]

    def get(self, item_id: UUID) -> Item | None:
        with connect() as db:
            rows = db.execute("SELECT data FROM items WHERE id = ?", [str(item_id)])
            return next((load(data) for (data,) in rows), None)

    def add(self, item: Item) -> None:
        with connect() as db:
            db.execute("INSERT INTO items VALUES (?, ?)", [str(item.id), dump(item)])

    def replace(self, item: Item) -> bool:
        update = "UPDATE items SET data = ? WHERE id = ?"
        with connect() as db:
            return db.execute(update, [dump(item), str(item.id)]).rowcount == 1

    def delete(self, item_id: UUID) -> bool:
        delete = "DELETE FROM items WHERE id = ?"
        with connect() as db:
            return db.execute(delete, [str(item_id)]).rowcount == 1


store = Store()


@contextmanager
def connect() -> Iterator[sqlite3.Connection]:
    # A name alone is one in the instance folder.
    name = current_app.config.get("{{ cookiecutter.module | upper }}_DATABASE")
    file = Path(current_app.instance_path, name or f"{bp.name}.sqlite3")
    file.parent.mkdir(parents=True, exist_ok=True)
    # The inner one commits, or rolls back.
    with closing(sqlite3.connect(file)) as db, db:
        db.execute("CREATE TABLE IF NOT EXISTS items (id PRIMARY KEY, data)")
        yield db


def dump(item: Item) -> str:
    return json.dumps(to_json(item))


def load(data: str) -> Item:
    kept = json.loads(data)
    fields = {name: read(kept.get(name)) for name, read in FIELDS.items()}
    return Item(UUID(kept["id"]), **fields)
