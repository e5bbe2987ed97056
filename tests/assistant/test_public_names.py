import inspect

import pytest

import assistant
from assistant import Assistant, Companion, Context, Piece, Reply, Usage
from assistant.consent import Consent
from assistant.creations import CompanionCreations
from assistant.interface import CompanionInterface
from assistant.memories import CompanionMemories
from assistant.types import Created


def names(of: type) -> list[str]:
    return sorted(name for name in vars(of) if not name.startswith("_"))


def parameters(of: object, name: str) -> str:
    """The names of a method's parameters, with `*` before those that are keyword-only."""
    found = list(inspect.signature(getattr(of, name)).parameters.values())[1:]
    keyword = [each.name for each in found if each.kind is each.KEYWORD_ONLY]
    plain = [each.name for each in found if each.kind is not each.KEYWORD_ONLY]
    return " ".join([*plain, *(["*", *keyword] if keyword else [])])


def test_the_package_exports_these_names() -> None:
    assert assistant.__all__ == [
        "Assistant",
        "AssistantError",
        "Companion",
        "Context",
        "Piece",
        "Reply",
        "Usage",
    ]
    assert all(isinstance(getattr(assistant, name), type) for name in assistant.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        assistant.nothing  # noqa: B018


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("__init__", "* home model embeddings prompts clock read_only"),
        ("user", "name"),
        ("users", ""),
        ("close", ""),
    ],
)
def test_an_assistant_has_these_methods(method: str, expected: str) -> None:
    assert parameters(Assistant, method) == expected


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("chat", "text * conversation context remember instead_of"),
        ("stream", "text * conversation context remember instead_of"),
        ("astream", "text * conversation context remember instead_of"),
        ("retry", "reply_id * context remember"),
        ("stream_retry", "reply_id * context remember"),
        ("create", "kind brief * length tone language audience neutral remember"),
        ("revise", "creation_id instruction"),
        ("vary", "creation_id * neutral"),
        ("conversations", ""),
        ("messages", "conversation_id * last"),
        ("rename", "conversation_id title"),
        ("delete", "conversation_id"),
        ("recall", "text * limit kinds gate now"),
        ("import_messages", "messages * learn on_progress"),
        ("profile", ""),
        ("trends", "* points limit"),
        ("source", "message_id"),
        ("reason", "reply_id item_id"),
        ("not_relevant", "reply_id memory_id"),
        ("style", ""),
        ("reset_style", "dimension"),
        ("import_file", "path * format learn on_progress"),
        ("restore", "path * on_progress"),
        ("trace", "reply_id"),
        ("explain", "reply_id on_progress * measure"),
        ("feedback", "reply_id * liked words"),
        ("opinions", "reply_ids"),
        ("suggest", "* limit force"),
        ("erase", ""),
        ("export", "path * on_progress"),
        ("reindex", "on_progress"),
        ("start_conversation", ""),
    ],
)
def test_a_companion_has_these_methods(method: str, expected: str) -> None:
    assert parameters(Companion, method) == expected


def test_memories_and_consent_have_these_methods() -> None:
    assert names(CompanionMemories) == [
        "accept",
        "add",
        "counts",
        "delete_tombstone",
        "edit",
        "forget",
        "get",
        "hide",
        "history",
        "learned_from",
        "list",
        "map",
        "named",
        "page",
        "pin",
        "preview_forget",
        "refuse",
        "search",
        "sources",
        "tombstones",
        "undo",
        "unhide",
        "unpin",
    ]
    assert parameters(CompanionMemories, "add") == "text * kind strength"
    assert parameters(CompanionMemories, "forget") == "memory_id * also"
    assert parameters(CompanionMemories, "list") == "* status limit"
    assert parameters(CompanionMemories, "search") == "text * limit"
    assert names(Consent) == ["all", "grant", "revoke"]


def test_the_interface_has_these_methods() -> None:
    assert names(CompanionInterface) == [
        *("introduce", "is_introduced", "note_use", "reset", "set", "starters")
    ]
    assert parameters(CompanionInterface, "__call__") == "* browser"
    assert parameters(CompanionInterface, "starters") == "* limit language"
    assert parameters(CompanionCreations, "kinds") == "* by_use"


def test_creations_have_these_methods() -> None:
    assert names(CompanionCreations) == [
        "astream",
        "defaults",
        "delete",
        "get",
        "kinds",
        "list",
        "stream",
        "stream_revision",
        "stream_variant",
        "trace",
        "versions",
    ]
    assert {"id", "text", "used", "offered", "minded", "usage"} <= set(Created.model_fields)


def test_replies_pieces_and_contexts_have_these_fields() -> None:
    assert set(Reply.model_fields) == {
        *("id", "text", "usage", "offered", "used", "learned", "minded"),
        *("conversation_id", "is_complete", "is_cut"),
    }
    assert set(Piece.model_fields) == {"kind", "text", "reply", "created"}
    assert set(Context.model_fields) == {"place", "device", "activity"}
    assert {"prompt_tokens", "cached_tokens", "completion_tokens", "seconds"} <= set(
        Usage.model_fields
    )
