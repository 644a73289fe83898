"""One full round of the method on a fresh programme: five parties, from the map to an agreed version."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.site import Visitor
from tests.browser.test_journeys_people import mailed

PROGRAMME = "Buurttuin Kanaleneiland"
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
SECOND, WORDS_OF_SECOND = "noor@example.org", "zeven ganzen boven water"

OLD, CITY, GARDEN, FUND, TENANTS = PARTIES = (
    "Ouderen uit de wijk",
    "Gemeente Utrecht",
    "Stichting De Tuin",
    "Fonds Groene Wijk",
    "Huurders om de tuin",
)
MAP = (
    # side, interest, influence, rung, wanted, and what else is ticked
    (OLD, "burgers en gebruikers", "5", "1", "1. ontvanger", "3", "Het programma is voor hen"),
    (CITY, "overheid", "3", "5", "4. mee-beslisser", "1", ""),
    (GARDEN, "bedrijven", "4", "4", "5. coproducent", "1", ""),
    (FUND, "bedrijven", "3", "5", "6. initiatiefnemer", "1", ""),
    (TENANTS, "burgers en gebruikers", "4", "2", "2. toehoorder", "1", "Het verandert hun leven"),
)
FIRST, OTHER, THIRD, REFUSES, OF_CITY, OF_GARDEN, OF_FUND, OF_TENANTS = SPEAKERS = (
    "eerste deelnemer",
    "tweede deelnemer",
    "derde deelnemer",
    "vierde deelnemer",
    "Sanne Bos",
    "Wim Dekker",
    "Els Kuiper",
    "Joke Smit",
)
PARTICIPANTS = (FIRST, OTHER, THIRD, REFUSES)
SAID = {
    FIRST: "Ik wil weer iemand spreken op een dag.",
    OTHER: "Iemand moet merken dat ik er niet ben.",
    THIRD: "Ik wil met mijn handen in de grond.",
    OF_CITY: "Wij willen dat ouderen langer thuis kunnen wonen.",
    OF_GARDEN: "De tuin is elke dag open.",
    OF_FUND: "Eigenlijk willen wij vooral goed in de krant komen.",
    OF_TENANTS: "Na acht uur moet het stil zijn in de tuin.",
}
FOLLOWS = {FIRST: "Nu praat ik tegen de radio.", OTHER: "Dan voel ik mij geen nummer."}
TALK = f"""Interviewer: Wat moet er anders zijn?
Sanne: {SAID[OF_CITY]} De bus rijdt er maar twee keer per dag. Dan is er minder zorg nodig.
Interviewer: Waarom?
Sanne: Wie mensen kent, vraagt eerder om hulp.
"""
HOME, MEET, MISSED, QUIET, PRESS, OPEN = (
    "Ouderen wonen langer thuis",
    "Ouderen spreken elke dag iemand",
    "Iemand merkt het als een oudere wegblijft",
    "Het is stil na acht uur",
    "Het fonds komt goed in de krant",
    "De tuin is elke dag open",
)
LATER = "Het is stil na negen uur"
QUESTION = "Wat is voor jou het belangrijkst?"
LENSES = ("Status", "Bewijs", "Van wie", "Onenigheid", "Zekerheid", "Geld", "Wat er veranderde")
OBJECTION = "Eerst een afspraak over de avond."
REASON = "na de bijeenkomst met alle partijen"


class Round:
    """The people of one programme, each with a browser of their own."""

    def __init__(self, visit: Callable[..., Visitor]) -> None:
        self.visit = visit
        self.links: dict[str, str] = {}
        self.visitors: dict[str, Visitor] = {}

    def account(self, role: str) -> Visitor:
        """Return who is signed in as an account of the demo, or as the second evaluator."""
        if role not in self.visitors:
            self.visitors[role] = (
                self.visit().sign_in_as(SECOND, WORDS_OF_SECOND) if role == "second" else self.visit(role)
            )
        return self.visitors[role]

    def evaluator(self, *menu: str, who: str = "evaluator") -> Visitor:
        """Return an evaluator, who went along the menu of the programme."""
        return self.account(who).open_programme(PROGRAMME).menu(*menu)

    def speaker(self, name: str) -> Visitor:
        """Return a respondent who has just opened their personal link: participants on a telephone."""
        if name not in self.visitors:
            self.visitors[name] = self.visit(**PHONE if name in PARTICIPANTS else {})
        visitor = self.visitors[name]
        visitor.page.goto(self.links[name])
        return visitor


def fits(visitor: Visitor, picture: str = "") -> None:
    """Expect that a page is accessible and no wider than the window; keep a picture to look at."""
    found = [*visitor.axe(), visitor.overflow()]
    assert found == [0], f"{visitor.page.url}: {found}"
    if picture:
        visitor.keep(
            f"method-{picture}-nl-{360 if visitor.page.viewport_size == PHONE['viewport'] else 1280}"
        )


def row(visitor: Visitor, text: str, within: str = "") -> Locator:
    """Return the row of a table in which a text stands."""
    return visitor.part(within).get_by_role("row").filter(has_text=text).first


# --- who takes part ---


def a_programme_is_made_and_people_are_invited(the: Round) -> None:
    """A coordinator begins; two evaluators and a funder accept."""
    coordinator = the.account("coordinator").follow("Maak een programma")
    coordinator.fill(
        {
            "Naam": PROGRAMME,
            "Plaats": "Utrecht",
            "In één zin": "Ouderen die weinig buiten komen, werken samen in een tuin.",
            "Wat is het probleem?": "Veel ouderen in de wijk spreken dagen lang niemand.",
            "Voor wie is het?": "Ouderen die alleen wonen.",
            "Hoeveel mensen?": "60 mensen.",
            "Wat is er nu voor hen?": "Een koffieochtend per maand.",
            "Eerste dag": "2025-01-01",
            "Laatste dag": "2027-12-31",
            "Opdrachtgever": FUND,
            "Uitvoerder": GARDEN,
            "Evaluator": "Bureau Buurtblik",
        }
    ).press("Maak het programma")
    for email, role in (
        ("evaluator@demo.example", "Evaluator"),
        (SECOND, "Evaluator"),
        ("funder@demo.example", "Opdrachtgever"),
    ):
        coordinator.open_programme(PROGRAMME).menu("Meer", "Mensen").follow("Iemand uitnodigen")
        coordinator.fill({"Naam": "Noor Visser", "E-mailadres": email}).choose("Rol", role)
        coordinator.press("Uitnodiging sturen")
        link = mailed(coordinator, rf"{re.escape(email)}[\s\S]*?(http://\S+/invitation/\S+)").group(1)
        if email == SECOND:
            invited = the.visitors["second"] = the.visit()
            invited.page.goto(link)
            invited.fill({"Uw naam": "Noor Visser", "Wachtwoord": WORDS_OF_SECOND})
            invited.field("Nog een keer hetzelfde wachtwoord").fill(WORDS_OF_SECOND)
            invited.press("Account maken en aannemen")
        else:
            invited = the.account(email.split("@")[0])
            invited.page.goto(link)
            invited.press("Uitnodiging aannemen")
        invited.open_programme(PROGRAMME).sees("Veel ouderen in de wijk spreken dagen lang niemand.")


def five_parties_stand_on_the_map(the: Round) -> None:
    """The evaluator says who has a stake, how much, and how far each has a say."""
    evaluator = the.evaluator("Meer", "Kaart van belanghebbenden").sees("Nog geen partijen")
    for party, side, interest, influence, rung, wanted, ticked in MAP:
        evaluator.menu("Meer", "Kaart van belanghebbenden").follow("Partij toevoegen")
        evaluator.fill({"Naam van de partij": party, "Hoeveel mensen wilt u interviewen?": wanted})
        evaluator.pick("Kant van de samenleving", side).pick("Belang", interest).pick("Invloed", influence)
        evaluator.choose("Hoeveel hebben zij te zeggen?", rung)
        if ticked:
            evaluator.tick(ticked)
        evaluator.press("Partij toevoegen").sees("Nog niemand", f"{interest} van 5", rung[3:])
    evaluator.menu("Meer", "Kaart van belanghebbenden")
    evaluator.sees(*PARTIES, within="Wie er nog ontbreekt")
    expect(evaluator.part("Belang en invloed").get_by_role("link")).to_have_count(5)
    fits(evaluator, "map")


def respondents_are_asked(the: Round) -> None:
    """Each party gets respondents with a link; who is heard by an evaluator is asked for consent by them."""
    evaluator = the.evaluator("Meer", "Kaart van belanghebbenden")
    for name, party in zip(SPEAKERS, (OLD, OLD, OLD, OLD, CITY, GARDEN, FUND, TENANTS), strict=True):
        evaluator.menu("Meer", "Interviews").follow(party).follow("Respondent toevoegen")
        if party == OLD:
            evaluator.choose("Namens wie spreekt deze persoon?", "Als deelnemer")
        else:
            evaluator.choose("Namens wie spreekt deze persoon?", "Als woordvoerder").fill({"Naam": name})
        evaluator.press("Respondent toevoegen").sees("Vraag eerst toestemming.")
        respondent = evaluator.page.url
        if name not in (FIRST, OTHER, REFUSES):
            for question in evaluator.part("1. Toestemming").get_by_role("group").all():
                question.get_by_label("Ja").check()
            evaluator.press("Antwoorden vastleggen").sees("Deze persoon mag geïnterviewd worden.")
        evaluator.press("Persoonlijke link maken")
        the.links[name] = urlsplit(evaluator.page.get_by_text(re.compile("http.*/link/")).inner_text()).path
        if name in (THIRD, OF_GARDEN, OF_FUND, OF_TENANTS):
            evaluator.page.goto(respondent)
            an_interview_is_held(evaluator, name)
    evaluator.menu("Meer", "Interviews").follow(OLD).sees("nog geen", "1 compleet")


def an_interview_is_held(evaluator: Visitor, name: str) -> None:
    """At a laptop beside the respondent; what is typed is kept while they talk."""
    evaluator.press("Interview beginnen")
    field = evaluator.part("").get_by_role("textbox").nth(1)
    field.fill(f"{SAID[name]} Dat is het belangrijkste.")
    evaluator.sees("Alles is opgeslagen.").press("Bewaren, het interview is compleet")
    evaluator.tick(SAID[name]).press("Aangevinkte zinnen vastleggen")
    evaluator.sees(f"“{SAID[name]}”", "wacht op wie het zei", within="Uitspraken uit dit interview")


def two_answer_alone_on_a_telephone(the: Round) -> None:
    """Consent first, one question per screen, stop and go on later, send, choose the sentences."""
    for name in (FIRST, OTHER):
        phone = the.speaker(name).sees("Jouw verhaal telt", "Vind je het goed?")
        if name == FIRST:
            fits(phone, "consent")
        phone.press("Ja, dat is goed").press("Begin met vertellen").sees("1 van 4")
        phone.fill({"Je antwoord": "Ik woon hier al veertig jaar."}).press("Verder").sees("2 van 4")
        phone.fill({"Je antwoord": f"{SAID[name]} {FOLLOWS[name]}"}).press("Stoppen, later verder")
        the.speaker(name).follow("Ga verder").sees("2 van 4", FOLLOWS[name])
        if name == FIRST:
            fits(phone, "question")
        phone.press("Verder").sees("3 van 4").press("Verder").sees("4 van 4").press("Lees het terug")
        phone.sees(SAID[name], "Geen antwoord.").press("Klaar, versturen")
        phone.tick(SAID[name]).press("Kies deze zinnen").sees(f"“{SAID[name]}”").misses(FOLLOWS[name])
    the.speaker(REFUSES).press("Nee, dat wil ik niet").sees("Dat is prima: niemand vraagt je iets.")
    evaluator = the.evaluator("Meer", "Interviews").follow(OLD)
    expect(row(evaluator, "deelnemer R4")).to_contain_text("nee")
    evaluator.follow("deelnemer R1").follow("N", within="2. Interviews").sees(FOLLOWS[FIRST], "zelf ingevuld")


def a_transcript_comes_in(the: Round) -> None:
    """Speakers are recognised, and only the words of the respondent can be marked."""
    evaluator = the.evaluator("Meer", "Documenten").follow("Uploaden")
    evaluator.pick("Met wie was het interview?", OF_CITY).press("Ga verder met deze respondent")
    upload = {"name": "gesprek.txt", "mimeType": "text/plain", "buffer": TALK.encode()}
    evaluator.field("Bestand").set_input_files(upload)  # type: ignore[arg-type] # as Playwright documents
    evaluator.press("Lees het bestand").sees("Interviewer, 2 keer", "Sanne, 2 keer")
    evaluator.fill({"Dag van het interview": "2025-06-01"}).press("Opslaan")
    evaluator.sees(SAID[OF_CITY])
    fits(evaluator, "transcript")
    evaluator.follow("Naar het interview").sees("gelezen uit een uitgeschreven interview")


# --- what they said ---


def code(coder: Visitor, words: str, *codes: str, by_mouse: bool) -> None:
    """Select a sentence with the mouse or the keyboard, choose what it is about, and save; the page stays."""
    page = coder.page
    sentence = coder.part("").get_by_text(words).first
    if by_mouse:
        sentence.scroll_into_view_if_needed()
        # From where its first line begins to where its last line ends: a sentence may fold.
        (left, top), (right, bottom) = sentence.evaluate(
            """one => { const lines = [...one.getClientRects()], first = lines[0], last = lines.at(-1);
                        return [[first.left + 1, first.top + first.height / 2],
                                [last.right - 1, last.top + last.height / 2]]; }"""
        )
        page.mouse.move(left, top)
        page.mouse.down()
        page.mouse.move(right, bottom, steps=4)
        page.mouse.up()
    else:
        sentence.locator("xpath=ancestor::*[@tabindex][1]").focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowDown")
    coder.sees(f"{words}”", within="Een passage coderen")
    for name in codes:
        coder.field("Doelen en trefwoorden zoeken", "Een passage coderen").fill(name)
        page.keyboard.press("Enter")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("button", name="Passage bewaren").click()
    expect(page.get_by_role("status").filter(has_text="Opgeslagen.")).to_have_count(1)


def two_code_the_same_interview(the: Round) -> None:
    """A goal from a passage, an entry of the codebook, two coders at once, and how far they agree."""
    evaluator = the.evaluator("Meer", "Codeboek").follow("Trefwoord toevoegen")
    evaluator.fill({"Naam": "Vervoer"}).pick("Waar het voor staat", "voorwaarde").press("Trefwoord bewaren")
    evaluator.menu("Meer", "Documenten").follow("Sanne Bos").follow("Naar het interview")
    evaluator.follow("Dit interview coderen")
    coding = evaluator.page.url
    code(evaluator, SAID[OF_CITY], by_mouse=True)
    evaluator.follow(": passage openen").sees(f"“{SAID[OF_CITY]}”").follow("Nieuw doel uit deze passage")
    evaluator.fill({"Het doel, in één zin": HOME}).unfold("Meer over dit doel").pick(
        "Niveau", "maatschappelijke impact"
    )
    evaluator.choose("Wie wil het?", CITY).press("Doel toevoegen aan de boom").sees(f"“{SAID[OF_CITY]}”")
    second = the.account("second")
    for coder in (evaluator, second):
        coder.page.goto(coding)
    bus, help_ = "De bus rijdt er maar twee keer per dag.", "Wie mensen kent, vraagt eerder om hulp."
    code(evaluator, SAID[OF_CITY], HOME, by_mouse=True)
    code(evaluator, bus, "Vervoer", by_mouse=True)
    code(second, SAID[OF_CITY], HOME, by_mouse=False)
    code(second, help_, HOME, "Vervoer", by_mouse=False)
    evaluator.misses("Noor Visser").follow("Tonen wat anderen codeerden").sees("Noor Visser", "Passages (3)")
    fits(evaluator, "coding")
    evaluator.follow("Hoe ver twee codeurs het eens zijn")
    evaluator.pick("Eerste codeur", "Evaluator").pick("Tweede codeur", "Noor").press("Vergelijken")
    evaluator.sees("κ", within="Alle codes samen")
    evaluator.sees(f"“{help_}”", "alleen door Noor Visser", within="Waarover zij het niet eens zijn")
    fits(evaluator, "kappa")


# --- from many trees to one ---


def parties_get_their_own_trees(the: Round) -> None:
    """Each party's goals in its own tree, on what was said; one of them is hidden. They are kept as given."""
    for party, wording, standing, said in (
        (OLD, MEET, "uitgesproken", (FIRST, THIRD)),
        (OLD, MISSED, "uitgesproken", (OTHER,)),
        (GARDEN, OPEN, "uitgesproken", (OF_GARDEN,)),
        (FUND, PRESS, "verborgen", (OF_FUND,)),
        (TENANTS, QUIET, "uitgesproken", (OF_TENANTS,)),
    ):
        evaluator = the.evaluator("Meer", "Eigen bomen").follow(party).follow("Doel toevoegen")
        evaluator.fill({"Het doel, in één zin": wording}).choose("Hoe open", standing).pick(
            "Niveau", "uitkomst"
        )
        for name in said:
            evaluator.tick(SAID[name])
        evaluator.press("Doel toevoegen aan de boom").sees("Het doel staat in de eigen boom.", wording)
    evaluator = the.evaluator("Meer", "Eigen bomen").follow(OLD).press("Bewaar zoals gegeven")
    evaluator.sees("Bewaard zoals gegeven.", MEET, MISSED)
    fits(evaluator, "own-tree")


