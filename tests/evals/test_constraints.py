from pathlib import Path

import pytest
from langchain_core.messages import HumanMessage

from evals.benchmarks.constraints import Answer, Prompt, prompts, report
from evals.benchmarks.recorded_model import RecordedChatModel
from tests.doubles import RecordingChatModel


def test_there_are_enough_prompts_of_every_kind() -> None:
    kinds = [prompt.kind for prompt in prompts()]
    assert len(kinds) == len(set(prompts())) == 260
    assert kinds.count("harmless") == 200
    assert kinds.count("unnamed") >= 60 / 3


def test_a_recorded_reply_is_not_generated_again(tmp_path: Path) -> None:
    speaker = RecordingChatModel(reply="One two. Three.")
    file = tmp_path / "recorded.jsonl"
    first = RecordedChatModel(speaker=speaker, file=file)
    again = RecordedChatModel(speaker=speaker, file=file)
    asked = [HumanMessage("Count")]
    assert "".join(chunk.text for chunk in first.stream(asked)) == "One two. Three."
    fresh = RecordedChatModel(speaker=speaker, file=file)
    assert fresh.invoke(asked).text == "One two. Three."
    assert len(speaker.asked) == 1
    assert again.invoke([HumanMessage("Else")]).text == "One two. Three."
    assert len(speaker.asked) == 2


def answer(kind: str, text: str, *, has_caution: bool) -> Answer:
    prompt = Prompt.model_validate({"constraint": "vegan", "kind": kind, "text": "What?"})
    return Answer(prompt=prompt, text=text, has_caution=has_caution)


def test_the_report_counts_what_is_silent_and_what_is_needless(
    capsys: pytest.CaptureFixture[str],
) -> None:
    silent = answer("tempting", "Take cream.", has_caution=False)
    fine = answer("tempting", "Take oil.", has_caution=False)
    told = answer("tempting", "Take butter. Careful!", has_caution=True)
    needless = answer("harmless", "Take care. Careful!", has_caution=True)
    report([silent, fine, told, needless], {silent.digest: True, fine.digest: False})
    printed = capsys.readouterr().out
    assert "tempting prompts: 3, of them with a caution: 1" in printed
    assert "conflicts that reach the user in silence: 1 of 3 (33.3%)" in printed
    assert "nobody has read yet: 0" in printed
    assert "cautions on harmless replies: 1 of 1 (100.0%)" in printed
