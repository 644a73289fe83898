"""The rules that every table keeps, so that no row can link into another programme."""

import re

import pytest
from sqlalchemy import CheckConstraint, ForeignKeyConstraint, PrimaryKeyConstraint, Table, UniqueConstraint

from toc.models import Base
from toc.models.base import APPEND_ONLY, InProgramme, table_name

TABLES = sorted(Base.metadata.tables.values(), key=lambda table: table.name)
OF_A_PROGRAMME = {
    table_name(mapper.class_.__name__)
    for mapper in Base.registry.mappers
    if issubclass(mapper.class_, InProgramme)
}
KEPT_PER_PROGRAMME = OF_A_PROGRAMME | {"audit_event", "audit_head", "counter"}
REFERENCE = {table.name for table in TABLES} - KEPT_PER_PROGRAMME
"""Tables outside programmes; a programme's row may point to them by their id alone."""


def keys(table: Table, kind: type[ForeignKeyConstraint | UniqueConstraint]) -> list[list[str]]:
    return [[column.name for column in rule.columns] for rule in table.constraints if isinstance(rule, kind)]


def test_the_tables_outside_programmes_are_these() -> None:
    # Every other table can be spread over servers by its programme; adding to this list is a decision.
    assert {
        "account_role",
        "ended_session",
        "instance_event",
        "instance_head",
        "invitation",
        "membership",
        "organisation",
        "outbox_message",
        "personal_link",
        "programme",
        "reminding",
        "sign_in_attempt",
        "user",
        "user_role",
        "workshop_door",
    } == REFERENCE


@pytest.mark.parametrize("name", sorted(KEPT_PER_PROGRAMME))
def test_programme_id_stands_first_in_every_key_of_a_programme_s_table(name: str) -> None:
    table = Base.metadata.tables[name]
    primary = [column.name for column in table.primary_key.columns]
    assert primary[0] == "programme_id"
    if name in OF_A_PROGRAMME:
        assert primary == ["programme_id", "id"]
    assert not table.columns["programme_id"].nullable
    for columns in keys(table, UniqueConstraint):
        assert columns[0] == "programme_id", columns
    for index in table.indexes:
        to_reference = any(
            element.column.table.name in REFERENCE
            for column in index.columns
            for element in column.foreign_keys
        )
        assert index.columns[0].name == "programme_id" or to_reference, index.name


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_foreign_key_stays_inside_its_programme(table: Table) -> None:
    for rule in table.foreign_key_constraints:
        target = rule.referred_table.name
        columns = [column.name for column in rule.columns]
        if target in REFERENCE:
            assert len(columns) == 1, columns
        else:
            assert table.name in KEPT_PER_PROGRAMME, f"{table.name} is no programme's and points into one"
            assert columns[0] == "programme_id"
            assert [element.column.name for element in rule.elements] == ["programme_id", "id"]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_foreign_key_is_indexed(table: Table) -> None:
    indexed = [
        [column.name for column in table.primary_key.columns],
        *keys(table, UniqueConstraint),
        *([column.name for column in index.columns] for index in table.indexes),
    ]
    for columns in keys(table, ForeignKeyConstraint):
        assert any(index[: len(columns)] == columns for index in indexed), columns


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_removing_a_row_never_changes_another(table: Table) -> None:
    for rule in table.foreign_key_constraints:
        assert (rule.ondelete, rule.onupdate) == (None, None), rule.name


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_rule_has_a_name_by_which_a_migration_can_find_it(table: Table) -> None:
    prefixes = {
        PrimaryKeyConstraint: "pk",
        ForeignKeyConstraint: "fk",
        UniqueConstraint: "uq",
        CheckConstraint: "ck",
    }
    for rule in table.constraints:
        assert re.match(rf"{prefixes[type(rule)]}_{table.name}(_|$)", str(rule.name)), rule
    names = [str(rule.name) for rule in table.constraints] + [str(index.name) for index in table.indexes]
    assert len(set(names)) == len(names)


def test_tables_that_keep_what_was_signed_are_append_only() -> None:
    # Decision 6: what somebody signed is an immutable row. Taking a table from this list is a decision.
    assert {
        "assessment_record",
        "audit_event",
        "consent",
        "contract_edition",
        "finding",
        "goal_edition",
        "guide_edition",
        "indicator_edition",
        "indicator_target",
        "instance_event",
        "ledger_entry",
        "ledger_transfer",
        "measurement",
        "measurement_part",
        "measurement_review",
        "outcome",
        "outcome_decision",
        "payment",
        "period_lock",
        "saving_edition",
        "statement_decision",
    } <= APPEND_ONLY
    assert set(Base.metadata.tables) >= APPEND_ONLY


def test_a_relationship_of_a_programme_s_row_writes_one_column() -> None:
    for mapper in Base.registry.mappers:
        if not issubclass(mapper.class_, InProgramme):
            continue
        for relation in mapper.relationships:
            written = (
                set() if relation.viewonly else {column.name for _, column in relation.synchronize_pairs}
            )
            assert "programme_id" not in written, relation
            assert len(written) <= 1, relation


def test_a_row_that_can_be_edited_counts_its_changes() -> None:
    for mapper in Base.registry.mappers:
        has_counter = "revision" in mapper.local_table.columns
        assert has_counter == (mapper.version_id_col is not None), mapper
        assert not (has_counter and table_name(mapper.class_.__name__) in APPEND_ONLY), mapper
