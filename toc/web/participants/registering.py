"""Registering participants, one or several, and changing what is said about one."""

from collections.abc import Mapping
from random import SystemRandom
from typing import Annotated, Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.domain.participants import MOST_AT_ONCE, Arm
from toc.models.participants import Participant
from toc.services import participants as service
from toc.services import programmes
from toc.services.errors import Stale
from toc.services.participants import ParticipantDraft
from toc.web import texts
from toc.web.database import read_session, write_session
from toc.web.forms import Edited, Form, Input, OptionalDay, OptionalParagraph, OptionalRowId, RowId, chosen
from toc.web.participants.blueprint import carried, participants, show_in
from toc.web.security import act, allow, new_id, today

_GROUP = "group-"
MANY = (1, 2, 5, 10, 20, 50, 100)
"""How many codes may be proposed at once."""


class ParticipantInput(Input):
    """What is said about a participant; the groups are fields per breakdown."""

    arm: Annotated[Arm, chosen(Arm)]
    cohort_id: OptionalRowId
    site_id: OptionalRowId
    entered_on: OptionalDay
    left_on: OptionalDay

    def draft(self, sent: Mapping[str, str]) -> ParticipantDraft:
        """Return it as the service takes it."""
        groups = {name.removeprefix(_GROUP): value for name, value in sent.items() if name.startswith(_GROUP)}
        return ParticipantDraft(
            arm=self.arm,
            cohort_id=self.cohort_id,
            site_id=self.site_id,
            entered_on=self.entered_on,
            left_on=self.left_on,
            groups=groups,
        )


class NewInput(ParticipantInput):
    """New participants: their codes, one on each line."""

    id: RowId
    codes: OptionalParagraph


def choices(session: Session) -> dict[str, Any]:
    """Return what the fields of a participant can be."""
    nothing = ("", gettext("Not known"))
    return {
        "arms": texts.choices(Arm),
        "cohorts": [nothing, *((one.id, one.name) for one in service.cohorts(session))],
        "sites": [nothing, *((one.id, one.name) for one in service.sites(session))],
        "groups": [
            (
                f"{_GROUP}{one.key}",
                one.name,
                [nothing, *((option.key, option.name) for option in one.options)],
            )
            for one in service.breakdowns(session)
        ],
    }


def labels(session: Session) -> dict[str, str]:
    """Return the labels of the fields of a participant."""
    return {
        "codes": gettext("Codes"),
        "arm": gettext("Group"),
        "cohort_id": gettext("Cohort"),
        "site_id": gettext("Site"),
        "entered_on": gettext("Day of entry"),
        "left_on": gettext("Last day of taking part"),
        **{f"{_GROUP}{one.key}": one.name for one in service.breakdowns(session)},
    }


# --- New ----------------------------------------------------------------------------------------------------


def _new_page(session: Session, form: Form[NewInput], row_id: UUID) -> str:
    programme = programmes.get(session)
    back = show_in(programme, (gettext("Register participants"), None))
    return render_template(
        "participants/new.html",
        form=form,
        row_id=row_id,
        many=[(number, ngettext("%(num)d code", "%(num)d codes", number)) for number in MANY],
        most=MOST_AT_ONCE,
        labels=labels(session),
        back_url=back,
        programme_id=programme.id,
        **choices(session),
    )


@participants.get("/p/<uuid:programme_id>/participants/new")
@allow("participant.write")
def new(programme_id: UUID) -> ResponseReturnValue:
    """Propose random codes, and ask what those who get them have in common."""
    session = read_session(programme_id)
    asked = request.args.get("many", "1")
    many = int(asked) if asked in {str(number) for number in MANY} else 1
    codes = "\n".join(service.propose_codes(session, many, SystemRandom()))
    usual = {"codes": codes, "arm": Arm.INTERVENTION.value, "entered_on": today().isoformat()}
    return _new_page(session, Form.empty({**usual, **_wanted()}), new_id())


def _wanted() -> dict[str, str]:
    """Return the cohort and the site that the address names, which then need not be chosen anew."""
    return {name: request.args[name] for name in ("cohort_id", "site_id") if name in request.args}


