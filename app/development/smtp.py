"""A real SMTP server on loopback, in a thread of its own; and its handler that stores letters in the mailbox."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar, cast

from aiosmtpd.smtp import SMTP, Envelope, Session

from app.development.mailbox import store_letter

LOOPBACK = "127.0.0.1"
TIMEOUT = 60  # seconds, to start and to stop; for a busy machine

Result = TypeVar("Result")


class LoopbackServer:
    """An SMTP server on loopback that calls the hooks of `handler` (aiosmtpd's `handle_DATA` …). Port 0: a free one.

    `options` are those of `aiosmtpd.smtp.SMTP`. `port` is the real one once the server has started. `host`: another
    address of this machine, for a test of what is said to other machines.
    """

    def __init__(self, handler: object, port: int = 0, host: str = LOOPBACK, **options: Any) -> None:
        self.port = port
        self._host = host
        self._handler = handler
        self._options = {"hostname": "localhost", "enable_SMTPUTF8": True, **options}

    @property
    def url(self) -> str:
        """Give the URL for `SMTP_URL`, once started."""
        return f"smtp://{self._host}:{self.port}"

    def start(self) -> None:
        """Listen until `stop` is called. Raises OSError when the port is taken."""
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        try:
            self._server = self._run(self._listen())
        except OSError:
            self._end_thread()
            raise
        self.port = self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        """Stop listening, and end every connection."""
        self._run(self._close())
        self._end_thread()

    async def _listen(self) -> asyncio.Server:
        def connect() -> SMTP:
            return SMTP(self._handler, loop=self._loop, **self._options)

        return await self._loop.create_server(connect, self._host, self.port)

    async def _close(self) -> None:
        self._server.close()
        connections = asyncio.all_tasks() - {asyncio.current_task()}
        for connection in connections:
            connection.cancel()
        await asyncio.gather(*connections, return_exceptions=True)

    def _run(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(TIMEOUT)

    def _end_thread(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(TIMEOUT)
        self._loop.close()


class MailboxHandler:
    """Accepts every letter and stores it in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 — aiosmtpd's
        """Store the letter, and accept it."""
        raw = cast("bytes", envelope.content)  # a text only with aiosmtpd's `decode_data`
        store_letter(self.folder, raw, envelope.mail_from or "", envelope.rcpt_tos)
        return "250 Kept"
