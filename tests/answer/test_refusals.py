"""Refusals in words of their own, told from answers."""

import pytest

from mmrag.answer.refusals import is_refusal, opens_with_verdict

REFUSALS = """
I'm sorry, but the provided evidence does not contain information that answers the question.
The evidence does not mention the revenue.
I don't know.
I do not know the answer to this question.
There is no information about the revenue in the documents.
The documents provided don't say how much the revenue was.
Unfortunately, the text does not specify this.
I cannot answer this question from the given context.
I could not find this information in the passages.
The answer cannot be determined from the evidence.
Based on the evidence, it is not possible to determine the revenue.
No answer can be found in the given sources.
None of the passages mention a dividend.
The dividend is not mentioned.
This information isn't provided in the context.
The provided context lacks any details about the revenue.
There is insufficient evidence to answer.
There isn't enough information to say.
I am unable to find the revenue. Please provide more context.
Sorry, I can't help with that. The documents do not cover it.
The revenue is not stated in the evidence. Let me know if you have more pages.
Neither document contains the figure.
It is unclear from the report what the revenue is.
Nothing in the evidence answers this.
We cannot tell from these pages.
"""
ANSWERS = """
The report does not state a dividend [K7Q].
Revenue was $4.2 million.
The pump must not run dry.
The company did not pay a dividend. Revenue was $4.2 million.
No, the bridge is closed.
The evidence does not mention costs. Revenue was $4.2 million in 2023.
The harbour has no lights.
Boats may not enter at night.
Unfortunately the bridge was destroyed in 1944.
Please close the valve.
"""


@pytest.mark.parametrize("said", REFUSALS.strip().splitlines())
def test_a_reply_that_only_denies_is_a_refusal(said):
    assert is_refusal(said)


@pytest.mark.parametrize("said", [*ANSWERS.strip().splitlines(), "", "..."])
def test_a_reply_that_says_something_is_none(said):
    assert not is_refusal(said)


@pytest.mark.parametrize(
    "said", ["NOT IN THE EVIDENCE", "NOT_FOUND. It speaks of tides.", "**N/A**", "NO ANSWER."]
)
def test_a_verdict_in_capitals_opens_a_refusal(said):
    assert opens_with_verdict(said)


@pytest.mark.parametrize("said", ["Not in the evidence box, but in the safe.", "NOTED. It is 4."])
def test_a_sentence_that_begins_alike_is_no_verdict(said):
    assert not opens_with_verdict(said)