@participants.post("/p/<uuid:programme_id>/participants/add")
@allow("participant.write")
def create(programme_id: UUID) -> ResponseReturnValue:
    """Register participants."""
    session, form = write_session(programme_id), Form(request.form, NewInput)
    if form.ok:
        typed = form.value
        try:
            made = service.add_participants(
                session, act(), typed.id, typed.codes.split(), typed.draft(request.form)
            )
        except DomainError as error:
            form.blame(str(error.params.get("field", "")), error)
        else:
            session.commit()
            flash(
                ngettext(
                    "%(num)d participant was registered.", "%(num)d participants were registered.", len(made)
                ),
                "success",
            )
            return redirect(_after(programme_id, made))
    return _new_page(session, form, carried(form)), 400


def _after(programme_id: UUID, made: list[Participant]) -> str:
    if len(made) > 1:
        return url_for(".index", programme_id=programme_id, cohort_id=made[0].cohort_id or "")
    return url_for(".show", programme_id=programme_id, participant_id=made[0].id)


# --- Changed ------------------------------------------------------------------------------------------------


def as_typed(row: Participant) -> dict[str, str]:
    """Return what is said about a participant, as a person types it."""
    names = ("cohort_id", "site_id", "entered_on", "left_on")
    said = {name: "" if getattr(row, name) is None else str(getattr(row, name)) for name in names}
    return {"arm": row.arm.value, **said, **{f"{_GROUP}{key}": value for key, value in row.groups.items()}}


def _edit_page(session: Session, row: Participant, form: Form[ParticipantInput], revision: int) -> str:
    programme = programmes.get(session)
    here: dict[str, Any] = {"programme_id": programme.id, "participant_id": row.id}
    back = url_for(".show", **here)
    show_in(programme, (row.code, back), (gettext("Change"), None))
    return render_template(
        "participants/edit.html",
        form=form,
        code_text=row.code,
        revision=revision,
        labels=labels(session),
        action=url_for(".save", **here),
        back_url=back,
        **choices(session),
    )


@participants.get("/p/<uuid:programme_id>/participants/<uuid:participant_id>/edit")
@allow("participant.write")
def edit(programme_id: UUID, participant_id: UUID) -> ResponseReturnValue:
    """Show what is said about a participant, to be changed."""
    session = read_session(programme_id)
    row = service.get_participant(session, participant_id).row
    return _edit_page(session, row, Form.empty(as_typed(row)), row.revision)


@participants.post("/p/<uuid:programme_id>/participants/<uuid:participant_id>/edit")
@allow("participant.write")
def save(programme_id: UUID, participant_id: UUID) -> ResponseReturnValue:
    """Change what is said about a participant."""
    session = write_session(programme_id)
    row = service.get_participant(session, participant_id).row
    form, edited = Form(request.form, ParticipantInput), Edited.of(request.form)
    if form.ok:
        draft = form.value.draft(request.form)
        try:
            service.edit_participant(session, act(), participant_id, edited.revision, draft)
        except Stale as stale:
            return _conflict_page(session, row, stale), 409
        except DomainError as error:
            form.blame(str(error.params.get("field", "")), error)
        else:
            session.commit()
            flash(gettext("Saved."), "success")
            return redirect(url_for(".show", programme_id=programme_id, participant_id=participant_id))
    return _edit_page(session, row, form, edited.revision), 400


def _conflict_page(session: Session, row: Participant, stale: Stale) -> str:
    programme = programmes.get(session)
    here: dict[str, Any] = {"programme_id": programme.id, "participant_id": row.id}
    show_in(programme, (row.code, url_for(".show", **here)), (gettext("Change"), None))
    given = choices(session)
    named: dict[str, dict[str, str]] = {
        "arm": dict(given["arms"]),
        "cohort_id": {str(key): name for key, name in given["cohorts"]},
        "site_id": {str(key): name for key, name in given["sites"]},
        **{name: dict(options) for name, _, options in given["groups"]},
    }
    said = labels(session)
    del said["codes"]
    return render_template(
        "participants/conflict.html",
        title=row.code,
        mine=request.form,
        theirs=as_typed(row),
        labels=said,
        words=named,
        revision=stale.revision,
        action=url_for(".save", **here),
    )
