"""Send one message through apprise: loaded with the first one, silent in the log, never long."""

from __future__ import annotations

import logging
from email import charset
from importlib.util import find_spec

from app.channels.addresses import ChatAddress

TIMEOUT = 10  # seconds for one message, whatever the server does
NAME = "Bulletins"

log = logging.getLogger(__name__)


def is_available() -> bool:
    """Return whether apprise is installed (requirements-channels.txt)."""
    return find_spec("apprise") is not None


def send(address: ChatAddress, text: str) -> bool:
    """Send `text`; return whether the service took it. Never raises what apprise or the service does wrong."""
    import apprise  # noqa: PLC0415 — half a second, and for those only who use it

    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # what it says of a failure may quote the address
    asset = apprise.AppriseAsset(
        app_id=NAME,
        app_desc=NAME,
        image_url_mask="",  # or each message of Mattermost, Slack … carries the address of a picture on another site
        image_url_logo="",
        http_redirects=False,
        service_timeout=TIMEOUT,
        storage_mode="memory",
    )
    notifier = apprise.Apprise(asset=asset)
    try:
        is_understood = notifier.add(address.url)  # which loads its plugins
        restore_charset()
        return is_understood and bool(
            notifier.notify(body=text, body_format=apprise.NotifyFormat.TEXT, timeout=TIMEOUT)
        )
    except Exception as error:
        log.warning("apprise failed: %s", type(error).__name__)  # no more of it: its text may quote the address
        return False


def restore_charset() -> None:
    """Undo what apprise's plugin for mail does to the whole process: letters of ours would be encoded otherwise."""
    charset.add_charset("utf-8", charset.SHORTEST, charset.BASE64, "utf-8")
