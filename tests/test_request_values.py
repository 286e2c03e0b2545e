"""Bytes that no browser sends, in queries and forms: read as far as they can be, and never a page that breaks."""

from __future__ import annotations

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.test import EnvironBuilder

MULTIPART = '--cut\r\nContent-Disposition: form-data; name="text"\r\n\r\n{}\r\n--cut--\r\n'

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.mark.parametrize(
    ("query", "read"),
    [
        ("next=/\xc3\xa9", "/é"),  # UTF-8 that was not quoted
        ("next=/\xe9", "/%E9"),  # Latin-1
        ("next=\xff\xfe&a=1", "%FF%FE"),
        ("next=%2Fa%00b", "/ab"),
        ("next=%2Fa+b%26", "/a b&"),
    ],
)
def test_a_query_of_any_bytes_is_read(app: Flask, query: str, read: str) -> None:
    with app.test_request_context("/sign-in", environ_overrides={"QUERY_STRING": query}):
        assert request.args["next"] == read


def test_a_page_asked_for_with_such_a_query_is_answered(client: FlaskClient) -> None:
    for path in ("/sign-in", "/.env"):
        answer = client.get(path, environ_overrides={"QUERY_STRING": "next=\xff\xfe"})
        assert answer.status_code == (200 if path == "/sign-in" else 404)


@pytest.mark.parametrize("encoding", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_no_field_of_a_form_holds_nul_and_the_other_values_of_its_name_stay(app: Flask, encoding: str) -> None:
    with app.test_request_context("/", method="POST", data={"text": ["a\0b", "é"]}, content_type=encoding):
        assert request.form.getlist("text") == ["ab", "é"]
        assert request.form.to_dict() == {"text": "ab"}


@pytest.mark.parametrize("encoding", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=cut"])
@pytest.mark.parametrize("too_long", [False, True])
def test_a_form_that_says_no_length_is_read_whole_or_refused(app: Flask, encoding: str, too_long: bool) -> None:
    """As granian hands on a body that comes in chunks."""
    text = "é" * (app.config["MAX_CONTENT_LENGTH"] // 2 - (0 if too_long else 200))
    fields = f"text={text}" if "urlencoded" in encoding else MULTIPART.format(text)
    environ = EnvironBuilder(method="POST", content_type=encoding, data=fields.encode()).get_environ()
    del environ["CONTENT_LENGTH"]
    with app.request_context(environ | {"wsgi.input_terminated": True}):
        if too_long:
            with pytest.raises(RequestEntityTooLarge):
                _ = request.form
        else:
            assert request.form["text"] == text