def own_trees_become_one(the: Round) -> None:
    """Own goals become shared ones or are laid beside them; a goal of few stays."""
    evaluator = the.evaluator("Meer", "Eigen bomen").follow("Bomen samenvoegen")
    page = evaluator.page
    for wording in (MEET, OPEN, PRESS, QUIET):
        card = page.get_by_role("listitem").filter(has_text=wording).filter(visible=True)
        with page.expect_navigation():
            card.get_by_role("link", name="Maak er een gezamenlijk doel van").first.click()
        evaluator.fill({"Waarom?": "Zo gezegd in het interview."})
        evaluator.press("Maak er een gezamenlijk doel van").sees("is nu een gezamenlijk doel.")
    for wording, beside, relation in ((MISSED, MEET, "smaller"), (QUIET, OPEN, "ermee in conflict")):
        evaluator.menu("Meer", "Eigen bomen").follow(OLD if wording == MISSED else TENANTS)
        line = page.get_by_role("listitem").filter(has_text=wording).last
        with page.expect_navigation():
            line.get_by_role("link", name="Plaatsen").click()
        evaluator.pick("Welk gezamenlijk doel?", beside)
        evaluator.choose("Wat is het eigen doel, daarnaast gelegd?", relation)
        evaluator.fill({"Waarom?": "Naast elkaar gelegd."}).press("Opslaan").sees("is vastgelegd als:")
    evaluator.menu("Meer", "Eigen bomen").follow("Bomen samenvoegen").sees(QUIET, within="Van één partij")
    evaluator.sees("5 van de 5", within="")
    fits(evaluator, "merge")
    for lower, upper in ((MEET, HOME), (OPEN, MEET)):
        evaluator.menu("Doelenboom").follow("Twee doelen verbinden")
        evaluator.pick("Dit doel (het middel)", lower).pick("leidt tot dit doel", upper)
        evaluator.press("Doelen verbinden").sees(upper)


