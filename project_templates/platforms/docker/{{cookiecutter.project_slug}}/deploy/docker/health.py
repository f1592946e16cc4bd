"""Ask the app in this container how it is; the HEALTHCHECK of the image runs this."""

{% if cookiecutter.container_protocol == "uwsgi" %}
import os
import socket
import struct
{% else %}
import http.client
import os
{% endif %}

# A name that the app answers to; ".example.com" stands for "example.com", too.
hosts = os.environ.get("TRUSTED_HOSTS") or "localhost"
host = hosts.split(",")[0].strip().removeprefix(".")

{% if cookiecutter.container_protocol == "uwsgi" %}
variables = {
    "REQUEST_METHOD": "GET",
    "REQUEST_URI": "{{ "/healthz" if cookiecutter.ours else "/" }}",
    "PATH_INFO": "{{ "/healthz" if cookiecutter.ours else "/" }}",
    "QUERY_STRING": "",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "SERVER_NAME": host,
    "SERVER_PORT": "80",
    "REMOTE_ADDR": "127.0.0.1",
    "HTTP_HOST": host,
}
# The uwsgi protocol: a head with the length of all, and each text after its own length.
texts = [text.encode() for pair in variables.items() for text in pair]
packed = b"".join(struct.pack("<H", len(text)) + text for text in texts)
with socket.create_connection(("127.0.0.1", {{ cookiecutter.port }}), timeout=2) as connection:
    connection.sendall(struct.pack("<BHB", 0, len(packed), 0) + packed)
    status = int(connection.makefile("rb").readline().split()[1])
{% else %}
connection = http.client.HTTPConnection("127.0.0.1", {{ cookiecutter.port }}, timeout=2)
connection.request("GET", "{{ "/healthz" if cookiecutter.ours else "/" }}", headers={"Host": host})
status = connection.getresponse().status
{% endif %}
{% if cookiecutter.ours %}
raise SystemExit(status != 200)
{% else %}
# A redirect or an error of the client is an answer of an app that works.
raise SystemExit(status >= 500)
{% endif %}
