"""The page on which an interview is coded, and the forms on it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from toc.domain.codes import CodeKind, code
from toc.domain.errors import DomainError
from toc.domain.interviews import code_points
from toc.services import coding as service
from toc.services import steps
from toc.services.coding import CodedPassage, Codes, CodingView
from toc.services.errors import Conflict, NotFound
from toc.services.goals import trees
from toc.services.interviews import Place, check_free_text
from toc.services.steps import Step
from toc.web.coding import showing
from toc.web.coding.blueprint import Chip, coding, colour_of
from toc.web.coding.showing import Filter
from toc.web.database import read_session, write_session
from toc.web.forms import Form, Input, OptionalLine, OptionalParagraph, OptionalRowId, RowId, Tick
from toc.web.interviews.blueprint import place
from toc.web.security import act, allow, local_address, new_id
from toc.web.texts import sentence

_UNITS = 10**9
_PAGE = "/p/<uuid:programme_id>/interviews/<uuid:interview_id>/coding"


class ShownInput(Input):
    """What of an interview is looked at."""

    passage: OptionalRowId
    code: OptionalRowId
    coder: OptionalRowId
    q: OptionalLine
    others: OptionalLine


class CodesInput(Input):
    """What a passage is put under; `kept`: what looks like a detail of a person is none."""

    codes: list[str]
    memo: OptionalParagraph
    kept: Tick

    def chosen(self) -> Codes:
        """Return the codes.

        Raises:
            DomainError: ``form.choose`` for what is none.
        """
        found: dict[str, set[UUID]] = {"goal": set(), "entry": set()}
        try:
            for kind, _, id_ in (one.partition(":") for one in self.codes):
                found[kind].add(UUID(id_))
        except (KeyError, ValueError) as error:
            raise DomainError("form.choose") from error
        return Codes(frozenset(found["goal"]), frozenset(found["entry"]))


class NewInput(CodesInput):
    """Passages to code: ticked sentences, or a part that was selected."""

    id: RowId
    sentence: list[str]
    selection: OptionalLine


class EndInput(Input):
    """Whether somebody has coded an interview."""

    ended: Tick


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A passage that is opened, with what this coder put it under.

    Attributes:
        row: as the margin shows it.
        text: its words.
        chosen: values of the boxes that are ticked.
        memo: this coder's note.
        others: what others put it under.
    """

    row: showing.ShownPassage
    text: str
    chosen: tuple[str, ...]
    memo: str
    others: tuple[Chip, ...]


@coding.get(_PAGE)
@allow("coding.write")
def interview(programme_id: UUID, interview_id: UUID) -> ResponseReturnValue:
    """Show what was said with everything that is coded in it."""
    return _page(read_session(programme_id), interview_id)


@coding.post(_PAGE)
@allow("coding.write")
def add(programme_id: UUID, interview_id: UUID) -> ResponseReturnValue:
    """Put passages under codes."""
    session = write_session(programme_id)
    form = Form(request.form, NewInput)
    if not form.ok:
        return _page(session, interview_id, form), 400
    try:
        check_free_text(form.value.memo, kept=form.value.kept)
        places = _places(session, interview_id, form.value)
        codes = form.value.chosen()
        marked = service.code_passages(session, act(), form.value.id, places, codes, memo=form.value.memo)
    except (NotFound, Conflict):
        raise
    except DomainError as error:
        session.rollback()
        form.blame("memo" if error.key.startswith("privacy.") else "", error)
        return _page(session, interview_id, form), 400
    session.commit()
    flash(ngettext("One passage is coded.", "%(num)d passages are coded.", len(marked)), "success")
    return redirect(_back(programme_id, interview_id))