# --- back to who said it ---


def respondents_check_and_release(the: Round) -> None:
    """By link: this is what I meant, or I would say it otherwise; each sentence is released by one tap."""
    phone = the.speaker(FIRST).follow("Naar deze doelen").sees(MEET, f"“{SAID[FIRST]}”").misses(SAID[OTHER])
    fits(phone, "check")
    press_part(phone, "Ja, dit bedoelde ik")
    phone = the.speaker(OTHER).follow("Naar deze doelen").unfold("Ik zou het anders zeggen")
    phone.fill({"Hoe zou jij het zeggen?": "Iemand merkt het dezelfde dag."}).press("Versturen")
    for name, choice in (
        (FIRST, "Ook anderen, niet wie betaalt"),
        (OTHER, "Iedereen in het programma"),
        (OF_CITY, "Iedereen in het programma"),
    ):
        speaker = the.speaker(name).follow("Naar mijn")
        speaker.sees(f"“{SAID[name]}”")
        press_part(speaker, choice)
        speaker.sees("Bewaard.", "Ongedaan maken")
        if name == FIRST:
            fits(speaker, "release")
    evaluator = the.evaluator("Meer", "Terugkoppeling aan respondenten")
    evaluator.sees("Iemand merkt het dezelfde dag.", within="Wacht op u")
    fits(evaluator)


