import os; from flask import Flask; import sys

app = Flask(__name__)
used = os, sys
