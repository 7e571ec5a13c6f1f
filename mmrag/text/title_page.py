"""Questions about a document as a whole that its title page answers: its title, maker or date."""

from mmrag.text import function_words
from mmrag.text.stems import stem
from mmrag.text.words import plain, plain_words

_DOCUMENTS_TEXT = """
document paper article report book booklet brochure leaflet manual guide guidebook handbook deck
presentation slide study thesis dissertation pamphlet magazine newsletter file pdf
dokument bericht buch artikel handbuch broschüre präsentation studie arbeit dissertation zeitschrift
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
name date year version edition month
write wrote written publish published publication release released issue issued prepare prepared
present presented produce produced create created make made compile compiled edit edited update
updated submit submitted date dated print printed
name datum jahr ausgabe geschrieben verfasst veröffentlicht herausgegeben erstellt erschienen
nom année version écrit rédigé publié paru
nombre fecha año edición escribió escrito publicado publicó elaborado elaboró
nome data anno edizione scritto pubblicato
nome data ano edição escreveu escrito publicado publicou elaborado
"""
_BESIDE_TEXT = """
called full main official complete exact original first last current whole organization organisation
company institution firm agency department person people group team many
lautet heißt vollständige vollständiger firma organisation unternehmen
complet organisation entreprise société
completo empresa organización
società organizzazione organização
"""

_LANGUAGES = ("en", "de", "fr", "es", "it", "pt")


def _stems(text: str) -> frozenset[str]:
    return frozenset(map(stem, text.split()))


_DOCUMENTS, _ALONE, _BESIDE = map(_stems, (_DOCUMENTS_TEXT, _ALONE_TEXT, _BESIDE_TEXT))
_TOLD = frozenset(map(plain, _TOLD_TEXT.split()))  # as it is: a presentation has a stem of theirs


def asked(question: str) -> bool:
    """Whether a question asks what the title page of its document tells, and nothing else.

    It has no words of its own but those for a document, what a title page tells, and who made it.
    """
    grammar = function_words.of(_LANGUAGES)
    own = {word for word in plain_words(question) if word not in grammar}
    roots = set(map(stem, own - _TOLD))
    if not roots <= _DOCUMENTS | _ALONE | _BESIDE:
        return False
    return not roots.isdisjoint(_ALONE) or not (
        roots.isdisjoint(_DOCUMENTS) or own.isdisjoint(_TOLD)
    )
