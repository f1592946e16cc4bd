"""As much of the Gateway API as our manifests use, as its documentation gives it: no other key is known."""

from collections.abc import Mapping
from typing import Any

from tests.end_to_end.deploy import cluster

Schema = dict[str, Any]
NAME: Schema = {"type": "string", "pattern": "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"}
HOST: Schema = {"type": "string", "pattern": r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$"}
PORT: Schema = {"type": "integer", "minimum": 1, "maximum": 65535}
DURATION: Schema = {"type": "string", "pattern": "^([0-9]{1,5}(h|m|s|ms)){1,4}$"}
HEADER: Schema = {"type": "string", "pattern": "^[A-Za-z0-9-]+$"}


def closed(properties: Mapping[str, Any], *needed: str) -> Schema:
    """Return the schema of an object that has these keys and no others."""
    return {"type": "object", "properties": properties, "required": list(needed), "additionalProperties": False}


def listed(items: Mapping[str, Any]) -> Schema:
    """Return the schema of a list that is not empty."""
    return {"type": "array", "items": items, "minItems": 1}


def resource(kind: str, spec: Schema) -> Schema:
    """Return the schema of one kind of resource."""
    labels = {"type": "object", "additionalProperties": {"type": "string"}}
    metadata = closed({"name": NAME, "namespace": NAME, "labels": labels}, "name")
    version = {"const": "gateway.networking.k8s.io/v1"}
    keys = {"apiVersion": version, "kind": {"const": kind}, "metadata": metadata, "spec": spec}
    return closed(keys, "apiVersion", "kind", "metadata", "spec")


CERTIFICATES = closed(
    {"mode": {"enum": ["Terminate", "Passthrough"]}, "certificateRefs": listed(closed({"name": NAME}, "name"))},
    "certificateRefs",
)
LISTENER = closed(
    {
        "name": NAME,
        "hostname": HOST,
        "port": PORT,
        "protocol": {"enum": ["HTTP", "HTTPS", "TLS", "TCP", "UDP"]},
        "tls": CERTIFICATES,
    },
    "name",
    "port",
    "protocol",
)
HEADERS = closed(
    {
        "set": listed(closed({"name": HEADER, "value": {"type": "string"}}, "name", "value")),
        "remove": listed(HEADER),
    }
)
REDIRECT = closed({"scheme": {"enum": ["http", "https"]}, "statusCode": {"enum": [301, 302, 303, 307, 308]}})
REWRITE = closed(
    {
        "path": closed(
            {"type": {"const": "ReplacePrefixMatch"}, "replacePrefixMatch": {"type": "string"}},
            "type",
            "replacePrefixMatch",
        )
    }
)
FILTER: Schema = {
    "oneOf": [
        closed(
            {"type": {"const": "RequestHeaderModifier"}, "requestHeaderModifier": HEADERS},
            "type",
            "requestHeaderModifier",
        ),
        closed({"type": {"const": "RequestRedirect"}, "requestRedirect": REDIRECT}, "type", "requestRedirect"),
        closed({"type": {"const": "URLRewrite"}, "urlRewrite": REWRITE}, "type", "urlRewrite"),
    ]
}
PATH = closed({"type": {"enum": ["Exact", "PathPrefix"]}, "value": {"type": "string", "pattern": "^/"}}, "value")
RULE = closed(
    {
        "matches": listed(closed({"path": PATH})),
        "filters": listed(FILTER),
        "timeouts": closed({"request": DURATION, "backendRequest": DURATION}),
        "backendRefs": listed(closed({"name": NAME, "port": PORT}, "name", "port")),
    }
)
SCHEMAS = {
    "Gateway": resource(
        "Gateway", closed({"gatewayClassName": NAME, "listeners": listed(LISTENER)}, "gatewayClassName", "listeners")
    ),
    "HTTPRoute": resource(
        "HTTPRoute",
        closed(
            {
                "parentRefs": listed(closed({"name": NAME, "sectionName": NAME}, "name")),
                "hostnames": listed(HOST),
                "rules": listed(RULE),
            },
            "parentRefs",
            "rules",
        ),
    ),
}


def refused(documents: list[cluster.Document]) -> list[str]:
    """Return what is wrong with those documents that are of the Gateway API."""
    ours = [one for one in documents if str(one.get("apiVersion", "")).startswith(cluster.ELSEWHERE)]
    # Each at its place in the list has the schema of its kind.
    return cluster.against({"items": [SCHEMAS.get(one["kind"], False) for one in ours]}, ours) if ours else []
