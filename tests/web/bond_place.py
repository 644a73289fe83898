"""A bond with everybody who works on it, for the tests of its pages."""

from sqlalchemy import func, select

from tests.factories.bonds import (
    Bond,
    make_bond,
    make_outcome,
    make_parties,
    make_payment,
    make_verified,
)
from tests.web.reader import Reader
from toc.models.bonds import Outcome, Payment
from toc.models.database import Database
from toc.models.programmes import Programme


class Place:
    """A programme with its parties in the database of a test, and readers for them."""

    def __init__(self, database: Database, programme: Programme, reader: Reader) -> None:
        self.database, self.programme, self.reader = database, programme, reader.use("en")
        with database.writing(programme.id) as session:
            self.parties = make_parties(session, programme)

    def at(self, path: str) -> str:
        return f"/p/{self.programme.id}/{path}"

    def as_(self, role: str) -> Reader:
        return self.reader.sign_in(getattr(self.parties, role))

    def bond(self, **terms: object) -> Bond:
        with self.database.writing(self.programme.id) as session:
            return make_bond(session, self.programme, parties=self.parties, **terms)  # type: ignore[arg-type] # named by the test

    def paid(self, bond: Bond, **fields: object) -> Payment:
        with self.database.writing(self.programme.id) as session:
            return make_payment(session, bond, **fields)

    def verified(self, bond: Bond, **fields: object) -> Outcome:
        with self.database.writing(self.programme.id) as session:
            return make_verified(session, bond, **fields)  # type: ignore[arg-type] # named by the test

    def declared(self, bond: Bond, **fields: object) -> Outcome:
        with self.database.writing(self.programme.id) as session:
            return make_outcome(session, bond, **fields)  # type: ignore[arg-type] # named by the test

    def count(self, table: type) -> int:
        with self.database.read_session(self.programme.id) as session:
            return session.scalar(select(func.count()).select_from(table)) or 0
