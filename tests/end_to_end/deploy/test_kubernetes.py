"""The Kubernetes manifests: valid for a strict reader, built by kustomize, and of one mind among themselves."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.deploy import cluster, gateways, generated
from tests.end_to_end.deploy.generated import DOMAIN, LIMIT, PORT, TIMEOUT, Generated
from tests.end_to_end.deploy.manifests import Manifests, Told, faults

pytestmark = pytest.mark.slow

BASE = "deploy/kubernetes/base"
OVERLAYS = "deploy/kubernetes/overlays"
PLATFORM = ["--platform", "kubernetes"]
GATEWAY = ["--entry", "gateway"]
SERVERS = generated.servers()
CASES = [(one, generated.layout_of(number), generated.entry_of(number)) for number, one in enumerate(SERVERS)]


def told(domain: str = DOMAIN, **more: Any) -> Told:
    """Return what the command was told."""
    return Told(domain=domain, port=PORT, limit=LIMIT, timeout=TIMEOUT, **{"hops": 1, **more})


def checked(found: Generated, folders: list[str], scratch: Path) -> list[Manifests]:
    """Return what kustomize builds of each folder, after the strict readers had it."""
    texts = [cluster.built(found.project / folder) for folder in folders]
    built = cluster.all_documents(texts)
    assert cluster.refused("\n---\n".join(texts), scratch) == []
    assert gateways.refused([one for documents in built for one in documents]) == []
    return [Manifests(documents) for documents in built]


@pytest.mark.parametrize(("server", "layout", "entry"), CASES)
def test_base_and_overlays_hold_together(
    tool: Path, shared: Path, tmp_path: Path, server: str, layout: str, entry: str
) -> None:
    words = ["--server", server, *PLATFORM, "--entry", entry]
    found = generated.deployed(tool, shared, tmp_path, layout, *words)

    hosts = {BASE: DOMAIN, f"{OVERLAYS}/production": DOMAIN, f"{OVERLAYS}/staging": f"staging.{DOMAIN}"}
    for manifests, host in zip(checked(found, list(hosts), tmp_path), hosts.values(), strict=True):
        assert faults(manifests, told(host)) == []
    # The manifests run the image as it is: so it has to listen where they ask, with the words that are told.
    assert found.image_command == found.start["container"]
    assert any(str(PORT) in word for word in found.image_command)


@pytest.mark.parametrize("more", [[], GATEWAY], ids=["ingress", "gateway"])
def test_what_the_app_writes_has_a_place(tool: Path, shared: Path, tmp_path: Path, more: list[str]) -> None:
    words = ["--server", SERVERS[0], *PLATFORM, *more]
    found = generated.deployed(tool, shared, tmp_path, "package", *words, add="login")

    wanted = told(instance=f"{found.image_folder}/instance")
    (manifests,) = checked(found, [BASE], tmp_path)
    assert faults(manifests, wanted) == []
    assert "database before real users come" in found.text("README.md")


def test_a_prefix_is_taken_off_by_a_gateway(tool: Path, shared: Path, tmp_path: Path) -> None:
    words = ["--server", SERVERS[0], *PLATFORM, "--prefix", "/myapp", "--proxies", "2"]
    found = generated.deployed(tool, shared, tmp_path, "module", *words)

    (manifests,) = checked(found, [BASE], tmp_path)
    assert faults(manifests, told(prefix="/myapp", hops=2)) == []


def test_overlays_name_the_image_and_keep_apart(tool: Path, shared: Path, tmp_path: Path) -> None:
    found = generated.deployed(tool, shared, tmp_path, "package", "--server", SERVERS[0], *PLATFORM)
    names = ["production", "staging"]
    built = dict(zip(names, checked(found, [f"{OVERLAYS}/{name}" for name in names], tmp_path), strict=True))

    assert {one.container["image"] for one in built.values()} == {"registry.example.com/shop:1"}
    namespaces = {name: {one["metadata"]["namespace"] for one in them.documents} for name, them in built.items()}
    assert namespaces == {"production": {"shop"}, "staging": {"shop-staging"}}
    settings = {one.one("ConfigMap")["metadata"]["name"] for one in built.values()}
    assert len(settings) == 2, "a changed setting would not replace the pods"


@pytest.fixture(scope="module")
def sound(tool: Path, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[cluster.Document]]:
    """Return sound documents, one set for each way in."""
    found = {}
    for name, more in [("ingress", []), ("gateway", GATEWAY)]:
        words = ["--server", SERVERS[0], *PLATFORM, *more]
        made = generated.deployed(tool, shared, tmp_path_factory.mktemp(name), "package", *words)
        found[name] = cluster.documents(cluster.built(made.project / BASE))
    return found


def put(kind: str, path: str, value: Any) -> Callable[[Manifests], None]:
    """Return what sets, or removes, one value of a document."""

    def change(found: Manifests) -> None:
        *way, last = [int(key) if key.isdigit() else key for key in path.split("/")]
        place: Any = found.of(kind)[-1]
        for key in way:
            place = place[key]
        if value is None:
            del place[last]
        else:
            place[last] = value

    return change


POD, APP = "spec/template/spec", "spec/template/spec/containers/0"
BROKEN = {
    "holds a secret": put("ConfigMap", "data/SECRET_KEY", "b5c0d7e2f9a14683b5c0d7e2f9a14683"),
    "no Secret is read": put("Deployment", f"{APP}/envFrom/1", None),
    "the pod has a token": put("Deployment", f"{POD}/automountServiceAccountToken", True),
    "Service selects other pods": put("Service", "spec/selector", {"app": "other"}),
    "NetworkPolicy selects other pods": put("NetworkPolicy", "spec/podSelector/matchLabels", {}),
    "something else is scaled": put("HorizontalPodAutoscaler", "spec/scaleTargetRef/name", "other"),
    "other settings are read": put("Deployment", f"{APP}/envFrom/0/configMapRef/name", "other"),
    "leads to no port": put("Deployment", f"{APP}/ports/0/containerPort", 8000),
    "PROXY_HOPS is 2": put("ConfigMap", "data/PROXY_HOPS", "2"),
    "MAX_CONTENT_LENGTH is": put("ConfigMap", "data/MAX_CONTENT_LENGTH", "16777216"),
    "told what to run": put("Deployment", f"{APP}/args", ["flask", "run"]),
    "asks for a host": put("Deployment", f"{APP}/livenessProbe/httpGet/httpHeaders", []),
    "asks for something else": put("Deployment", f"{APP}/readinessProbe/httpGet/path", "/"),
    "take all there is": put("Deployment", f"{APP}/resources/limits", {}),
    "runAsNonRoot": put("Deployment", f"{POD}/securityContext/runAsNonRoot", False),
    "readOnlyRootFilesystem": put("Deployment", f"{APP}/securityContext/readOnlyRootFilesystem", False),
    "it can write to": put("Deployment", f"{APP}/volumeMounts", []),
    "everybody may ask": put("NetworkPolicy", "spec/ingress/0/from", None),
    "goes before a new one": put("Deployment", "spec/strategy/rollingUpdate/maxUnavailable", 1),
    "while it is still asked": put("Deployment", f"{APP}/lifecycle", None),
    "cut short": put("Deployment", f"{POD}/terminationGracePeriodSeconds", TIMEOUT),
    "takes all pods": put("PodDisruptionBudget", "spec/maxUnavailable", "100%"),
    "is not scaled": put("HorizontalPodAutoscaler", "spec/maxReplicas", 2),
}
BROKEN_INGRESS = {
    "client-max-body-size is": put("Ingress", "metadata/annotations", {}),
    "knows another host": put("Ingress", "spec/tls/0/hosts", []),
    "leads elsewhere": put("Ingress", "spec/rules/0/http/paths/0/backend/service/name", "other"),
}
BROKEN_GATEWAY = {
    "knows another host": put("Gateway", "spec/listeners/1/hostname", "example.com"),
    "no HTTPS": put("Gateway", "spec/listeners/1/tls", {}),
    "another timeout": put("HTTPRoute", "spec/rules/0/timeouts/request", "5s"),
    "says where it is": put("HTTPRoute", "spec/rules/0/filters/0/requestHeaderModifier/remove", []),
}


@pytest.mark.parametrize(
    ("way", "fault", "change"),
    [
        *(("ingress", fault, change) for fault, change in {**BROKEN, **BROKEN_INGRESS}.items()),
        *(("gateway", fault, change) for fault, change in BROKEN_GATEWAY.items()),
    ],
)
def test_each_of_our_checks_can_fail(
    sound: dict[str, list[cluster.Document]], way: str, fault: str, change: Callable[[Manifests], None]
) -> None:
    found = Manifests(copy.deepcopy(sound[way]))
    # kustomize sorts by name: of the two routes the one to the app has to be the last.
    found.documents.sort(key=lambda one: one["metadata"]["name"].endswith("-to-https"), reverse=True)
    assert faults(found, told()) == []

    change(found)

    assert any(fault in one for one in faults(found, told())), faults(found, told())


def test_the_strict_reader_refuses_what_it_does_not_know(
    tool: Path, shared: Path, tmp_path: Path, sound: dict[str, list[cluster.Document]]
) -> None:
    found = generated.deployed(tool, shared, tmp_path, "package", "--server", SERVERS[0], *PLATFORM)
    text = cluster.built(found.project / BASE)

    assert cluster.refused(text, tmp_path) == []
    for sound_text, broken, said in [
        ("revisionHistoryLimit:", "revisionLimit:", "revisionLimit"),
        ("containerPort: 8090", "containerPort: http", "containerPort"),
        ("apiVersion: apps/v1", "apiVersion: apps/v7", "Couldn't find schema"),
    ]:
        assert sound_text in text
        assert said in "".join(cluster.refused(text.replace(sound_text, broken), tmp_path))
    for key in ("hostname", "timeouts", "backendRefs", "gatewayClassName"):
        broken = str(sound["gateway"]).replace(f"'{key}'", f"'{key}s'")
        assert gateways.refused(eval(broken)), key


def test_kustomize_refuses_what_is_not_there(tool: Path, shared: Path, tmp_path: Path) -> None:
    found = generated.deployed(tool, shared, tmp_path, "package", "--server", SERVERS[0], *PLATFORM)
    (found.project / BASE / "service.yaml").unlink()

    words = [cluster.program("kubectl"), "kustomize", str(found.project / OVERLAYS / "production")]
    assert "service.yaml" in cluster.failed(words)
