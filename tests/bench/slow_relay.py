"""A relay that is far away: every reply comes 50 ms after what it answers; it speaks TLS and keeps nothing.

A program of its own (`python -m tests.bench.slow_relay`), so that its CPU is not counted as ours. It says its port, and
runs until its standard input ends.
"""

from __future__ import annotations

import asyncio
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HOST = "127.0.0.1"
ROUND_TRIP = 0.05  # seconds
ROOT = Path(__file__).parents[2]
CERTIFICATE = ROOT / "tests" / "letters" / "loopback.pem"
LONGEST_LETTER = 2**20  # bytes
END_OF_DATA = b"\r\n.\r\n"
REPLIES = {b"DATA": b"354 Go ahead\r\n", b"QUIT": b"221 Bye\r\n", b"STARTTLS": b"220 Ready\r\n"}


@contextmanager
def slow_relay(*, pipelining: bool) -> Iterator[int]:
    """The port of a relay that runs for a while."""
    command = [sys.executable, "-m", "tests.bench.slow_relay", *(["--pipelining"] if pipelining else [])]
    relay = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert relay.stdin
    assert relay.stdout
    try:
        yield int(relay.stdout.readline())
    finally:
        relay.stdin.close()
        relay.wait()


class Session:
    """One connection. Commands are read as they come, whether or not earlier ones have been answered."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, pipelining: bool) -> None:
        self._reader, self._writer = reader, writer
        self._offers = [b"far.example", b"8BITMIME", b"STARTTLS", *([b"PIPELINING"] if pipelining else [])]

    async def run(self, tls: ssl.SSLContext) -> None:
        """Answer until the other side says QUIT or is gone."""
        self._reply(b"220 far.example\r\n")
        while line := await self._reader.readline():
            command = line.split()[0].upper()
            self._reply(self._hello() if command == b"EHLO" else REPLIES.get(command, b"250 OK\r\n"))
            if command == b"DATA":
                await self._reader.readuntil(END_OF_DATA)
                self._reply(b"250 OK\r\n")
            elif command == b"STARTTLS":
                await asyncio.sleep(ROUND_TRIP)
                await self._writer.start_tls(tls)
                self._offers.remove(b"STARTTLS")
            elif command == b"QUIT":
                break
        await asyncio.sleep(ROUND_TRIP)
        self._writer.close()

    def _hello(self) -> bytes:
        *others, last = self._offers
        return b"".join(b"250-%b\r\n" % one for one in others) + b"250 %b\r\n" % last

    def _reply(self, reply: bytes) -> None:
        asyncio.get_running_loop().call_later(ROUND_TRIP, self._writer.write, reply)


async def serve(*, pipelining: bool) -> None:
    """Take letters until standard input ends."""
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(CERTIFICATE)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await Session(reader, writer, pipelining=pipelining).run(tls)

    server = await asyncio.start_server(answer, HOST, 0, limit=LONGEST_LETTER)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(pipelining="--pipelining" in sys.argv))
