"""The plan of the house: the order of the rooms, and what each file is, by its name or by the lists here."""

from __future__ import annotations

from enum import IntEnum

from tests.architecture.source import Module

ROOMS = [  # in the order in which the story runs: a room knows only those before it
    "letters",
    "teams",
    "bulletins",
    "help_requests",
    "confidential",
    "digests",
    "readership",
    "engagement",
    "retrospective",
    "home",
    "development",
]
NOT_BUILT_YET = {"retrospective"}

FOUNDATIONS = {  # what all rooms stand on: knows none of them
    "app.assets",
    "app.clock",
    "app.database",
    "app.errors",
    "app.extensions",
    "app.failpoints",
    "app.here",
    "app.insert_once",
    "app.languages",
    "app.log",
    "app.markdown_dialect",
    "app.markdown_lines",
    "app.markup",
    "app.plain_text",
    "app.read_only",
    "app.ready",
    "app.routing",
    "app.security",
    "app.template_calls",
    "app.template_conditions",
    "app.template_escaping",
    "app.template_macros",
    "app.template_parts",
    "app.template_trees",
    "app.templating",
    "app.text_file",
    "app.weeks",
}
DOORS = {"app.access", "app.options"}  # who may enter, which promotion is meant: these know the room of the teams
ROOF = {"app.cli", "app.jobs", "app.rooms"}  # what gathers the rooms: no room knows it

PURE = {  # values in, values out
    "app.bulletins.csv_export",
    "app.bulletins.csv_rows",
    "app.bulletins.filing",
    "app.bulletins.moods",
    "app.bulletins.reminding",
    "app.bulletins.texts",
    "app.bulletins.visibility",
    "app.confidential.life",
    "app.development.demo.moments",
    "app.digests.composing",
    "app.digests.shortening",
    "app.engagement.by_week",
    "app.engagement.calls",
    "app.engagement.concerns",
    "app.engagement.csv_file",
    "app.engagement.frequency",
    "app.engagement.tables",
    "app.help_requests.life",
    "app.help_requests.standing",
    "app.letters.message",
    "app.letters.verp",
    "app.markdown_dialect",
    "app.markdown_lines",
    "app.markup",
    "app.plain_text",
    "app.readership.asking",
    "app.readership.attention",
    "app.readership.consent",
    "app.readership.exports",
    "app.readership.figures",
    "app.readership.months",
    "app.readership.publication",
    "app.readership.published",
    "app.readership.small_numbers",
    "app.readership.spans",
    "app.readership.survey",
    "app.readership.tally",
    "app.teams.names",
    "app.teams.roles",
    "app.teams.roster",
    "app.teams.roster_changes",
    "app.teams.roster_fields",
    "app.teams.roster_people",
    "app.teams.roster_shape",
    "app.teams.roster_timetable",
    "app.teams.roster_values",
    "app.teams.roster_yaml",
    "app.template_calls",
    "app.template_conditions",
    "app.template_escaping",
    "app.template_macros",
    "app.template_parts",
    "app.template_trees",
    "app.text_file",
    "app.weeks",
}
UNKNOWN_TO_PURE = {  # beside every extension of Flask
    "app.clock",
    "app.database",
    "app.extensions",
    "config",
    "os",
    "smtplib",
    "socket",
    "sqlalchemy",
    "subprocess",
    "time",
    "wtforms",
}
TOUCH_THE_WORLD = {  # neither web nor database, but files, connections, processes, hooks: not pure either
    "app.bulletins.signals",
    "app.development.demo.material",
    "app.development.mailbox",
    "app.development.smtp",
    "app.development.supervisor",
    "app.failpoints",
    "app.letters.transport",
}

COMMIT = {  # the use cases
    "app.database",  # ends its `looking`, which has written nothing
    "app.read_only",  # begins what can only read
    "app.bulletins.csv_import",
    "app.bulletins.reminders",
    "app.bulletins.service",
    "app.confidential.service",
    "app.development.demo.deeds",
    "app.development.demo.loader",
    "app.digests.service",
    "app.engagement.friday_note",
    "app.help_requests.offers",
    "app.help_requests.acts",
    "app.home.erasure",
    "app.home.service",
    "app.letters.admin_actions",
    "app.letters.bounces",
    "app.letters.personal_data",
    "app.letters.worker",
    "app.readership.automatic",
    "app.readership.keeping",
    "app.readership.marking",
    "app.readership.question",
    "app.readership.retention",
    "app.readership.thanks",
    "app.teams.roster_import",
    "app.teams.sign_in",
    "app.teams.subscriptions",
}
PAGES = {"form_page", "forms", "navigation", "offer_page", "reader", "views"}  # translate HTTP, as do `…_views`
PROGRAMS = {"__main__", "commands"}

LATE_IMPORTS = {  # inside a function, each with its reason
    "app.cli": {"flask_migrate", "flask_migrate.cli"},  # half a second, for one command
    "app.rooms": {"app.development.views"},  # never loaded in production
}


class Role(IntEnum):
    """What a file is; it imports nothing that stands higher."""

    PURE = 0
    MODELS = 1
    SERVICE = 2
    VIEWS = 3
    COMMANDS = 4


def role_of(module: Module) -> Role:
    """What `module` is, by the lists above or by its name."""
    name = module.name.rpartition(".")[2]
    if module.name in PURE:
        return Role.PURE
    if name == "models":
        return Role.MODELS
    if name in PAGES or name.endswith("_views"):
        return Role.VIEWS
    return Role.COMMANDS if name in PROGRAMS else Role.SERVICE
