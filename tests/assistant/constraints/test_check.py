import pytest

from assistant.constraints import Constraint, conflicts_in

PEANUTS = "I'm allergic to peanuts"
NUTS = "I'm allergic to tree nuts"
VEGETARIAN = "I'm vegetarian"
VEGAN = "I'm vegan"
CELIAC = "I have celiac disease"
SHELLFISH = "I'm allergic to shellfish"
LACTOSE = "I'm lactose intolerant"
SOBER = "I don't drink alcohol"
KOSHER = "I keep kosher"
NO_PORK = "I don't eat pork"
NO_FLIGHTS = "I never fly"
WHEELCHAIR = "I use a wheelchair"
RENT = "My budget for rent is 500 euros a month"
SUNDAYS = "I never work on Sundays"
EVENINGS = "I can only meet after 6 pm"
LYCHEES = "I'm allergic to lychees"


def broken(constraint: str, text: str, request: str = "") -> list[str]:
    """The words of a text that break a constraint."""
    found = conflicts_in(text, [Constraint("1", constraint)], request=request)
    return [conflict.words for conflict in found]


@pytest.mark.parametrize(
    ("constraint", "text", "words"),
    [
        (PEANUTS, "Try pad thai with tofu.", ["pad thai"]),
        (PEANUTS, "A peanut butter sandwich is quick.", ["peanut butter"]),
        (PEANUTS, "Replace the seeds with peanuts.", ["peanuts"]),
        (PEANUTS, "Don't forget the peanuts!", ["peanuts"]),
        (PEANUTS, "You can't go wrong with satay.", ["satay"]),
        (PEANUTS, "Not only peanuts but also cashews add crunch.", ["peanuts"]),
        (NUTS, "Froth the almond milk.", ["almond milk"]),
        (NUTS, "Pesto goes well with it.", ["Pesto"]),
        (VEGETARIAN, "Grilled chicken is quick.", ["chicken"]),
        (VEGETARIAN, "Caesar salad is a classic.", ["Caesar salad"]),
        (VEGETARIAN, "Season it with Worcestershire sauce.", ["Worcestershire"]),
        (VEGETARIAN, "Don't overcook the shrimp.", ["shrimp"]),
        (VEGETARIAN, "Avoid overcooking the salmon.", ["salmon"]),
        (VEGETARIAN, "How about sushi or a burger?", ["sushi", "burger"]),
        (VEGETARIAN, "Anchovies, prawns and mussels.", ["Anchovies", "prawns", "mussels"]),
        (VEGAN, "Stir in the cream.", ["cream"]),
        (VEGAN, "Sweeten it with honey.", ["honey"]),
        (VEGAN, "Finish with a crème brûlée.", ["crème brûlée"]),
        (CELIAC, "Serve with crusty bread.", ["bread"]),
        (CELIAC, "Season with soy sauce.", ["soy sauce"]),
        (SHELLFISH, "Order the grilled octopus.", ["octopus"]),
        (LACTOSE, "Warm the milk.", ["milk"]),
        (SOBER, "A glass of red wine suits it.", ["red wine"]),
        (KOSHER, "A cheeseburger is filling.", ["cheeseburger"]),
        (NO_PORK, "Bacon and eggs, please.", ["Bacon"]),
        (NO_FLIGHTS, "Book a flight to Rome.", ["flight"]),
        (WHEELCHAIR, "Hike up the hill.", ["Hike"]),
        ("I have epilepsy, so flashing lights are out", "Go to a laser show.", ["laser show"]),
        ("I don't watch films with gore", "Watch Kill Bill.", ["Kill Bill"]),
        ("I don't wear leather", "A leather jacket is warm.", ["leather jacket"]),
        ("I'm allergic to cats", "Visit a cat café.", ["cat café"]),
        (LYCHEES, "Serve a lychee sorbet.", ["lychee"]),
    ],
)
def test_what_is_ruled_out_is_a_conflict(constraint: str, text: str, words: list[str]) -> None:
    assert broken(constraint, text) == words