def press_part(visitor: Visitor, name: str) -> None:
    """Press the first button of which the name begins so."""
    with visitor.page.expect_navigation():
        visitor.part("").get_by_role("button", name=name).first.click()


def parties_rank_the_goals(the: Round) -> None:
    """A round is answered alone, by link; then everybody reads what came out."""
    evaluator = the.evaluator("Meer", "Rangschikkingen").follow("Open de eerste ronde")
    evaluator.fill({"Vraag": QUESTION}).choose("Hoe", "doelen op volgorde zetten").press("Open de ronde")
    evaluator.sees("De ronde is open").misses(PRESS)
    ranking = evaluator.page.url
    for name in (FIRST, OTHER, THIRD):
        phone = the.speaker(name).follow(QUESTION).misses(PRESS)
        put_in_order(phone, MEET, HOME, OPEN, QUIET)
        if name == FIRST:
            fits(phone, "ranking")
        phone.press("Bewaar mijn volgorde").sees("Bewaard.")
    for name, order in (
        (OF_CITY, (HOME, MEET, OPEN, QUIET)),
        (OF_GARDEN, (HOME, OPEN, MEET, QUIET)),
        (OF_TENANTS, (QUIET, HOME, MEET, OPEN)),
    ):
        speaker = the.speaker(name).follow(QUESTION)
        put_in_order(speaker, *order)
        speaker.press("Bewaar mijn antwoord").sees("Bewaard.")
    evaluator.page.goto(ranking)
    evaluator.sees("6 van de 7 antwoordden.").press("Sluit de ronde").sees("ronde gesloten")
    evaluator.sees("Kendalls W is 0,38", "zwakke overeenstemming", within="Zijn ze het eens?")
    expect(row(evaluator, HOME, "Wat het belangrijkst is")).to_contain_text("100")
    evaluator.sees(GARDEN, TENANTS, within="Sterkste tegenstellingen").sees("Niet getoond")
    fits(evaluator, "ranking")


