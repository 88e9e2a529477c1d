"""The database's last guards, each with the sentence that a person reads when it refuses."""

from sqlalchemy.exc import IntegrityError

SENTENCES = {
    "person.email": "Somebody with this e-mail address is already here.",
    "uq_person_email": "Somebody with this e-mail address is already here.",
    "version.proposal, version.number": "Somebody else saved a version at the same moment. Compare the two and save again.",
    "pk_version": "Somebody else saved a version at the same moment. Compare the two and save again.",
    "uq_decision_once": "Your decision on this version is already recorded.",
    "decision.round, decision.stage, decision.seat": "Your decision on this version is already recorded.",
    "uq_running_round": "This proposal is already in review.",
    "round.proposal": "This proposal is already in review.",
    "uq_organisation_slug": "An organisation with this short name exists already. Choose another one.",
    "organisation.slug": "An organisation with this short name exists already. Choose another one.",
}
OTHERWISE = "This clashes with something that was saved a moment ago. Load the page again and look before you repeat it."


def sentence_for(error: IntegrityError) -> str:
    """The sentence for the constraint that refused, whichever database said so."""
    text = str(error.orig)
    return next((sentence for name, sentence in SENTENCES.items() if name in text), OTHERWISE)
