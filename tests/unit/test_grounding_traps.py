"""Sentences made of a passage's own words that say something else are refused; what it says in other words is not."""

import pytest

from bot.grounding import SUPPORTED, checked, quote, support
from bot.sentences import statements
from tests.unit.made import document, passage

HOUSE = passage(
    document("House rules"),
    "Employees may book first class on train journeys over three hours. Dogs are not allowed on company trips. "
    "~~The hotel limit is 120 euros a night.~~ The hotel limit is 150 euros a night. The garage opens at 06:30 and "
    "closes at 22:00. You need not ask for approval below 500 euros. The coffee machine is descaled every Monday. "
    "The fridge is emptied by Ann.\n\n"
    "| City | Limit | Breakfast |\n|---|---|---|\n| Paris | 210 EUR | included |\n| Rome | 180 EUR | not included |\n"
    "| Oslo | 260 EUR | included |\n\n"
    "| Name | Job | Phone |\n|---|---|---|\n| Bob Roy | driver | +44 20 1111 |\n| Cleo Paz | nurse | +44 20 2222 |\n"
    "| Ann Lee | cook | +44 20 3333 |",
)


def supported(said: str, language: str = "en", stands: str = "", headings: tuple[str, ...] = ()) -> bool:
    there = passage(document("x"), stands, headings=headings) if stands else HOUSE
    return support(said, there, language) >= SUPPORTED


@pytest.mark.parametrize(
    "said",
    [
        "The hotel limit in Rome is 210 EUR.",
        "The limit in Rome is 210 EUR.",
        "Breakfast is included in Rome.",
        "In Rome the limit is 180 EUR and breakfast is included.",
        "In Paris the limit is 210 EUR and breakfast is not included.",
        "Employees may book second class on train journeys over three hours.",
        "Employees may book first class on train journeys under three hours.",
        "Employees must book first class on train journeys over three hours.",
        "Managers may book first class on train journeys over three hours.",
        "The garage opens at 22:00 and closes at 06:30.",
        "The garage opens at 22:00.",
        "The garage closes at 06:30.",
        "The garage opens at 22:30.",
        "You need not ask for approval above 500 euros.",
        "You need to ask for approval below 500 euros.",
        "You need not ask for approval below 500 dollars.",
        "The hotel limit is 120 euros a night.",
        "The hotel limit is 150 euros a day.",
        "The hotel limit is over 150 euros a night.",
        "Cats are not allowed on company trips.",
        "Dogs are allowed on company trips.",
        "Bob Roy is a nurse.",
        "Bob Roy is a driver and a nurse.",
        "Ann Lee's phone is +44 20 2222.",
        "The coffee machine is descaled by Ann.",
        "The coffee machine is descaled every Friday.",
        "The fridge is emptied every Monday.",
        "The fridge is emptied by Bob.",
        "Dogs are not allowed on company trips and may book first class.",
    ],
)
def test_a_false_sentence_made_of_true_words_is_refused(said: str) -> None:
    assert not supported(said)


@pytest.mark.parametrize("statement", [one.text for one in statements(HOUSE.text)])
def test_what_is_stated_may_be_said_word_for_word(statement: str) -> None:
    for said in (statement, statement.upper(), statement.lower(), f"  {statement.rstrip('.')} !"):
        assert support(said, HOUSE, "en") == 1.0
    assert quote(statement, HOUSE, "en") == statement


@pytest.mark.parametrize(
    "said",
    [
        "In Rome the limit is 180 EUR and breakfast is not included.",
        "In Rome the limit is €180.",
        "The limit for Paris is 210 EUR.",
        "Breakfast is not included in Rome.",
        "Breakfast is included in Oslo.",
        "Dogs aren't allowed on company trips.",
        "Dogs are forbidden on company trips.",
        "Dogs are not permitted on company trips.",
        "The garage closes at 22:00.",
        "The garage opens at 06:30.",
        "The hotel limit is €150.",
        "The hotel limit is 150 EUR a night.",
        "Employees may book first class on train journeys over 3 hours.",
        "Employees may book first class.",
        "Cleo Paz is a nurse.",
        "Ann Lee's phone is +44 20 3333.",
        "No approval is needed below 500 euros.",
        "You don't need to ask for approval below 500 euros.",
        "The coffee machine is descaled every Monday, and the fridge is emptied by Ann.",
        "The fridge is emptied by Ann. The coffee machine is descaled every Monday.",
    ],
)
def test_a_true_sentence_in_other_words_is_supported(said: str) -> None:
    assert supported(said)


