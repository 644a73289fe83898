"""From an outcome to a payment: three people, one calculation, paid once; on SQLite and on PostgreSQL."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import URL

from tests.browser.site import Visitor, serving, toc
from tests.postgres import own_database

PROGRAMME = "The Colour Kitchen Utrecht"
LINE = "Werk, zes maanden, meer dan anders"


@pytest.fixture
def visit_on_postgresql(
    chromium: Browser, postgres_server: URL, testrun_uid: str, worker_id: str, tmp_path: Path
) -> Iterator[Callable[..., Visitor]]:
    """Make visitors of a demo on PostgreSQL."""
    visitors: list[Visitor] = []
    with own_database(postgres_server, f"toc_{testrun_uid[:8]}_{worker_id}_journey") as database:
        toc("demo", "--no-serve", folder=tmp_path, TOC_DATABASE_URL=database.url)
        with serving(tmp_path, TOC_DATABASE_URL=database.url) as address:

            def make(role: str = "", **options: object) -> Visitor:
                visitors.append(Visitor(chromium, address, **options))
                return visitors[-1].sign_in(role)

            yield make
            for visitor in visitors:
                visitor.close()


def test_three_people_bring_an_outcome_to_one_payment(visit: Callable[..., Visitor]) -> None:
    bring_an_outcome_to_a_payment(visit)


def test_three_people_bring_an_outcome_to_one_payment_on_postgresql(
    visit_on_postgresql: Callable[..., Visitor],
) -> None:
    bring_an_outcome_to_a_payment(visit_on_postgresql)


def bring_an_outcome_to_a_payment(visit: Callable[..., Visitor]) -> None:
    """Walk through all of it: the worker, the evaluator, the funder, and an investor who reads."""
    worker = visit("worker").open_programme(PROGRAMME)
    worker.menu("Metingen").follow("Deelnemers die zes maanden of langer werken").follow("Meting invoeren")
    worker.fill({"Hoeveel": "38", "Van hoeveel": "60", "Gemeten op": "2021-06-30"})
    worker.press("Meting invoeren")
    worker.menu("Impact Bond").follow("Een uitkomst opgeven")
    worker.pick("Betaalregel", LINE)
    worker.fill({"Eerste dag": "2020-07-01", "Laatste dag": "2021-06-30"}).press("Verder")
    worker.fill({"Hoeveel is er bereikt?": "38", "Onder hoeveel deelnemers?": "60"})
    worker.press("Deze uitkomst opgeven")
    outcome = worker.page.url
    code = worker.title().split()[0]

    evaluator = visit("evaluator").open_programme(PROGRAMME).menu("Impact Bond")
    evaluator.follow(code).follow("Vaststellen of terugsturen")
    evaluator.sees("38 van 60")
    evaluator.press("Deze uitkomst vaststellen").sees("Vink dit aan om verder te gaan.")
    evaluator.choose("Welk onderzoek hoort erbij?", "E2 Werk voor en na, groep 1 en 2 (verzonnen)")
    evaluator.tick("Ik heb de cijfers en het bewijs nagekeken").press("Deze uitkomst vaststellen")
    expect(evaluator.page.get_by_role("link", name="Over de betaling beslissen")).to_have_count(0)
    answer = evaluator.page.goto(f"{outcome}/approve")
    assert answer is not None
    assert answer.status == 403

    funder = visit("funder").open_programme(PROGRAMME).menu("Impact Bond")
    funder.page.get_by_role("row", name=code).get_by_role("link", name="Over de betaling beslissen").click()
    funder.sees(
        "38 personen", "15 personen", "23 personen", "€ 6.400", "plafond € 807.400, waarvan € 515.200"
    )
    funder.sees("€ 73.600 Rabobank Foundation, € 73.600 Start Foundation")
    funder.press("€ 147.200 goedkeuren en betalen").sees("Vink dit aan om verder te gaan.")
    tabs = [funder.page, funder.context.new_page()]
    for tab in tabs:
        tab.goto(f"{outcome}/approve")
        tab.get_by_label("Ik heb de berekening nagekeken").check()
    for tab in tabs:
        tab.get_by_role("button", name="€ 147.200 goedkeuren en betalen").dblclick()
        tab.wait_for_url("**/payments/*")
    assert tabs[0].url == tabs[1].url
    funder.sees("gelijk tot op de cent", "€ 147.200")
    paid, payment = funder.page.url, funder.title().split()[0]

    funder.page.goto(outcome)
    funder.sees("Betaling P").misses("Over de betaling beslissen")
    worker.page.goto(outcome)
    worker.sees("Goedgekeurd en betaald door")

    investor = visit("investor").open_programme(PROGRAMME).menu("Impact Bond").follow("Grootboek")
    investor.sees("niets is dubbel geboekt")
    transfer = investor.page.get_by_role("region", name=f"Betaling {payment}", exact=True)
    expect(transfer).to_have_count(1)
    expect(transfer.get_by_role("row", name="€ 73.600")).to_have_count(2)
    investor.menu("Impact Bond").follow("betalingen")
    expect(investor.page.get_by_role("row", name="1 jul 2020 t/m 30 jun 2021")).to_have_count(1)
    investor.page.goto(paid)
    investor.sees("€ 147.200", "23 personen", "gelijk tot op de cent")
