"""Right answers and wrong ones, by the type of the gold answer."""

import pytest

from mmrag.evaluate import gold
from mmrag.evaluate.correctness import anls, completeness, holds, strict

HOW_MANY = "How many kilns does the pottery have?"


def right(answer: str, question: str, text: str) -> bool:
    return holds(gold.read(answer), question, text)


def test_a_number_of_three_digits_is_found_in_a_sentence_with_others() -> None:
    question = "What was the revenue in 2021?"
    text = "Quoted from the documents:\n“Revenue 2021 412 2020 398” [AB3]"
    assert right("412", question, text)
    assert not right("413", question, text)  # a whole number must be equal


def test_a_decimal_may_be_one_per_cent_off() -> None:
    question = "How tall is the mast?"
    assert right("24.26", question, "It is 24.3 high.")  # 0.04 of 24.26 is 0.2 %
    assert not right("24.26", question, "It is 24.6 high.")  # 1.4 %


def test_small_numbers_must_be_what_is_said_of_the_subject() -> None:
    assert right("4", HOW_MANY, "The pottery has 4 kilns [AB3].")
    assert right("4", HOW_MANY, "The pottery has four kilns.")
    assert right("4", HOW_MANY, "4: Kiln A, Kiln B, Kiln C, Kiln D")
    assert not right("4", HOW_MANY, "The pottery is open 4 days a week.")
    assert not right("4", HOW_MANY, "The kilns are shown in Figure 4.")
    assert not right("4", HOW_MANY, "4. Let the kilns cool down.")
    assert not right("4", HOW_MANY, "Of the 9 kilns 4 are cold.")
    assert not right("4", HOW_MANY, "The kilns are of brick⁴ and clay.")


def test_of_several_numbers_that_counts_which_a_word_of_the_question_stands_beside() -> None:
    question = "Which share did the Baltic deliver?"
    assert right("20 %", question, "North Sea 34 % Baltic 20 % Atlantic 27 %")
    assert not right("27 %", question, "North Sea 34 % Baltic 20 % Atlantic 27 %")
    coarse = "To which number is the dial turned for filter coffee?"
    assert right("7", coarse, "Turn it to 4 for espresso or to 7 for filter coffee.")
    assert right("6", "How many months of storage were charged?", "Storage, months | 6 | 65.00")


def test_a_scale_that_neither_gold_nor_question_names_is_left_out() -> None:
    assert right("85.5", "What was the profit in 2024?", "85.5 million euros (Profit, 2024)")
    assert not right("85.5", "What was it in USD billions?", "85.5 million euros (Profit)")


def test_two_digits_are_enough_with_a_unit() -> None:
    question = "What is the debt? Answer in billion."
    assert right("8.8", question, "The debts were $4.9 billion, $6.4 billion and $8.8 billion.")
    assert not right("8.8", "How long is the boat?", "The boats measure 4.9, 6.4 and 8.8.")


def test_the_number_that_the_question_names_is_no_answer() -> None:
    question = "Of 12 boats, how many boats are red?"
    assert right("3", question, "Of the 12 boats 3 are red.")
    assert not right("3", question, "Of the 12 boats 5 are red.")


def test_years_are_answers_only_where_they_stand_alone() -> None:
    question = "Since what year has the mill been in service?"
    assert right("1954", question, "The mill has been in service since 1954.")
    assert not right("1954", question, "The mill was built in 1949 and burnt in 1954.")


def test_scales_are_respected() -> None:
    question = "What is the total revenue (in USD)?"
    assert right("206100000.0", question, "Total revenue was $206.1 million.")
    assert not right("206100000.0", question, "Total revenue was $206.1 thousand.")
    assert not right("206100000.0", question, "Total revenue was 206.1.")
    assert right("3362", "What is the total? Answer in million", "It is $3,362 million.")
    assert right("3.0", "What is the debt? Answer in billion.", "The debt was $3.0 billion.")
    assert right("$8.70", "What is it in USD billions?", "Net plant (in millions) 8,738")
    assert not right("300 million", "What is the cap?", "The cap is 300 thousand.")


def test_per_cent_is_respected() -> None:
    assert right("16.7%", "How much lower is it?", "It is 16.7 percent lower.")
    assert right("0.202", "What is the tax rate?", "The rate is 20.2 %.")
    assert not right("412", "How many boats sailed?", "412 % of the boats sailed.")
    assert not right("16.7%", "How much lower is it?", "It is $16.7 million lower.")


def test_a_fall_may_be_said_in_words() -> None:
    question = "What was the change in fees?"
    assert right("-3.65%", question, "Fees decreased by 3.65 %.")
    assert right("-3.65%", question, "Fees changed by -3.65 %.")
    assert not right("-3.65%", question, "Fees rose by 3.65 %.")


def test_units_must_stand_there_or_in_the_question() -> None:
    assert right("80 litres", "After how many litres?", "After 80 litres it stops.")
    assert right("30 months", "How long is the warranty?", "The warranty lasts 30 months.")
    assert not right("30 months", "How long is the warranty?", "The warranty lasts 30 days.")


