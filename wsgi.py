"""The site as a WSGI application, for any server. Ends with the faults of the settings when there are any."""

import sys

from app import create_app
from app.logs import configure_logging
from config import Config
from config_files import ConfigError

configure_logging()
try:
    app = create_app(Config.from_env())
except ConfigError as error:
    sys.exit(str(error))
