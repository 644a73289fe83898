"""What a person says about a log: what each column is for, how it is written, and what has two meanings."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from flask_babel import gettext, ngettext

from toc.domain.errors import DomainError
from toc.domain.exchange.mapping import About, ColumnUse, Epoch, Exclusion, Unsigned, Use, Zone
from toc.domain.exchange.mapping import Mapping as LogMapping
from toc.domain.exchange.notation import (
    MISSING,
    DateOrder,
    NumberStyle,
    parse_decimal,
    suggest_order,
    suggest_style,
)
from toc.domain.exchange.recognised import Asked, ColumnSeen, Question, Recognition
from toc.domain.exchange.recognising import answered, suggest
from toc.domain.indicators import Kind
from toc.domain.indicators.breakdowns import LEVEL
from toc.domain.participants import EVENTS, Arm, Moment, Subject
from toc.services.exchange.targets import Targets
from toc.web import texts
from toc.web.forms import Form, clean

Options = list[tuple[str, Any]]

MOST_TYPED: Final = 5_000
"""Characters of a field about one column."""
_SHOWN: Final = 40
_WORDED: Final = {Use.MOMENT: Moment, Use.ARM: Arm, Use.EVENT: Subject}
"""Uses whose words stand for a member of an enumeration."""
_NUMERIC: Final = frozenset({Use.VALUE, Use.NUMERATOR, Use.DENOMINATOR, Use.SCORE, Use.PEOPLE, Use.WITHOUT})
_DAILY: Final = frozenset({Use.DAY, Use.EVENT_DAY, Use.ENTRY, Use.EXIT, Use.SUBMITTED, Use.SINCE})
_ENUMS: Final[Mapping[Asked, Any]] = {Asked.SERIALS: Epoch, Asked.UNSIGNED: Unsigned, Asked.ZONE: Zone}
_MOST_WORDS: Final = 500
_BLANK: Final = 2
"""Rows for words that are still empty."""
PLACES: Final = frozenset({Use.SITE, Use.COHORT})


# --- What can be chosen -------------------------------------------------------------------------------------


def options_of(targets: Targets) -> Options:
    """Return what a column can be for, in groups."""
    uses = texts.word
    found: Options = [
        (Use.LEFT_OUT.value, uses(Use.LEFT_OUT)),
        (
            gettext("About the row"),
            [
                (one.value, uses(one))
                for one in (Use.DAY, Use.NOTE, Use.KEY, Use.SUBMITTED, Use.VERSION, Use.REPLACES)
            ],
        ),
        (gettext("Values of indicators"), list(_of_indicators(targets))),
        (gettext("About the participant"), list(_of_participants(targets))),
        (gettext("What happened to the participant"), list(_of_events())),
    ]
    if targets.scores:
        found.append((gettext("Scores of the participant"), list(_of_scores(targets))))
    return found


def _of_indicators(targets: Targets) -> Iterator[tuple[str, str]]:
    for one in targets.indicators:
        named = f"{one.code} {one.name}"
        if one.kind is Kind.PROPORTION:
            yield f"numerator|{one.code}", gettext("%(indicator)s: how many", indicator=named)
            yield f"denominator|{one.code}", gettext("%(indicator)s: out of how many", indicator=named)
        if one.kind is Kind.NARRATIVE:
            yield f"account|{one.code}", gettext("%(indicator)s: account in words", indicator=named)
            continue
        if one.kind is Kind.ORDINAL:
            yield f"levels|{one.code}", gettext("%(indicator)s: people on each level", indicator=named)
        yield f"value|{one.code}", gettext("%(indicator)s: value", indicator=named)
    yield Use.INDICATOR.value, texts.word(Use.INDICATOR)
    yield Use.VALUE.value, gettext("a value; another column says of which indicator")
    yield Use.NUMERATOR.value, gettext("how many; another column says of which indicator")
    yield Use.DENOMINATOR.value, gettext("out of how many; another column says of which indicator")
    kinds = {one.kind for one in targets.indicators}
    if Kind.NARRATIVE in kinds:
        yield Use.ACCOUNT.value, gettext("an account in words; another column says of which indicator")
    if Kind.ORDINAL in kinds:
        yield Use.LEVELS.value, gettext("people on each level; another column says of which indicator")
    for use in (Use.SITE, Use.PEOPLE, Use.WITHOUT, Use.SINCE):
        yield use.value, texts.word(use)
    for key, name in targets.breakdowns:
        yield f"option|{key}", gettext("the group: %(name)s", name=_breakdown(key, name))
    if targets.breakdowns:
        yield Use.BREAKDOWN.value, texts.word(Use.BREAKDOWN)
        yield Use.OPTION.value, gettext("the group; another column says of which breakdown")


def _breakdown(key: str, name: str) -> str:
    return gettext("level of the score") if key == LEVEL else name


def _of_participants(targets: Targets) -> Iterator[tuple[str, str]]:
    for one in (Use.PERSON, Use.COHORT, Use.ARM, Use.ENTRY, Use.EXIT):
        yield one.value, texts.word(one)
    for key, name in targets.breakdowns:
        if key != LEVEL:
            yield f"group|{key}", gettext("belongs to: %(name)s", name=name)


def _of_events() -> Iterator[tuple[str, str]]:
    yield Use.EVENT.value, gettext("what happened, in words")
    for one in EVENTS:
        yield f"event|{one}", gettext("%(event)s: yes or no", event=texts.word(one))
        yield f"event_day|{one}", gettext("%(event)s: the day", event=texts.word(one))


def _of_scores(targets: Targets) -> Iterator[tuple[str, str]]:
    yield Use.MOMENT.value, texts.word(Use.MOMENT)
    for at, one in enumerate(targets.scores):
        name = f"{one.name} {one.version}"
        yield (
            f"score|{at}",
            f"{name}: {one.item_name}" if one.item else gettext("%(name)s: the score", name=name),
        )


# --- What is suggested --------------------------------------------------------------------------------------


def prefilled(mapping: LogMapping, targets: Targets, wanted: str) -> LogMapping:
    """Return a suggestion with the indicator filled in where a column of values names none.

    Args:
        mapping: suggested by the file.
        targets: of the programme.
        wanted: code of the indicator that the reader came from; "" for none.
    """
    if mapping.used(Use.INDICATOR) or mapping.about is About.PARTICIPANTS:
        return mapping
    one = targets.indicator(wanted)
    columns = []
    for column in mapping.columns:
        target = one or _named(column.header, targets)
        if column.use not in {Use.VALUE, Use.NUMERATOR, Use.DENOMINATOR} or column.indicator:
            columns.append(column)
        elif target is None:
            columns.append(replace(column, use=Use.LEFT_OUT))
        else:
            columns.append(replace(column, indicator=target.code))
    return replace(mapping, columns=tuple(columns))


def _named(header: str, targets: Targets) -> Any:  # noqa: ANN401 - an indicator, or None
    folded = header.casefold()
    named = [
        one
        for one in targets.indicators
        if one.name.casefold() in folded or re.search(rf"\b{one.code.casefold()}\b", folded)
    ]
    return named[0] if len(named) == 1 else targets.indicators[0] if len(targets.indicators) == 1 else None


def values_of(mapping: LogMapping, seen: Recognition, targets: Targets) -> dict[str, str]:
    """Return the fields of the form as a mapping fills them."""
    values: dict[str, str] = {}
    by_header = {column.header: column for column in mapping.columns}
    for column in seen.columns:
        use = by_header.get(column.header)
        if use is not None:
            values |= {f"{name}-{column.position}": said for name, said in _fields(use, targets)}
    for one in mapping.exclusions:
        at = next((column.position for column in seen.columns if column.header == one.header), None)
        values[f"exclude-{at}"] = "\n".join(value or _empty() for value in one.values)
    styles = {one.style for one in mapping.columns if one.style and one.use in _NUMERIC}
    orders = {one.order for one in mapping.columns if one.order and one.use in _DAILY}
    values["all-style"] = styles.pop().value if len(styles) == 1 else _usual_style(seen)
    values["all-order"] = orders.pop().value if len(orders) == 1 else _usual_order(seen)
    return values


def _usual_style(seen: Recognition) -> str:
    """Return how the numbers seem to be written where they have one meaning; others are refused."""
    asked = {one.header for one in seen.questions if one.about is Asked.STYLE}
    cells = [
        cell for one in seen.columns if one.header not in asked for cell in (*one.distinct, *one.examples)
    ]
    dutch = seen.delimiter == ";" or (not seen.delimiter and texts.language() == "nl")
    return (suggest_style(cells) or (NumberStyle.DUTCH if dutch else NumberStyle.ENGLISH)).value


def _usual_order(seen: Recognition) -> str:
    asked = {one.header for one in seen.questions if one.about is Asked.ORDER}
    cells = [
        cell for one in seen.columns if one.header not in asked for cell in (*one.distinct, *one.examples)
    ]
    return (suggest_order(cells) or DateOrder.DAY_FIRST).value


def _fields(column: ColumnUse, targets: Targets) -> Iterator[tuple[str, str]]:
    yield "use", _option_of(column, targets)
    more = [code for code in column.missing if code not in MISSING]
    yield "missing", "\n".join(more)
    kind = _WORDED.get(column.use)
    shown = {
        word: texts.word(kind(said)) if kind and said in set(kind) else said
        for word, said in column.words.items()
    }
    for number, (word, said) in enumerate(shown.items()):
        yield f"word{number}", word
        yield f"says{number}", said
    yield "makes", "\n".join(column.makes)
    yield "factor", "" if column.factor == 1 else f"{column.factor:f}"
    yield "rounded", "1" if column.rounded else ""
    yield "moment", column.moment.value if column.moment else ""
    yield "name", column.name
    for about in Asked:
        answer = None if about is Asked.WORDS else getattr(column, about.value)
        if answer is not None:
            yield f"q-{about}", str(answer).lower() if isinstance(answer, bool) else answer.value
        elif about is Asked.WORDS and column.words and column.use in _NUMERIC:
            yield f"q-{about}", "other"


def _option_of(column: ColumnUse, targets: Targets) -> str:
    use = column.use
    if use is Use.SCORE:
        for at, one in enumerate(targets.scores):
            wanted = (column.instrument.casefold(), column.item, (column.edition or one.version).casefold())
            if (one.name.casefold(), one.item, one.version.casefold()) == wanted:
                return f"score|{at}"
        return Use.LEFT_OUT.value
    more = column.indicator or column.breakdown or (column.subject.value if column.subject else "")
    return f"{use.value}|{more}" if more else use.value


def _empty() -> str:
    return str(gettext("(empty)"))


# --- What is shown ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Asks:
    """A question about a column.

    Attributes:
        name: of the field.
        sentence: with the example.
        choices: answers, each with what the example then means.
        hint: to which answer the other cells point; "" when they do not.
    """

    name: str
    sentence: str
    choices: Options
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column on the page.

    Attributes:
        hidden: whether it is hidden in the workbook.
        facts: what stands in it, as a sentence.
        examples: a few cells.
        personal: why it is blocked, or dangerous; "" when it is not about persons.
        is_blocked: whether it can only be left out.
        words: numbers of the fields that say what a word means, some of them empty.
        is_place: whether it names sites or cohorts, so that it can be said which are made.
        opens: whether its details are open at first.
    """

    position: int
    header: str
    hidden: bool
    facts: str
    examples: str
    personal: str
    is_blocked: bool
    words: tuple[int, ...]
    is_place: bool
    asks: tuple[Asks, ...]
    opens: bool


