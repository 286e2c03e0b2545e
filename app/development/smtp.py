"""A real SMTP server on loopback, in a thread of its own; and what it does with letters for the mailbox."""

from __future__ import annotations

from asyncio import Server
from pathlib import Path
from typing import Any, cast

from aiosmtpd.controller import Controller

from app.development.mailbox import keep_letter

LOOPBACK = "127.0.0.1"


class LoopbackServer(Controller):
    """An SMTP server on loopback that hands what it gets to `handler` (aiosmtpd's hooks). Port 0 takes a free one."""

    def __init__(self, handler: Any, port: int = 0, **parameters: Any) -> None:
        super().__init__(handler, hostname=LOOPBACK, port=port, server_hostname="localhost", **parameters)

    @property
    def url(self) -> str:
        """The address for `SMTP_URL`, once started."""
        return f"smtp://{LOOPBACK}:{self.port}"

    def _trigger_server(self) -> None:
        self.port = cast("Server", self.server).sockets[0].getsockname()[1]
        super()._trigger_server()


class Keeper:
    """Accepts every letter and keeps it in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 — aiosmtpd's name
        keep_letter(self.folder, envelope.content, envelope.mail_from, envelope.rcpt_tos)
        return "250 Kept"
