"""The line with which a member offers help, and the words with which a team thanks for it."""

from __future__ import annotations

from collections.abc import Iterable

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, HiddenField, TextAreaField

from app.bulletins.rules import TEXT_LIMIT
from app.forms import AtMost, Filled
from app.help_requests.models import HelpOffer, HelpRequest
from app.help_requests.offers import name_with_team
from app.i18n import gettext as _
from app.i18n import lazy_gettext as _l
from app.text_cleaning import clean_text


class OfferForm(FlaskForm):
    """What one can do for the team that calls; `call_id` keeps the ids of the forms of one page apart."""

    text = TextAreaField(
        _l("How can you help?"), validators=[Filled(_l("Say in a line what you can do for them.")), AtMost(TEXT_LIMIT)]
    )

    def __init__(self, call_id: int, kept: MultiDict[str, str] | None = None) -> None:
        """Fill the form with what the request sends, else with `kept`."""
        super().__init__()
        self.kept = kept is not None
        if self.kept:
            self.process(kept)
        self.text.id = f"offer-{call_id}"

    @property
    def cleaned(self) -> str:
        """The text as it is stored."""
        return clean_text(self.text.data)


class ThanksForm(FlaskForm):
    """How a call was resolved, and words for who offered help: the same for all, or other ones for some.

    `thanks_form` adds a field for each offer, `for_<its id>`. `base` is what was stored of the resolution when the form
    was opened.
    """

    resolution = TextAreaField(_l("How was it resolved?"), validators=[AtMost(TEXT_LIMIT)])
    everyone = TextAreaField(_l("The same words for everyone"), validators=[AtMost(TEXT_LIMIT)])
    shown = BooleanField(_l("Show these thanks beside the request, with the name of who is thanked"))
    base = HiddenField()

    def __init__(self, call: HelpRequest, kept: MultiDict[str, str] | None) -> None:
        """Fill the form with what the request sends, else with `kept`, else with what is stored of the call."""
        super().__init__(data={"resolution": call.resolution, "base": call.resolution})
        self.kept = kept is not None
        if self.kept:
            self.process(kept)

    def field_for(self, offer: HelpOffer) -> Field:
        """Return the field of that offer."""
        return self[f"for_{offer.id}"]

    def words(self, offers: Iterable[HelpOffer]) -> dict[int, str]:
        """Return by its id the words for each of `offers` that the page asked about and that gets some."""
        everyone = clean_text(self.everyone.data)
        asked = [offer for offer in offers if self.field_for(offer).raw_data]  # the others were thanked before
        texts = {offer.id: clean_text(self.field_for(offer).data) or everyone for offer in asked}
        return {id_: text for id_, text in texts.items() if text}

    @property
    def cleaned_resolution(self) -> str:
        """How the call was resolved, as it is stored."""
        return clean_text(self.resolution.data)

    def tell_resolution(self, theirs: str) -> None:
        """Say that a colleague has written `theirs` meanwhile; saving again replaces it knowingly."""
        self.base.data = theirs
        message = _("A colleague has meanwhile written: “%(text)s”. Save again to replace it.", text=theirs)
        self.resolution.errors = [*self.resolution.errors, message]

    def tell_thanked(self, offer: HelpOffer, words: str) -> None:
        """Say that a colleague has thanked for the offer meanwhile, in these words."""
        message = _("A colleague has already thanked them: “%(text)s”. Yours has not been sent.", text=words)
        self.field_for(offer).errors = [*self.field_for(offer).errors, message]


def thanks_form(call: HelpRequest, offers: Iterable[HelpOffer], kept: MultiDict[str, str] | None = None) -> ThanksForm:
    """Return the form with a field for each of `offers`."""

    class WithOffers(ThanksForm):
        pass

    for offer in offers:
        label = _("Thanks to %(name)s", name=name_with_team(offer.membership))
        setattr(WithOffers, f"for_{offer.id}", TextAreaField(label, validators=[AtMost(TEXT_LIMIT)]))
    return WithOffers(call, kept)
