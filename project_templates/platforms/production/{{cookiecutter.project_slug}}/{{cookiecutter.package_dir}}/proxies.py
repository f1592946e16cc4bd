"""Which proxies the app believes: as many as PROXY_HOPS in its environment says."""

import os

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix


def init_app(app: Flask) -> None:
    # Without a proxy anybody could send these headers, so without one nobody reads them.
    if hops := int(os.environ.get("PROXY_HOPS", "0")):
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_host=1, x_prefix=1
        )
