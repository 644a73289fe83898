"""Versions of the tree: frozen with a hash, agreed by the parties, compared, and restored as a new one.

A version holds what every party may see, so that all agree to the same thing. What is frozen never changes;
the database itself sees to that.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.codes import CodeKind, code
from toc.domain.errors import DomainError
from toc.domain.goals.body import GoalBody, LinkBody, TreeBody, digest, from_json, to_json
from toc.domain.goals.comparing import LinkStep, RestorePlan, restore
from toc.domain.ids import derived
from toc.domain.interviews import RespondentKind
from toc.models.goals import Goal, GoalLink, LinkArgument, TreeAgreement, TreeEdition
from toc.models.interviews import Respondent, StakeholderGroup
from toc.models.people import User
from toc.services import audit
from toc.services.errors import Conflict, NotFound
from toc.services.goals.bodies import tree_body
from toc.services.goals.links import edit_link, link_goals
from toc.services.goals.operations import Hands
from toc.services.goals.reading import get_goal
from toc.services.goals.values import GoalDraft, LinkDraft
from toc.services.goals.writing import lock_tree, new_edition
from toc.services.interviews.personal import check_free_text


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionView:
    """A frozen tree, without what stands in it.

    Attributes:
        number: counts from 1.
        reason: what it was frozen for.
        digest: SHA-256 of what stands in it, as 64 hexadecimal digits.
        by: name of the account that froze it.
        restored_from: number of the version that it says again, if it does.
        agreed: how many parties agree.
        parties: how many parties there are.
    """

    id: UUID
    number: int
    reason: str
    digest: str
    at: datetime
    by: str
    restored_from: int | None
    agreed: int
    parties: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyAnswer:
    """What a party said of a version; agreed None: nothing yet.

    Attributes:
        code: how people name the party: S2.
        comment: what it said besides.
        at: when.
        alone: it was said through a personal link, not written down by an account.
        closed: the reader may not know what it said, because it would say what one or two people did.
    """

    group_id: UUID
    code: str
    name: str
    agreed: bool | None
    comment: str
    at: datetime | None
    alone: bool
    closed: bool = False


def freeze(
    session: Session, act: Act, edition_id: UUID, reason: str, *, restored_from: UUID | None = None
) -> TreeEdition:
    """Freeze the tree as every party may see it now. The same id twice makes one version.

    Raises:
        DomainError: ``version.empty``; ``version.unchanged``, with the ``number`` of the last version, which
            says the same; ``version.reason_missing``; or as `check_free_text`.
    """
    lock_tree(session)
    made = session.get(TreeEdition, (session.info["programme_id"], edition_id))
    if made is not None:
        return made
    if not reason.strip():
        raise DomainError("version.reason_missing")
    check_free_text(reason)
    body = tree_body(session, None)
    if not body.goals:
        raise DomainError("version.empty")
    last = _last(session)
    if last is not None and last.digest == digest(body) and restored_from is None:
        raise DomainError("version.unchanged", number=last.number)
    return add_edition(session, act, edition_id, body, reason.strip(), restored_from=restored_from)


def versions(session: Session, *, closed: Collection[UUID] = ()) -> list[VersionView]:
    """Return the versions of the tree of all, the newest first, in three statements.

    Args:
        session: of the programme.
        closed: parties of which the reader does not see what they think, as `closed_parties` says; they do
            not count among those that agree.
    """
    groups = {row.id for row in _groups(session)}
    said = {key: one for key, one in _said(session).items() if not _is_closed(one, closed)}
    rows = session.execute(
        select(TreeEdition, User.name)
        .outerjoin(User, User.id == TreeEdition.created_by_id)
        .where(TreeEdition.programme_id == session.info["programme_id"], TreeEdition.group_id.is_(None))
        .order_by(TreeEdition.number.desc())
    ).all()
    numbers = {row.TreeEdition.id: row.TreeEdition.number for row in rows}
    return [
        VersionView(
            id=edition.id,
            number=edition.number,
            reason=edition.reason,
            digest=edition.digest,
            at=edition.created_at,
            by=by or "",
            restored_from=numbers.get(edition.restored_from_id),
            agreed=sum(
                one.agreed for (which, group), one in said.items() if which == edition.id and group in groups
            ),
            parties=len(groups),
        )
        for edition, by in rows
    ]


def get_version(session: Session, edition_id: UUID) -> TreeEdition:
    """Return a version of the tree of all, with its body.

    Raises:
        NotFound: there is none here, or it is a party's own tree.
    """
    edition = session.get(TreeEdition, (session.info["programme_id"], edition_id))
    if edition is None or edition.group_id is not None:
        raise NotFound
    return edition


def body_of(edition: TreeEdition) -> TreeBody:
    """Return what a version holds.

    Raises:
        Conflict: ``version.changed``: what the database holds is not what was frozen.
    """
    read = from_json(edition.body)
    if read.body is None or digest(read.body) != edition.digest:
        raise Conflict("version.changed", number=edition.number)
    return read.body


# --- Agreeing -----------------------------------------------------------------------------------------------


def answers(session: Session, edition_id: UUID, *, closed: Collection[UUID] = ()) -> list[PartyAnswer]:
    """Return what each party last said of a version, by code, in two statements.

    Args:
        session: of the programme.
        edition_id: which version.
        closed: as `versions` has it; what a spokesperson said is no participant's, and is shown.
    """
    known = {group: one for (_, group), one in _said(session, edition_id).items()}
    said = {group: one for group, one in known.items() if not _is_closed(one, closed)}
    return [
        PartyAnswer(
            group_id=row.id,
            code=code(CodeKind.GROUP, row.code),
            name=row.name,
            agreed=one.agreed if (one := said.get(row.id)) else None,
            comment=one.comment if one else "",
            at=one.at if one else None,
            alone=one is not None and one.respondent_id is not None,
            closed=row.id in closed and one is None,
        )
        for row in _groups(session)
    ]


def _is_closed(said: TreeAgreement, closed: Collection[UUID]) -> bool:
    """Tell whether an answer was written down for a party of one or two people."""
    return said.group_id in closed and said.respondent_id is None


def answer(
    session: Session,
    act: Act,
    agreement_id: UUID,
    edition_id: UUID,
    group_id: UUID,
    *,
    agreed: bool,
    comment: str = "",
) -> TreeAgreement:
    """Write down what a party says of a version; what it said before stays in the book.

    By personal link a spokesperson answers for their own party. A participant speaks for themselves alone, so
    for their party somebody writes down what they said together.

    Raises:
        NotFound: no such version or party, or not that of who came by a personal link.
        DomainError: ``version.comment_missing``: who does not agree says why; or as `check_free_text`.
    """
    made = session.get(TreeAgreement, (session.info["programme_id"], agreement_id))
    if made is not None:
        return made
    get_version(session, edition_id)
    if group_id not in {row.id for row in _groups(session)}:
        raise NotFound
    if act.user is None and (spokesperson_of(session, act) != group_id):
        raise NotFound
    if not agreed and not comment.strip():
        raise DomainError("version.comment_missing")
    check_free_text(comment)
    agreement = TreeAgreement(
        id=agreement_id,
        tree_edition_id=edition_id,
        group_id=group_id,
        respondent_id=act.respondent if act.user is None else None,
        agreed=agreed,
        comment=comment.strip(),
        at=act.at,
        taken_by_id=act.user,
    )
    session.add(agreement)
    session.flush()
    audit.record(session, act, "tree.answer", "tree_edition", edition_id, group=str(group_id))
    return agreement


def spokesperson_of(session: Session, act: Act) -> UUID | None:
    """Return the party for which who came by a personal link speaks; None for a participant or an account."""
    if act.respondent is None:
        return None
    me = session.get(Respondent, (session.info["programme_id"], act.respondent))
    return None if me is None or me.kind is RespondentKind.PARTICIPANT else me.group_id


# --- Coming back --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Restoring:
    """What restoring a version comes to.

    Attributes:
        plan: what changes.
        kept: codes of goals of the version that are hidden now and stay so.
        arguments: how many arguments for and against go, because their links do.
    """

    plan: RestorePlan
    kept: tuple[str, ...]
    arguments: int


def restoring(session: Session, edition_id: UUID) -> Restoring:
    """Return what would change if the tree were to say again what it said in a version.

    Goals that are hidden now stay as they are, whatever they said then: only their owner opens them.
    """
    old = body_of(get_version(session, edition_id))
    hidden = _hidden(session)
    kept = {goal.code for goal in old.goals if goal.id in hidden}
    old = TreeBody(
        goals=tuple(goal for goal in old.goals if goal.code not in kept),
        links=tuple(link for link in old.links if kept.isdisjoint(link.ends)),
        parties=old.parties,
        holders=tuple(one for one in old.holders if one.goal not in kept),
    )
    plan = restore(tree_body(session, None), old)
    return Restoring(plan=plan, kept=tuple(sorted(kept)), arguments=_arguments(session, plan.unlink))


def restore_version(session: Session, act: Act, new_id: UUID, edition_id: UUID, reason: str) -> TreeEdition:
    """Let the tree say again what it said in a version, and freeze that as a new one.

    The tree as it was is frozen first, where no version holds it yet: so this can be taken back by restoring
    that one. The same id twice restores once.

    Args:
        session: of the programme, for writing.
        act: who and when.
        new_id: of the version that comes of it.
        edition_id: the version to come back to.
        reason: why; stands with the goals that are worded anew.

    Raises:
        NotFound: there is no such version.
        DomainError: ``version.as_it_was``: nothing differs; ``version.reason_missing``; as `check_free_text`;
            as `new_edition` and `link_goals`.
    """
    lock_tree(session)
    made = session.get(TreeEdition, (session.info["programme_id"], new_id))
    if made is not None:
        return made
    edition = get_version(session, edition_id)
    if not reason.strip():
        raise DomainError("version.reason_missing")
    check_free_text(reason)
    plan = restoring(session, edition_id).plan
    if plan.is_empty:
        raise DomainError("version.as_it_was", number=edition.number)
    now, last = tree_body(session, None), _last(session)
    if now.goals and (last is None or last.digest != digest(now)):
        add_edition(session, act, derived(new_id, "before", "1"), now, reason.strip())
    _carry_out(session, act, edition_id, reason.strip(), new_id)
    body = tree_body(session, None)
    return add_edition(session, act, new_id, body, reason.strip(), restored_from=edition_id)


def _carry_out(session: Session, act: Act, edition_id: UUID, reason: str, seed: UUID) -> None:
    """Take the steps to a version in two goes, because goals that come back bring their links along."""
    first = restoring(session, edition_id).plan
    hands = Hands(session, act, _touched(first), reason=reason)
    for step in first.unlink:
        hands.do(hands.unlinking(_link(hands, step)))
    for goal in first.retire:
        hands.do({"do": "retire", "goal": str(goal.id)})
    for goal in first.revive:
        hands.do({"do": "bring_back", "goal": str(goal.id)})
    session.flush()
    plan = restoring(session, edition_id).plan
    for step in plan.unlink:
        hands.do(hands.unlinking(_link(hands, step)))
    for one in plan.editions:
        _reword(session, act, one.after, reason)
    for step in plan.relink:
        edit_link(session, act, _link(hands, step).id, _link_draft(step.link))
    session.flush()
    for step in plan.link:
        link_goals(
            session,
            act,
            derived(seed, "link", f"{step.lower_id} {step.upper_id}"),
            lower_id=step.lower_id,
            upper_id=step.upper_id,
            draft=_link_draft(step.link),
        )
    hands.tell()


def _touched(plan: RestorePlan) -> set[UUID]:
    goals = {goal.id for goal in (*plan.retire, *plan.revive)} | {one.after.id for one in plan.editions}
    return goals | {end for step in (*plan.unlink, *plan.relink, *plan.link) for end in _ends(step)}


def _reword(session: Session, act: Act, goal: GoalBody, reason: str) -> None:
    """Let a goal say again what it said then."""
    draft = GoalDraft(**{name: getattr(goal, name) for name in GoalDraft.__slots__})
    view = get_goal(session, act, goal.id)
    new_edition(session, act, view, draft, reason, is_primary=goal.is_primary)
    session.flush()


def _link_draft(link: LinkBody) -> LinkDraft:
    return LinkDraft(**{name: getattr(link, name) for name in LinkDraft.__slots__})


def _ends(step: LinkStep) -> tuple[UUID, UUID]:
    return step.lower_id, step.upper_id


def _link(hands: Hands, step: LinkStep) -> GoalLink:
    """Return a link of the plan; the tree is held, so that it is there."""
    return cast("GoalLink", hands.linked(*_ends(step)))


def _arguments(session: Session, steps: Iterable[LinkStep]) -> int:
    pairs = {_ends(step) for step in steps}
    rows = session.execute(
        select(GoalLink.lower_id, GoalLink.upper_id)
        .join(
            LinkArgument,
            (LinkArgument.programme_id == GoalLink.programme_id) & (LinkArgument.link_id == GoalLink.id),
        )
        .where(GoalLink.programme_id == session.info["programme_id"])
    )
    return sum((lower, upper) in pairs for lower, upper in rows)


def _hidden(session: Session) -> frozenset[UUID]:
    return frozenset(
        session.scalars(
            select(Goal.id).where(Goal.programme_id == session.info["programme_id"], Goal.released.is_(False))
        )
    )


def add_edition(
    session: Session,
    act: Act,
    edition_id: UUID,
    body: TreeBody,
    reason: str,
    *,
    restored_from: UUID | None = None,
    group_id: UUID | None = None,
) -> TreeEdition:
    """Keep a tree as a new edition; the caller holds the lock of the tree.

    Args:
        session: of the programme, for writing.
        act: who and when.
        edition_id: of the edition.
        body: what it holds.
        reason: what it was frozen for.
        restored_from: the version that it says again, if it does.
        group_id: the party whose own tree it is; None: the tree of everybody.
    """
    number = session.scalar(
        select(func.max(TreeEdition.number)).where(
            TreeEdition.programme_id == session.info["programme_id"], TreeEdition.group_id == group_id
        )
    )
    edition = TreeEdition(
        id=edition_id,
        number=(number or 0) + 1,
        body=to_json(body),
        digest=digest(body),
        reason=reason,
        restored_from_id=restored_from,
        group_id=group_id,
        created_at=act.at,
        created_by_id=act.user,
    )
    session.add(edition)
    session.flush()
    told = {"number": edition.number, "goals": len(body.goals)}
    if group_id is None:
        audit.record(session, act, "tree.freeze", "tree_edition", edition_id, **told)
    else:
        audit.record(session, act, "merge.freeze", "tree_edition", edition_id, **told)
    return edition


def _last(session: Session) -> TreeEdition | None:
    return session.scalar(
        select(TreeEdition)
        .where(TreeEdition.programme_id == session.info["programme_id"], TreeEdition.group_id.is_(None))
        .order_by(TreeEdition.number.desc())
        .limit(1)
    )


def _groups(session: Session) -> list[StakeholderGroup]:
    return list(
        session.scalars(
            select(StakeholderGroup)
            .where(StakeholderGroup.programme_id == session.info["programme_id"])
            .order_by(StakeholderGroup.code)
        )
    )


def _said(session: Session, edition_id: UUID | None = None) -> dict[tuple[UUID, UUID], TreeAgreement]:
    """Return what parties last said of versions, by version and party."""
    query = select(TreeAgreement).where(TreeAgreement.programme_id == session.info["programme_id"])
    if edition_id is not None:
        query = query.where(TreeAgreement.tree_edition_id == edition_id)
    rows = session.scalars(query.order_by(TreeAgreement.at, TreeAgreement.id))
    return {(row.tree_edition_id, row.group_id): row for row in rows}
