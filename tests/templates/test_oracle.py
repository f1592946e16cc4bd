"""Our rendering against cookiecutter's own: the same bytes, for every template of the catalog and every layout."""

from pathlib import Path

import pytest
from cookiecutter.generate import generate_files

from scaffold import catalog, render
from scaffold.template import ROOT, Template
from tests.conftest import tree
from tests.templates.test_promises import given

WITH_FILES = [template for template in catalog.templates() if (Path(template.folder) / ROOT).is_dir()]
NAMES = [("shop", "shop"), ("my-shop", "my_shop"), ("a" * 30, "a" * 30)]


def roles(layout: Template, known: dict[str, object]) -> dict[str, object]:
    return {role: render.text(value, known, layout) for role, value in layout.table("roles").items()}


@pytest.mark.parametrize("layout", catalog.templates("layout"), ids=lambda layout: layout.name)
@pytest.mark.parametrize("name", NAMES, ids=lambda name: name[0])
@pytest.mark.parametrize("template", WITH_FILES, ids=lambda template: template.full_name)
def test_every_template_gives_the_bytes_that_cookiecutter_gives(
    template: Template, name: tuple[str, str], layout: Template, tmp_path: Path
) -> None:
    known: dict[str, object] = {**given(template), "project_slug": name[0], "package_name": name[1]}
    answers = known | roles(layout, known)

    asked = {"_copy_without_render": template.copied, "_jinja2_env_vars": template.jinja}
    context = {"cookiecutter": {**answers, **asked}}
    made = generate_files(template.folder, context, str(tmp_path), overwrite_if_exists=True, accept_hooks=False)

    assert render.files(template, answers) == {path: data for path, (data, _) in tree(Path(made)).items()}
