"""The site as a WSGI application, for any server."""

from app import create_app
from config import Config

app = create_app(Config.from_env())
