from web import site as app
