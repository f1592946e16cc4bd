from typing import TYPE_CHECKING

from flask import Flask

if TYPE_CHECKING:
    from flask import render_template

app = Flask(__name__)