def test_yes_and_no_must_begin_the_answer() -> None:
    assert right("Yes", "Is it red?", "Yes: “The boat is red” [AB3]")
    assert not right("Yes", "Is it red?", "“The boat is red” [AB3]")
    assert not right("No", "Is it red?", "Yes, no doubt.")


def test_strings_are_compared_word_by_word_and_long_ones_letter_by_letter() -> None:
    assert right("Blue heron", "Which bird is it?", "The bird is a blue Heron.")
    assert right("Grey wagtail", "Which bird is it?", "It is the gray wagtail.")
    assert not right("red", "Which colour has it?", "It is bored.")
    assert not right("GS5002", "Which module is it?", "It is GS5003.")


def test_a_choice_that_the_question_names_must_begin_the_answer() -> None:
    question = "Which is larger, Lake Orn or Lake Vey?"
    assert right("Lake Vey", question, "Lake Vey is larger than Lake Orn.")
    assert not right("Lake Vey", question, "Lake Orn and Lake Vey are large.")


def test_dates_are_found_in_words() -> None:
    assert right("2009-07", "When was it?", "It was in July 2009.")
    assert right("2021-02-08", "When was it?", "On 8 February 2021 it began.")
    assert right("2021-02-08", "When was it?", "On February 8, 2021 it began.")
    assert not right("2021-02-08", "When was it?", "On 9 February 2021 it began.")


def test_a_list_is_complete_by_the_part_of_its_items() -> None:
    wanted = gold.read("['Harbour', 'Mill', 'Quarry', 'Windpump']")
    text = "The harbour, the mill and the windpump."
    assert completeness(wanted, "What is on the map?", text) == 3 / 4
    assert not holds(wanted, "What is on the map?", text)


def test_a_list_of_small_numbers_must_be_all_the_numbers() -> None:
    question = "How many stages has each route?"
    assert right("['3', '2', '3']", question, "They have 3, 2 and 3 stages.")
    assert not right("['3', '2', '3']", question, "They have 3, 2 and 4 stages.")
    assert not right("['3', '2', '3']", question, "Rows: 1, 2, 3, 3, 4, 5")


def test_running_text_needs_its_numbers_and_most_of_its_words() -> None:
    wanted = gold.read("The store count grew because 47 outlets opened in the autumn quarter.")
    question = "Why did the store count grow?"
    # Without the question's words: 47; and grew, outlets, opened, autumn, quarter.
    assert completeness(wanted, question, "In autumn 47 outlets opened.") == 1
    assert completeness(wanted, question, "In autumn 12 outlets opened.") == 1 / 2
    assert completeness(wanted, question, "Some outlets closed; 47 in all") == pytest.approx(
        (1 + (1 / 5) / 0.6) / 2
    )


def test_what_stands_far_behind_in_a_long_answer_is_not_read() -> None:
    question = "Which bird is it?"
    assert not right("Blue heron", question, "word " * 120 + "blue heron")


def test_an_unanswerable_question_has_no_right_answer() -> None:
    assert not right("", HOW_MANY, "None at all.")
    assert strict(gold.read(""), HOW_MANY, "None at all.") == 0


def test_anls_is_one_minus_the_edits_over_the_longer_length() -> None:
    assert anls("heron", "Heron") == 1
    assert anls("heron", "herons") == pytest.approx(5 / 6)
    assert anls("heron", "wren") == 0  # 3 edits of 5 letters: 0.4, under the threshold


@pytest.mark.parametrize(
    ("answer", "question", "text", "score"),
    [
        ("Yes", "Is it red?", "Yes. “It is red”", 1),
        ("412", "What was the revenue?", "It was 412 and 398 before.", 1),
        ("398", "What was the revenue?", "It was 412 and 398 before.", 0),  # the first is said
        ("Blue heron", "Which bird is it?", "The bird is Blue Herons.", 10 / 11),
        ("['Mill', 'Quarry']", "What is there?", "Mill, quarry", 1),
        ("['Mill', 'Quarry']", "What is there?", "Mill; quarry; harbour", 2 / 3),
        ("['Mill', 'Quarry']", "What is there?", "Mill", 1 / 2),
    ],
)
def test_the_strict_score_is_of_the_short_answer_alone(
    answer: str, question: str, text: str, score: float
) -> None:
    assert strict(gold.read(answer), question, text) == pytest.approx(score)


def test_a_name_among_many_cells_is_no_answer() -> None:
    question = "Which group is the second largest?"
    assert right("Terns", question, "Second | Terns | 4")
    assert not right("Terns", question, "Gulls | Terns | Herons | Wrens | 9 | 4 | 2 | 1 | 0")
    assert right("['Terns', 'Gulls']", question, "Gulls | Terns | Herons | Wrens | 9 | 4 | 2 | 1")


def test_running_text_of_the_questions_own_words_cannot_be_told() -> None:
    question = "Did the costs increase or decrease in the year?"
    assert not right("The costs as such did increase in the year.", question, "Costs | 100 | 90")
