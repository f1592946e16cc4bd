from flask import Flask
<<<<<<< HEAD
app = Flask(__name__)
=======
app = Flask("app")
>>>>>>> other
