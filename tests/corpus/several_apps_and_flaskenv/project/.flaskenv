# development
export FLASK_APP="pkg.web:create_app"
FLASK_DEBUG=1
