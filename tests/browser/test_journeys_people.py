"""From an empty programme to the first sentence: who takes part, who is heard, who decides over the words."""

import re
from collections.abc import Callable

from tests.browser.site import Visitor
from toc.domain.programmes import Language
from toc.services.demo import personal_links
from toc.services.demo.accounts import link_token

PHONE = {"width": 320, "height": 640}


def mailed(visitor: Visitor, address: str) -> re.Match[str]:
    """Return the address in the mailbox of the demo; mail goes out after the answer, in a moment."""
    for _ in range(50):
        visitor.page.goto("/mailbox")
        found = re.search(address, visitor.page.get_by_role("main").inner_text())
        if found is not None:
            return found
        visitor.page.wait_for_timeout(200)
    raise AssertionError(f"no mail with {address}")


def test_a_coordinator_makes_a_programme_and_whom_they_invite_sees_it(visit: Callable[..., Visitor]) -> None:
    coordinator = visit("coordinator")
    coordinator.follow("Maak een programma")
    coordinator.fill(
        {
            "Naam": "Buurtmoestuin Overvecht",
            "Plaats": "Utrecht",
            "In één zin": "Mensen die weinig buiten komen, werken samen in een moestuin.",
            "Wat is het probleem?": "Veel ouderen in de wijk spreken dagen lang niemand.",
            "Voor wie is het?": "Ouderen in Overvecht die alleen wonen.",
            "Hoeveel mensen?": "60 mensen in Utrecht, 2025 tot en met 2027.",
            "Wat is er nu voor hen?": "Een koffieochtend per maand.",
            "Eerste dag": "2025-01-01",
            "Laatste dag": "2027-12-31",
            "Opdrachtgever": "Fonds Groene Wijk",
            "Uitvoerder": "Stichting De Tuin",
            "Evaluator": "Bureau Buurtblik",
        }
    )
    coordinator.press("Maak het programma")
    assert coordinator.title() == "Buurtmoestuin Overvecht"
    coordinator.sees("Nog geen doelen", "Veel ouderen in de wijk spreken dagen lang niemand.")

    coordinator.menu("Meer", "Mensen")
    coordinator.sees("Fonds Groene Wijk", "Stichting De Tuin", "Bureau Buurtblik")
    coordinator.follow("Iemand uitnodigen")
    coordinator.fill({"Naam": "Wil de Vries", "E-mailadres": "wil@example.org"})
    coordinator.choose("Rol", "Medewerker").pick("Organisatie", "Stichting De Tuin")
    coordinator.press("Uitnodiging sturen")
    coordinator.sees("Wil de Vries")

    coordinator.follow("Postbus van de demo")
    link = mailed(coordinator, r"http://\S+/invitation/\S+")
    coordinator.sees("Buurtmoestuin Overvecht")

    invited = visit()
    invited.page.goto(link.group())
    invited.sees("wil@example.org", "Buurtmoestuin Overvecht")
    words = "groene vingers in natte aarde"
    invited.fill({"Uw naam": "Wil de Vries", "Wachtwoord": words})
    invited.field("Nog een keer hetzelfde wachtwoord").fill(words)
    invited.press("Account maken en aannemen")
    invited.open_programme("Buurtmoestuin Overvecht")
    invited.sees("Veel ouderen in de wijk spreken dagen lang niemand.")

    coordinator.open_programme("Buurtmoestuin Overvecht").menu("Meer", "Mensen")
    coordinator.sees("wil@example.org", "Er staan geen uitnodigingen open.")


def test_an_invitation_works_once_and_a_password_is_forgotten_and_changed(
    visit: Callable[..., Visitor],
) -> None:
    coordinator = visit("coordinator", language="en")
    coordinator.open_programme("Takecarebnb (English)").menu("More", "People").follow("Invite somebody")
    coordinator.fill({"Name": "Bo", "E-mail address": "bo@example.org"}).choose("Role", "Viewer")
    coordinator.press("Send the invitation").follow("Mailbox of the demo")
    link = mailed(coordinator, r"http://\S+/invitation/\S+")
    first, second = visit(language="en"), visit(language="en")
    first.page.goto(link.group())
    first.fill({"Your name": "Bo", "Password": "seven geese over water"})
    first.field("The same password once more").fill("seven geese over water")
    first.press("Make my account and accept")
    answer = second.page.goto(link.group())
    assert answer is not None
    assert answer.status in {404, 410}
    assert second.title() == "This invitation does not work"

    header = first.page.get_by_role("banner")
    header.locator("summary").filter(has_text="your account").click()
    with first.page.expect_navigation():
        header.get_by_role("button", name="Sign out").click()
    first.page.goto("/login")
    first.follow("Forgot your password?").fill({"E-mail address": "bo@example.org"})
    with first.page.expect_navigation():
        first.press("Send me the link")
    link = mailed(first, r"http://\S+/reset/\S+")
    first.page.goto(link.group())
    for label in ("New password", "The same password once more"):
        first.field(label).fill("eight swans over land")
    first.press("Save the new password")
    first.sign_in_as("bo@example.org", "eight swans over land").page.goto("/change")
    first.fill({"The password you have now": "eight swans over land"})
    for label in ("New password", "The same password once more"):
        first.field(label).fill("nine herons at a ditch")
    first.press("Save the new password")
    second.sign_in_as("bo@example.org", "nine herons at a ditch")
    second.sees("Takecarebnb (English)")