def put_in_order(visitor: Visitor, *wordings: str) -> None:
    """Put goals in order, the most important first."""
    for place, wording in enumerate(wordings, start=1):
        line = visitor.page.get_by_role("listitem").filter(has_text=wording)
        line.get_by_role("button", name="Zet op volgorde").click()
        expect(visitor.page.get_by_label(wording, exact=True)).to_have_value(str(place))


def a_conflict_is_agreed_to_differ(the: Round) -> None:
    """The register says who wants what, and how it ended."""
    evaluator = the.evaluator("Meer", "Conflicten").follow("Nieuw conflict")
    about = "De tuin wil elke dag open zijn, de huurders willen rust in de avond."
    evaluator.fill({"Waarover verschillen ze?": about})
    evaluator.choose("Wat voor verschil is het?", "wat voorgaat")
    evaluator.tick(OPEN).tick(QUIET).tick(GARDEN).tick(TENANTS)
    evaluator.choose("Hoe staat het ervoor?", "eens om te verschillen")
    evaluator.fill(
        {
            "Wat is er besloten?": "De tuin sluit in de zomer om acht uur, in de winter niet.",
            "Door wie?": "De stuurgroep",
            "Wanneer?": "2025-06-01",
        }
    ).press("Zet in het register")
    evaluator.sees("Eens om te verschillen", "Door De stuurgroep, op 1 juni 2025.")
    fits(evaluator)