@pytest.mark.parametrize(
    ("constraint", "text"),
    [
        (PEANUTS, "Use peanut-free granola."),
        (PEANUTS, "Make it without peanuts or satay sauce."),
        (PEANUTS, "Avoid peanuts, satay and pad thai."),
        (PEANUTS, "Since you're allergic to peanuts, try pumpkin seeds."),
        (PEANUTS, "Make sure there are no nuts in it."),
        (PEANUTS, "It contains peanuts, so skip it."),
        (PEANUTS, "Check the label: it may contain peanuts."),
        (PEANUTS, "Not suitable: contains peanuts."),
        (VEGETARIAN, "Leave out the fish sauce."),
        (LYCHEES, "A sorbet without lychees."),
        (NO_FLIGHTS, "There is no need to fly."),
        (NO_FLIGHTS, "As you don't fly, take the ferry."),
        (WHEELCHAIR, "A step-free route without stairs."),
        (SUNDAYS, "Don't work on Sunday."),
    ],
)
def test_what_is_denied_is_none(constraint: str, text: str) -> None:
    assert broken(constraint, text) == []


@pytest.mark.parametrize(
    ("constraint", "text"),
    [
        (PEANUTS, "Instead of peanut butter, use sunflower butter."),
        (PEANUTS, "Replace the peanuts with seeds."),
        (PEANUTS, "Substitute sunflower seeds for peanuts."),
        (VEGETARIAN, "Replace the chicken with tofu."),
        (VEGETARIAN, "Use vegetable broth instead of chicken broth."),
        (VEGAN, "Swap butter for olive oil."),
        (VEGAN, "Use vegan butter and almond milk."),
        (VEGAN, "Dairy-free yogurt with berries."),
        (VEGAN, "Take a flax egg."),
        (VEGETARIAN, "Chicken-style seitan strips."),
        (CELIAC, "Use tamari instead of soy sauce."),
        (CELIAC, "Gluten-free pasta with tomatoes."),
        (LACTOSE, "Pour in lactose-free milk."),
        (SOBER, "A virgin mojito."),
        (SOBER, "A non-alcoholic beer."),
        (NO_PORK, "Turkey bacon with eggs."),
        ("I don't wear leather", "A faux leather jacket."),
        (NUTS, "A nut-free pesto."),
    ],
)
def test_what_takes_its_place_is_none(constraint: str, text: str) -> None:
    assert broken(constraint, text) == []


@pytest.mark.parametrize(
    ("constraint", "text"),
    [
        (PEANUTS, "Roasted butternut squash with coconut and nutmeg."),
        (NUTS, "Coconut milk and peanut butter."),
        (VEGETARIAN, "A bean burger with mushroom bacon."),
        (VEGETARIAN, "Eggplant parmesan, then roast vegetables."),
        (VEGETARIAN, "Portobello burgers and veggie hot dogs."),
        (VEGAN, "Coconut milk curry, and cream of tartar for the cake-free part."),
        (CELIAC, "Rice noodles in corn tortillas."),
        (SHELLFISH, "Oyster mushrooms and crab apples."),
        (SOBER, "Red wine vinegar and ginger beer."),
        (SOBER, "Wear a cocktail dress."),
        (KOSHER, "Season it with kosher salt."),
        (NO_FLIGHTS, "Take the flight of stairs, and decide on the fly."),
        (WHEELCHAIR, "Follow these steps."),
    ],
)
def test_what_only_sounds_alike_is_none(constraint: str, text: str) -> None:
    assert broken(constraint, text) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("**Avoid:**\n- satay\n- pad thai\n", []),
        ("Foods that are not suitable:\n1. satay\n2. pad thai\n", []),
        ("**Ingredients:**\n- noodles\n- peanuts\n", ["peanuts"]),
        ("**Avoid:**\n- satay\n\nHere is an idea: trail mix.\n", ["trail mix"]),
        ("Don't forget:\n- peanuts\n", ["peanuts"]),
    ],
)
def test_a_list_goes_by_its_heading(text: str, words: list[str]) -> None:
    assert broken(PEANUTS, text) == words


def test_code_and_addresses_are_not_read() -> None:
    text = "```\npeanuts = 1\n```\nSee https://example.org/peanuts and `peanuts`.\n"
    assert broken(PEANUTS, text) == []