def test_an_evaluator_holds_an_interview_and_the_participant_releases_a_sentence(
    visit: Callable[..., Visitor],
) -> None:
    evaluator = visit("evaluator").open_programme("Takecarebnb")
    evaluator.menu("Meer", "Interviews")
    evaluator.follow("Partij toevoegen")
    evaluator.fill({"Naam van de partij": "Buren van gastgezinnen"})
    evaluator.pick("Kant van de samenleving", "burgers en gebruikers").press("Partij toevoegen")
    evaluator.follow("Respondent toevoegen").choose("Namens wie spreekt deze persoon?", "Als deelnemer")
    evaluator.press("Respondent toevoegen")
    evaluator.sees("Vraag eerst toestemming.")

    evaluator.choose("Mogen we je vragen stellen", "Ja").choose("Mogen we bewaren", "Ja").press(
        "Antwoorden vastleggen"
    )
    evaluator.press("Interview beginnen")
    evaluator.page.get_by_label("Wat wil je graag anders hebben?").fill(
        "Ik wil mijn buren kennen. Soms weet ik niet wat ik moet zeggen."
    )
    evaluator.press("Bewaren, het interview is compleet")
    evaluator.tick("Ik wil mijn buren kennen.").press("Aangevinkte zinnen vastleggen")
    evaluator.sees(
        "“Ik wil mijn buren kennen.”", "wacht op wie het zei", within="Uitspraken uit dit interview"
    )

    evaluator.follow("toestemming en persoonlijke link")
    evaluator.press("Persoonlijke link maken")
    link = evaluator.page.locator("code").inner_text()
    assert "/link/" in link

    participant = visit(viewport=PHONE, is_mobile=True, has_touch=True)
    participant.page.goto(link)
    participant.sees("Jouw verhaal telt")
    assert not participant.overflow()
    participant.follow("Naar mijn zinnen")
    participant.sees("“Ik wil mijn buren kennen.”").misses("Soms weet ik niet wat ik moet zeggen.")
    assert not participant.overflow()
    with participant.page.expect_navigation():
        participant.part("").get_by_role("button", name="Ook anderen, niet wie betaalt").click()
    participant.sees("Nu: voor de partijen, niet voor wie betaalt", "Bewaard.")

    evaluator.page.go_back()
    evaluator.page.go_back()
    evaluator.page.reload()
    evaluator.sees("voor de partijen, niet voor wie betaalt", within="Uitspraken uit dit interview")


def test_a_council_member_fills_in_the_guide_alone_with_consent_first(visit: Callable[..., Visitor]) -> None:
    token = link_token("colour_kitchen", Language.NL, "r_council_2")
    assert token in {one.token for one in personal_links()}
    member = visit(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    member.page.goto(f"/link/{token}")
    member.sees("U kunt weigeren").press("Ja, ik ga akkoord").sees("U ging akkoord.")

    member.press("Beginnen").sees("1 van 15")
    member.page.get_by_role("link", name="Mijn antwoorden").click()
    member.page.get_by_role("link", name=re.compile("^Wijzigen ?: Wat is het probleem")).click()
    member.fill({"Uw antwoord": "Mensen worden van loket naar loket gestuurd."}).press(
        "Stoppen, later verder"
    )
    member.follow("Verder").sees("Mensen worden van loket naar loket gestuurd.")
    member.page.get_by_role("link", name="Mijn antwoorden").click()
    member.page.get_by_role("link", name=re.compile("^Wijzigen ?: Als er maar één ding")).click()
    member.fill({"Uw antwoord": "Eén vaste begeleider. Meer is niet nodig."}).press("Verder")
    member.page.get_by_role("link", name="Mijn antwoorden").click()
    member.sees("Eén vaste begeleider. Meer is niet nodig.").press("Mijn antwoorden versturen")
    member.tick("Eén vaste begeleider.").press("Deze uitspraken kiezen")
    member.sees("“Eén vaste begeleider.”")
    for button in ("Iedereen in het programma", "Met mijn naam"):
        with member.page.expect_navigation():
            member.part("").get_by_role("button", name=button).click()
        member.sees("Bewaard.")
    member.sees("Nu: voor iedereen in het programma")

    evaluator = visit("evaluator").open_programme("The Colour Kitchen Utrecht").menu("Meer", "Interviews")
    evaluator.follow("Cliëntenraad werk en inkomen").follow("tweede lid van de cliëntenraad")
    evaluator.follow("N", within="2. Interviews")
    evaluator.sees("Mensen worden van loket naar loket gestuurd.", "“Eén vaste begeleider.”")
