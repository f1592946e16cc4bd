"""The images that generated files name, which no registry gives here: made once from Debian's packages, kept as a tar.

They bear the official names and have the official paths, so that what is generated is built and run as it is.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests import parts
from tests.end_to_end.deploy.dockerd import Docker, daemon

PYTHON = "python:3.13-slim"
NGINX = "nginx:stable"
CADDY = "caddy:2.11"
HAPROXY = "haproxy:3.0"
# The Debian whose Python, nginx and HAProxy are of these versions.
SUITE = "trixie"
# Python's official image has its shared library, too: servers that are compiled link to it.
PACKAGES = ("ca-certificates", "libcap2-bin", "libpython3.13", "python3", "python3-pip", "python3-venv")
WITHOUT = ("/usr/share/doc/*", "/usr/share/locale/*", "/usr/share/man/*")
AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")
APT = "RUN apt-get update && apt-get install --yes --no-install-recommends"
CLEAN = "rm -rf /var/lib/apt/lists/* /var/cache/apt/*"
BUILDS = {
    PYTHON: """\
FROM debian
COPY ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY pip.conf /etc/pip.conf
RUN ln -s /usr/bin/python3 /usr/local/bin/python
CMD ["python3"]
""",
    NGINX: f"""\
FROM debian
{APT} nginx && {CLEAN}
RUN useradd --system --home-dir /nonexistent nginx && mkdir -p /var/cache/nginx
RUN ln -sf /dev/stdout /var/log/nginx/access.log && ln -sf /dev/stderr /var/log/nginx/error.log
COPY nginx.conf /etc/nginx/nginx.conf
STOPSIGNAL SIGQUIT
CMD ["nginx", "-g", "daemon off;"]
""",
    CADDY: """\
FROM debian
COPY caddy /usr/bin/caddy
RUN setcap cap_net_bind_service=+ep /usr/bin/caddy && mkdir -p /config /data /etc/caddy
ENV XDG_CONFIG_HOME=/config XDG_DATA_HOME=/data
CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]
""",
    HAPROXY: f"""\
FROM debian
{APT} haproxy && {CLEAN}
STOPSIGNAL SIGUSR1
USER haproxy
CMD ["haproxy", "-W", "-db", "-f", "/usr/local/etc/haproxy/haproxy.cfg"]
""",
}
NGINX_CONF = """\
user nginx;
worker_processes auto;
error_log /var/log/nginx/error.log notice;
pid /run/nginx.pid;
events {
    worker_connections 1024;
}
http {
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    access_log /var/log/nginx/access.log;
    sendfile on;
    keepalive_timeout 65;
    client_body_temp_path /var/cache/nginx/client_temp;
    proxy_temp_path /var/cache/nginx/proxy_temp;
    fastcgi_temp_path /var/cache/nginx/fastcgi_temp;
    uwsgi_temp_path /var/cache/nginx/uwsgi_temp;
    scgi_temp_path /var/cache/nginx/scgi_temp;
    include /etc/nginx/conf.d/*.conf;
}
"""


def load(docker: Docker, *names: str) -> None:
    """Bring images into a daemon; those that were never made are made first."""
    for name in names:
        docker.run("load", "--input", str(_tar(name)))


def _tar(name: str) -> Path:
    folder = parts.CACHE / "docker"
    recipe = [name, SUITE, *PACKAGES, *WITHOUT, AUTHORITIES.read_text(), pip_conf(), NGINX_CONF, BUILDS[name]]
    tar = folder / f"{name.partition(':')[0]}-{_digest(recipe)}.tar"
    with parts.alone(f"image-{name.partition(':')[0]}"):
        if not tar.exists():
            folder.mkdir(parents=True, exist_ok=True)
            # Made in a daemon of its own: the one that asks gets nothing but what it asked for.
            with daemon() as docker:
                _build(docker, name)
                part = tar.with_suffix(".part")
                docker.run("save", "--output", str(part), name)
                part.rename(tar)
    return tar


def _build(docker: Docker, name: str) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        docker.run("import", str(_debian()), "debian")
        shutil.copy(AUTHORITIES, folder)
        if name == CADDY:
            shutil.copy(Path(parts.wheel("caddy")).resolve(), folder / "caddy")
        (folder / "pip.conf").write_text(pip_conf())
        (folder / "nginx.conf").write_text(NGINX_CONF)
        (folder / "Dockerfile").write_text(BUILDS[name])
        docker.run("build", "--network", "host", "--tag", name, ".", cwd=folder)


def _debian() -> Path:
    tar = parts.CACHE / "docker" / f"{SUITE}-{_digest([*PACKAGES, *WITHOUT])}.tar"
    with parts.alone("debian"):
        if tar.exists():
            return tar
        words = [parts.program("mmdebstrap"), "--quiet", "--variant=minbase", f"--include={','.join(PACKAGES)}"]
        words += [f"--dpkgopt=path-exclude={path}" for path in WITHOUT]
        part = tar.with_suffix(".part.tar")
        subprocess.run([*words, SUITE, str(part), "http://deb.debian.org/debian"], check=True)
        part.rename(tar)
    return tar


def _digest(recipe: list[str]) -> str:
    return hashlib.sha256("\0".join(recipe).encode()).hexdigest()[:12]


def pip_conf() -> str:
    """Return how pip reaches its index from inside, as it does from here."""
    lines = ["[global]", f"cert = {AUTHORITIES}"]
    index = os.environ.get("PIP_INDEX_URL")
    return "\n".join([*lines, *([f"index-url = {index}"] if index else []), ""])
