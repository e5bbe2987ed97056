"""Suites as they are written: short forms, rows, distances, and errors that help to mend them."""

import json
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest

from evals.commands.suite_path import shipped
from evals.errors import DataNotFound, SuiteInvalid
from evals.suites.reading import LoadedSuite, read_suite
from evals.suites.schema import schema_text, suite_schema
from evals.suites.source import Source
from evals.suites.steps import Choose, Create, Say, Wait

HEAD = "name: tiny\narms: [on]\npersonas:\n  ana: {said: [I am vegan.]}\n  ben: {said: [I fish.]}\n"


def write(folder: Path, text: str, name: str = "suite.yaml") -> Path:
    file = folder / name
    file.write_text(text, "utf-8")
    return file


def read(folder: Path, text: str) -> LoadedSuite:
    return read_suite(write(folder, text))


def ids(loaded: LoadedSuite) -> list[str]:
    return [planned.id for planned in loaded.planned()]


def problem(folder: Path, text: str) -> str:
    with pytest.raises(SuiteInvalid) as caught:
        read(folder, text)
    return str(caught.value).replace(f"{folder}/", "")


def test_short_forms_are_spelled_out(tmp_path: Path) -> None:
    loaded = read(
        tmp_path,
        "name: tiny\narms: [off, on]\ncases:\n  - id: one\n    said: [I am vegan.]\n    turns:\n"
        "      - Hello\n      - wait: 3 days\n"
        "      - {choose: 'What?', options: [A, B], right: B}\n",
    )
    (planned,) = loaded.planned()
    assert [arm.memory for arm in loaded.suite.arms] == ["off", "on"]
    assert planned.persona.said[0].text == "I am vegan."
    assert planned.persona.name == "one", "a case without a persona has somebody of its own"
    assert planned.case.turns == (
        Say(user="Hello"),
        Wait(wait=timedelta(days=3)),
        Choose(choose="What?", options=("A", "B"), right="B"),
    )


def test_a_case_stands_for_every_persona_and_distance(tmp_path: Path) -> None:
    loaded = read(
        tmp_path, HEAD + "cases:\n  - {id: x, persona: all, distance: [0, 5], turns: [Hi]}\n"
    )
    assert ids(loaded) == ["x/ana@0", "x/ana@5", "x/ben@0", "x/ben@5"]
    assert [planned.persona.fillers for planned in loaded.planned()] == [0, 5, 0, 5]
    assert [planned.distance for planned in loaded.planned()] == [0, 5, 0, 5]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rows.csv", "food,diet\ntofu,vegan\nsteak,none\n"),
        ("rows.jsonl", '{"food": "tofu", "diet": "vegan"}\n{"food": "steak", "diet": "none"}\n'),
        ("rows.json", '[{"food": "tofu", "diet": "vegan"}, {"food": "steak", "diet": "none"}]'),
    ],
)
def test_rows_of_a_file_are_filled_in(tmp_path: Path, name: str, content: str) -> None:
    write(tmp_path, content, name)
    loaded = read(
        tmp_path,
        HEAD
        + f"variables: {{when: tonight}}\ncases:\n  - id: eat {{{{ food }}}}\n    data: {name}\n"
        "    said: ['My diet: {{ diet }}']\n    turns: ['{{ food }} {{ when }}?']\n",
    )
    assert ids(loaded) == ["eat tofu", "eat steak"]
    first = next(loaded.planned())
    assert first.case.turns == (Say(user="tofu tonight?"),)
    assert first.persona.said[0].text == "My diet: vegan"


def test_a_persona_brings_values_of_their_own(tmp_path: Path) -> None:
    people = (
        "personas:\n"
        "  ana: {variables: {food: [curry], must: {keeps: I am vegan}}}\n"
        "  ben: {variables: {food: [taco], must: {contains: nut}}}\n"
    )
    case = (
        "  - {id: x, persona: all, rows: [{at: noon}, {at: night, food: [soup]}],"
        " turns: [{user: 'At {{ at }}?', checks: ['{{ must }}', {contains: '{{ food }}'}]}]}\n"
    )
    loaded = read(tmp_path, f"name: tiny\narms: [on]\n{people}cases:\n{case}")
    found = [
        (planned.id, step.user, [check.label for check in step.checks])
        for planned in loaded.planned()
        if isinstance(step := planned.case.turns[0], Say)
    ]
    assert found == [
        ("x-1/ana", "At noon?", ["keeps: I am vegan", "contains: curry"]),
        ("x-1/ben", "At noon?", ["contains: nut", "contains: taco"]),
        ("x-2/ana", "At night?", ["keeps: I am vegan", "contains: soup"]),
        ("x-2/ben", "At night?", ["contains: nut", "contains: soup"]),
    ]


def test_a_text_can_be_of_a_kind_of_the_suites_own_prompts(tmp_path: Path) -> None:
    (tmp_path / "own/kinds").mkdir(parents=True)
    (tmp_path / "own/kinds/toast.yaml").write_text("name: toast", "utf-8")
    text = f"{HEAD}prompts: own\ncases:\n  - {{id: x, turns: [{{create: toast, brief: Hi}}]}}\n"
    (planned,) = read(tmp_path, text).planned()
    assert planned.case.turns == (Create(create="toast", brief="Hi"),)


def test_a_value_alone_stays_what_it_is(tmp_path: Path) -> None:
    loaded = read(
        tmp_path,
        HEAD + "cases:\n  - id: x\n    rows: [{far: 3}, {far: 7}]\n    distance: '{{ far }}'\n"
        "    turns: [Hi]\n",
    )
    assert [(planned.id, planned.distance) for planned in loaded.planned()] == [
        ("x-1", 3),
        ("x-2", 7),
    ]


