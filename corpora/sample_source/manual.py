"""The manual of the Brina 300, a coffee machine that does not exist."""

from sample_source import charts
from sample_source.book import GREY, Book, Truth

STEM = "brina-300-manual"
PARTS = (
    "Bean hopper",
    "Grind dial",
    "Control panel",
    "Brew head",
    "Drip tray",
    "Water tank",
    "Steam wand",
)
CHAPTERS = {
    "3 First use": (
        "Before the first cup the machine must be rinsed, since oil from production is left in its pipes.",
        ("Fill the tank with cold water up to the mark MAX.", "Put a bowl of at least one litre below the brew head.",
         "Press the power key and wait until the blue lamp stops blinking, about 50 seconds.",
         "Hold the rinse key for three seconds; half a litre runs through.", "Throw the first two cups away."),
        ("How long does it take until the blue lamp of the Brina 300 stops blinking?", "50 seconds"),
    ),
    "4 Brewing": (
        "The strength of the coffee depends on the grind and on the amount of coffee, not on the pressure, which is fixed at 9 bar.",
        ("Turn the grind dial to 4 for espresso or to 7 for filter coffee.", "Put one cup or two cups below the brew head.",
         "Press the key with the cup once for 40 ml or twice for 110 ml.", "Press it again to stop early."),
        ("To which number is the grind dial turned for filter coffee?", "7"),
    ),
    "5 Milk": (
        "The steam wand heats and froths up to 300 ml of milk. Use milk from the refrigerator; warm milk makes no foam.",
        ("Open the valve for two seconds to blow out water.", "Dip the tip of the wand one centimetre into the milk.",
         "Open the valve and lower the jug slowly until the milk has reached 65 degrees.", "Close the valve and wipe the wand at once."),
        ("How much milk can the steam wand of the Brina 300 froth at most?", "300 ml"),
    ),
    "6 Cleaning": (
        "The drip tray and the grounds box are emptied daily. Neither of them may go into the dishwasher.",
        ("Switch the machine off and pull the plug.", "Pull out the tray and wash it with warm water and a soft brush.",
         "Take out the brew group every Friday, rinse it under the tap and let it dry for an hour.", "Put a drop of food oil on its seal once a month."),
        ("How often is a drop of oil put on the seal of the brew group?", "once a month"),
    ),
    "7 Descaling": (
        "Lime shortens the life of the boiler. The red lamp shows that 80 litres have passed since the last time.",
        ("Dissolve one sachet of descaler in 750 ml of water and fill it into the tank.", "Hold the keys rinse and steam together for five seconds.",
         "Wait for 22 minutes; the pump runs in short bursts.", "Rinse twice with a full tank of fresh water."),
        ("After how many litres does the red lamp ask for descaling?", "80 litres"),
    ),
}  # fmt: skip


def dress(book: Book) -> None:
    book.write((62, 812), f"Brina 300 - page {book.number}", 9, colour=GREY)


def draw(truth: Truth) -> bytes:
    book = Book(STEM, truth, size=(420, 595), dress=dress)
    book.y = 180
    book.heading("Brina 300", 0)
    book.heading("Espresso machine: operating manual", 2)
    book.new_page()
    book.heading("1 Safety")
    book.para(
        "WARNING: the steam wand reaches 140 degrees. Never touch it while the red ring is lit."
    )
    book.ask("How hot does the steam wand get?", "140 degrees", "number")
    book.para(
        "Use the machine indoors, on a dry and level surface, at least 30 cm away from a sink. "
        "Children under eight must not use it. Unplug it before it is opened, moved or cleaned."
    )
    book.ask("May children under eight use the Brina 300?", "no", "yes-no")
    book.new_page()
    book.heading("2 Parts")
    book.para("Figure 1 shows the parts of the machine from the front.")
    figure = book.figure(
        lambda b, box: charts.machine(b, box, PARTS), 250, "The parts of the Brina 300", "diagram"
    )
    book.ask("What is part number 4 of the Brina 300?", "Brew head", "figure-only", figure)
    book.ask(
        "Where are the parts of the espresso machine shown?", "Figure 1", "figure-lookup", figure
    )
    for title, (opening, steps, (question, answer)) in CHAPTERS.items():
        book.new_page()
        book.heading(title)
        book.para(opening)
        book.ask(question, answer, "number")
        book.steps(steps)
        if title.startswith("7"):
            figure = book.figure(
                lambda b, box: charts.flow(b, box, ("Descaler", "Boiler", "Brew head", "Bowl")),
                80, "The way of the descaler", "diagram",
            )  # fmt: skip
            book.ask(
                "Through what does the descaler flow after the boiler?",
                "Brew head",
                "figure-only",
                figure,
            )
    book.new_page()
    book.heading("8 Faults")
    table = book.table(
        ("Lamp", "Meaning", "Remedy"),
        [("Red, steady", "Lime", "Chapter 7"), ("Red, blinking", "Tank empty", "Fill it"),
         ("Yellow", "Tray full", "Empty it"), ("Both blinking", "Pump fault", "Call service")],
        "The lamps and what they mean",
    )  # fmt: skip
    book.ask("What does a blinking red lamp mean?", "Tank empty", "table", table)
    book.heading("9 Technical data")
    table = book.table(
        ("Property", "Value"),
        [("Power", "1,350 W"), ("Pressure", "9 bar"), ("Water tank", "1.8 l"), ("Weight", "7.4 kg"), ("Warranty", "30 months")],
        "Technical data",
    )  # fmt: skip
    book.ask("How heavy is the Brina 300?", "7.4 kg", "table", table)
    book.ask("How long is the warranty of the Brina 300?", "30 months", "table", table)
    book.refuse("Which colours is the Brina 300 sold in?")
    book.refuse("Can the Brina 300 be connected to a phone by Bluetooth?")
    return book.bytes("Brina 300 operating manual")
