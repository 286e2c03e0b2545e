"""The Flask extensions, made once and bound to each application by `create_app`."""

from __future__ import annotations

from typing import cast

from flask import current_app
from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_wtf import CSRFProtect

from config import Config

babel = Babel()
csrf = CSRFProtect()
limiter = Limiter(key_func=get_remote_address)
login_manager = LoginManager()
login_manager.session_protection = None  # it looks at IP addresses and browsers; our sessions have secrets


def settings() -> Config:
    """Return the settings of the current application."""
    return cast("Config", current_app.config["SETTINGS"])
