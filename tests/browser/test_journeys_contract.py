"""A coordinator enters a contract in four steps; from then on it never changes."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.site import Visitor


def test_a_coordinator_enters_a_contract_and_the_parties_see_its_first_edition(
    visit: Callable[..., Visitor],
) -> None:
    coordinator = visit("coordinator").open_programme("De Viltmannen Rotterdam")
    coordinator.menu("Meer", "Mensen")
    for name, part in (("Fonds Wol en Werk", "Investeerder"), ("Gemeente Rotterdam", "Opdrachtgever")):
        coordinator.follow("Organisatie toevoegen").fill({"Naam": name}).pick("Soort", "Stichting")
        coordinator.choose("Wat zij is in dit programma", part).press(
            "Organisatie toevoegen aan het programma"
        )
    coordinator.menu("Impact Bond").follow("Een contract invoeren")
    coordinator.fill(
        {
            "Naam van het contract": "Van vilt naar werk",
            "Afgesproken op": "2016-03-01",
            "Totale investering": "60.000",
            "Plafond van het hele contract": "59.999,995",
        }
    )
    coordinator.pick("Gevraagde trede van het bewijs", "1").press("Bewaren en verder")
    coordinator.sees("in hele centen").fill({"Plafond van het hele contract": "66.000"}).press(
        "Bewaren en verder"
    )
    for name in ("De Viltmannen", "Fonds Wol en Werk", "Gemeente Rotterdam"):
        party = coordinator.page.get_by_role("group", name=name)
        party.get_by_label("Doet mee").check()
    coordinator.press("Bewaren en verder").sees("Geef minstens één investeerder of uitvoerder een aandeel")
    fund = coordinator.page.get_by_role("group", name="Fonds Wol en Werk")
    fund.get_by_label("Legt in").fill("60.000")
    fund.get_by_label("Aandeel in elke betaling").fill("1")
    city = coordinator.page.get_by_role("group", name="Gemeente Rotterdam")
    city.get_by_label("Aandeel in wat wordt betaald").fill("1")
    coordinator.press("Bewaren en verder")
    coordinator.sees("Nog niet klaar om vast te stellen").follow("Een betaalregel toevoegen")
    coordinator.fill({"Naam van de regel": "Betaald werk", "Korte code": "WERK", "Prijs": "3.000"})
    coordinator.pick("Geteld met de indicator", "Vrijwilligers met betaald werk")
    coordinator.choose("Soort betaling", "Een prijs per eenheid")
    coordinator.choose(
        "Hoe is bekend wat er ook zonder het programma was gebeurd?", "een afgesproken aanname"
    )
    coordinator.fill(
        {
            "Hoeveel per 100 deelnemers?": "20",
            "Waar komt dat getal vandaan?": "aanname",
            "Besparing per eenheid": "14.000",
            "Wat wordt er bespaard?": "Een uitkering die een jaar niet wordt betaald",
            "Bron": "Jaarverslag, bladzijde 8",
            "Tegen de prijzen van welk jaar?": "2016",
            "Welk deel is verzilverbaar?": "60",
        }
    )
    coordinator.pick("In wiens begroting?", "Gemeente Rotterdam").press("Deze regel bewaren")
    coordinator.sees("€ 3.000 per persoon.", "€ 66.000")
    coordinator.press("Dit contract vaststellen").sees("Vink dit aan om verder te gaan.")
    coordinator.tick("Alle partijen zijn het eens over deze voorwaarden").press("Dit contract vaststellen")
    assert coordinator.title() == "C1 Van vilt naar werk"
    coordinator.sees("Vastgesteld. Deze editie verandert nooit.", "€ 3.000 per persoon.")

    funder = visit("funder").open_programme("De Viltmannen Rotterdam").menu("Impact Bond")
    funder.follow("Van vilt naar werk").sees("Editie 1", "Gemeente Rotterdam", "€ 60.000")
    expect(funder.page.get_by_role("link", name="De volgende editie maken")).to_have_count(0)
