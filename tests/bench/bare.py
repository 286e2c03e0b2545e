"""The reference for recording a mark: a Flask application of one route that inserts one row, in the same database."""

from __future__ import annotations

from flask import Flask, request
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, insert

from app.database import listen
from config import Config

INSERTS = Table("bench_inserts", MetaData(), Column("digest_id", Integer), Column("membership_id", Integer))


def create_bare(url: str) -> Flask:
    """Its transactions begin and end as the product's do."""
    bare, engine = Flask("bare"), create_engine(url)
    listen(engine, strict=True)

    @bare.post("/")
    def record() -> tuple[str, int]:
        values = {name: int(request.form[name]) for name in ("digest_id", "membership_id")}
        with engine.begin() as connection:
            connection.execute(insert(INSERTS).values(values))
        return "", 204

    return bare


app = create_bare(Config.from_env().database_url)
