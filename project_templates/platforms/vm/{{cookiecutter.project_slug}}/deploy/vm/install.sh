#!/bin/sh
# Makes an empty Debian, version 12 or later, serve {{ cookiecutter.domain }}. As root, with the project in
# {{ cookiecutter.root }}, where everybody can read it:
#
#     sh {{ cookiecutter.root }}/deploy/vm/install.sh
#
# Run it again after each change of the code. What is in place already stays as it is.

set -eu

step() {
    printf '\n== %s\n' "$1"
}

stop() {
    printf '%s\n' "$1" >&2
    exit 1
}

[ "$(id -u)" -eq 0 ] || stop "Run this as root."
[ -e {{ cookiecutter.root }}/deploy/vm/install.sh ] || stop "The project has to be in {{ cookiecutter.root }}."
# One of ours with the name of one of Debian's would take its place.
[ ! -e /usr/lib/systemd/system/{{ cookiecutter.project_slug }}.service ] || stop "This machine has a {{ cookiecutter.project_slug }}.service that is not ours."
cd {{ cookiecutter.root }}
umask 022

step "Packages of Debian"
export DEBIAN_FRONTEND=noninteractive
apt-get update --quiet
# What is installed already is left to the machine's own updates, and those are waited for.
{% set packages = ["ca-certificates", "curl", "python3", "python3-venv"] %}
{% if cookiecutter.proxy_package | default("") %}
{% set packages = packages + [cookiecutter.proxy_package] %}
{% if cookiecutter.edge and not cookiecutter.own_certificate and not cookiecutter.automatic_https | default(false) %}
{% set packages = packages + ["certbot"] %}
{% endif %}
{% endif %}
apt-get install --option DPkg::Lock::Timeout=300 --quiet --yes --no-install-recommends --no-upgrade {{ packages | join(" ") }}

step "A user for the service: no password, no shell, no home"
systemd-sysusers {{ cookiecutter.root }}/deploy/systemd/{{ cookiecutter.project_slug }}.sysusers.conf
setpriv --reuid={{ cookiecutter.project_slug[:31] }} --regid={{ cookiecutter.project_slug[:31] }} --clear-groups test -r {{ cookiecutter.root }}/{{ cookiecutter.wsgi_file }} ||
    stop "That user cannot read {{ cookiecutter.root }}. 'chmod -R go+rX' on what it may read, and on the folders above."
{% if cookiecutter.writes_instance %}
# The one place where the app can write.
install --directory --owner={{ cookiecutter.project_slug[:31] }} --group={{ cookiecutter.project_slug[:31] }} --mode=0700 instance
{% endif %}

step "Python packages, in .venv"
[ -x .venv/bin/pip ] || python3 -m venv .venv
if [ -e pyproject.toml ]; then
    .venv/bin/pip install --quiet --editable .
else
    .venv/bin/pip install --quiet --requirement requirements.txt
fi

step "The secret settings, in deploy/secret.env"
# Made once: with another key, everybody would be logged out.
[ -s deploy/secret.env ] ||
    (umask 077 && python3 -c "import secrets; print(f'SECRET_KEY={secrets.token_hex(32)}')" >deploy/secret.env)
chown root:root deploy/secret.env
chmod 0600 deploy/secret.env

step "The service"
{% set slug = cookiecutter.project_slug %}
{% if cookiecutter.activated %}
# A socket that moves has to be closed first; one that stays is never closed.
socket=/etc/systemd/system/{{ slug }}.socket
if [ -e "$socket" ] && ! cmp --silent deploy/systemd/{{ slug }}.socket "$socket"; then
    systemctl stop {{ slug }}.socket
fi
{% else %}
# An earlier deployment may have had a socket of systemd's.
if [ -e /etc/systemd/system/{{ slug }}.socket ]; then
    systemctl disable --now {{ slug }}.socket
    rm /etc/systemd/system/{{ slug }}.socket
fi
{% endif %}
install --mode=0644 deploy/systemd/{{ slug }}.service {{ "deploy/systemd/" ~ slug ~ ".socket " if cookiecutter.activated }}/etc/systemd/system/
systemctl daemon-reload
systemctl enable --quiet {{ slug }}.service
# It may have given up, after failures that this run is to mend.
systemctl reset-failed '{{ slug }}.*'
{% if cookiecutter.activated %}
systemctl start {{ slug }}.socket
# Who connects now waits in the socket.
{% endif %}
systemctl restart {{ slug }}.service
{% if cookiecutter.proxy_package | default("") %}

{% if cookiecutter.own_certificate %}
step "The certificate"
for file in {{ cookiecutter.certificate }} {{ cookiecutter.certificate_key }}; do
    [ -r "$file" ] || stop "$file has to be there, and is not."
done

{% elif cookiecutter.edge and not cookiecutter.automatic_https | default(false) %}
step "A certificate from Let's Encrypt"
# They ask this machine for a file over HTTP. As Debian installs it, the proxy finds that file
# through the link; our configuration knows the folder itself, for when certbot's timer renews.
challenges={{ cookiecutter.root }}/deploy/acme/.well-known
mkdir -p "$challenges/acme-challenge"
[ -e /var/www/html/.well-known ] || ln -s "$challenges" /var/www/html/.well-known
[ -e {{ cookiecutter.certificate }} ] ||
    certbot certonly --non-interactive --agree-tos --register-unsafely-without-email \
        --webroot --webroot-path {{ cookiecutter.root }}/deploy/acme --domain {{ cookiecutter.domain }} \
        --deploy-hook '{{ cookiecutter.proxy_reload }}'

{% endif %}
step "The proxy"
{% if cookiecutter.proxy_setup | default("") %}
{{ cookiecutter.proxy_setup }}
{% endif %}
ln -sf {{ cookiecutter.root }}/{{ cookiecutter.proxy_file }} {{ cookiecutter.proxy_place }}
{{ cookiecutter.proxy_reload }}
{% endif %}
{% if cookiecutter.proxy_package | default("") or cookiecutter.protocol == "http" %}

step "The site"
# This machine is asked, whatever the name leads to so far; a server may need a moment.
curl --silent --show-error --fail --retry 20 --retry-all-errors --retry-delay 1 \
{% if cookiecutter.proxy_package | default("") and (cookiecutter.edge or cookiecutter.own_certificate) %}
{% if cookiecutter.own_certificate %}
    --insecure \
{% endif %}
    --resolve {{ cookiecutter.domain }}:{{ cookiecutter.https_port }}:127.0.0.1 https://{{ cookiecutter.domain }}:{{ cookiecutter.https_port }}{{ cookiecutter.prefix }}/healthz
{% elif cookiecutter.proxy_package | default("") %}
    --resolve {{ cookiecutter.domain }}:{{ cookiecutter.http_port }}:127.0.0.1 http://{{ cookiecutter.domain }}:{{ cookiecutter.http_port }}{{ cookiecutter.prefix }}/healthz
{% elif cookiecutter.bind == "unix" %}
    --unix-socket {{ cookiecutter.socket }} http://{{ cookiecutter.domain }}/healthz
{% else %}
    --resolve {{ cookiecutter.domain }}:{{ cookiecutter.port }}:{{ cookiecutter.host }} http://{{ cookiecutter.domain }}:{{ cookiecutter.port }}/healthz
{% endif %}
{% endif %}
