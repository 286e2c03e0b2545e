"""What goes wrong while a test drives a page: script errors, the content policy, other hosts, a site that breaks."""

from __future__ import annotations

from playwright.sync_api import ConsoleMessage, Page, Request, Response

A_STATUS = "Failed to load resource: the server responded with a status of"  # an answer, not a fault of the page


class Watcher:
    """Gathers the complaints of the pages of one site."""

    def __init__(self, site: str) -> None:
        self._site = site
        self.complaints: list[str] = []

    def watch(self, page: Page) -> None:
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        page.on("request", self._on_request)
        page.on("response", self._on_response)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(A_STATUS):
            self.complaints.append(f"console: {message.text}")

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith((self._site, "data:", "about:")):
            self.complaints.append(f"another host: {request.url}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 500:
            self.complaints.append(f"status {response.status}: {response.url}")
