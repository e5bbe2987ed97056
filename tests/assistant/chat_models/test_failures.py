import httpx
import httpx2
import openai
import pytest
from langchain_core.language_models.fake_chat_models import FakeListChatModel

from assistant.chat_models.failures import describe_failure
from assistant.chat_models.opened import OpenedModel
from assistant.errors import ModelFailed

SECRET = "my allergy and sk-12345"
REQUEST = httpx2.Request("POST", "https://models.example/v1")
OPENED = OpenedModel(
    name="openai:x", chat=FakeListChatModel(responses=["x"]), host="models.example"
)


def answered(kind: type[openai.APIStatusError], status: int, text: str = "") -> Exception:
    response = httpx2.Response(status, request=REQUEST)
    return kind(f"{text} {SECRET}", response=response, body={"message": SECRET})


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (answered(openai.AuthenticationError, 401), "Check the key"),
        (answered(openai.NotFoundError, 404), "Check the model's name"),
        (answered(openai.RateLimitError, 429), "Wait, or check the account"),
        (answered(openai.InternalServerError, 503), "status 503"),
        (
            answered(openai.BadRequestError, 400, "exceed_context_size_error"),
            "Start a new conversation",
        ),
        (answered(openai.BadRequestError, 400), "BadRequestError, status 400"),
        (openai.APIConnectionError(message=SECRET, request=REQUEST), "cannot be reached"),
        (openai.APITimeoutError(request=REQUEST), "took too long"),
        (httpx.ConnectError(SECRET), "cannot be reached"),
        (ValueError(SECRET), "ValueError"),
    ],
)
def test_a_failure_says_what_to_do_and_repeats_nothing(error: Exception, advice: str) -> None:
    failed = describe_failure(error, OPENED)
    assert str(failed).startswith("'openai:x' at models.example gave no answer: ")
    assert advice in str(failed)
    assert "allergy" not in str(failed)
    assert "sk-" not in str(failed)


def test_our_own_error_behind_a_providers_is_the_one_that_is_told() -> None:
    error = openai.APIConnectionError(request=REQUEST)
    error.__cause__ = ModelFailed("The model in 'a.gguf' could not be loaded. Delete it.")
    assert str(describe_failure(error, OPENED)) == str(error.__cause__)
