"""The endpoint for programs of OpenAI's API, by OpenAI's own client."""

from collections.abc import Iterator

import openai
import pytest

QUESTION = "What was the operating profit of Halden Tidal in 2024?"


@pytest.fixture(scope="module")
def client(server) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{server.url}/v1", api_key="none", max_retries=0) as made:
        yield made


def asked(text: str) -> dict:
    return {"model": "index", "messages": [{"role": "user", "content": text}]}


def test_an_index_is_a_model(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["index"]


def test_citations_are_links_to_the_evidence_and_annotations(client, server) -> None:
    found = client.chat.completions.create(**asked(QUESTION))
    message = found.choices[0].message
    assert "85.5" in message.content
    [annotation, *_] = message.annotations
    cited = annotation.url_citation
    assert cited.url.startswith(f"{server.url}/i/index/e/")
    assert message.content[cited.start_index : cited.end_index] == f"[\\[1\\]]({cited.url})"
    assert found.mmrag["status"] == "answered"


@pytest.mark.parametrize(("proxies", "scheme"), [((), "http"), (("127.0.0.1",), "https")])
def test_links_are_of_https_where_a_proxy_that_is_believed_says_so(
    serving, sample_index, proxies: tuple[str, ...], scheme: str
) -> None:
    served = serving([sample_index], proxies=proxies)
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}
    ran = served.client.post("/v1/chat/completions", json=asked(QUESTION), headers=headers)
    [annotation, *_] = ran.json()["choices"][0]["message"]["annotations"]
    url = annotation["url_citation"]["url"]
    assert url.startswith(f"{scheme}://{served.host}/i/index/e/")


def test_a_stream_says_the_same_as_the_whole(client) -> None:
    whole = client.chat.completions.create(**asked(QUESTION)).choices[0].message
    chunks = list(client.chat.completions.create(**asked(QUESTION), stream=True))
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == whole.content
    assert chunks[-1].choices[0].finish_reason == "stop"
    told = [chunk.choices[0].delta.model_extra.get("annotations") for chunk in chunks]
    assert [item for item in told if item] == [
        [annotation.model_dump() for annotation in whole.annotations]
    ]


def test_the_talk_before_is_used_and_instructions_are_not(client) -> None:
    messages = [
        {"role": "system", "content": "You are a pirate."},
        {"role": "user", "content": QUESTION},
        {"role": "assistant", "content": "85.5 million euros"},
        {"role": "user", "content": [{"type": "text", "text": "And in 2023?"}]},
    ]
    found = client.chat.completions.create(model="index", messages=messages)
    assert "Halden" in found.mmrag["question"]
    assert "pirate" not in found.mmrag["question"]


def test_what_cannot_be_asked_is_an_error_of_the_client(client) -> None:
    with pytest.raises(openai.NotFoundError):
        client.chat.completions.create(**{**asked("x"), "model": "gpt-4"})
    picture = {"type": "image_url", "image_url": {"url": "http://192.0.2.1/x.png"}}
    with pytest.raises(openai.BadRequestError, match="only text"):
        client.chat.completions.create(
            model="index", messages=[{"role": "user", "content": [picture]}]
        )
