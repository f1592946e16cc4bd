from flask import Flask

app = Flask("the other one")
