from flask import Flask


class Mixin:
    extra = 1


class PluginFlask(Mixin, Flask):
    pass


class IndicoFlask(PluginFlask):
    answer = 42