def a_version_is_agreed(the: Round) -> None:
    """The tree is frozen; the city agrees by link, others in the meeting; a later change shows beside it."""
    evaluator = the.evaluator("Doelenboom").follow("Versies").fill({"Waarom nu?": REASON}).press("Vastleggen")
    version = evaluator.page.url
    evaluator.sees(REASON, HOME, QUIET).misses(PRESS)
    expect(evaluator.part("Wat is vastgelegd")).to_contain_text(f"{HOME} maatschappelijke impact")
    city = (
        the.speaker(OF_CITY).follow("Is uw partij akkoord met de doelenboom?").sees(HOME, QUIET).misses(PRESS)
    )
    city.choose("Is uw partij akkoord?", "Ja, wij zijn akkoord").press("Versturen")
    for party, objection in ((OLD, ""), (GARDEN, ""), (TENANTS, OBJECTION)):
        evaluator.page.goto(version)
        row(evaluator, party).get_by_role("link", name="Opschrijven").click()
        answer = "Nee, nog niet" if objection else "Ja, wij zijn akkoord"
        evaluator.choose("Is de partij akkoord met deze versie?", answer)
        evaluator.fill({"Wat wilt u erover zeggen?": objection}).press("Opschrijven")
    evaluator.page.goto(version)
    expect(row(evaluator, CITY)).to_contain_text("via de persoonlijke link")
    expect(row(evaluator, TENANTS)).to_contain_text(OBJECTION)
    fits(evaluator, "version")
    evaluator.menu("Doelenboom").follow(QUIET).follow("Doel bijstellen")
    evaluator.fill({"Het doel, in één zin": LATER, "Waarom verandert het?": "Zo afgesproken."})
    evaluator.press("Nieuwe verwoording bewaren").sees(LATER)
    evaluator.page.goto(version)
    evaluator.follow("Bekijk wat er veranderd is")
    expect(row(evaluator, LATER)).to_contain_text(QUIET)
    fits(evaluator)


