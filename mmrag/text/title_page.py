"""Questions about a document as a whole that its title page answers: its title, maker or date."""

from mmrag.text import function_words
from mmrag.text.words import plain, plain_words

_DOCUMENTS_TEXT = """
document paper article report book booklet brochure leaflet manual guide guidebook handbook deck
presentation slide study thesis dissertation pamphlet magazine newsletter file pdf
dokument dokumente bericht buch buche berichte artikel handbuch broschüre präsentation studie arbeit
dissertation zeitschrift
rapport livre manuel brochure présentation étude thèse mémoire revue fichier
documento informe libro artículo folleto presentación estudio tesis revista archivo
documento relazione rapporto libro articolo manuale opuscolo presentazione studio tesi rivista
relatório livro artigo folheto apresentação estudo tese
"""
_ALONE_TEXT = """
title titled subtitle author coauthor presenter speaker publisher isbn issn doi
titel untertitel autor autorin autoren verfasser verfasserin herausgeber
titre auteur éditeur
título subtítulo autor autora autores editorial
titolo sottotitolo autore autrice autori editore
"""
"""What a document has once, so that a question need not say of what."""
_TOLD_TEXT = """
name version edition
write wrote written publish published publication release released issue issued prepare prepared
present presented produce produced create created make made compile compiled edit edited update
updated submit submitted date dated print printed
name ausgabe geschrieben verfasst veröffentlicht herausgegeben erstellt erschienen
nom version écrit rédigé publié paru
nombre edición escribió escrito publicado publicó elaborado elaboró
nome edizione scritto pubblicato
nome edição escreveu escrito publicado publicou elaborado
"""
_BESIDE_TEXT = """
called full main official complete exact original first last current whole organization organisation
company institution firm agency department person people group team many list date year month
lautet heißt vollständige vollständiger firma organisation unternehmen datum jahr
complet organisation entreprise société année
completo empresa organización fecha año
società organizzazione organização data anno ano
"""

_IT = "it"
_LANGUAGES = ("en", "de", "fr", "es", "it", "pt")


def _words(text: str) -> frozenset[str]:
    return frozenset(map(_singular, map(plain, text.split())))


def _singular(word: str) -> str:
    """Without a plural's "s". No stem, which is the same for a presentation and who presents it."""
    return word.removesuffix("s")


_DOCUMENTS, _ALONE, _TOLD = _words(_DOCUMENTS_TEXT), _words(_ALONE_TEXT), _words(_TOLD_TEXT)
_ALL = _DOCUMENTS | _ALONE | _TOLD | _words(_BESIDE_TEXT)


def asked(question: str) -> bool:
    """Whether a question asks what the title page of its document tells, and nothing else.

    It has no words of its own but those for a document, what a title page tells, and who made it.
    """
    grammar = function_words.of(_LANGUAGES)
    told = plain_words(question)
    own = {_singular(word) for word in told if word not in grammar}
    if not own <= _ALL:
        return False
    names_document = _IT in told or not own.isdisjoint(_DOCUMENTS)
    return not own.isdisjoint(_ALONE) or (names_document and not own.isdisjoint(_TOLD))