def test_a_dish_that_was_labelled_as_fine_stays_fine() -> None:
    text = "Here is a vegan lasagna. Bake the lasagna for an hour. Serve it with chicken."
    assert broken(VEGAN, text) == ["chicken"]


def test_a_dish_that_the_request_labels_is_fine() -> None:
    assert broken(VEGAN, "Bake the lasagna.", "How do I make vegan lasagna?") == []


def test_a_dish_says_what_it_usually_contains() -> None:
    (conflict,) = conflicts_in("Try gado-gado.", [Constraint("1", "I don't eat eggs")])
    assert (conflict.words, conflict.contains) == ("gado-gado", "egg")


def test_an_animal_is_no_food_where_animals_are_spoken_of() -> None:
    assert broken(VEGETARIAN, "Watch the ducks at the pond.") == []
    assert broken(VEGETARIAN, "They like tunnels. A rabbit digs.", "Which toys do pets like?") == []
    assert broken(VEGETARIAN, "Roast a duck at the pond.") == ["duck"]
    assert broken(VEGETARIAN, "How about duck?") == ["duck"]


def test_knowledge_that_proposes_nothing_is_no_conflict() -> None:
    request = "Who invented peanut butter?"
    assert broken(PEANUTS, "Peanut butter was patented in 1884.", request) == []
    assert broken(PEANUTS, "You should try peanut butter.", request) == ["peanut butter"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Studios cost 900 euros a month.", ["900 euros"]),
        ("Rents start at €1,200 per month.", ["€1,200"]),
        ("A room at €40 a night.", ["€40"]),
        ("Expect rents of 450-600 euros.", ["450-600 euros"]),
        ("A room costs 450 euros a month.", []),
        ("A room for $900 a month.", []),
        ("A deposit of 1000 euros is usual for a flat.", []),
        ("The rent of 900 euros is over your budget.", []),
        ("The flat has 900 books.", []),
    ],
)
def test_a_budget_is_kept(text: str, words: list[str]) -> None:
    assert broken(RENT, text) == words


@pytest.mark.parametrize(
    ("constraint", "text", "words"),
    [
        (SUNDAYS, "Finish the report on Sunday.", ["Sunday"]),
        (SUNDAYS, "Work on it seven days a week.", ["seven days a week"]),
        (SUNDAYS, "Finish the report on Saturday.", []),
        (SUNDAYS, "Sunday: rest.", []),
        (SUNDAYS, "### Sunday\n- Write the report\n", ["Sunday"]),
        (SUNDAYS, "### Sunday\n- Rest\n", []),
        (SUNDAYS, "- Sunday: You\n", []),
        (EVENINGS, "Let's meet at 3 pm.", ["3 pm"]),
        (EVENINGS, "Let's meet at 15:30.", ["15:30"]),
        (EVENINGS, "Let's meet at 7 pm.", []),
        ("I only work on Tuesdays", "Work on Monday.", ["Monday"]),
        ("I don't meet anybody before 10 am", "Meet her at 8:30.", ["8:30"]),
    ],
)
def test_hours_and_days_are_kept(constraint: str, text: str, words: list[str]) -> None:
    assert broken(constraint, text) == words


@pytest.mark.parametrize(
    ("constraint", "is_checked"),
    [
        ("Peanut allergy", True),
        ("I can't eat raw onions because of my stomach", True),
        ("I hate circuses", True),
        ("My name is Ana", False),
        ("I love peanuts", False),
    ],
)
def test_only_what_rules_something_out_is_checked(constraint: str, is_checked: bool) -> None:
    assert Constraint("1", constraint).rules_anything_out == is_checked


def test_a_plan_of_days_is_about_what_one_does_on_them() -> None:
    assert broken(SUNDAYS, "- Sunday: You\n", "Make a rota for the shop.") == ["Sunday"]


def test_what_the_statement_is_about_is_taken_where_it_is_known() -> None:
    constraint = Constraint("1", "Those give me hives, always", about="kiwis")
    assert [each.words for each in conflicts_in("Add a kiwi.", [constraint])] == ["kiwi"]