@pytest.mark.parametrize(
    ("language", "said", "stands"),
    [
        ("es", "Se permiten perros en los viajes.", "No se permiten perros en los viajes de empresa."),
        ("es", "Se permite fumar.", "Se prohíbe fumar en toda la oficina."),
        ("es", "El garaje cierra a las 06:30.", "El garaje abre a las 06:30 y cierra a las 22:00."),
        ("es", "Hace falta aprobación por encima de 500 euros.", "Hace falta aprobación por debajo de 500 euros."),
        ("es", "Los empleados deben viajar en primera clase.", "Los empleados pueden viajar en primera clase."),
        ("es", "La nevera se vacía los martes.", "La nevera se vacía los lunes."),
        ("es", "Hay que avisar después de la reunión.", "Hay que avisar antes de la reunión."),
        ("pt", "É permitido fumar no escritório.", "Não é permitido fumar no escritório."),
        ("pt", "A garagem abre às 22:00.", "A garagem abre às 06:30 e fecha às 22:00."),
        ("pt", "O limite máximo é de 150 euros.", "O limite mínimo é de 150 euros."),
        ("pt", "São necessários três dias.", "São necessários cinco dias."),
    ],
)
def test_the_same_holds_in_other_languages(language: str, said: str, stands: str) -> None:
    assert not supported(said, language, stands)
    assert supported(stands.lower(), language, stands)


@pytest.mark.parametrize(
    ("language", "said", "stands"),
    [
        ("es", "El garaje cierra a las 22:00.", "El garaje abre a las 06:30 y cierra a las 22:00."),
        ("es", "Está prohibido fumar en la oficina.", "No está permitido fumar en la oficina."),
        ("es", "El plazo es de treinta días.", "El plazo para pedirlo es de 30 días."),
        ("pt", "É proibido fumar no escritório.", "Não é permitido fumar no escritório."),
        ("pt", "A garagem fecha às 22:00.", "A garagem abre às 06:30 e fecha às 22:00."),
    ],
)
def test_other_words_are_fine_in_other_languages_too(language: str, said: str, stands: str) -> None:
    assert supported(said, language, stands)


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ("The limit in Porto is 150 euros.", "The limit is 150 euros in Lisbon and 120 euros in Porto."),
        ("The limit is 120 euros in Lisbon.", "The limit is 150 euros in Lisbon and 120 euros in Porto."),
        ("Ann reports to Bob.", "Bob reports to Ann."),
        ("You pay 20 euros and we pay 80 euros.", "We pay 20 euros and you pay 80 euros."),
        ("Everyone may smoke in the yard.", "Only managers may smoke in the yard."),
        ("The call costs 5 euros per minute.", "The call costs 5 euros per hour."),
        ("Salaries are paid weekly.", "Salaries are paid monthly."),
        ("Most employees work from home.", "Few employees work from home."),
        ("Contractors are entitled to sick pay.", "Unlike contractors, employees are entitled to sick pay."),
        ("Interns get 25 days of leave.", "Managers get 25 days of leave and interns get 20 days."),
        ("Alcohol is allowed.", "Alcohol, tobacco and drugs are not allowed."),
        ("Bikes are not allowed.", "| Item | Allowed |\n|---|---|\n| Parking | no |\n| Bikes | yes |"),
        ("Wearing a helmet is optional.", "Wearing a helmet is mandatory."),
        ("The trip starts on 5 March and ends on 3 March.", "The trip starts on 3 March and ends on 5 March."),
        ("The fee is 15 euros.", "The fee is 15%."),
        ("Use the red door.", "Use the blue door."),
        ("The north office has a gym.", "The south office has a gym."),
        ("Meetings are public.", "Meetings are private."),
        ("If you are late, call Ann.", "If you are ill, call Ann."),
        ("You get 2 days after 5 years.", "You get 5 days after 2 years."),
        ("You get 2 days.", "You get 5 days after 2 years."),
        ("You must pay cash.", "You must not pay cash, but you may use a card."),
        ("You may not use a card.", "You must not pay cash, but you may use a card."),
        ("You may not use a card but you must pay cash.", "You must not pay cash, but you may use a card."),
        ("Dogs are allowed on Fridays.", "Dogs are allowed except on Fridays."),
        ("Smoking is not allowed in the yard.", "Smoking is not forbidden in the yard."),
        ("The breakfast limit is 180 EUR.", "| Limit | Breakfast limit |\n|---|---|\n| 180 EUR | 20 EUR |"),
        ("The limit is 20 EUR.", "| Limit | Breakfast limit |\n|---|---|\n| 180 EUR | 20 EUR |"),
    ],
)
def test_what_stands_nearby_is_not_taken_for_it(said: str, stands: str) -> None:
    assert not supported(said, "en", stands)


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ("The limit in Porto is 120 euros.", "The limit is 150 euros in Lisbon and 120 euros in Porto."),
        ("In Lisbon the limit is €150.", "The limit is 150 euros in Lisbon and 120 euros in Porto."),
        ("You may use a card.", "You must not pay cash, but you may use a card."),
        ("In the yard, smoking is allowed.", "Smoking is allowed in the yard."),
        ("Trips are approved by the CFO.", "The CFO approves trips."),
        ("Managers may smoke in the yard.", "Only managers may smoke in the yard."),
        ("Bikes are allowed.", "| Item | Allowed |\n|---|---|\n| Parking | no |\n| Bikes | yes |"),
        ("The trip ends on 5 March.", "The trip starts on 3 March and ends on 5 March."),
        (
            "Employees may work from home up to three days per week with approval from their manager.",
            "Employees may work from home for up to three days a week with their manager's approval.",
        ),
        ("Employees can carry over five days.", "You can carry over up to 5 days of unused leave until 31 March."),
        ("Dogs are allowed.", "Dogs are allowed except on Fridays."),
        ("The breakfast limit is 20 EUR.", "| Limit | Breakfast limit |\n|---|---|\n| 180 EUR | 20 EUR |"),
        ("You get five days after two years.", "You get 5 days after 2 years."),
        ("Claims over 1200 euros need two signatures.", "Claims over €1,200 need 2 signatures."),
    ],
)
def test_what_is_meant_is_found(said: str, stands: str) -> None:
    assert supported(said, "en", stands)


