from core import IndicoFlask

app = IndicoFlask(__name__)
app.config["X"] = app.answer
