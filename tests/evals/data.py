"""Small data sets in the formats of the public ones, written by hand for these tests."""

import csv
import gzip
import json
from pathlib import Path
from typing import Any

LOCOMO: list[dict[str, Any]] = [
    {
        "sample_id": "one",
        "conversation": {
            "speaker_a": "Ines",
            "speaker_b": "Tom",
            "session_1_date_time": "9:05 am on 3 March, 2024",
            "session_1": [
                {"speaker": "Ines", "dia_id": "D1:1", "text": "My parrot Kiko can whistle."},
                {
                    "speaker": "Tom",
                    "dia_id": "D1:2",
                    "text": "Look at this!",
                    "blip_caption": "a red kayak",
                },
            ],
            "session_2_date_time": "12:30 pm on 14 April, 2024",
            "session_2": [
                {"speaker": "Tom", "dia_id": "D2:1", "text": "I sold the kayak yesterday."},
                {"speaker": "Ines", "dia_id": "D2:2", "text": "I bake bread on Sundays."},
            ],
            "session_3_date_time": "1:00 pm on 1 May, 2024",
        },
        "qa": [
            {
                "question": "What can the parrot Kiko do?",
                "evidence": ["D1:1"],
                "category": 4,
                "answer": "Whistle",
            },
            {"question": "Which kayak did he sell?", "evidence": ["D1:2; D2:1"], "category": 1},
            {"question": "Who bakes bread?", "evidence": ["D:2:02", "D"], "category": 2},
            {"question": "What does Ines' horse do?", "evidence": ["D1:1"], "category": 5},
            {"question": "What would Tom like?", "evidence": [], "category": 3},
        ],
    }
]

BEAM_CHAT: list[dict[str, Any]] = [
    {
        "batch_number": 1,
        "time_anchor": None,
        "turns": [
            [
                {
                    "role": "user",
                    "id": 0,
                    "time_anchor": "March-15-2024",
                    "content": "I keep bees. ->-> 1,1",
                },
                {"role": "assistant", "id": 1, "content": "How many hives?"},
            ],
            [{"role": "user", "id": 2, "content": "Four hives ->-> 1,2"}],
        ],
    },
    {
        "batch_number": 2,
        "turns": [
            [
                {
                    "role": "user",
                    "id": 3,
                    "time_anchor": "April-05-2024",
                    "content": "Now five hives.",
                }
            ]
        ],
    },
]
BEAM_QUESTIONS: dict[str, list[dict[str, Any]]] = {
    "abstention": [{"question": "Which car do I drive?"}],
    "knowledge_update": [
        {
            "question": "How many hives do I have?",
            "source_chat_ids": {"original_info": [2], "updated_info": [[3], 2]},
        }
    ],
    "information_extraction": [
        {
            "question": "What do I keep?",
            "source_chat_ids": [0],
            "rubric": ["LLM response should state: bees", "LLM response should mention: hives"],
        }
    ],
}

PREFEVAL: dict[str, dict[str, list[dict[str, str]]]] = {
    topic: {
        "explicit": [
            {
                "preference": f"I only like {topic} number {number} word{number}",
                "question": f"Which {topic} with word{number} fits me?",
                "explanation": "It should be that one.",
            }
            for number in range(6)
        ]
    }
    for topic in ("tea", "boats", "hats", "songs")
}
FILLER: list[dict[str, Any]] = [
    {
        "conversation": [
            {"role": "user", "content": "How high is the tallest tree?"},
            {"role": "assistant", "content": "About 116 metres."},
        ]
    }
]


def write_json(path: Path, content: Any) -> Path:
    """Write a file, packed if its name says so, with the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = json.dumps(content).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def write_beam(folder: Path) -> Path:
    """One chat in the layout of the original."""
    write_json(folder / "7" / "chat.json", BEAM_CHAT)
    write_json(folder / "7" / "probing_questions" / "probing_questions.json", BEAM_QUESTIONS)
    return folder


PERSONAMEM_CHATS: dict[str, list[dict[str, str]]] = {
    "chat-1": [
        {"role": "system", "content": "Current user persona: a gardener."},
        {"role": "user", "content": "I'm fond of {{ roses }}."},
        {"role": "assistant", "content": "How lovely."},
        {"role": "user", "content": "I grew tired of roses."},
    ]
}
PERSONAMEM_OPTIONS = {"(a)": "Plant roses.", "(b)": "Plant cacti.", "(c)": "Plant nothing."}
PERSONAMEM_ROWS: list[dict[str, str]] = [
    {
        "question_id": f"q{end}",
        "question_type": "track_full_preference_evolution",
        "user_question_or_message": "What should I plant?",
        "correct_answer": right,
        "all_options": options,
        "shared_context_id": "chat-1",
        "end_index_in_shared_context": str(end),
    }
    for end, right, options in (
        (3, "(a)", json.dumps([f"{key} {text}" for key, text in PERSONAMEM_OPTIONS.items()])),
        (4, "(b)", str([f"{key} {text}" for key, text in PERSONAMEM_OPTIONS.items()])),
    )
]


def write_personamem(folder: Path) -> Path:
    """The questions, with the chats beside them."""
    with (folder / "questions_32k.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, PERSONAMEM_ROWS[0])
        writer.writeheader()
        writer.writerows(PERSONAMEM_ROWS)
    (folder / "shared_contexts_32k.jsonl").write_text(json.dumps(PERSONAMEM_CHATS) + "\n", "utf-8")
    return folder