def test_what_matters_is_named_by_id_or_number(tmp_path: Path) -> None:
    text = HEAD.replace("I am vegan.", "{id: diet, text: I am vegan.}, I swim.")
    loaded = read(
        tmp_path, text + "cases:\n  - {id: x, persona: ana, needs: [2, diet], turns: [Hi]}"
    )
    (planned,) = loaded.planned()
    assert [line.text for line in planned.needed] == ["I swim.", "I am vegan."]


@pytest.mark.parametrize(
    ("cases", "expected"),
    [
        (
            "  - id: x\n    turns:\n      - user: Hi\n        checks:\n          - contians: a\n",
            "suite.yaml:11: case 'x': there is no check 'contians'; there are: ",
        ),
        (
            "  - id: x\n    tunrs: [Hi]\n",
            "suite.yaml:8: case 'x': 'tunrs' means nothing here. Did you mean 'turns'?",
        ),
        ("  - id: x\n", "suite.yaml:7: case 'x': 'turns' is missing. Add it."),
        (
            "  - id: x\n    turns:\n      - user: Hi\n        checks: [{regex: '('}]\n",
            "suite.yaml:10: case 'x': this is no regular expression: missing )",
        ),
        (
            "  - id: x\n    persona: eve\n    turns: [Hi]\n",
            "suite.yaml:8: case 'x': there is no persona 'eve'; there are: ana, ben.",
        ),
        (
            "  - id: x\n    persona: ana\n    needs: [diet]\n    turns: [Hi]\n",
            "suite.yaml:9: case 'x': 'ana' said no line 'diet'; there are 1 (none has an id).",
        ),
        (
            "  - id: x\n    turns: ['Hi {{ name }}']\n",
            "suite.yaml:7: case 'x': there is no value for '{{ name }}'; there are: none.",
        ),
        (
            "  - {id: x, turns: [Hi]}\n  - {id: x, turns: [Hi]}\n",
            "there are two cases 'x'. Rename one.",
        ),
        (
            "  - id: x\n    id: y\n    turns: [Hi]\n",
            "suite.yaml:8: 'id' stands here twice. Remove one of them.",
        ),
        ("  - {id: x, turns: [Hi}\n", "suite.yaml:7: this is no YAML: "),
        (
            "  - {id: x, turns: [{choose: Q, options: [a, b], right: c}]}\n",
            "case 'x': 'right' is 'c', which is none of the options",
        ),
        (
            "  - id: x\n    turns:\n      - create: emial\n        brief: Hi\n",
            "suite.yaml:9: case 'x': there is no kind of text 'emial'; there are: day_plan, email,",
        ),
        (
            "  - id: x\n    turns: [{create: email}]\n",
            "suite.yaml:8: case 'x': 'brief' is missing. Add it.",
        ),
        ("  - {id: x, turns: [Hi], distance: near}\n", "suite.yaml:7: case 'x': "),
        ("  - {id: x, turns: [Hi], arms: [of]}\n", "there is no arm 'of'; there are: on."),
    ],
)
def test_a_mistake_is_told_with_its_place_and_its_mend(
    tmp_path: Path, cases: str, expected: str
) -> None:
    assert expected in problem(tmp_path, f"{HEAD}cases:\n{cases}")


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    cases = "cases:\n  - id: x\n    turn: [Hi]\n  - id: y\n    turns: [{usr: Hi}]\n"
    told = problem(tmp_path, HEAD + cases).splitlines()
    assert [line.split(": ")[0] for line in told] == [
        "suite.yaml:7",
        "suite.yaml:8",
        "suite.yaml:10",
    ]


def test_a_mistake_in_a_later_row_is_told_before_anything_runs(tmp_path: Path) -> None:
    write(tmp_path, '{"far": 3}\n{"far": "near"}\n', "rows.jsonl")
    cases = "cases:\n  - {id: x, data: rows.jsonl, distance: '{{ far }}', turns: [Hi]}\n"
    assert "case 'x'" in problem(tmp_path, HEAD + cases)


def test_a_shuffled_arm_needs_somebody_else(tmp_path: Path) -> None:
    text = "name: a\narms: [shuffled]\ncases:\n  - {id: x, said: [I am me.], turns: [Hi]}\n"
    assert "suite.yaml:2: an arm with another user's memory needs two personas" in problem(
        tmp_path, text
    )


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataNotFound, match="Is it a suite"):
        read_suite(tmp_path / "none.yaml")


def test_a_digest_changes_with_the_suite_and_its_data(tmp_path: Path) -> None:
    write(tmp_path, "a\n1\n", "rows.csv")
    text = HEAD + "cases:\n  - {id: x, data: rows.csv, turns: ['{{ a }}']}\n"
    before = read(tmp_path, text).digest
    assert read(tmp_path, text).digest == before
    write(tmp_path, "a\n2\n", "rows.csv")
    assert read(tmp_path, text).digest != before


def test_the_published_schema_is_that_of_the_records() -> None:
    published = Path(__file__).parents[2] / "evals/suites/schema.json"
    assert published.read_text("utf-8") == schema_text(), (
        "run: bespoke eval schema > evals/suites/schema.json"
    )


@pytest.mark.parametrize("file", shipped().values(), ids=shipped().keys())
def test_suites_that_ship_can_be_read_and_fit_the_schema(file: Path) -> None:
    assert list(read_suite(file).planned())
    validator = jsonschema.Draft202012Validator(suite_schema())
    content = json.loads(json.dumps(Source.read(file).content))
    assert [error.message for error in validator.iter_errors(content)] == []
