"""The Helm chart: linted, rendered, valid for a strict reader, and of one mind with the kustomize manifests."""

from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.deploy import cluster, gateways, generated
from tests.end_to_end.deploy.generated import DOMAIN, LIMIT, NAME, PORT, TIMEOUT, Generated
from tests.end_to_end.deploy.manifests import Manifests, Told, faults

pytestmark = pytest.mark.slow

CHART = f"deploy/helm/{NAME}"
PLATFORM = ["--platform", "helm"]
SERVERS = generated.servers()
CASES = [(one, generated.layout_of(number + 1), generated.entry_of(number + 2)) for number, one in enumerate(SERVERS)]


def told(**more: Any) -> Told:
    """Return what the command was told."""
    return Told(**{"domain": DOMAIN, "port": PORT, "limit": LIMIT, "timeout": TIMEOUT, "hops": 1, **more})


def words(found: Generated, *more: str) -> list[str]:
    """Return the command that renders the chart."""
    return [cluster.program("helm"), "template", NAME, str(found.project / CHART), *more]


def rendered(found: Generated, scratch: Path, *more: str) -> Manifests:
    """Return what Helm makes of the chart, after the strict readers had it."""
    cluster.said([cluster.program("helm"), "lint", "--strict", str(found.project / CHART)])
    text = cluster.said(words(found, *more))
    documents = cluster.documents(text)
    assert cluster.refused(text, scratch) == []
    assert gateways.refused(documents) == []
    return Manifests(documents)


@pytest.mark.parametrize(("server", "layout", "entry"), CASES)
def test_the_chart_holds_together(
    tool: Path, shared: Path, tmp_path: Path, server: str, layout: str, entry: str
) -> None:
    words = ["--server", server, *PLATFORM, "--entry", entry]
    found = generated.deployed(tool, shared, tmp_path, layout, *words)

    assert faults(rendered(found, tmp_path), told()) == []
    assert found.image_command == found.start["container"]


@pytest.fixture(scope="module")
def chart(tool: Path, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Generated:
    """Return a project with a chart, and with the kustomize manifests beside it."""
    platforms = [*PLATFORM, "--platform", "kubernetes"]
    folder = tmp_path_factory.mktemp("chart")
    return generated.deployed(tool, shared, folder, "package", "--server", SERVERS[0], *platforms)


def test_chart_and_manifests_give_the_same_objects(chart: Generated, tmp_path: Path) -> None:
    by_helm = rendered(chart, tmp_path, "--set-string", "image.tag=1").documents
    by_kustomize = cluster.documents(cluster.built(chart.project / "deploy/kubernetes/overlays/production"))

    assert {one["kind"]: alike(one) for one in by_helm} == {one["kind"]: alike(one) for one in by_kustomize}


def alike(value: Any) -> Any:
    """Return a document without what each way has of its own: labels, namespaces, sums, names of settings."""
    if isinstance(value, dict):
        own = ("labels", "annotations", "namespace", "matchLabels", "selector")
        return {key: alike(one) for key, one in value.items() if key not in own or "nginx.org" in str(one)}
    if isinstance(value, list):
        return [alike(one) for one in value]
    return f"{NAME}-settings" if str(value).startswith(f"{NAME}-settings") else value


def test_values_reach_all_that_depends_on_them(chart: Generated, tmp_path: Path) -> None:
    given = ["host=other.test", "bodyLimit=104857600", "timeout=60", "proxyHops=2", "prefix=/myapp"]
    given += ["entry.kind=gateway", "entry.class=eg", "writablePaths[0]=/app/instance", "settings.LOG_LEVEL=DEBUG"]
    sets = [word for one in given for word in ("--set", one)]
    found = rendered(chart, tmp_path, *sets)

    many = {"domain": "other.test", "limit": 104857600, "timeout": 60, "hops": 2, "prefix": "/myapp"}
    assert faults(found, told(**many, instance="/app/instance")) == []
    assert found.settings["LOG_LEVEL"] == "DEBUG"


def test_a_changed_setting_replaces_the_pods(chart: Generated) -> None:
    sums = [
        Manifests(cluster.documents(cluster.said(words(chart, "--set", one)))).pod["metadata"]["annotations"]
        for one in ("settings.LOG_LEVEL=DEBUG", "settings.LOG_LEVEL=INFO")
    ]

    assert sums[0] != sums[1]


WRONG = ["hosst=a.test", "host=https://a.test", "port=80", "entry.kind=other", "settings.SECRET_KEY=abc"]
# An ingress takes no prefix off; and of a number Helm would make 2.0261121e+07.
WRONG += ["prefix=/myapp", "image.tag=20261121"]


@pytest.mark.parametrize("value", WRONG)
def test_a_wrong_value_is_refused(chart: Generated, value: str) -> None:
    cluster.failed(words(chart, "--set", value))


def test_the_linter_refuses_a_broken_template(tool: Path, shared: Path, tmp_path: Path) -> None:
    found = generated.deployed(tool, shared, tmp_path, "package", "--server", SERVERS[0], *PLATFORM)
    template = found.project / CHART / "templates" / "service.yaml"
    lint = [cluster.program("helm"), "lint", "--strict", str(found.project / CHART)]
    cluster.said(lint)

    template.write_text(template.read_text().replace('include "app.selector"', 'include "app.selectors"'))

    assert "app.selectors" in cluster.failed(lint)
