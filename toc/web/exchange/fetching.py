"""What sources send by themselves: fetched, read, imported when nothing is new, and reported by mail."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import current_app, url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.jobs import JobState
from toc.models.indicators import LogImport
from toc.services import exchange as service
from toc.services import jobs as job_service
from toc.services.exchange import fetching
from toc.services.exchange.addresses import Net
from toc.services.exchange.fetching import Keeper, News, Taken, Where
from toc.services.exchange.sources import get_source
from toc.web import jobs, texts
from toc.web.database import database
from toc.web.exchange.blueprint import address, sentence_of
from toc.web.mail import address as full_address
from toc.web.mail import write_mail
from toc.web.security import settings

Run = Callable[[UUID, UUID], None]
"""Lets a job be done and waits until it has ended: programme, job."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What came of looking at one source.

    Attributes:
        files: that were new.
        imported: of these, how many came in.
        error: key of the sentence why nothing was got; "" when it was.
        params: what that sentence names.
    """

    source_id: UUID
    files: int = 0
    imported: int = 0
    error: str = ""
    params: Mapping[str, Any] = field(default_factory=dict, compare=False)


def fetch_due(act: Act, *, net: Net | None = None, run: Run = jobs.run) -> list[Fetched]:
    """Look at every source that is due, in the request context that says where the pages are.

    Args:
        act: of the command.
        net: by which the internet is reached.
        run: does a job.
    """
    with database().read_session() as session:
        due = fetching.due_sources(session, act.at)
    found = (_look(act, programme_id, source_id, net or Net(), run) for programme_id, source_id in due)
    return [one for one in found if one is not None]


def _where(net: Net) -> Where:
    chosen = settings()
    return Where(
        jobs=jobs.folder(),
        watched=chosen.watch_folder,
        secret_key=str(current_app.config["SECRET_KEY"]),
        most=chosen.import_bytes,
        net=net,
    )


def _look(act: Act, programme_id: UUID, source_id: UUID, net: Net, run: Run) -> Fetched | None:
    """Look at a source; None when another process does."""
    with database().writing(programme_id) as session:
        if not fetching.claim(session, act.at, source_id):
            return None
        keeper = fetching.keeper_of(session, get_source(session, source_id), act.at, act)
    if keeper is None:
        return _failed(programme_id, source_id, None, DomainError("job.no_role"))
    try:
        taken = fetching.fetch(database(), programme_id, source_id, keeper, _where(net))
    except DomainError as error:
        return _failed(programme_id, source_id, keeper, error)
    new = [one for one in taken if one.is_new]
    came = [_bring(programme_id, source_id, keeper, one, run) for one in new]
    with database().writing(programme_id) as session:
        fetching.note(session, source_id, "" if all(came) else "fetch.not_imported")
    return Fetched(source_id=source_id, files=len(new), imported=sum(came))


def _failed(programme_id: UUID, source_id: UUID, keeper: Keeper | None, error: DomainError) -> Fetched:
    """Keep why nothing was got, and tell it once."""
    with database().writing(programme_id) as session:
        if fetching.note(session, source_id, error.key) and keeper is not None:
            name = get_source(session, source_id).name
            write_mail(
                session,
                keeper.act,
                keeper.email,
                keeper.language,
                "fetch",
                subject=_l("Nothing could be fetched from %(source)s", source=name),
                name=keeper.name,
                sentences=lambda: [
                    gettext("From the source “%(source)s” nothing could be fetched:", source=name),
                    sentence_of(error.key, error.params),
                    gettext("It is tried again; you are told only when something else goes wrong."),
                ],
                link=full_address(_source_at(programme_id, source_id)),
            )
    return Fetched(source_id=source_id, error=error.key, params=error.params)


def _source_at(programme_id: UUID, source_id: UUID) -> str:
    return url_for("exchange.source", programme_id=programme_id, source_id=source_id)


def _bring(programme_id: UUID, source_id: UUID, keeper: Keeper, one: Taken, run: Run) -> bool:
    """Let a file be read, and imported when nothing in it is new; report it; return whether it came in."""
    run(programme_id, one.job_id)
    with database().read_session(programme_id) as session:
        read = job_service.get(session, one.job_id)
    news = fetching.news_of(read, service.recognition(jobs.folder(), one.job_id))
    if news:
        _report(programme_id, source_id, keeper, one, lambda: _news(news))
        return False
    with database().writing(programme_id) as session:
        job = service.ask_commit(session, keeper.act, one.job_id, only_good=False)
    run(programme_id, job.id)
    with database().read_session(programme_id) as session:
        done = job_service.get(session, job.id)
        made = session.get(LogImport, (programme_id, service.import_of(one.job_id)))
    if done.state is not JobState.DONE or made is None:
        failed = News(key=done.error or "job.lost")
        _report(programme_id, source_id, keeper, one, lambda: _news(failed))
        return False
    _report(programme_id, source_id, keeper, one, lambda: _counts(made), imported=True)
    return True


def _report(
    programme_id: UUID,
    source_id: UUID,
    keeper: Keeper,
    one: Taken,
    said: Callable[[], list[str]],
    *,
    imported: bool = False,
) -> None:
    with database().writing(programme_id) as session:
        name = get_source(session, source_id).name
        write_mail(
            session,
            keeper.act,
            keeper.email,
            keeper.language,
            "fetch",
            subject=_l("Imported from %(source)s: %(file)s", source=name, file=_line(one.name))
            if imported
            else _l(
                "Please look: %(file)s of %(source)s was not imported", source=name, file=_line(one.name)
            ),
            name=keeper.name,
            sentences=said,
            link=full_address(address(programme_id, one.job_id)),
        )


def _line(name: str) -> str:
    """Return the name of a file as it may stand in a header."""
    return "".join(sign for sign in name if sign.isprintable())[:80] or "?"


def _news(news: News) -> list[str]:
    """Return what is new in a file, a sentence each."""
    sentences = [gettext("Something in this file is new, so that nothing of it was imported:")]
    if news.key:
        sentences.append(sentence_of(news.key, dict(news.params)))
    if news.columns:
        columns = ", ".join(f"“{column}”" for column in news.columns)
        sentences.append(
            gettext("There are columns that were not there before: %(columns)s.", columns=columns)
        )
    if news.held:
        sentences.append(
            ngettext(
                "%(count)s row is not right, or contradicts another one.",
                "%(count)s rows are not right, or contradict each other.",
                news.held,
                count=texts.number(news.held),
            )
        )
    sentences.append(gettext("Look at it, say what it means, and import it yourself:"))
    return sentences


def _counts(made: LogImport) -> list[str]:
    return [
        gettext("Nothing in this file was new to us, so that it was imported:"),
        gettext(
            "%(added)s rows added, %(corrected)s corrected, %(unchanged)s known already.",
            added=texts.number(made.rows_added),
            corrected=texts.number(made.rows_corrected),
            unchanged=texts.number(made.rows_unchanged),
        ),
        gettext("Look at it here; there you can also take it back:"),
    ]
