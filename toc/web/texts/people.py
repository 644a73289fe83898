"""Words and sentences about people."""

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from toc.domain.people import OrganisationKind, Part, Role

SENTENCES = {
    "password.too_short": _l("Use at least %(least)s characters."),
    "password.too_long": _l("Use at most %(most)s characters."),
    "password.too_common": _l("Others would guess this soon. Use a few words that do not belong together."),
    "password.differs": _l("The two passwords differ. Type them again."),
    "people.email": _l("Fill in an e-mail address, such as name@example.org."),
    "people.email_taken": _l("There is an account with this address already. Sign in with it."),
    "people.has_role": _l("This person has the role of %(role)s already."),
    "people.invited_already": _l(
        "This person was invited as %(role)s already. You can send that invitation again."
    ),
    "people.invitation_over": _l("This invitation does not work any more."),
    "people.last_coordinator": _l(
        "A programme needs a coordinator. Invite another one first; then this role can end."
    ),
    "mail.subject": _l("The subject of a message stands on one line."),
}

WORDS: dict[type[StrEnum], dict[Any, Any]] = {
    Role: {
        Role.COORDINATOR: _l("Coordinator"),
        Role.WORKER: _l("Worker"),
        Role.FUNDER: _l("Funder"),
        Role.INVESTOR: _l("Investor"),
        Role.EVALUATOR: _l("Evaluator"),
        Role.STAKEHOLDER: _l("Stakeholder"),
        Role.VIEWER: _l("Viewer"),
    },
    Part: {
        Part.FUNDER: _l("Funder"),
        Part.INVESTOR: _l("Investor"),
        Part.PROVIDER: _l("Provider"),
        Part.EVALUATOR: _l("Evaluator"),
        Part.PARTNER: _l("Partner"),
    },
    OrganisationKind: {
        OrganisationKind.CITIZENS_INITIATIVE: _l("Citizens' initiative"),
        OrganisationKind.CLIENT_COUNCIL: _l("Client council"),
        OrganisationKind.NEIGHBOURHOOD: _l("Neighbourhood"),
        OrganisationKind.ASSOCIATION: _l("Association"),
        OrganisationKind.SOCIAL_ENTERPRISE: _l("Social enterprise"),
        OrganisationKind.WELFARE_ORGANISATION: _l("Welfare organisation"),
        OrganisationKind.CARE_PROVIDER: _l("Care provider"),
        OrganisationKind.HOUSING_ASSOCIATION: _l("Housing association"),
        OrganisationKind.COMPANY: _l("Company"),
        OrganisationKind.BANK: _l("Bank"),
        OrganisationKind.FUND: _l("Fund"),
        OrganisationKind.FOUNDATION: _l("Foundation"),
        OrganisationKind.INSURER: _l("Insurer"),
        OrganisationKind.UNIVERSITY: _l("University"),
        OrganisationKind.RESEARCH_BUREAU: _l("Research bureau"),
        OrganisationKind.SCHOOL: _l("School"),
        OrganisationKind.MUNICIPALITY: _l("Municipality"),
        OrganisationKind.PROVINCE: _l("Province"),
        OrganisationKind.NATIONAL_GOVERNMENT: _l("National government"),
        OrganisationKind.BENEFITS_AGENCY: _l("Benefits agency"),
    },
}

TASKS = {
    Role.COORDINATOR: _l("lead the programme, invite people and keep the contract"),
    Role.WORKER: _l("log what was counted and declare outcomes"),
    Role.FUNDER: _l("pay for outcomes and approve payments"),
    Role.INVESTOR: _l("put money in beforehand and follow what is reached"),
    Role.EVALUATOR: _l("interview, weigh the evidence and verify outcomes"),
    Role.STAKEHOLDER: _l("speak for a group and see what was found"),
    Role.VIEWER: _l("read, without changing anything"),
}
"""What somebody with a role is there to do."""


def N_(text: str) -> str:  # noqa: N802 - the name by which Babel knows sentences that are translated later
    """Mark a sentence that Flask-Security translates when it shows it."""
    return text


MESSAGES = {
    "ANONYMOUS_USER_REQUIRED": (N_("You are signed in already."), "info"),
    "DISABLED_ACCOUNT": (N_("This account was switched off."), "error"),
    "EMAIL_NOT_PROVIDED": (N_("Fill in your e-mail address."), "error"),
    "GENERIC_AUTHN_FAILED": (N_("The e-mail address or the password is not right."), "error"),
    "INVALID_EMAIL_ADDRESS": (N_("Fill in an e-mail address, such as name@example.org."), "error"),
    "INVALID_INPUT": (N_("This could not be read. Type it again."), "error"),
    "API_ERROR": (N_("This could not be read. Type it again."), "error"),
    "INVALID_PASSWORD": (N_("The password is not right."), "error"),
    "INVALID_REDIRECT": (N_("The page to go to afterwards is not one of ours. Sign in without it."), "error"),
    "INVALID_RESET_PASSWORD_TOKEN": (
        N_("This link does not work any more. Ask for a new one below."),
        "error",
    ),
    "PASSWORD_CHANGE": (
        N_("Your password was changed. On other devices you have to sign in again."),
        "success",
    ),
    "PASSWORD_IS_THE_SAME": (N_("Choose a password that differs from the one you have now."), "error"),
    "PASSWORD_NOT_PROVIDED": (N_("Fill in a password."), "error"),
    "PASSWORD_RESET_EXPIRED": (N_("This link does not work any more. Ask for a new one below."), "error"),
    "PASSWORD_RESET_NO_LOGIN": (N_("Your password was changed. You can sign in with it now."), "success"),
    "PASSWORD_RESET_REQUEST": (
        N_("If we know this address, a message is on its way to it. The link in it works for an hour."),
        "info",
    ),
    "REAUTHENTICATION_REQUIRED": (N_("Give your password once more: this is about your account."), "info"),
    "REAUTHENTICATION_SUCCESSFUL": (N_("Thank you, go on."), "success"),
    "RETYPE_PASSWORD_MISMATCH": (N_("The two passwords differ. Type them again."), "error"),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": (
        N_("The second step is on. From now on you give a code after your password."),
        "success",
    ),
    "TWO_FACTOR_DISABLED": (N_("The second step is off."), "success"),
    "TWO_FACTOR_INVALID_TOKEN": (
        N_("This code is not right, or it was used before. Wait for the next one."),
        "error",
    ),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": (N_("You are signed in."), "success"),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": (N_("Choose one of the possibilities."), "error"),
    "TWO_FACTOR_PERMISSION_DENIED": (N_("Start again with your e-mail address and password."), "error"),
    "TWO_FACTOR_SETUP_EXPIRED": (N_("This took too long. Scan the new code."), "error"),
    "UNAUTHENTICATED": (N_("Sign in to see this page."), "info"),
    "UNAUTHORIZED": (N_("This page is not for you."), "error"),
}
"""What Flask-Security says, in our words; the second is how it is shown."""
