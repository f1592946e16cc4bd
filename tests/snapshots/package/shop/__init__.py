import os
from collections.abc import Mapping
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from . import assets, config, errors, health, logs, pages, security


def create_app(test_config: Mapping[str, Any] | None = None) -> Flask:
    """Make the app from the environment. What a test passes wins over it."""
    overrides = test_config or {}
    settings = config.load(os.environ, testing=bool(overrides.get("TESTING")))
    logs.configure(settings["LOG_LEVEL"], as_json=settings["PRODUCTION"])

    app = Flask(__name__)
    app.config.from_mapping(settings)
    app.config.from_mapping(overrides)

    assets.init_app(app)
    errors.init_app(app)
    logs.init_app(app)
    security.init_app(app)

    app.register_blueprint(health.bp)
    app.register_blueprint(pages.bp)

    # Outermost, so that everything inside sees the client and not the proxy. Without a
    # proxy anybody could send these headers, so without one nobody reads them.
    if hops := app.config["PROXY_HOPS"]:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_host=1, x_prefix=1
        )

    return app
