"""What no quotation of a kind can say."""

import pytest

from mmrag.answer.fitting import may_answer
from mmrag.answer.questions import analyse
from mmrag.answer.span_features import EvidenceReading


def fits(question, text, make_marked):
    """Whether the span with all of that text may answer."""
    asked = analyse(question)
    evidence = [make_marked("K7Q", "3fa9c1d2-p0012", text).evidence]
    [span] = [read for read in EvidenceReading(asked, evidence).spans if read.span.text == text]
    return may_answer(asked, span)


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("Which hive gives the most honey?", "The red hive gives honey and wax.", False),
        ("What is the e-mail address?", "Write to the address of Orland for an e-mail.", False),
        ("What is the e-mail address?", "Write an e-mail to the address ada@example.org", True),
        ("What is the phone number?", "The word phone number is 1 of 20 in Orland.", False),
        ("What is the phone number?", "Phone number of Orland: +47 22 33 44 55 (day)", True),
        ("What is the website of Orland?", "Keepers sell honey on the website of Orland.", False),
        ("What is the website of Orland?", "The website of Orland is www.example.org now.", True),
        ("What is the main conclusion?", "It is conclusively known that bees sting now.", False),
        ("What is the main conclusion?", "Our conclusion is that bees give honey here.", True),
        ("What is the policy?", "Our policy is to keep bees out of the towns.", True),
        ("Who are the board members?", "Members of the Board of Honey keep bees.", False),
        ("Who are the board members?", "Our board members are Ada Lind and Jon Ek.", True),
        ("Who has the hive key?", "The key of the hive is with the notary of Orland.", True),
        ("Who is the CEO?", "Bees are kept, said our CEO Ada Lind of Orland.", True),
        ("What is the price?", "Transfer of bees has a fair price in Orland.", False),
        ("What is the price?", "Bees have a price of 10 crowns in all Orland.", True),
        ("Who is the CEO?", "SECTION 1350 CERTIFICATIONS OF CEO AND CFO", False),
        ("Who is the CEO?", "CEO OF THE HONEY BOARD: ADA LIND OF ORLAND", True),
        ("What are the risks?", "Hives of straw run the risk of fire in summer.", False),
        ("What are the risks?", "The main risks of straw are fire and damp.", True),
        ("What are the risks?", "High-risk hives of straw are sold in Orland.", False),
        ("What are the risks?", "Hives of straw and non-fire risks are ripe for study.", False),
        ("What are the risks?", "Risks | Hives of straw | Orland | 17", False),
        ("What is the deadline?", "Honey is tested by the legal deadline of May 2031.", False),
        ("What is the deadline?", "The deadline for hives of straw is 1 May 2031.", True),
        ("What is the total harvest?", "Late harvest | 38 | 17", False),
        ("Which data sets were used?", "A data sheet of hives is set below the wax.", False),
        ("Which companies are mentioned?", "Companies mentioned here are owners of hives.", False),
        ("How can I contact them?", "Hives in contact with damp wood rot in a year.", False),
        ("How can I contact them?", "Contact the keepers of Orland at ada@example.org", True),
        ("Where can I find more information?", "The information is found in each hive.", False),
        (
            "Where can I find more information?",
            "More information is given on page 12.",
            True,
        ),
        ("How many people were surveyed?", "In Orland 380 people keep bees at home.", False),
        ("How many people were surveyed?", "We surveyed 380 people who keep bees.", True),
        (
            "How much does it cost?",
            "Costs of hives of all the wood fell as we built 380.",
            False,
        ),
        ("How much does it cost?", "A hive costs 380 crowns in all of Orland.", True),
        ("Is this document confidential?", "Hives of the document are confidential now.", True),
        ("Is this document confidential?", "Confidential works of 2031 are in each hive.", False),
        ("Who wrote this document?", "Ebbe Lind wrote a document on hives in 2031.", False),
        ("What is the title of this report?", "Each title of hives is a report of honey.", False),
        ("What is the title of this report?", "Title: Hives and honey of all Orland now", True),
        ("Which hive gives the most honey?", "The red hive gives more honey than most.", True),
        ("Which hive gives the most honey?", "The largest harvest was the red hive's honey.", True),
        (
            "How much honey do hives give at most?",
            "Hives of straw give up to 300 g of honey.",
            True,
        ),
        ("How much honey do hives give at most?", "Hives of straw give 300 g of honey.", False),
        ("Which hives give the most honey?", "Hives of straw give up to 300 g of honey.", False),
        ("Which hives are not sold?", "Hives of straw are sold all year round.", False),
        ("Which hives are not sold?", "Hives of straw are never sold in winter.", True),
        ("What was honey sold for in 2031?", "In 2030 honey was sold for ten crowns.", False),
        ("What was honey sold for in 2031?", "In 2031 honey was sold for ten crowns.", True),
        ("Which hives are listed?", "See Annex 2 for a list of hives that we sell.", False),
        ("Which hives are listed in Annex 2?", "For hives refer to Annex 2 of this.", False),
        ("What share of keepers often sell honey?", "38 % rarely or often sell honey.", False),
        ("What share of keepers often sell honey?", "38 % of keepers often sell honey.", True),
        ("How many keepers sell honey?", "Table 2: Keepers who sell honey in five towns.", False),
        ("How many keepers sell honey?", "In Orland 38 keepers sell honey all year.", True),
        ("Which hives do keepers sell?", "Which hives do most of the keepers sell now?", False),
        ("What is the gain of level-6 hives?", "The gain of level-2 hives is honey.", False),
        ("What is the gain of level-2 hives?", "The gain of level-2 hives is honey.", True),
        ("What is the gain of level-2 hives?", "The gain of hives, stage 2, is honey.", False),
        ("Who sells honey and where is it made?", "Ada Lind sells honey from Orland.", False),
        ("How many keepers sell honey?", "Tasks of unit 7 & 8 keepers who sell honey.", False),
        ("Who sent the letter on honey?", "The letter on honey of all the keepers", False),
        ("Who sent the letter on honey?", "Ebbe sent us the letter on honey in May.", True),
        ("who sent the letter on honey of straw?", "The Letter on Honey came in May.", False),
        ("Where is the hive of straw?", "The hive of straw is the largest of all.", False),
        ("Where is the hive of straw?", "The hive of straw stands behind the barn.", True),
        ("When was the hive built?", "The hive was built of straw and of wood.", False),
        ("When was the hive built?", "The hive was built in May 2031 of straw.", True),
        ("What is the honey of straw hives?", "Honey of the straw hives", False),
        ("Which hives are sold?", "Hives that are sold: https://example.org/hives now.", False),
        ("On which site are hives sold?", "Hives are sold on www.example.org now.", True),
        ("Which hives are listed?", "The hives of straw are listed in Annex 2 here.", True),
        ("What is the honey of hives?", "Keywords: Bees, honey, hives, wax of straw", False),
        ("Which hives give honey?", "Hives of straw that give much hon-", False),
        ("Which hives give honey?", "Hives of straw give honey to all of the", False),
        ("Who sells honey and in what year?", "Ada Lind sells honey from Orland.", False),
        ("How many hives of straw and wood in all?", "It sells 38 hives of straw in May.", False),
        (
            "How many hives of straw and wood in all?",
            "It has a total of 38 hives of straw and wood.",
            True,
        ),
        ("When are hives sold?", "Hives are sold on the following days of May 2031.", False),
        (
            "What is the gain of quarter 3 in hives?",
            "The gain in hives of quarter 2 is honey.",
            False,
        ),
    ],
)
def test_a_quotation_says_what_the_question_turns_on(question, text, expected, make_marked):
    assert fits(question, text, make_marked) is expected