def test_a_heading_may_be_named() -> None:
    assert supported("In Lisbon the limit is 150 euros.", "en", "The limit is 150 euros.", ("Travel", "Lisbon"))
    assert not supported("In Porto the limit is 150 euros.", "en", "The limit is 150 euros.", ("Travel", "Lisbon"))


class TestGoverned:
    """Statements below what denies, forbids or withdraws them."""

    LIST = "The following things are forbidden in the office:\n\n- bringing pets to the office\n- candles"
    OLD = ("Lunch", "Old rules (no longer valid since 2025)")
    PAID = "Lunch vouchers are worth 11 euros a day."

    @pytest.mark.parametrize(
        "said",
        ["bringing pets to the office", "Bringing pets to the office is allowed.", "You may bring candles."],
    )
    def test_a_bare_item_of_what_is_forbidden_is_refused(self, said: str) -> None:
        assert not supported(said, "en", self.LIST)

    @pytest.mark.parametrize(
        "said",
        [
            "The following things are forbidden in the office: bringing pets to the office",
            "Bringing pets to the office is forbidden.",
            "Bringing pets to the office is not allowed.",
        ],
    )
    def test_an_item_with_what_is_said_of_it_is_supported(self, said: str) -> None:
        assert supported(said, "en", self.LIST)
        there = passage(document("x"), self.LIST)
        assert quote(said, there, "en") == (
            "The following things are forbidden in the office: bringing pets to the office"
        )

    def test_what_was_withdrawn_is_supported_only_as_such(self) -> None:
        assert not supported(self.PAID, "en", self.PAID, self.OLD)
        assert not supported("Lunch vouchers are not worth 11 euros a day.", "en", self.PAID, self.OLD)
        assert supported(f"{self.OLD[1]}: {self.PAID}", "en", self.PAID, self.OLD)
        assert not supported("Under the old rules vouchers were not worth 11 euros.", "en", self.PAID, self.OLD)
        assert supported("Under the old rules lunch vouchers were worth 11 euros a day.", "en", self.PAID, self.OLD)

    def test_below_what_is_not_allowed_only_a_not_is_supported(self) -> None:
        headings = ("O que não é permitido",)
        assert not supported("É permitido fumar no escritório.", "pt", "Fumar no escritório.", headings)
        assert supported("Não é permitido fumar no escritório.", "pt", "Fumar no escritório.", headings)

    def test_a_condition_above_a_list_denies_nothing(self) -> None:
        stands = "If you do not have a badge:\n\n- ask the reception for a visitor card"
        assert supported("Ask the reception for a visitor card.", "en", stands)
        assert not supported("Do not ask the reception for a visitor card.", "en", stands)


def test_a_sentence_that_joins_statements_quotes_them_all() -> None:
    said = "The fridge is emptied by Ann and the coffee machine is descaled every Monday [1]."
    assert checked(said, [HOUSE], "en") is not None
    assert quote(said, HOUSE, "en") == "The fridge is emptied by Ann. The coffee machine is descaled every Monday."