@coding.post("/p/<uuid:programme_id>/statements/<uuid:statement_id>/coding")
@allow("coding.write")
def change(programme_id: UUID, statement_id: UUID) -> ResponseReturnValue:
    """Put a passage under exactly these codes."""
    session = write_session(programme_id)
    form = Form(request.form, CodesInput)
    interview_id = service.statement_interview(session, statement_id)
    if not form.ok:
        return _page(session, interview_id, edit=form, opened=statement_id), 400
    try:
        check_free_text(form.value.memo, kept=form.value.kept)
        service.recode(session, act(), statement_id, form.value.chosen(), memo=form.value.memo)
    except (NotFound, Conflict):
        raise
    except DomainError as error:
        form.blame("edit-memo" if error.key.startswith("privacy.") else "", error)
        return _page(session, interview_id, edit=form, opened=statement_id), 400
    session.commit()
    flash(gettext("The codes of this passage are saved."), "success")
    return redirect(_back(programme_id, interview_id))


@coding.post("/p/<uuid:programme_id>/statements/<uuid:statement_id>/coding/remove")
@allow("coding.write")
def remove(programme_id: UUID, statement_id: UUID) -> ResponseReturnValue:
    """Take one's codes from a passage, and the mark too when nothing else rests on it."""
    session = write_session(programme_id)
    interview_id = service.remove_passage(session, act(), statement_id)
    session.commit()
    flash(gettext("Removed. You can undo it."), "success")
    return redirect(_back(programme_id, interview_id))


@coding.post(f"{_PAGE}/undo")
@allow("coding.write")
def undo(programme_id: UUID, interview_id: UUID) -> ResponseReturnValue:
    """Take back what this coder did last."""
    return _walk(programme_id, interview_id, back=True)


@coding.post(f"{_PAGE}/redo")
@allow("coding.write")
def redo(programme_id: UUID, interview_id: UUID) -> ResponseReturnValue:
    """Do again what this coder undid last."""
    return _walk(programme_id, interview_id, back=False)


@coding.post(f"{_PAGE}/end")
@allow("coding.write")
def end(programme_id: UUID, interview_id: UUID) -> ResponseReturnValue:
    """Say that one has coded an interview, or goes on."""
    session = write_session(programme_id)
    form = Form(request.form, EndInput)
    service.end_coding(session, act(), interview_id, ended=form.value.ended)
    session.commit()
    return redirect(url_for(".interview", programme_id=programme_id, interview_id=interview_id))


def _walk(programme_id: UUID, interview_id: UUID, *, back: bool) -> ResponseReturnValue:
    session = write_session(programme_id)
    service.interview_coding(session, act(), interview_id)
    last = steps.last(session, act(), service.AREA)
    step = last.undo if back else last.redo
    try:
        service.walk(session, act(), back=back)
    except Conflict as error:
        session.rollback()
        if step is None:
            flash(gettext("There is nothing left to undo or to do again."), "note")
        else:
            steps.forget(session, act(), service.AREA, step.number)
            flash(sentence("coding.changed_since") if error.key else "", "error")
    else:
        done = gettext("Undone: %(what)s.") if back else gettext("Done again: %(what)s.")
        flash(done % {"what": _what(step)}, "success")
    session.commit()
    return redirect(_back(programme_id, interview_id))


def _what(step: Step | None) -> str:
    return sentence(step.key) if step is not None else ""


def _back(programme_id: UUID, interview_id: UUID) -> str:
    otherwise = url_for(".interview", programme_id=programme_id, interview_id=interview_id)
    return local_address(request.form.get("next"), otherwise)


def _places(session: Session, interview_id: UUID, typed: NewInput) -> list[Place]:
    """Return the sentences that were ticked and the part that was selected.

    Raises:
        DomainError: ``passage.outside`` for a place that this interview does not have.
    """
    if not (typed.sentence or typed.selection):
        raise DomainError("statement.none_chosen")
    ticked = [Place(*_place(one)) for one in typed.sentence]
    selected = [Place(*_place(typed.selection))] if typed.selection else []
    said = service.answer_texts(session, interview_id, {one.answer_id for one in ticked + selected})
    for one in ticked + selected:
        if one.answer_id not in said:
            raise DomainError("passage.outside", start=0, end=0, length=0)
    for answer_id, *ends in selected:
        ticked.append(Place(answer_id, *(code_points(said[answer_id], end) for end in ends)))
    return ticked


