"""What must hold between the manifests of one app, which no schema knows."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.end_to_end.deploy.cluster import Document

# A sum of settings has 64 digits, and is none.
SECRET = re.compile(r"SECRET_KEY['\"]?\s*[=:]\s*\S|(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])|PRIVATE KEY")
PROBES = ("startupProbe", "readinessProbe", "livenessProbe")


@dataclass(frozen=True)
class Told:
    """What the command was told, and what follows from it."""

    domain: str
    port: int
    limit: int
    timeout: int
    hops: int
    prefix: str = ""
    instance: str = ""


class Manifests:
    """The documents of one app."""

    def __init__(self, documents: list[Document]) -> None:
        self.documents = documents

    def of(self, kind: str) -> list[Document]:
        return [one for one in self.documents if one["kind"] == kind]

    def one(self, kind: str) -> Document:
        found = self.of(kind)
        assert len(found) == 1, f"{len(found)} of {kind}"
        return found[0]

    @property
    def pod(self) -> dict[str, Any]:
        template: dict[str, Any] = self.one("Deployment")["spec"]["template"]
        return template

    @property
    def container(self) -> dict[str, Any]:
        containers = self.pod["spec"]["containers"]
        assert len(containers) == 1
        return dict(containers[0])

    @property
    def settings(self) -> dict[str, str]:
        return dict(self.one("ConfigMap")["data"])


def faults(found: Manifests, told: Told) -> list[str]:
    """Return what does not hold."""
    checks = (secrets, references, settings, pods, security, lifecycle, entry)
    return [fault for check in checks for fault in check(found, told)]


def secrets(found: Manifests, told: Told) -> Iterator[str]:
    """No secret is written down; it is named."""
    for one in found.documents:
        if one["kind"] == "Secret" or SECRET.search(str(one)):
            yield f"{one['kind']} holds a secret"
    if not any("secretRef" in one for one in found.container["envFrom"]):
        yield "no Secret is read"
    if found.pod["spec"].get("automountServiceAccountToken") is not False:
        yield "the pod has a token"
    if found.one("ServiceAccount").get("automountServiceAccountToken") is not False:
        yield "the account has a token"


def references(found: Manifests, told: Told) -> Iterator[str]:
    """What one of them names is there in another."""
    labels = found.pod["metadata"]["labels"].items()
    deployment = found.one("Deployment")
    selectors = {
        "Deployment": deployment["spec"]["selector"]["matchLabels"],
        "Service": found.one("Service")["spec"]["selector"],
        "PodDisruptionBudget": found.one("PodDisruptionBudget")["spec"]["selector"]["matchLabels"],
        "NetworkPolicy": found.one("NetworkPolicy")["spec"]["podSelector"]["matchLabels"],
    }
    for number, one in enumerate(found.pod["spec"]["topologySpreadConstraints"]):
        selectors[f"spread {number}"] = one["labelSelector"]["matchLabels"]
    yield from (f"{kind} selects other pods" for kind, one in selectors.items() if not one or not one.items() <= labels)
    if found.one("HorizontalPodAutoscaler")["spec"]["scaleTargetRef"]["name"] != deployment["metadata"]["name"]:
        yield "something else is scaled"
    if "replicas" in deployment["spec"]:
        yield "two say how many pods there are"
    if found.pod["spec"]["serviceAccountName"] != found.one("ServiceAccount")["metadata"]["name"]:
        yield "another account"
    read = [one["configMapRef"]["name"] for one in found.container["envFrom"] if "configMapRef" in one]
    if read != [found.one("ConfigMap")["metadata"]["name"]]:
        yield "other settings are read"
    ports = {one["name"]: one["containerPort"] for one in found.container["ports"]}
    if ports.get(found.one("Service")["spec"]["ports"][0]["targetPort"]) != told.port:
        yield "the service leads to no port of the image"
    if found.one("NetworkPolicy")["spec"]["ingress"][0]["ports"][0]["port"] not in ports:
        yield "the network lets nobody ask the app"


def settings(found: Manifests, told: Told) -> Iterator[str]:
    """The app is told what the proxy in front of it is told."""
    wanted = {"PROXY_HOPS": told.hops, "TRUSTED_HOSTS": told.domain, "MAX_CONTENT_LENGTH": told.limit}
    for name, value in wanted.items():
        if found.settings.get(name) != str(value):
            yield f"{name} is {found.settings.get(name)}"
    if any(set(one) - {"configMapRef", "secretRef"} for one in found.container["envFrom"]) or "env" in found.container:
        yield "there are further settings"


def pods(found: Manifests, told: Told) -> Iterator[str]:
    """The image is run as it is, and asked for a page that it gives."""
    container = found.container
    if {"command", "args"} & container.keys():
        yield "the image is told what to run"
    for name in PROBES:
        asked = container.get(name, {}).get("httpGet", {})
        hosts = [one["value"] for one in asked.get("httpHeaders", ()) if one["name"] == "Host"]
        if hosts != [found.settings.get("TRUSTED_HOSTS")]:
            yield f"{name} asks for a host that is not trusted"
        if asked.get("path") != "/healthz" or asked.get("port") not in [one["name"] for one in container["ports"]]:
            yield f"{name} asks for something else"
    if (
        not {"cpu", "memory"} <= container["resources"]["requests"].keys()
        or "memory" not in container["resources"]["limits"]
    ):
        yield "the pod may take all there is"


def security(found: Manifests, told: Told) -> Iterator[str]:
    """Who breaks into the app has little there."""
    whole, own = found.pod["spec"]["securityContext"], found.container["securityContext"]
    wanted = {"runAsNonRoot": True, "runAsUser": 10001, "seccompProfile": {"type": "RuntimeDefault"}}
    yield from (f"{name} is not set" for name, value in wanted.items() if whole.get(name) != value)
    bounds = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
    yield from (f"{name} is not set" for name, value in bounds.items() if own.get(name) != value)
    empty = {one["name"] for one in found.pod["spec"]["volumes"] if "emptyDir" in one}
    writable = {one["mountPath"] for one in found.container["volumeMounts"] if one["name"] in empty}
    if writable != {"/tmp", told.instance} - {""}:
        yield f"it can write to {sorted(writable)}"
    sources = found.one("NetworkPolicy")["spec"]["ingress"][0].get("from")
    if not sources or not all(one.get("namespaceSelector", {}).get("matchLabels") for one in sources):
        yield "everybody may ask the app"


def lifecycle(found: Manifests, told: Told) -> Iterator[str]:
    """A new version loses no request."""
    rolling = found.one("Deployment")["spec"]["strategy"]["rollingUpdate"]
    if rolling["maxUnavailable"] != 0:
        yield "an old pod goes before a new one answers"
    waits = found.container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
    if waits < 3:
        yield "a pod stops while it is still asked"
    if found.pod["spec"]["terminationGracePeriodSeconds"] < waits + told.timeout:
        yield "requests are cut short"
    if found.one("PodDisruptionBudget")["spec"].get("maxUnavailable") != 1:
        yield "an upgrade takes all pods at once, or none"
    scaling = found.one("HorizontalPodAutoscaler")["spec"]
    if not 1 <= scaling["minReplicas"] < scaling["maxReplicas"]:
        yield "it is not scaled"


def entry(found: Manifests, told: Told) -> Iterator[str]:
    """The proxy leads to the app, over HTTPS, with the app's own limits."""
    service = found.one("Service")["metadata"]["name"]
    yield from _ingress(found.one("Ingress"), service, told) if found.of("Ingress") else _gateway(found, service, told)


