"""An error of a chat server becomes advice: what to change, and whether to try again."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx2
import openai
import pytest

from mmrag.backends.server_faults import explained
from mmrag.config import VlmSettings
from mmrag.errors import ModelError, ModelMissing, ModelRefused, ModelTimeout, PromptTooLong

URL = "http://127.0.0.1:1/v1"
REQUEST = httpx2.Request("POST", URL)
SETTINGS = VlmSettings(backend="server", model="tiny", base_url=URL, api_key_env="MY_KEY")


def status_error(status: int, message: str, **headers: str) -> openai.APIStatusError:
    response = httpx2.Response(status, headers=headers, request=REQUEST)
    return openai.APIStatusError(message, response=response, body={"message": message})


def fault(error: Exception, *, has_key: bool = False):
    return explained(error, URL, SETTINGS, has_key=has_key)


@pytest.mark.parametrize(
    ("status", "said", "error", "kind"),
    [
        (400, "bad request", ModelRefused, "refused"),
        (400, "this model's maximum context length is 4096", PromptTooLong, "refused"),
        (400, "CUDA out of memory", ModelRefused, "refused"),
        (404, "not found", ModelMissing, "denied"),
        (400, "model 'x' does not exist", ModelMissing, "denied"),
        (401, "no key", ModelMissing, "denied"),
        (307, "moved", ModelMissing, "denied"),
        (429, "slow down", ModelError, "busy"),
        (500, "internal error", ModelError, "failed"),
        (503, "loading", ModelError, "busy"),
    ],
)
def test_the_status_and_the_servers_words_tell_the_fault(status, said, error, kind) -> None:
    found = fault(status_error(status, said))
    assert type(found.error) is error
    assert found.kind == kind


def test_memory_is_what_ran_out_whatever_the_status() -> None:
    for status in (400, 500):
        found = fault(status_error(status, "requires more system memory (9 GiB)"))
        assert isinstance(found.error, ModelRefused)
        assert "image_pixels" in str(found.error)


def test_an_unknown_model_is_known_as_such() -> None:
    assert fault(status_error(400, "unknown model")).unknown_model
    assert not fault(status_error(400, "bad request")).unknown_model


def test_a_key_that_was_not_accepted_is_told_from_one_that_is_missing() -> None:
    assert "MY_KEY was not accepted" in str(fault(status_error(401, "no"), has_key=True).error)
    assert "[vlm] api_key_env" in str(fault(status_error(403, "no")).error)


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [("7", 7.0), ("-1", 0.0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0), ("soon", 0.0)],
)
def test_the_server_may_ask_to_wait(asked: str, seconds: float) -> None:
    assert fault(status_error(429, "slow down", **{"retry-after": asked})).wait == seconds


def test_it_may_ask_to_wait_until_a_date() -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    assert 80 < fault(status_error(429, "slow down", **{"retry-after": until})).wait <= 90


def test_no_answer_in_time_names_the_setting() -> None:
    found = fault(openai.APITimeoutError(REQUEST))
    assert isinstance(found.error, ModelTimeout)
    assert found.kind == "late"
    assert "timeout_s" in str(found.error)


def test_no_server_is_told_from_one_that_broke_off() -> None:
    def lost(cause: Exception) -> openai.APIConnectionError:
        error = openai.APIConnectionError(request=REQUEST)
        error.__cause__ = cause
        return error

    away = fault(lost(httpx2.ConnectError("refused")))
    assert isinstance(away.error, ModelMissing)
    assert away.kind == "absent"
    assert "no server answers there (refused)" in str(away.error)
    broken = fault(lost(httpx2.ReadError("reset")))
    assert broken.kind == "failed"
    assert "broke off (reset)" in str(broken.error)


def test_what_is_no_reply_of_such_a_server_is_told_in_its_words() -> None:
    found = fault(ValueError("<html>"))
    assert "not a reply of an OpenAI-compatible chat API (<html>)" in str(found.error)
    assert found.kind == "refused"


def test_long_words_of_a_server_are_cut() -> None:
    assert len(str(fault(status_error(400, "x" * 5000)).error)) < 500
