from flask import Flask, request
app = Flask(__name__)
count = 0
@app.route('/', methods=['GET','POST'])
def index():
    if request.method == 'POST': pass
    return str(count)
other = {
    'a': 1,
}
@app.route('/n', methods=['GET','POST'])
def n(): return str(other['a'])
def helper():
    return count
for key in other:
    print(key)