def the_tree_is_looked_at_in_every_lens(the: Round) -> None:
    """The same drawing, each time with other signs and a legend that says what they mean."""
    evaluator = the.evaluator("Doelenboom")
    drawn = [evaluator.page.get_by_role("link", name=goal).first for goal in (HOME, MEET, LATER)]
    lenses = evaluator.part("").get_by_role("navigation", name="Manieren om naar de boom te kijken")
    names = lenses.get_by_role("link").all_inner_texts()
    assert tuple(names) == LENSES
    for place, name in enumerate(LENSES, start=1):
        lenses.get_by_role("link", name=name, exact=True).click()
        expect(lenses.get_by_role("link", name=name, exact=True)).to_have_attribute("aria-current", "true")
        for goal in drawn:
            expect(goal).to_be_visible()
        expect(evaluator.part("").get_by_role("list", name="Legenda")).to_be_visible()
        fits(evaluator, f"tree-{place}")
    evaluator.page.set_viewport_size({"width": 360, "height": 740})
    assert not evaluator.overflow()
    evaluator.keep("method-tree-nl-360")


def a_funder_reads_what_a_payer_may_read(the: Round) -> None:
    """Goals of all parties and their words; not those of a participant, nothing hidden, no refusal."""
    funder = the.account("funder").open_programme(PROGRAMME)
    here = funder.page.url
    funder.menu("Doelenboom").sees(HOME, MEET, "4 doelen").misses(PRESS)
    funder.follow("Versies").follow("versie 1").sees(OBJECTION)
    funder.menu("Meer", "Conflicten").sees("eens om te verschillen")
    funder.menu("Meer", "Rangschikkingen").follow(QUESTION).sees("Kendalls W is 0,38").misses("nog niet")
    read = everything(funder, here)
    assert len(read) > 30, sorted(read)
    said = "\n".join(read.values())
    assert SAID[OF_CITY] in said
    hidden = (PRESS, SAID[OF_FUND], *(SAID[name] for name in (FIRST, OTHER, THIRD)), *FOLLOWS.values())
    for words in (*hidden, "Iemand merkt het dezelfde dag", "eerste deelnemer", "geweigerd"):
        assert not [url for url, text in read.items() if words in text], words
    # The letters of a random token may happen to be a code: it stands alone when it is one.
    assert not [url for url, text in read.items() if re.search(r"(?<![\w-])R4(?![\w-])", text)]


def everything(visitor: Visitor, start: str) -> dict[str, str]:
    """Return all pages and text files of a programme that somebody reaches by links, by their address."""
    files = ("tree.svg", "tree.json", "tree.md", "tree.txt", "goals.csv", "statements.csv", "links.csv")
    queue, read = [start, *(f"{start}tree/export/{name}" for name in files)], {}
    seen = set(queue)
    while queue:
        address = queue.pop()
        answer = visitor.context.request.get(address)
        assert answer.ok, f"{address}: {answer.status}"
        if not re.search("text/|json|svg", answer.headers["content-type"]):
            continue
        read[address] = unescape(answer.text())
        for path, query in re.findall(r'href="(/p/[^"#?]+)(\?[^"#]+)?', read[address]):
            link = f"{visitor.address}{path}"
            if link.startswith(start) and link not in seen:
                seen.add(link)
                queue.append(link + query)
    return read


STEPS = (
    a_programme_is_made_and_people_are_invited,
    five_parties_stand_on_the_map,
    respondents_are_asked,
    two_answer_alone_on_a_telephone,
    a_transcript_comes_in,
    two_code_the_same_interview,
    parties_get_their_own_trees,
    own_trees_become_one,
    respondents_check_and_release,
    parties_rank_the_goals,
    a_conflict_is_agreed_to_differ,
    a_version_is_agreed,
    the_tree_is_looked_at_in_every_lens,
    a_funder_reads_what_a_payer_may_read,
)


@pytest.mark.long
def test_one_full_round_with_five_parties(visit: Callable[..., Visitor]) -> None:
    the = Round(visit)
    for step in STEPS:
        step(the)