FEW: Final = 30
"""Columns that all stand on the page; of more, those that are not used are folded, some at a time."""
AT_ONCE: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """Columns that are not used, some of them at a time.

    Attributes:
        columns: those that are shown.
        said: which ones they are, of how many.
        find: what their names, or their cells, are to hold.
        page: from 1.
        previous, following: pages beside it; None: there is none.
        is_open: whether somebody is looking through them.
    """

    columns: tuple[Column, ...]
    said: str
    find: str
    page: int
    previous: int | None
    following: int | None
    is_open: bool


def columns_of(seen: Recognition, form: Form[Any]) -> tuple[list[Column], Folded | None]:
    """Return the columns as the page shows them: those that count, and the others when they are many."""
    if len(seen.columns) <= FEW:
        return [_column(column, seen, form) for column in seen.columns], None
    wrong = {name.rpartition("-")[2] for name, _ in form.errors}
    used = [one for one in seen.columns if _is_used(one, form) or str(one.position) in wrong]
    counted = {one.position for one in used}
    find = (form.raw("find") or "").strip()[:_SHOWN]
    rest = [one for one in seen.columns if one.position not in counted and _holds(one, find)]
    last = max((len(rest) - 1) // AT_ONCE + 1, 1)
    page = min(max(_page_in(form), 1), last)
    first = (page - 1) * AT_ONCE
    shown = rest[first : first + AT_ONCE]
    said = gettext(
        "%(first)s to %(last)s of %(total)s",
        first=texts.number(min(first + 1, len(rest))),
        last=texts.number(first + len(shown)),
        total=texts.number(len(rest)),
    )
    return [_column(one, seen, form) for one in used], Folded(
        columns=tuple(_column(one, seen, form) for one in shown),
        said=said,
        find=find,
        page=page,
        previous=page - 1 if page > 1 else None,
        following=page + 1 if page < last else None,
        is_open=bool(find) or form.raw("look") is not None or not used,
    )


def _is_used(column: ColumnSeen, form: Form[Any]) -> bool:
    return (form.raw(f"use-{column.position}") or Use.LEFT_OUT.value) != Use.LEFT_OUT.value


def _holds(column: ColumnSeen, find: str) -> bool:
    wanted = find.casefold()
    return any(wanted in text.casefold() for text in (column.header, *column.examples, *column.distinct))


def _page_in(form: Form[Any]) -> int:
    """Return which page of the folded columns a button asks for; the first one after a search."""
    said = form.raw("look") or form.raw("others") or ""
    return int(said) if said.isascii() and said.isdigit() and len(said) < len("10000") else 1


def _column(column: ColumnSeen, seen: Recognition, form: Form[Any]) -> Column:
    person = next((one for one in seen.personal if one.position == column.position), None)
    at = column.position
    typed = any(
        form.raw(f"{name}-{at}")
        for name in ("missing", "word0", "factor", "rounded", "moment", "exclude", "makes")
    )
    if person is None:
        personal = ""
    elif person.by_name:
        personal = gettext(
            "This column is about persons (%(kind)s). It is left out: what points to one person is never "
            "read.",
            kind=texts.word(person.kind),
        )
    else:
        personal = ngettext(
            "%(num)d cell of it looks like a personal detail (%(kind)s). Leave the column out, unless you "
            "are sure: rows with such a cell are refused.",
            "%(num)d cells of it look like a personal detail (%(kind)s). Leave the column out, unless you "
            "are sure: rows with such a cell are refused.",
            person.cells,
            kind=texts.word(person.kind),
        )
    return Column(
        position=at,
        header=column.header,
        hidden=column.hidden,
        facts=_facts(column),
        examples=", ".join(cell[:_SHOWN] for cell in column.examples if cell.strip()),
        personal=personal,
        is_blocked=person is not None and person.by_name,
        words=tuple(range(_filled(form, at) + _BLANK)),
        is_place=form.raw(f"use-{at}") in PLACES,
        asks=tuple(_asks(one, at) for one in seen.questions if one.header == column.header),
        opens=typed,
    )


def _filled(form: Form[Any], at: int) -> int:
    """Return how many fields for words a form has filled in."""
    count = 0
    while count < _MOST_WORDS and (form.raw(f"word{count}-{at}") or form.raw(f"says{count}-{at}")):
        count += 1
    return count


def _facts(column: ColumnSeen) -> str:
    parts = [ngettext("%(num)d filled cell", "%(num)d filled cells", column.filled)]
    if column.numbers:
        parts.append(ngettext("%(num)d number", "%(num)d numbers", column.numbers))
    if column.days:
        parts.append(ngettext("%(num)d day", "%(num)d days", column.days))
    if column.same_as:
        parts.append(gettext("the same answers as “%(column)s”", column=column.same_as))
    return "; ".join(parts)


def _asks(question: Question, at: int) -> Asks:
    where = {"example": question.example, "line": texts.number(question.line)}
    sentences = {
        Asked.STYLE: gettext(
            "How are numbers written here? “%(example)s” on line %(line)s can be read in two ways.", **where
        ),
        Asked.ORDER: gettext("Which day is “%(example)s” on line %(line)s?", **where),
        Asked.TWO_DIGIT_YEARS: gettext(
            "The year of “%(example)s” on line %(line)s has two digits. Which is meant?", **where
        ),
        Asked.SERIALS: gettext("“%(example)s” on line %(line)s is a number. Is it a day?", **where),
        Asked.UNSIGNED: gettext(
            "Other cells have a percent sign, “%(example)s” on line %(line)s has none. What is it?", **where
        ),
        Asked.ZONE: gettext("“%(example)s” on line %(line)s is near midnight. On which clock?", **where),
        Asked.WORDS: gettext("“%(example)s” on line %(line)s stands for a number. Which?", **where),
    }
    words = dict(_answers(question))
    return Asks(
        name=f"q-{question.about}-{at}",
        sentence=sentences[question.about],
        choices=list(words.items()),
        hint=gettext("Other cells of this column point to: %(answer)s.", answer=words[question.suggested])
        if question.suggested in words
        else "",
    )


def _answers(question: Question) -> Iterator[tuple[str, str]]:
    if question.about is Asked.WORDS:
        said = ", ".join(f"{code} = {number}" for code, number in question.meanings.items())
        yield "said", gettext("as the codes say: %(said)s", said=said)
        yield "other", gettext("something else: I say it below, under “What words mean”")
        return
    for answer, meaning in question.meanings.items():
        yield answer, _answer(question.about, answer, meaning)


def _answer(about: Asked, answer: str, meaning: str) -> str:
    shown = _shown(meaning)
    match about:
        case Asked.STYLE:
            return f"{shown} ({texts.word(NumberStyle(answer))})"
        case Asked.ORDER:
            return f"{shown} ({texts.word(DateOrder(answer))})"
        case Asked.TWO_DIGIT_YEARS:
            return shown if meaning else gettext("not that: refuse rows with such a year")
        case _:
            word = texts.word(_ENUMS[about](answer))
            return f"{shown} ({word})" if shown else word


def _shown(meaning: str) -> str:
    """Return what an example means, as the reader writes it."""
    try:
        return texts.day(date.fromisoformat(meaning))
    except ValueError:
        pass
    try:
        return texts.number(Decimal(meaning))
    except (InvalidOperation, ValueError):
        return meaning


# --- What was said ------------------------------------------------------------------------------------------


def mapping_in(
    sent: Mapping[str, str], seen: Recognition, targets: Targets, form: Form[Any]
) -> LogMapping | None:
    """Return the mapping that a form says; None when something is missing, which stands at its field.

    Args:
        sent: the form.
        seen: what was seen in the file.
        targets: of the programme.
        form: gets the sentences.
    """
    said = suggest(seen)
    base = {column.header: column for column in said.columns}
    columns, exclusions = [], []
    for column in seen.columns:
        try:
            columns.append(_said(sent, column, seen, base.get(column.header), targets, form))
            if left := _list(sent, f"exclude-{column.position}"):
                exclusions.append(
                    Exclusion(column.header, tuple("" if one == _empty() else one for one in left))
                )
        except DomainError as error:
            form.blame(str(error.params.get("field", f"use-{column.position}")), error)
    if form.errors:
        return None
    used = {column.use for column in columns}
    persons = Use.PERSON in used
    return LogMapping(
        about=About.PARTICIPANTS if persons else About.MEASUREMENTS,
        columns=tuple(columns),
        kind=seen.kind,
        sheet=seen.sheet,
        headers=seen.headers,
        skipped=seen.skipped,
        encoding=seen.encoding if seen.delimiter else "",
        delimiter=seen.delimiter,
        exclusions=tuple(exclusions),
        join=said.join,
    )


def _said(
    sent: Mapping[str, str],
    column: ColumnSeen,
    seen: Recognition,
    base: ColumnUse | None,
    targets: Targets,
    form: Form[Any],
) -> ColumnUse:
    at = column.position
    if any(one.position == at and one.by_name for one in seen.personal):
        return ColumnUse(header=column.header, use=Use.LEFT_OUT)
    use = _use(column.header, sent.get(f"use-{at}", Use.LEFT_OUT.value), targets)
    if use.use is Use.LEFT_OUT:
        return use
    use = replace(
        use,
        zone=base.zone if base is not None else None,
        missing=(*MISSING, *_list(sent, f"missing-{at}")),
        makes=tuple(_list(sent, f"makes-{at}")) if use.use in PLACES else (),
        words=_words(sent, at, use.use),
        factor=_factor(sent, at),
        rounded=bool(sent.get(f"rounded-{at}")),
        name=clean(sent.get(f"name-{at}", ""), _SHOWN * 2) if use.subject is Subject.OTHER else "",
    )
    if use.use is Use.SCORE and sent.get(f"moment-{at}") in set(Moment):
        use = replace(use, moment=Moment(sent[f"moment-{at}"]))
    # Where a column can be read in one way alone, it is read so, whatever holds for the others.
    if use.use in _NUMERIC and sent.get("all-style") in set(NumberStyle):
        use = replace(use, style=column.style or NumberStyle(sent["all-style"]))
    if use.use in _DAILY and sent.get("all-order") in set(DateOrder):
        use = replace(use, order=column.order or DateOrder(sent["all-order"]))
    for question in seen.questions:
        if question.header == column.header and _matters(question, use):
            use = _answered(use, question, sent.get(f"q-{question.about}-{at}", ""), at, form)
    return use


def _matters(question: Question, use: ColumnUse) -> bool:
    """Tell whether a question has to be answered for this use."""
    numeric = question.about in {Asked.STYLE, Asked.UNSIGNED, Asked.WORDS}
    return use.use in (_NUMERIC if numeric else _DAILY)


def _answered(use: ColumnUse, question: Question, answer: str, at: int, form: Form[Any]) -> ColumnUse:
    if question.about is Asked.WORDS and answer == "said":
        return replace(use, words={**question.meanings, **use.words})
    if question.about is Asked.WORDS and answer == "other" and use.words:
        return use
    if question.about is not Asked.WORDS and answer in question.meanings:
        return answered(use, question, answer)
    form.blame(f"q-{question.about}-{at}", DomainError("form.choose"))
    return use


def _use(header: str, option: str, targets: Targets) -> ColumnUse:
    """Return what an option says.

    Raises:
        DomainError: ``form.choose``, for one that there is not.
    """
    name, _, more = option.partition("|")
    if name not in set(Use):
        raise DomainError("form.choose")
    use = Use(name)
    if use is Use.SCORE:
        if not (more.isascii() and more.isdigit() and int(more) < len(targets.scores)):
            raise DomainError("form.choose")
        one = targets.scores[int(more)]
        return ColumnUse(header=header, use=use, instrument=one.name, edition=one.version, item=one.item)
    if use in {Use.VALUE, Use.NUMERATOR, Use.DENOMINATOR, Use.ACCOUNT, Use.LEVELS}:
        return ColumnUse(header=header, use=use, indicator=more)
    if use in {Use.OPTION, Use.GROUP}:
        return ColumnUse(header=header, use=use, breakdown=more)
    if use in {Use.EVENT, Use.EVENT_DAY} and more:
        if more not in set(EVENTS):
            raise DomainError("form.choose")
        return ColumnUse(header=header, use=use, subject=Subject(more))
    return ColumnUse(header=header, use=use)


def _list(sent: Mapping[str, str], name: str) -> list[str]:
    """Return the lines of a field."""
    try:
        typed = clean(sent.get(name, ""), MOST_TYPED)
    except DomainError as error:
        raise DomainError(error.key, **{**error.params, "field": name}) from error
    return [one.strip() for one in typed.splitlines() if one.strip()]


def _words(sent: Mapping[str, str], at: int, use: Use) -> dict[str, str]:
    """Return what words mean, each in a field of its own, in the language of the page or of the program."""
    kind = _WORDED.get(use)
    known = {} if kind is None else {texts.word(one).casefold(): one.value for one in kind}
    found = {}
    for number in range(_MOST_WORDS):
        word, meaning = (_line(sent, f"{name}{number}-{at}") for name in ("word", "says"))
        if word is None or meaning is None:
            break
        if bool(word) != bool(meaning):
            raise DomainError("mapping.words", field=f"{'says' if word else 'word'}{number}-{at}")
        if word:
            found[word.casefold()] = known.get(meaning.casefold(), meaning)
    return found


def _line(sent: Mapping[str, str], name: str) -> str | None:
    """Return what a field says; None when it was not there."""
    if name not in sent:
        return None
    try:
        return clean(sent[name], MOST_TYPED).strip()
    except DomainError as error:
        raise DomainError(error.key, **{**error.params, "field": name}) from error


def _factor(sent: Mapping[str, str], at: int) -> Decimal:
    typed = sent.get(f"factor-{at}", "").strip()
    if not typed:
        return Decimal(1)
    style = NumberStyle.ENGLISH if texts.language() == "en" else NumberStyle.DUTCH
    try:
        return parse_decimal(typed, style)
    except DomainError as error:
        raise DomainError(error.key, **{**error.params, "field": f"factor-{at}"}) from error


def labels_of(seen: Recognition, form: Form[Any]) -> dict[str, str]:
    """Return what the fields that are not right are called in the summary above them."""
    headers = {str(one.position): one.header for one in seen.columns}
    return {name: headers.get(name.rpartition("-")[2], name) for name, _ in form.errors}


# --- In words -----------------------------------------------------------------------------------------------


def in_words(mapping: LogMapping, targets: Targets) -> list[tuple[str, str]]:
    """Return a mapping in words: what each used column is for, and how it is written."""
    labels = dict(_flat(options_of(targets)))
    return [
        (column.header, "; ".join(_said_of(column, labels, targets)))
        for column in mapping.columns
        if column.use is not Use.LEFT_OUT
    ] + [
        (
            one.header,
            gettext(
                "rows with %(values)s are left out", values=", ".join(f"“{value}”" for value in one.values)
            ),
        )
        for one in mapping.exclusions
    ]


def _flat(options: Options) -> Iterator[tuple[str, str]]:
    for value, label in options:
        if isinstance(label, str):
            yield value, label
        else:
            yield from label


def _said_of(column: ColumnUse, labels: Mapping[str, str], targets: Targets) -> Iterable[str]:
    option = _option_of(column, targets)
    yield labels.get(option, texts.word(column.use))
    if column.style is not None and column.use in _NUMERIC:
        yield texts.word(column.style)
    if column.order is not None and column.use in _DAILY:
        yield texts.word(column.order)
    if column.words:
        yield ", ".join(f"{word} = {said}" for word, said in column.words.items())
    if column.factor != 1:
        yield gettext("times %(factor)s", factor=texts.number(column.factor))
