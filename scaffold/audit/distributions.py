"""Distributions and what they are imported as, where the names differ, and those that nobody imports."""

import re
from collections.abc import Collection


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# By the name of the import; several distributions may bring it.
BROUGHT_BY = {
    "Crypto": ("pycryptodome", "pycrypto"),
    "Cryptodome": ("pycryptodomex",),
    "MySQLdb": ("mysqlclient", "mysql-python"),
    "OpenSSL": ("pyopenssl",),
    "PIL": ("pillow", "pillow-simd"),
    "attr": ("attrs",),
    "babel": ("flask-babel", "flask-babelex"),
    "brotli": ("brotlipy", "brotlicffi"),
    "bs4": ("beautifulsoup4", "bs4"),
    "cv2": ("opencv-python", "opencv-python-headless", "opencv-contrib-python"),
    "dateutil": ("python-dateutil",),
    "dns": ("dnspython",),
    "docx": ("python-docx",),
    "dotenv": ("python-dotenv",),
    "faiss": ("faiss-cpu", "faiss-gpu"),
    "fitz": ("pymupdf",),
    "flask_bootstrap": ("bootstrap-flask",),
    "git": ("gitpython",),
    "github": ("pygithub",),
    "gi": ("pygobject",),
    "googleapiclient": ("google-api-python-client",),
    "google": ("protobuf",),
    "jose": ("python-jose", "jose"),
    "jwt": ("pyjwt", "flask-jwt-extended"),
    "kafka": ("kafka-python", "kafka-python-ng"),
    "ldap": ("python-ldap",),
    "magic": ("python-magic", "python-magic-bin"),
    "mysql": ("mysql-connector-python", "mysql-connector"),
    "nacl": ("pynacl",),
    "onelogin": ("python3-saml",),
    "pkg_resources": ("setuptools",),
    "psycopg2": ("psycopg2", "psycopg2-binary"),
    "psycopg": ("psycopg", "psycopg-binary"),
    "pptx": ("python-pptx",),
    "pythonjsonlogger": ("python-json-logger",),
    "ruamel": ("ruamel-yaml",),
    "saml2": ("pysaml2",),
    "serial": ("pyserial",),
    "setuptools": ("setuptools",),
    "skimage": ("scikit-image",),
    "sklearn": ("scikit-learn",),
    "slugify": ("python-slugify", "unicode-slugify", "awesome-slugify"),
    "socketio": ("python-socketio",),
    "engineio": ("python-engineio",),
    "socks": ("pysocks",),
    "stdnum": ("python-stdnum",),
    "telegram": ("python-telegram-bot",),
    "usb": ("pyusb",),
    "xdg": ("pyxdg",),
    "yaml": ("pyyaml",),
    "zmq": ("pyzmq",),
}
# What comes with a distribution and is part of what it offers: nobody declares these beside it.
WITH = {
    "flask": ("blinker", "click", "itsdangerous", "jinja2", "markupsafe", "werkzeug"),
    "flask-admin": ("wtforms",),
    "flask-alembic": ("alembic",),
    "flask-appbuilder": ("flask_babel", "flask_login", "flask_sqlalchemy", "sqlalchemy", "wtforms", "marshmallow"),
    "flask-jwt-extended": ("jwt",),
    "flask-limiter": ("limits",),
    "flask-marshmallow": ("marshmallow",),
    "flask-migrate": ("alembic", "flask_sqlalchemy", "sqlalchemy"),
    "flask-mongoengine": ("mongoengine", "pymongo", "bson"),
    "flask-peewee": ("peewee",),
    "flask-pymongo": ("bson", "gridfs", "pymongo"),
    "flask-pydantic": ("pydantic",),
    "flask-redis": ("redis",),
    "flask-restx": ("jsonschema",),
    "flask-security": ("email_validator", "flask_login", "flask_principal", "passlib", "wtforms"),
    "flask-security-too": ("email_validator", "flask_login", "flask_principal", "passlib", "wtforms"),
    "flask-smorest": ("apispec", "marshmallow", "webargs"),
    "flask-socketio": ("engineio", "socketio"),
    "flask-sqlalchemy": ("sqlalchemy", "typing_extensions"),
    "flask-wtf": ("wtforms",),
    "alembic": ("mako", "sqlalchemy", "typing_extensions"),
    "apache-airflow": ("flask", "flask_appbuilder"),
    "beautifulsoup4": ("soupsieve",),
    "boto3": ("botocore", "s3transfer"),
    "celery": ("billiard", "kombu"),
    "elasticsearch-dsl": ("elasticsearch",),
    "graphene": ("graphql",),
    "jinja2": ("markupsafe",),
    "marshmallow-sqlalchemy": ("marshmallow", "sqlalchemy"),
    "mongoengine": ("bson", "gridfs", "pymongo"),
    "pandas": ("dateutil", "numpy", "pytz"),
    "pymongo": ("bson", "gridfs"),
    "pydantic": ("annotated_types", "pydantic_core", "typing_extensions"),
    "pytest": ("_pytest", "pluggy"),
    "requests": ("certifi", "charset_normalizer", "idna", "urllib3"),
    "rq-scheduler": ("rq",),
    "scikit-learn": ("numpy", "scipy", "joblib"),
    "setuptools": ("_distutils_hack", "pkg_resources", "distutils"),
    "sqlalchemy": ("typing_extensions",),
    "sqlalchemy-utils": ("sqlalchemy",),
    "torch": ("torchgen",),
    "werkzeug": ("markupsafe",),
    "wtforms": ("markupsafe",),
}
# What works without being imported by the project: drivers, servers, what another distribution looks for, tools.
SILENT = _words(
    """
    aiosqlite amqp argon2-cffi asgiref asyncpg bcrypt billiard bjoern blinker brotli certifi cffi cheroot cherrypy
    cryptography cx-oracle email-validator eventlet flower gevent gevent-websocket granian greenlet gunicorn hiredis
    html5lib httptools hypercorn importlib-metadata kombu librabbitmq lxml mako meinheld mod-wsgi mysql-connector-python
    mysqlclient ndg-httpsclient odfpy openpyxl oracledb orjson pg8000 pip psycopg psycopg-binary psycopg2
    psycopg2-binary pyasn1 pycurl pymssql pymysql pyodbc pyopenssl pysocks python-dotenv python-editor readline redis
    rjsmin setproctitle setuptools simple-websocket simplejson six supervisor typing-extensions tzdata ujson uvicorn
    uvloop uwsgi vine waitress watchdog wheel whitenoise wsproto xlrd xlsxwriter zstandard
    """
)
# What others need. Where several of these are listed and nobody imports them, the list is what `pip freeze` gave.
NEEDED_BY_OTHERS = _words(
    """
    aiohappyeyeballs aniso8601 anyio attrs certifi cffi charset-normalizer chardet click exceptiongroup greenlet h11
    httpcore idna iniconfig itsdangerous jinja2 jmespath mako markupsafe mdurl multidict packaging pluggy pycparser
    pyparsing python-dateutil python-editor pytz s3transfer six sniffio soupsieve tzlocal urllib3 vine webencodings
    werkzeug yarl zipp
    """
)
TOOLS = re.compile(
    r"(?:pytest|flake8|pylint|mypy|types|sphinx|mkdocs|tox|coverage|ruff|black|isort|bandit|pre-commit|ipython|ipdb"
    r"|pip-tools|twine|build|nox|honcho|nose|autopep8|yapf|pycodestyle|pyflakes|safety|invoke|fabric)(?:-|$)|.*-stubs$"
)


def normal(name: str) -> str:
    """Return the normalised name (PyPA: name normalisation)."""
    return re.sub(r"[-_.]+", "-", name).strip("-").lower()


def bare(name: str) -> str:
    """Return what is left of a name without what says that it is for Python."""
    plain = normal(name)
    for start in ("python3-", "python-", "py-", "py"):
        plain = plain.removeprefix(start) if len(plain) > len(start) + 2 else plain
    for end in ("-python", "-py", "-binary", "-client", "-sdk", "-ng", "-python3"):
        plain = plain.removesuffix(end)
    return plain.replace("-", "")


def brings(distribution: str, imported: str) -> bool:
    """Tell whether the distribution may be what gives this import: in doubt, it is."""
    name = normal(imported)
    if distribution in BROUGHT_BY.get(imported, ()) or imported.lower() in WITH.get(distribution, ()):
        return True
    # `google.cloud.storage`, `zope.interface`: several distributions share the first name.
    shares = name != "flask" and distribution.startswith(f"{name}-")
    return shares or bare(distribution) == bare(imported) or distribution.endswith(f"-{name}")


def is_brought(imported: str, declared: Collection[str]) -> bool:
    """Tell whether one of the distributions may give this import."""
    return any(brings(one, imported) for one in declared)
