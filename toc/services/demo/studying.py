"""Loading the documents of a demo programme, how they were coded, and the member check."""

from functools import partial
from hashlib import sha256

from toc.domain.ids import derived
from toc.services import coding, documents, goals, interviews
from toc.services.demo import content
from toc.services.demo.here import Here
from toc.services.interviews.checking import check_goal

EVALUATOR = "evaluator"


def plan(here: Here) -> None:
    """Plan all of it; the codebook is made on the day that it is first coded with."""
    for document in here.file.documents:
        here.plan(document.added_on, partial(_document, here, document))
        here.plan(document.coded_on, partial(_code, here, document))
        for passage in document.passages:
            here.plan(passage.release.on, partial(_release, here, document, passage, passage.release))
    for check in here.file.checks:
        here.plan(check.on, partial(_check, here, check))


def _document(here: Here, document: content.Document) -> None:
    session, act, id_ = (
        here.session,
        here.act(document.added_on, EVALUATOR),
        here.id("document", document.key),
    )
    if document.respondent is None:
        starts, text = [], ""
        for page in document.pages:
            starts.append(len(text))
            text += here.say(page) + "\n\n"
        incoming = _incoming(
            documents.DocumentText(
                text=text.rstrip(),
                media_type=documents.MediaType.PDF,
                pages=tuple(documents.Page(start, number) for number, start in enumerate(starts, start=1)),
            )
        )
        draft = documents.StudyDraft(
            title=here.say(document.title), language=here.language.value, dated_on=document.on
        )
        group_id = here.id("group", document.group or "")
        row = documents.add_study(session, act, id_, group_id, incoming, draft)
        here.mark("respondent", derived(id_, "respondent"))
    else:
        spoken = [f"{here.say(turn.speaker)}: {here.say(turn.says)}" for turn in document.turns]
        read = documents.read_document("\n\n".join(spoken).encode(), f"{document.key}.txt")
        respondent_id = here.id("respondent", document.respondent)
        own = {here.say(document.own)}
        row = documents.add_transcript(
            session, act, id_, respondent_id, _incoming(read), held_on=document.on, own=own
        )
    here.mark("document", row.id)
    here.mark("interview", row.interview_id)


def _incoming(read: documents.DocumentText) -> documents.Incoming:
    content_ = read.text.encode()
    return documents.Incoming(
        text=read.text,
        media_type=read.media_type,
        turns=read.turns,
        pages=read.pages,
        size=len(content_),
        digest=sha256(content_).hexdigest(),
    )


def _code(here: Here, document: content.Document) -> None:
    on, session = document.coded_on, here.session
    for entry in here.file.codebook:
        draft = coding.EntryDraft(
            use=entry.use, name=here.say(entry.name), definition=here.say(entry.definition)
        )
        row = coding.add_entry(session, here.act(on, EVALUATOR), here.id("entry", entry.key), draft)
        here.mark("codebook_entry", row.id)
    for passage in document.passages:
        for coded in passage.by:
            codes = coding.Codes(
                goals=frozenset(here.id("goal", key) for key in coded.goals),
                entries=frozenset(here.id("entry", key) for key in coded.entries),
            )
            (statement,) = coding.code_passages(
                session,
                here.act(on, coded.coder),
                here.id("marking", document.key, passage.key),
                [_place(here, document, passage)],
                codes,
                memo=here.say(coded.memo),
            )
            here.mark("statement", statement.id)
    interview_id = derived(here.id("document", document.key), "interview")
    for coder in document.ended:
        coding.end_coding(session, here.act(on, coder), interview_id, ended=True)


def _place(here: Here, document: content.Document, passage: content.CodedPassage) -> interviews.Place:
    interview_id = derived(here.id("document", document.key), "interview")
    ((answer_id, text),) = coding.answer_texts(here.session, interview_id).items()
    start = text.index(here.say(passage.text))
    return interviews.Place(answer_id, start, start + len(here.say(passage.text)))


def _release(
    here: Here, document: content.Document, passage: content.CodedPassage, release: content.Release
) -> None:
    place = _place(here, document, passage)
    interviews.decide_statement(
        here.session,
        here.act(release.on, EVALUATOR),
        here.id("decision", document.key, passage.key),
        derived(here.id("marking", document.key, passage.key), *map(str, place)),
        audience=release.audience,
        attribution=release.attribution,
        text=here.say(here.demo.consent.release),
    )


def _check(here: Here, check: content.Check) -> None:
    goal = goals.get_goal(here.session, here.act(check.on, EVALUATOR), here.id("goal", check.goal))
    check_goal(
        here.session,
        here.act_of(check.on, check.respondent),
        here.id("check", check.goal, check.respondent),
        goal.edition_id,
        check.verdict,
        here.say(check.comment),
    )
