{%- set fields = cookiecutter.fields.values() | list %}
{%- set types = fields | map(attribute="type") | list %}
{%- set required = fields | selectattr("required") | map(attribute="type") | list %}
{%- set optional = fields | rejectattr("required") | map(attribute="type") | list %}

{#- What each type of field is made of. #}
{%- set classes = {"str": "StringField", "text": "TextAreaField", "email": "EmailField", "url": "URLField", "tel": "TelField", "int": "IntegerField", "float": "FloatField", "date": "DateField", "time": "TimeField", "bool": "BooleanField", "choice": "SelectField", "password": "PasswordField"} %}
{%- set checks = {"str": ["Length(max=200)", "ONE_LINE"], "text": ["Length(max=5000)", "NO_NUL"], "email": ["Length(max=254)", "Email()"], "url": ["Length(max=2000)", "ONE_LINE", "URL()"], "tel": ["Length(max=50)", "PHONE_NUMBER"], "int": ["check_range"], "float": ["check_range"], "password": ["Length(max=200)", "ONE_LINE"]} %}
{%- set stripped = ["str", "text", "email", "url", "tel"] %}
{%- set plain = ["str", "text", "password"] %}
{%- set truthy = stripped + ["bool"] %}
{%- set completed = {"email": "email", "url": "url", "tel": "tel", "password": "new-password"} %}
{%- set completed_str = {"name": "name", "full_name": "name", "first_name": "given-name", "last_name": "family-name", "nickname": "nickname", "username": "username", "company": "organization", "organisation": "organization", "organization": "organization", "street": "address-line1", "city": "address-level2", "postcode": "postal-code", "postal_code": "postal-code", "zip": "postal-code", "zip_code": "postal-code", "country": "country-name"} %}
{%- set modes = {"int": "numeric", "float": "decimal"} %}

{#- Text that fits is one line; else a line for each part, as ruff formats it. #}
{%- macro wrapped(start, parts, end, indent) %}
{%- set line = start ~ (parts | join(", ")) ~ end %}
{%- if indent + line | length <= 88 %}
{{- line }}
{%- else %}
{{- start }}
{%- for part in parts %}
{{ " " * (indent + 4) }}{{ part }},
{%- endfor %}
{{ " " * indent }}{{ end }}
{%- endif %}
{%- endmacro %}
{%- macro imported(module, names) -%}
{%- set line = "from " ~ module ~ " import " ~ (names | join(", ")) %}
{%- if line | length <= 88 %}
{{- line }}
{%- else %}
{{- wrapped("from " ~ module ~ " import (", names, ")", 0) }}
{%- endif %}
{%- endmacro %}

{#- The names to import, in ruff's order: upper case first. #}
{%- set used = namespace(fields=[], validators=[]) %}
{%- for type, name in (classes.items() | list + [("", "Form")]) | sort(attribute="1") %}
{%- if type in types + [""] %}{% set used.fields = used.fields + [name] %}{% endif %}
{%- endfor %}
{%- set numbers = types | select("in", ["int", "float"]) | list %}
{%- set patterned = types | select("in", ["str", "text", "url", "tel", "password"]) | list %}
{%- for name, needed in [
  ("URL", "url" in types),
  ("DataRequired", required | select("in", truthy) | list),
  ("Email", "email" in types),
  ("InputRequired", required | reject("in", truthy) | list),
  ("Length", patterned or "email" in types),
  ("Optional", optional | reject("in", plain) | reject("eq", "bool") | list),
  ("Regexp", patterned),
  ("ValidationError", numbers),
] %}
{%- if needed %}{% set used.validators = used.validators + [name] %}{% endif %}
{%- endfor -%}

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug import Response
{{ imported("wtforms", used.fields) }}
{%- if used.validators %}
{{ imported("wtforms.validators", used.validators) }}
{%- endif %}

from {{cookiecutter.sibling}}extensions import csrf

bp = Blueprint("{{cookiecutter.module}}", __name__)
# A page of another site does not know the token, so it cannot post for a visitor.
bp.before_request(csrf.protect)
{%- if types | select("in", ["str", "url", "password"]) | list %}

# A line break could become a line of its own in the header of a mail, or in a log.
ONE_LINE = Regexp(r"[^\x00-\x1f\x7f]*\Z", message="Field must be one plain line.")
{%- endif %}
{%- if "text" in types %}

# Some databases cannot keep this character.
NO_NUL = Regexp(r"[^\0]*\Z", message="Field must be plain text.")
{%- endif %}
{%- if "tel" in types %}

PHONE_NUMBER = Regexp(r"\+?[0-9 ()./-]+\Z", message="Invalid phone number.")
{%- endif %}
{%- if types | select("in", stripped) | list %}


def strip_text(text: str | None) -> str | None:
    # A browser sends a line break as two characters, and counts it as one.
    return text and text.replace("\r\n", "\n").strip()
{%- endif %}
{%- if numbers %}


def check_range(form: Form, field: {{ "IntegerField" if "float" not in numbers else "FloatField" if "int" not in numbers else "IntegerField | FloatField" }}) -> None:
{%- if "float" in numbers %}
    # Refuses infinity and "not a number" too.
{%- else %}
    # NumberRange fails on numbers of hundreds of digits.
{%- endif %}
    if field.data is not None and not abs(field.data) <= 10**15:
        raise ValidationError("Number is out of range.")
{%- endif %}


class {{cookiecutter.class_name}}Form(Form):
{%- for field in fields %}
{%- set validators = (["Optional()"] if not field.required and field.type not in plain else []) + checks.get(field.type, []) %}
{%- if field.required %}
{%- set validators = ["DataRequired()" if field.type in truthy else "InputRequired()"] + validators %}
{%- endif %}
{%- set parts = namespace(all=['"' ~ field.label ~ ("" if field.required or field.type == "bool" else " (optional)") ~ '"']) %}
{%- if field.required or field.type != "bool" %}
{%- set parts.all = parts.all + ["[" ~ (validators | join(", ")) ~ "]"] %}
{%- endif %}
{%- if field.type == "choice" %}
{%- set choices = namespace(all=['"": "Choose one"' if field.required else '"": "No choice"']) %}
{%- for choice in field.choices %}
{%- set choices.all = choices.all + ['"' ~ choice ~ '": "' ~ (choice | replace("_", " ") | capitalize) ~ '"'] %}
{%- endfor %}
{%- set parts.all = parts.all + [wrapped("choices={", choices.all, "}", 8)] %}
{%- endif %}
{%- if field.type in stripped %}
{%- set parts.all = parts.all + ["filters=[strip_text]"] %}
{%- endif %}
{%- set complete = completed.get(field.type) or (field.type == "str" and completed_str.get(field.name)) or "" %}
{%- if field.type == "text" %}
{%- set parts.all = parts.all + ['render_kw={"rows": 8}'] %}
{%- elif field.type in modes %}
{%- set parts.all = parts.all + ['render_kw={"inputmode": "' ~ modes[field.type] ~ '"}'] %}
{%- elif complete %}
{%- set parts.all = parts.all + ['render_kw={"autocomplete": "' ~ complete ~ '"}'] %}
{%- endif %}
    {{ wrapped(field.name ~ " = " ~ classes[field.type] ~ "(", parts.all, ")", 4) }}
{%- endfor %}


@bp.get("{{cookiecutter.rule}}")
def show() -> str:
    form = {{cookiecutter.class_name}}Form()
    return render_template("{{cookiecutter.module}}.html", form=form)


@bp.post("{{cookiecutter.rule}}")
def send() -> Response | tuple[str, int]:
    form = {{cookiecutter.class_name}}Form(request.form)
    if not form.validate():
{%- set page = '"' ~ cookiecutter.module ~ '.html", form=form' %}
{%- if page | length <= 51 %}
        return render_template({{ page }}), 422
{%- else %}
        return render_template(
            {{ page }}
        ), 422
{%- endif %}

    # form.data holds the checked answers. Nothing keeps them or sends them on yet:
    # this is the place to do it.

    flash("Thank you, the form is complete.", "success")
    return redirect(url_for("{{cookiecutter.module}}.show"), 303)
