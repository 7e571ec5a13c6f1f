"""An invoice of a boatyard that does not exist."""

from sample_source.book import Book, Truth

STEM = "invoice-2291-lake-orsa-boatyard"
ITEMS = (
    ("Hull sanding", "14", "52.00", "728.00"),
    ("Copper paint, 2.5 l", "3", "89.50", "268.50"),
    ("New rudder bearing", "1", "174.00", "174.00"),
    ("Winter storage, months", "6", "65.00", "390.00"),
)


def draw(truth: Truth) -> bytes:
    book = Book(STEM, truth)
    book.heading("Lake Orsa Boatyard", 0)
    book.para("Shore Road 12, Orsa. Invoice number 2291, dated 8 April 2024.")
    book.para("To: Marta Varga, owner of the sailing boat Petrel.")
    book.ask("What is the name of the boat on invoice 2291?", "Petrel", "name")
    table = book.table(("Item", "Quantity", "Price", "Amount"), ITEMS, "Work and goods, in euros")
    book.ask("What was charged for copper paint in total?", "268.50", "table", table)
    book.ask("How many months of winter storage were charged?", "6", "table", table)
    book.para("Net amount: 1,560.50 euros. Value added tax at 25 percent: 390.13 euros.")
    book.para("Total: 1,950.63 euros, to be paid by 8 May 2024.")
    book.ask("What is the total of invoice 2291?", "1,950.63 euros", "number")
    book.ask("By when must invoice 2291 be paid?", "8 May 2024", "name")
    book.new_page()
    book.heading("Terms", 2)
    book.para(
        "Goods stay the property of the yard until they are paid. Interest on late payment is 1.5 percent a month."
    )
    book.ask(
        "What is the interest on late payment of the boatyard per month?", "1.5 percent", "number"
    )
    book.refuse("Which discount did the boatyard give on invoice 2291?")
    return book.bytes("Invoice 2291")
