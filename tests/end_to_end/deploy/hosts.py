"""What the configuration files of hosting companies may hold, as far as we use them, as their references say."""

import json
from functools import cache
from typing import Any

from tests import parts

Schema = dict[str, Any]
TEXT: Schema = {"type": "string", "minLength": 1}
NUMBER: Schema = {"type": "integer", "minimum": 0}
DURATION: Schema = {"type": "string", "pattern": "^[0-9]+(ms|s|m|h)$"}
PATH: Schema = {"type": "string", "pattern": "^/"}
TEXTS: Schema = {"type": "object", "additionalProperties": {"type": "string"}}


def closed(properties: dict[str, Any], *needed: str) -> Schema:
    """Return the schema of an object that has these keys and no others."""
    return {"type": "object", "properties": properties, "required": list(needed), "additionalProperties": False}


def listed(items: Schema) -> Schema:
    """Return the schema of a list that is not empty."""
    return {"type": "array", "items": items, "minItems": 1}


FLY_CHECK = closed(
    {
        "method": {"enum": ["GET", "HEAD", "get", "head"]},
        "path": PATH,
        "interval": DURATION,
        "timeout": DURATION,
        "grace_period": DURATION,
        "headers": TEXTS,
    },
    "path",
)
FLY_SERVICE = closed(
    {
        "internal_port": NUMBER,
        "force_https": {"type": "boolean"},
        "auto_stop_machines": {"enum": ["off", "stop", "suspend"]},
        "auto_start_machines": {"type": "boolean"},
        "min_machines_running": NUMBER,
        "checks": listed(FLY_CHECK),
    },
    "internal_port",
)
FLY = closed(
    {
        "app": {"type": "string", "pattern": "^[a-z0-9-]+$"},
        "kill_signal": {"enum": ["SIGINT", "SIGTERM", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGKILL", "SIGSTOP"]},
        "kill_timeout": {"type": "integer", "minimum": 0, "maximum": 300},
        "build": closed({"dockerfile": TEXT}),
        "env": TEXTS,
        "http_service": FLY_SERVICE,
        "vm": listed(closed({"size": TEXT, "memory": TEXT})),
    },
    "app",
    "http_service",
)
RENDER_VARIABLE: Schema = {
    "oneOf": [
        closed({"key": TEXT, "value": TEXT}, "key", "value"),
        closed({"key": TEXT, "generateValue": {"const": True}}, "key", "generateValue"),
        closed({"key": TEXT, "sync": {"const": False}}, "key", "sync"),
    ]
}
RENDER = closed(
    {
        "services": listed(
            closed(
                {
                    "type": {"enum": ["web", "pserv", "worker", "cron"]},
                    "name": TEXT,
                    "runtime": {"enum": ["docker", "image", "python"]},
                    "dockerfilePath": TEXT,
                    "plan": {"enum": ["free", "starter", "standard", "pro", "pro plus", "pro max", "pro ultra"]},
                    "domains": listed(TEXT),
                    "healthCheckPath": PATH,
                    "maxShutdownDelaySeconds": {"type": "integer", "minimum": 1, "maximum": 300},
                    "envVars": listed(RENDER_VARIABLE),
                },
                "type",
                "name",
                "runtime",
            )
        )
    },
    "services",
)
RAILWAY = closed(
    {
        "build": closed({"builder": {"enum": ["RAILPACK", "DOCKERFILE"]}, "dockerfilePath": TEXT}),
        "deploy": closed(
            {
                "healthcheckPath": PATH,
                "healthcheckTimeout": NUMBER,
                "overlapSeconds": NUMBER,
                "drainingSeconds": NUMBER,
                "restartPolicyType": {"enum": ["ON_FAILURE", "ALWAYS", "NEVER"]},
                "restartPolicyMaxRetries": NUMBER,
            }
        ),
    }
)
HEROKU_IMAGE = closed(
    {
        "build": closed({"docker": {"type": "object", "additionalProperties": TEXT}}, "docker"),
        "run": {"type": "object", "additionalProperties": TEXT},
    },
    "build",
)
CLOUD_RUN_ASKED = closed(
    {"path": PATH, "port": NUMBER, "httpHeaders": listed(closed({"name": TEXT, "value": TEXT}, "name", "value"))},
    "path",
)
CLOUD_RUN_PROBE = closed(
    {
        "httpGet": CLOUD_RUN_ASKED,
        "tcpSocket": closed({"port": NUMBER}),
        "periodSeconds": {"type": "integer", "minimum": 1, "maximum": 240},
        "timeoutSeconds": {"type": "integer", "minimum": 1, "maximum": 240},
        "failureThreshold": NUMBER,
    }
)
CLOUD_RUN_SECRET = closed({"secretKeyRef": closed({"name": TEXT, "key": TEXT}, "name", "key")})
CLOUD_RUN_CONTAINER = closed(
    {
        "image": TEXT,
        "ports": {"type": "array", "items": closed({"containerPort": NUMBER}), "maxItems": 1},
        "env": listed(closed({"name": TEXT, "value": TEXT, "valueFrom": CLOUD_RUN_SECRET}, "name")),
        "startupProbe": CLOUD_RUN_PROBE,
        "livenessProbe": CLOUD_RUN_PROBE,
        "resources": closed({"limits": TEXTS}),
    },
    "image",
)
CLOUD_RUN_TEMPLATE = closed(
    {
        "metadata": closed({"annotations": TEXTS}),
        "spec": closed(
            {
                "containerConcurrency": {"type": "integer", "minimum": 1, "maximum": 1000},
                "timeoutSeconds": {"type": "integer", "minimum": 1, "maximum": 3600},
                "containers": listed(CLOUD_RUN_CONTAINER),
            },
            "containers",
        ),
    },
    "spec",
)
CLOUD_RUN = closed(
    {
        "apiVersion": {"const": "serving.knative.dev/v1"},
        "kind": {"const": "Service"},
        "metadata": closed({"name": {"type": "string", "pattern": "^[a-z]([a-z0-9-]{0,47}[a-z0-9])?$"}}, "name"),
        "spec": closed({"template": CLOUD_RUN_TEMPLATE}, "template"),
    },
    "apiVersion",
    "kind",
    "metadata",
    "spec",
)


@cache
def heroku_app() -> Schema:
    """Return the schema of `app.json`, as Heroku publishes it in a package."""
    schema: Schema = json.loads(parts.heroku_schema())
    # Its list of stacks has those with a name and a year; "container" is in the documentation of heroku.yml.
    schema["definitions"]["stack"]["enum"].append("container")
    return schema
