"""For load balancers: an answer that took the same way as any other request."""

from flask import Blueprint

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def healthz() -> tuple[str, dict[str, str]]:
    return "ok\n", {"Content-Type": "text/plain", "Cache-Control": "no-store"}
