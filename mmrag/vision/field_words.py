"""What the rows and fields of receipts, invoices and letters are called, in one table.

In English, German, French, Spanish, Portuguese, Italian, Dutch, the Nordic languages, Polish, Malay
and Indonesian; without accents, in small letters, as `plain` writes a row. A language is a line in
each entry.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

from mmrag.text.characters import fold
from mmrag.text.words import plain as without_accents

RowKind = Literal[
    "payable", "total", "including", "within", "excluding", "subtotal", "tax", "count", "discount",
    "rounding", "paid", "change", "date", "phone", "registered", "title", "person",
]  # fmt: skip
_WORDS: Mapping[RowKind, str] = {
    "payable": """
        grand total|final total|net total|nett total|total due|amount due|balance due|total payable
        amount payable|amt payable|payable|total to pay|to pay|pay|due|total amount due
        rechnungsbetrag|zahlbetrag|endbetrag|gesamtbetrag|zu zahlen|zu zahlender betrag
        net a payer|a payer|total ttc|montant ttc|reste a payer
        total a pagar|a pagar|importe total|valor a pagar
        totale complessivo|totale da pagare|da pagare|totale dovuto
        te betalen|totaal te betalen|att betala|at betale|a betale|do zaplaty
        jumlah perlu dibayar|jumlah bayaran|total bayar
    """,
    "total": """
        total|totals|gesamt|gesamtsumme|summe|somme|suma|importe|totale|importo|totaal|bedrag
        totalt|summa|sum|razem|kwota|jumlah
    """,
    "including": """
        incl|including|inclusive|inc|inkl|inklusive|einschl|brutto|ttc
        iva incluido|iva inclusa|com iva|btw inbegrepen|termasuk
    """,
    "within": """
        included|includes|contains|enthalten|enthaltene|darin|dont|incluye|inclui|di cui|waarvan
        hvorav|heraf|varav|w tym
    """,
    "excluding": """
        excl|excluding|exclusive|before|exkl|ohne|zzgl|netto|net amount|hors taxes?|ht|sin iva
        base imponible|sem iva|iva esclusa|imponibile|exclusief|uten mva|tanpa|netto kwota
    """,
    "subtotal": """
        subtotal|sub total|sub tot|zwischensumme|sous total|subtotale|subtotaal|delsumma|delsum
        tussentotaal|suma czesciowa|jumlah kecil
    """,
    "tax": """
        tax|taxes|vat|gst|sst|hst|mwst|ust|umsatzsteuer|tva|iva|igv|icms|btw|moms|mva|alv|ptu|cukai
        pajak|ppn|service charge|serv charge
    """,
    "count": """
        qty|quantity|items?|no of items?|pcs|pieces|menge|anzahl|stuck|quantite|nombre|articles
        cantidad|articulos|quantidade|quantita|pezzi|aantal|antal|antall|sztuk|ilosc|kuantiti|bil
    """,
    "discount": """
        discount|disc|savings?|saved|coupon|voucher|points?|rabatt|ermassigung|remise|reduction
        descuento|ahorro|desconto|sconto|korting|diskaun|diskon|potongan
    """,
    "rounding": """
        round|rounded|rounding|round adj|rundung|gerundet|arrondi|redondeo|arredondamento
        arrotondamento|afronding|avrundning|avrunding|afrunding|oresavrundning|zaokraglenie
        pelarasan|pembulatan|penggenapan
    """,
    "paid": """
        cash|cash tendered|tender|tendered|paid|amount paid|payment|card|credit card|debit card|visa
        master|mastercard|amex|maestro|debit|credit|bar|barzahlung|gegeben|bezahlt|girocard|especes
        cb|carte bancaire|regle|efectivo|tarjeta|entregado|dinheiro|cartao|contanti|contante
        pagato|contant|pin|bankpas|kontant|kort|betalt|gotowka|karta|tunai|dibayar|bayaran
    """,
    "change": """
        change|change due|ruckgeld|zuruck|wechselgeld|rendu|monnaie rendue|cambio|vuelto|troco
        resto|wisselgeld|terug|tilbage|vaxel|tillbaka|reszta|baki|kembali|kembalian
    """,
    "date": """
        date|dated|invoice date|receipt date|datum|rechnungsdatum|date de facture|fecha|data|dato
        pvm|tarikh|tanggal|tgl
    """,
    "phone": """
        tel|tels|telephone|phone|mobile|fax|telefax|hp|whatsapps?|telefon|fon|telefono|telefone
        telefoon|puhelin|handphone|hotline|call us
    """,
    "registered": """
        reg|reg no|registration|registration no|co no|company no|company reg|roc|brn|abn|acn|ein|tin
        vat no|tax id|ust idnr|hrb|steuernummer|siret|siren|rcs|cif|nif|rfc|cnpj|p iva|partita iva
        kvk|org nr|orgnr|cvr|nip|regon|npwp
    """,
    "title": """
        invoice|tax invoice|receipt|bill|cash bill|cash sale|cash memo|order|slip|check|statement
        ticket|copy|duplicate|reprint|welcome|thank you|rechnung|quittung|beleg|kassenbon|bon
        facture|recu|ticket de caisse|factura|recibo|nota fiscal|fattura|ricevuta|scontrino
        factuur|kassabon|bonnetje|faktura|kvitto|kvittering|kuitti|paragon|faktura vat
        resit|invois|struk|nota
    """,
    "person": """
        cashier|served by|server|operator|customer|cust|member|salesperson|sales person|user|clerk
        owned by|attn|bill to|ship to|sold to|table|counter|terminal|pos|store|branch|site|trans
        kassierer|bediener|kunde|caissier|client|cajero|cliente|caixa|operatore|cassiere|kassa
        kassamedewerker|klant|kassor|kund|kunde|kasjer|klient|juruwang|pelanggan|kasir
    """,
}
"""Words of the kinds of rows. A row may be of several: "total incl. tax" is of three."""
FIELDS: Mapping[str, tuple[str, ...]] = {
    "company": ("seller", "vendor", "merchant", "store", "shop", "supplier", "verkäufer",
        "vendeur", "vendedor", "venditore", "verkoper"),
    "date": ("invoice date", "receipt date", "issue date", "date of issue", "datum", "fecha",
        "data", "dato", "tarikh", "tanggal", "rechnungsdatum"),
    "total": ("total amount", "amount due", "grand total", "total due", "balance due", "sum",
        "gesamtbetrag", "montant total", "importe total", "totale", "totaal", "summa", "jumlah"),
    "invoice number": (
        "invoice no", "invoice #", "invoice", "inv no", "receipt no", "receipt number",
        "receipt #", "bill no", "document no", "doc no", "invoice id", "rechnung nr",
        "rechnungsnummer", "numéro de facture", "facture n°", "número de factura", "factura nº",
        "numero fattura", "fattura n.", "factuurnummer", "fakturanummer", "numer faktury",
    ),
    "phone": ("tel", "telephone", "phone number", "tel no", "contact", "telefon", "téléphone",
        "teléfono", "telefono", "telefoon"),
    "email": ("e-mail", "email address"),
    "website": ("web", "url", "homepage"),
    "tax": ("gst", "vat", "sst", "sales tax", "tax amount", "mwst", "tva", "iva", "btw", "moms"),
    "subtotal": ("sub total", "sub-total", "net amount", "zwischensumme", "sous-total",
        "subtotale", "subtotaal"),
    "due date": ("payment due", "due", "pay by", "fällig am", "zahlbar bis", "échéance",
        "fecha de vencimiento", "scadenza", "vervaldatum"),
    "customer": ("bill to", "sold to", "customer name", "client", "buyer", "kunde", "cliente",
        "klant"),
    "address": ("business address", "seller address", "anschrift", "adresse", "dirección",
        "indirizzo", "adres", "alamat"),
}  # fmt: skip
"""What a field is called beside its own name."""
_WRONG_LETTER = re.compile(r"(?<=[a-z])[014](?=[a-z])|(?<=[a-z]{2})[01](?![a-z\d])")
_LETTERS = {"0": "o", "1": "l", "4": "a"}
"""Digits that OCR takes letters for: "t0t4l", "te1"."""
_CACHED_ROWS = 2048  # of some tens of pages, each asked about many kinds; chosen by hand


@lru_cache(_CACHED_ROWS)
def plain(text: str) -> str:
    """A text as labels are compared: small letters without accents and marks, wrong digits mended.

    plain("T0TAL (INCL. G.S.T)")    "total incl gst"
    """
    small = without_accents(fold(text)).replace(".", "")
    mended = _WRONG_LETTER.sub(lambda match: _LETTERS[match[0]], small)
    return " ".join(re.findall(r"[^\W_]+", mended))


def _pattern(words: str) -> re.Pattern[str]:
    each = [part.strip() for line in words.splitlines() for part in line.split("|")]
    return re.compile(rf"\b(?:{'|'.join(sorted(filter(None, each), key=len, reverse=True))})\b")


_PATTERNS = {kind: _pattern(words) for kind, words in _WORDS.items()}


@lru_cache(_CACHED_ROWS)
def kinds(text: str) -> frozenset[RowKind]:
    """Of which kinds a row is, by the words that it has."""
    said = plain(text)
    return frozenset(kind for kind, pattern in _PATTERNS.items() if pattern.search(said))


def begins(text: str, kind: RowKind) -> bool:
    """Whether a text begins with a word of a kind."""
    return _PATTERNS[kind].match(plain(text)) is not None
