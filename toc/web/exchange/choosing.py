"""What a person says about a file: which column is what, and how numbers and days are written."""

import json
from collections.abc import Mapping
from typing import Annotated

from flask_babel import gettext

from toc.domain.exchange import (
    MISSING,
    AskOrder,
    Column,
    DateOrder,
    Log,
    NumberStyle,
    Table,
    ask_order,
    asks,
    guess_columns,
    number_columns,
    personal_columns,
    read,
    restored,
    suggest_order,
    suggest_style,
)
from toc.domain.indicators import Kind
from toc.services.exchange import Source
from toc.web import texts
from toc.web.exchange.carrying import Carried
from toc.web.forms import Input, OptionalLine, RowId, Tick, chosen
from toc.web.security import today


class ChoicesInput(Input):
    """Which column is what, and how numbers and days are written."""

    on: OptionalLine
    value: OptionalLine
    numerator: OptionalLine
    denominator: OptionalLine
    note: OptionalLine
    style: Annotated[NumberStyle, chosen(NumberStyle)]
    order: Annotated[DateOrder, chosen(DateOrder)]
    missing: OptionalLine
    left_out: Tick

    def columns(self, kind: Kind) -> dict[Column, int]:
        """Return the position of each column that was chosen."""
        used = (Column.ON, *number_columns(kind), Column.NOTE)
        picked = {column: str(getattr(self, column.value)) for column in used}
        return {column: int(at) for column, at in picked.items() if at.isascii() and at.isdigit()}

    def signs(self) -> tuple[str, ...]:
        """Return what stands for "no number" in this file."""
        return (*MISSING, *self.missing.replace(",", " ").split())

    def read(self, carried: Carried) -> Log:
        """Read the table as was chosen.

        Raises:
            DomainError: as `toc.domain.exchange.read`.
        """
        personal = personal_columns(carried.table)
        return read(
            carried.table,
            self.columns(carried.kind),
            kind=carried.kind,
            style=self.style,
            today=today(),
            order=self.order,
            missing=self.signs(),
            left_out=[column.position for column in personal] if self.left_out else [],
        )

    def source(self, carried: Carried) -> Source:
        """Return what is remembered of the file and of how it was read."""
        names = {column.value: carried.table.headers[at] for column, at in self.columns(carried.kind).items()}
        how = {"columns": names, "style": self.style, "order": self.order, "missing": self.missing}
        return Source(
            sha256=carried.sha256,
            read_as=json.dumps(how, sort_keys=True, ensure_ascii=False),
            kind=carried.kind,
        )


class ConfirmInput(ChoicesInput):
    """The choices, and the plan that was looked at."""

    id: RowId
    seen: OptionalLine


def guessed_choices(tab: Table, kind: Kind) -> dict[str, str]:
    """Return the choices that the file itself makes clear; what it leaves open stays empty."""
    found = guess_columns(tab.headers)
    numbers = number_columns(kind)
    guessed = {
        column.value: str(found[column]) for column in (Column.ON, *numbers, Column.NOTE) if column in found
    }
    if all(column in found for column in numbers) and not asks(tab, found, kind):
        cells = [cell for column in numbers for cell in _cells(tab, found[column])]
        usual = NumberStyle.DUTCH if texts.language() == "nl" else NumberStyle.ENGLISH
        guessed["style"] = (suggest_style(cells) or usual).value
    if Column.ON in found and _asked_order(tab, found) is None:
        guessed["order"] = (suggest_order(_cells(tab, found[Column.ON])) or DateOrder.DAY_FIRST).value
    return guessed


def _cells(tab: Table, position: int) -> list[str]:
    return [restored(row.cells[position]) for row in tab.rows]


def _asked_order(tab: Table, columns: Mapping[Column, int]) -> AskOrder | None:
    return ask_order(_cells(tab, columns[Column.ON])) if Column.ON in columns else None


def questions(tab: Table, kind: Kind) -> tuple[list[str], str]:
    """Return the sentences on numbers, and the one on days, that nobody can read for sure."""
    found = guess_columns(tab.headers)
    numbers = asks(tab, found, kind) if all(column in found for column in number_columns(kind)) else ()
    order = _asked_order(tab, found)
    return [
        gettext(
            "“%(example)s” in the column “%(column)s” is %(dutch)s in Dutch and %(english)s in English. "
            "Which is meant?",
            example=ask.example,
            column=ask.column,
            dutch=texts.number(ask.meanings[NumberStyle.DUTCH]),
            english=texts.number(ask.meanings[NumberStyle.ENGLISH]),
        )
        for ask in numbers
    ], "" if order is None else gettext(
        "“%(example)s” can be %(first)s or %(second)s. Which is meant?",
        example=order.example,
        first=texts.day(order.meanings[DateOrder.DAY_FIRST]),
        second=texts.day(order.meanings[DateOrder.MONTH_FIRST]),
    )
