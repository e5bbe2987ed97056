"""A chat model that remembers what another one said, so that a benchmark can be repeated at once.

A reply is generated to its end before the first word is passed on: so a recording is whole, even
where its reader stops early. Knows nothing about what is measured.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage
from pydantic import PrivateAttr

from evals.whole_replies import WholeReplies


class RecordedChatModel(WholeReplies):
    """Says what is recorded in `file` for a prompt, else asks `speaker` and records it."""

    speaker: BaseChatModel
    file: Path
    _known: dict[str, str] = PrivateAttr(default_factory=dict)

    def model_post_init(self, _: Any) -> None:
        """Read what was recorded before."""
        if self.file.exists():
            lines = map(json.loads, self.file.read_text("utf-8").splitlines())
            self._known = {line["prompt"]: line["reply"] for line in lines}

    def _reply(self, messages: list[BaseMessage]) -> str:
        prompt = json.dumps([(message.type, message.text) for message in messages])
        key = hashlib.sha256(prompt.encode()).hexdigest()[:24]
        if key not in self._known:
            self._known[key] = self.speaker.invoke(messages).text
            with self.file.open("a", encoding="utf-8") as recording:
                line = {"prompt": key, "reply": self._known[key]}
                recording.write(json.dumps(line, ensure_ascii=False) + "\n")
        return self._known[key]
