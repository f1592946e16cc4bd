"""How gunicorn runs the app; it reads this file by itself.

Where it listens is said by its command (--bind): that differs from place to place.
"""

import os

# A worker is a process, and each of its threads answers one request at a time. Workers
# use more cores; threads wait for databases and networks.
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = 4

# A worker with this many connections leaves new ones to the others. With more room, one
# worker takes all that come over TCP, and the others have nothing to do.
worker_connections = 2 * threads

# A worker that shows no sign of life for this long is replaced. The sign is a file that
# it touches: in memory, where that can be had, no slow disk makes a worker look dead.
timeout = 30
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None

# On a stop (SIGTERM) or a reload (SIGHUP), requests under way have this long to end.
graceful_timeout = 30

# Idle connections are kept for longer than a proxy keeps them (nginx: 60 seconds), so
# that no request is sent into one that is just being closed here.
keepalive = 75

# A worker is replaced after so many requests, which bounds what a leak can cost; the
# jitter keeps them from being replaced all at once.
max_requests = 5000
max_requests_jitter = 500

# Which proxy to believe is said once, to the app (PROXY_HOPS). Left to itself, gunicorn
# takes the scheme, and even the path, from headers that a client can send.
secure_scheme_headers: dict[str, str] = {}
forwarder_headers = ""

# The app writes one line for each request, with its id and the client that it believes.
# "--access-logfile -" adds gunicorn's own line, with the same id, to compare.
accesslog = None
access_log_format = '%(h)s "%(r)s" %(s)s %(b)s %(M)sms %({x-request-id}o)s'

# Off: the apps of one user would share one control socket, and take it from each other.
control_socket_disable = True
