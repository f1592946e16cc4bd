"""Debug mode, in the shapes in which people turn it on."""

from pathlib import Path

import pytest

from tests.audit.looking import places


@pytest.mark.parametrize(
    "files",
    [
        {
            "app.py": "from flask import Flask\napp = Flask(__name__)\n"
            "if __name__ == '__main__':\n    app.run(debug=True)\n"
        },
        {"app.py": "import flask\nweb = flask.Flask(__name__)\n\n\n\nweb.run('127.0.0.1', debug=True)\n"},
    ],
)
def test_an_app_that_runs_with_debug_is_found(files: dict[str, str], tmp_path: Path) -> None:
    assert [one.partition(" ")[2] for one in places(tmp_path, files, "DBG001")] == ["DBG001"]


@pytest.mark.parametrize(
    "files",
    [
        {"app.py": "from flask import Flask\napp = Flask(__name__)\napp.run()\n"},
        {"app.py": "import os\nfrom flask import Flask\napp = Flask(__name__)\napp.run(debug=bool(os.getenv('X')))\n"},
        {"app.py": "import asyncio\nfrom flask import Flask\napp = Flask(__name__)\nasyncio.run(main(), debug=True)\n"},
        {"tests/test_app.py": "from flask import Flask\napp = Flask(__name__)\napp.run(debug=True)\n"},
    ],
)
def test_what_does_not_turn_it_on_is_left_alone(files: dict[str, str], tmp_path: Path) -> None:
    assert places(tmp_path, files, "DBG001") == []