def _place(sent: str) -> tuple[UUID, int, int]:
    parts = sent.split(":")
    try:
        answer_id, (start, end) = UUID(parts[0]), (int(one) for one in parts[1:])
    except ValueError as error:
        raise DomainError("passage.outside", start=0, end=0, length=0) from error
    return answer_id, min(start, _UNITS), min(end, _UNITS)


def _opened(view: CodingView, statement_id: UUID | None) -> tuple[CodedPassage, Opened] | None:
    passage = next((one for one in view.passages if one.id == statement_id), None)
    if passage is None:
        return None
    row, mine = showing.shown_passage(view, passage, statement_id), act().user
    own = [mark for mark in passage.marks if mark.coder_id == mine]
    return passage, Opened(
        row=row,
        text=passage.text,
        chosen=tuple(
            f"{'goal' if view.codes[mark.code_id].is_goal else 'entry'}:{mark.code_id}" for mark in own
        ),
        memo="\n\n".join(dict.fromkeys(mark.memo for mark in own if mark.memo)),
        others=tuple(
            one for one, mark in zip(row.chips, passage.marks, strict=True) if mark.coder_id != mine
        ),
    )


def _page(
    session: Session,
    interview_id: UUID,
    form: Form[Any] | None = None,
    *,
    edit: Form[Any] | None = None,
    opened: UUID | None = None,
) -> str:
    asked = Form(request.args, ShownInput)
    value = (
        asked.value
        if asked.ok
        else ShownInput.model_construct(passage=None, code=None, coder=None, q="", others="")
    )
    others = {"1": True, "0": False}.get(value.others)
    view = service.interview_coding(session, act(), interview_id, others=others)
    chosen = Filter(code=value.code, coder=value.coder, search=value.q)
    found = _opened(view, opened or value.passage)
    passage, open_ = found or (None, None)
    keep = frozenset(mark.code_id for mark in passage.marks) if passage else frozenset()
    programme_id, mine = session.info["programme_id"], act().user
    where = {"programme_id": programme_id, "interview_id": interview_id}
    short = code(CodeKind.INTERVIEW, view.interview.code)
    place(session, (short, url_for("interviews.show", **where)), (gettext("Coding"), None))
    language = view.respondent.language
    code_options, coder_options = showing.filter_options(view)
    last = steps.last(session, act(), service.AREA)
    shown = [one for one in view.passages if chosen.lets(one)]
    return render_template(
        "coding/interview.html",
        where=where,
        short=short,
        view=view,
        who=showing.who(view),
        mode=showing.mode(view),
        language=language,
        letter=code(CodeKind.GROUP, view.respondent.group.code),
        colour=colour_of(view.respondent.group.code),
        texts=showing.shown_texts(view, chosen, open_.row.id if open_ else None, language),
        passages=[showing.shown_passage(view, one) for one in shown],
        hidden_count=len(view.passages) - len(shown),
        groups=showing.groups(view),
        edit_groups=showing.groups(view, keep),
        opened=open_,
        form=form or Form.empty(),
        edit=edit or Form.empty(),
        asked=Form.empty({"code": str(value.code or ""), "coder": str(value.coder or ""), "q": value.q}),
        filtered=bool(value.code or value.coder or value.q),
        code_options=code_options,
        coder_options=coder_options,
        undo=_what(last.undo),
        redo=_what(last.redo),
        ended=mine in view.ended,
        others_ended=sum(1 for one in view.ended if one != mine),
        revision=trees.revision(session),
        here=url_for(".interview", **where, others=int(view.shows_others)),
        toggle=url_for(".interview", **where, others=int(not view.shows_others)),
        marking_id=new_id(),
        new_goal=url_for(
            "goals.new",
            programme_id=programme_id,
            statement=open_.row.id,
            interview=interview_id,
            passage=open_.row.id,
        )
        if open_
        else None,
    )