def _ingress(ingress: Mapping[str, Any], service: str, told: Told) -> Iterator[str]:
    notes, spec = ingress["metadata"]["annotations"], ingress["spec"]
    seconds = told.timeout + 5
    wanted = {
        "nginx.org/client-max-body-size": str(told.limit),
        "nginx.org/proxy-read-timeout": f"{seconds}s",
        "nginx.org/proxy-send-timeout": f"{seconds}s",
        "nginx.ingress.kubernetes.io/proxy-body-size": str(told.limit),
        "nginx.ingress.kubernetes.io/proxy-read-timeout": str(seconds),
        "nginx.ingress.kubernetes.io/proxy-send-timeout": str(seconds),
    }
    yield from (f"{name} is {notes.get(name)}" for name, value in wanted.items() if notes.get(name) != value)
    if [one["host"] for one in spec["rules"]] != [told.domain] or spec["tls"][0]["hosts"] != [told.domain]:
        yield "the entry knows another host"
    if spec["rules"][0]["http"]["paths"][0]["backend"]["service"] != {"name": service, "port": {"name": "http"}}:
        yield "the entry leads elsewhere"


def _gateway(found: Manifests, service: str, told: Told) -> Iterator[str]:
    gateway = found.one("Gateway")
    listeners = {one["name"]: one for one in gateway["spec"]["listeners"]}
    if {one["hostname"] for one in listeners.values()} != {told.domain}:
        yield "the entry knows another host"
    if listeners["https"].get("tls", {}).get("mode") != "Terminate":
        yield "there is no HTTPS"
    routes = {one["spec"]["parentRefs"][0]["sectionName"]: one["spec"] for one in found.of("HTTPRoute")}
    plain, rule = routes["http"]["rules"][0], routes["https"]["rules"][0]
    if [one["type"] for one in plain["filters"]] != ["RequestRedirect"] or "backendRefs" in plain:
        yield "plain HTTP is not redirected"
    if rule["backendRefs"] != [{"name": service, "port": 80}]:
        yield "the entry leads elsewhere"
    if rule["timeouts"]["request"] != f"{told.timeout + 5}s":
        yield "the entry has another timeout"
    headers = next(one["requestHeaderModifier"] for one in rule["filters"] if one["type"] == "RequestHeaderModifier")
    ours = {one["name"]: one["value"] for one in headers.get("set", ())}
    if {"X-Forwarded-Host", "X-Forwarded-Prefix"} - ours.keys() - set(headers["remove"]):
        yield "a client says where it is"
    cut = any(one["type"] == "URLRewrite" for one in rule["filters"])
    if ours.get("X-Forwarded-Prefix", "") != told.prefix or cut != bool(told.prefix):
        yield "the prefix is another"
