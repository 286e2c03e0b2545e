"""What each feature adds to the application: its blueprints, its kinds of letters, its signal handlers."""

from __future__ import annotations

from datetime import datetime

from flask import Flask

from app import dsfr
from app.advice import views as advice
from app.bulletins import archive_views, reminders
from app.bulletins import views as bulletins
from app.bulletins.service import bulletin_saved, published_text_changed
from app.channels import views as channels
from app.confidential import coordination_views
from app.confidential import views as confidential
from app.corrections import views as corrections
from app.desk import views as desk
from app.desk.friday_note import renew_note
from app.digests import letters as digest_letters
from app.digests import mailing_status_views, schedule_views, week_letters_views
from app.digests import views as digests
from app.digests.trial_letters import renew_trials
from app.documents import page as documents
from app.drafts import views as drafts
from app.engagement import views as engagement
from app.feeds import dates_views, feed_views
from app.help_requests import monthly_list_views, thanks_views
from app.help_requests import reminders as call_reminders
from app.help_requests import views as help_requests
from app.help_requests.monthly_list import renew_list
from app.help_requests.service import follow_bulletin
from app.home import account_views, deletion_views, details_views, erasure_views, navigation, week_views
from app.legal import views as legal
from app.letters import kinds
from app.management import (
    address_letters,
    address_views,
    audit_views,
    first_run_views,
    import_views,
    past_bulletins_views,
    people_views,
    promotion_views,
    site_log_views,
    team_views,
)
from app.operations import views as operations
from app.plans import views as plans
from app.questionnaires import coordination_views as questionnaire_coordination
from app.questionnaires import letters as questionnaire_letters
from app.questionnaires import views as questionnaires
from app.reactions import views as reactions
from app.readership import views as readership
from app.records import link_letters, milestone_letters, milestone_team_views, milestone_views
from app.records import views as records
from app.records.milestone_service import milestone_removal
from app.retrospective import comparison_views
from app.retrospective import coordination_views as retrospective_coordination
from app.retrospective import views as retrospective
from app.retrospective.service import keep_published
from app.retrospective.team_story import views as team_story
from app.rota import views as rota
from app.search import export_views
from app.search import views as search
from app.search.following import follow_changes
from app.sharing import views as sharing
from app.teams import notifications, sign_in, sign_in_views, suppressed_addresses_views, unsubscribe_views
from app.teams.models import Promotion
from app.timetables import views as timetables

BLUEPRINTS = (
    sign_in_views.pages,
    unsubscribe_views.pages,
    drafts.pages,
    suppressed_addresses_views.pages,
    rota.pages,
    bulletins.pages,
    archive_views.pages,
    reactions.pages,
    help_requests.pages,
    thanks_views.pages,
    monthly_list_views.pages,
    confidential.pages,
    coordination_views.pages,
    digests.pages,
    schedule_views.pages,
    week_letters_views.pages,
    mailing_status_views.pages,
    readership.pages,
    sharing.pages,
    dates_views.pages,
    feed_views.pages,
    search.pages,
    corrections.pages,
    export_views.pages,
    channels.pages,
    engagement.pages,
    milestone_views.pages,
    milestone_team_views.pages,
    records.pages,
    team_story.pages,
    advice.pages,
    plans.pages,
    questionnaires.pages,
    questionnaire_coordination.pages,
    retrospective.pages,
    comparison_views.pages,
    retrospective_coordination.pages,
    first_run_views.pages,
    promotion_views.pages,
    people_views.pages,
    team_views.pages,
    import_views.pages,
    past_bulletins_views.pages,
    address_views.pages,
    audit_views.pages,
    site_log_views.pages,
    erasure_views.pages,
    timetables.pages,
    desk.pages,
    deletion_views.pages,
    week_views.pages,
    account_views.pages,
    details_views.pages,
    legal.pages,
    operations.pages,
)
LETTER_KINDS = (
    sign_in.KIND,
    reminders.KIND,
    notifications.KIND,
    call_reminders.KIND,
    milestone_letters.KIND,
    link_letters.KIND,
    questionnaire_letters.KIND,
    digest_letters.KIND,
    address_letters.KIND,
)


# In this order wherever a text changes: each locks the letters that it writes anew, and two must not wait in a circle.
RENEWALS = (renew_note, renew_list, call_reminders.renew_call_reminders, renew_trials)


def renew_letters(promotion: Promotion, now: datetime) -> None:
    """Write the letters anew that tell published texts of the promotion and have not left. Never commits."""
    for renew in RENEWALS:
        renew(promotion, now)


def register_features(app: Flask) -> None:
    """Register every feature with `app`, in the order in which one builds on another."""
    for kind in LETTER_KINDS:
        kinds.register(kind)
    bulletin_saved.connect(follow_bulletin)
    published_text_changed.connect(renew_letters)
    milestone_removal.connect(keep_published)
    follow_changes()
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.context_processor(navigation.frame)
    documents.init_app(app)
    dsfr.init_app(app)
    if app.config["SETTINGS"].oidc:
        from app.identity.views import pages as identity  # noqa: PLC0415 — its library takes a quarter of a second to load

        app.register_blueprint(identity)
    if app.config["SETTINGS"].development_mailbox:
        from app.development.views import pages as mailbox  # noqa: PLC0415 — never loaded in production

        app.register_blueprint(mailbox)
