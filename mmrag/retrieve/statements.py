"""Pages that show the statements a question is about, whatever words they match.

"What is the quick ratio?" has no word of a balance sheet: `mmrag.statements` says which statements
define what is named, and the index which pages show them.
"""

from collections.abc import Mapping

from mmrag import ids
from mmrag.retrieve import fusion
from mmrag.retrieve.fusion import Scores
from mmrag.statements import questions
from mmrag.store.catalog import Catalog

MAX_DOCUMENTS = 5
"""The best documents, whose statements are candidates: a question is about one or two. By hand."""


def routed(catalog: Catalog, question: str, documents: Scores) -> Mapping[str, float]:
    """The pages that show what the question names, with how certainly they do, up to 1.

    `documents` are scores of documents: the best are looked through. Nothing is read where the
    question names no line of a statement.
    """
    named = questions.find(question)
    if not named:
        return {}
    best = fusion.order(documents)[:MAX_DOCUMENTS]
    pages: dict[str, float] = {}
    for shown in catalog.statements.of_documents(best, named.statements):
        page = ids.page_of(shown.item_id)
        pages[page] = max(pages.get(page, 0.0), shown.score)
    return pages
