"""The annual report of Halden Tidal, a company that does not exist."""

from sample_source import charts
from sample_source.book import BLUE, GREY, Book, Truth

YEARS = ("2020", "2021", "2022", "2023", "2024")
REVENUE = (212.4, 236.9, 251.3, 288.6, 331.2)  # million euros
PROFIT = (18.1, 22.7, 19.4, 31.0, 42.8)
QUARTERS = ("Q1", "Q2", "Q3", "Q4")
REGIONS = {
    "North Sea": ((23.1, 25.4, 24.8, 27.9), 41, "Aberholm", "a new cable to Aberholm"),
    "Baltic": ((14.2, 15.0, 16.3, 15.9), 28, "Visgrad", "ice damage to two turbines"),
    "Atlantic": ((18.7, 20.2, 22.9, 24.1), 36, "Porto Cabral", "the start of the Cabral array"),
    "Adriatic": ((8.3, 9.1, 9.6, 9.2), 15, "Senjava", "a delayed grid connection"),
    "Irish Sea": ((10.9, 11.4, 11.8, 12.4), 19, "Kilmarra", "a service contract with the port"),
}
STAFF = {"Engineering": 412, "Operations": 365, "Sales": 98, "Administration": 121}
ENERGY = {"North Sea": 34.0, "Baltic": 20.0, "Atlantic": 27.0, "Adriatic": 8.0, "Irish Sea": 11.0}
STEM = "halden-tidal-annual-report-2024"


def dress(book: Book) -> None:
    """The logo, header and footer that stand on every page."""
    for at in range(3):
        y = 34 + at * 5
        points = [(62 + step * 5, y + (3 if step % 2 else -3)) for step in range(7)]
        book.page.draw_polyline(points, color=BLUE, width=1.6)
    book.write((105, 44), "Halden Tidal", 9, bold=True, colour=BLUE)
    book.write((420, 44), "Annual Report 2024", 9, colour=GREY)
    book.write((290, 812), str(book.number), 9, colour=GREY)


def draw(truth: Truth) -> bytes:
    book = Book(STEM, truth, dress=dress)
    _opening(book)
    _results(book)
    for name in REGIONS:
        _region(book, name)
    _people(book)
    _accounts(book)
    _outlook(book)
    book.refuse("What was Halden Tidal's revenue in the Mediterranean in 2019?")
    book.refuse("Who is the auditor of Halden Tidal?")
    book.refuse("How many patents did Halden Tidal file in 2024?")
    return book.bytes("Halden Tidal Annual Report 2024")


def _opening(book: Book) -> None:
    book.y = 260
    book.heading("Halden Tidal", 0)
    book.heading("Annual Report 2024", 1)
    book.para("Electricity from the tides of five seas.")
    book.new_page()
    book.heading("Contents")
    for line in (
        "1 Letter to shareholders",
        "2 Results of the group",
        "3 Regions",
        "4 People and safety",
        "5 Accounts",
        "6 Risks",
        "7 Outlook",
    ):
        book.para(line)
    book.new_page()
    book.heading("1 Letter to shareholders")
    book.para(
        "Dear shareholders, the year 2024 was the best in the history of Halden Tidal. Our turbines "
        "delivered 1,846 gigawatt hours, eleven percent more than in the year before, and for the "
        "first time every region earned a profit."
    )
    book.ask(
        "How many gigawatt hours did Halden Tidal's turbines deliver in 2024?", "1,846", "number"
    )
    book.para(
        "The board proposes a dividend of 0.85 euros per share. We will repay the bond of 2018 in "
        "May and invest what remains in the second Cabral array, which Porto Cabral approved in "
        "October."
    )
    book.ask("Which dividend per share does the board propose?", "0.85 euros", "number")
    book.para(
        "I thank Marit Solheim, who led our operations for fourteen years and retires in June. Her "
        "successor is Tomas Brandt, until now head of the Baltic region."
    )
    book.ask("Who succeeds Marit Solheim as head of operations?", "Tomas Brandt", "name")
    book.para("Ingrid Vasko, chief executive officer")
    book.ask("Who is the chief executive officer of Halden Tidal?", "Ingrid Vasko", "name")


def _results(book: Book) -> None:
    book.new_page()
    book.heading("2 Results of the group")
    book.heading("2.1 Revenue and profit", 2)
    book.para(
        "Revenue grew in every year since 2020, as Figure 1 shows. The fall in profit in 2022 was "
        "caused by the repair of the export cable at Aberholm, which cost 9.6 million euros."
    )
    book.ask(
        "What did the repair of the export cable at Aberholm cost?", "9.6 million euros", "number"
    )
    figure = book.figure(
        lambda b, box: charts.bars(b, box, YEARS, REVENUE, "million euros"),
        190, "Revenue of the group by year", "chart",
    )  # fmt: skip
    book.ask(
        "What was the revenue of Halden Tidal in 2022 according to the chart?",
        "251.3",
        "figure-only",
        figure,
    )
    book.ask(
        "In which figure is the revenue of the group by year shown?",
        "Figure 1",
        "figure-lookup",
        figure,
    )
    figure = book.figure(
        lambda b, box: charts.lines(b, box, YEARS, {"Profit": PROFIT}, "million euros"),
        170, "Net profit of the group by year", "chart",
    )  # fmt: skip
    book.ask(
        "What net profit does the line chart show for the last year?", "42.8", "figure-only", figure
    )
    book.new_page()
    book.heading("2.2 Energy delivered", 2)
    book.para(
        "Figure 3 divides the energy delivered among the five regions. The North Sea remains the "
        "largest, though the Atlantic grew fastest after the start of the Cabral array."
    )
    figure = book.figure(
        lambda b, box: charts.pie(b, box, ENERGY),
        190,
        "Energy delivered by region in 2024",
        "chart",
    )
    book.ask(
        "Which share of the energy did the Baltic deliver in 2024?", "20 %", "figure-only", figure
    )
    book.heading("2.3 From tide to grid", 2)
    book.para("The way of the power from the turbine to the customer is drawn in Figure 4.")
    figure = book.figure(
        lambda b, box: charts.flow(b, box, ("Turbine", "Converter station", "Export cable", "Substation", "Grid operator")),
        90, "From the turbine to the grid", "diagram",
    )  # fmt: skip
    book.ask(
        "What comes between the export cable and the grid operator in the diagram?",
        "Substation",
        "figure-only",
        figure,
    )


def _region(book: Book, name: str) -> None:
    values, turbines, port, event = REGIONS[name]
    book.new_page()
    if name == "North Sea":
        book.heading("3 Regions")
    book.heading(f"3.{list(REGIONS).index(name) + 1} {name}", 2)
    book.para(
        f"The {name} region is run from the port of {port} and had {turbines} turbines in service "
        f"at the end of 2024. The year was marked by {event}. Revenue of the region came to "
        f"{sum(values):.1f} million euros."
    )
    book.ask(
        f"How many turbines were in service in the {name} region at the end of 2024?",
        str(turbines),
        "number",
    )
    book.para(
        "Maintenance followed the plan of the group: every turbine is lifted once in six years, its "
        "blades are inspected each spring, and its gearbox oil is changed when sensors call for it. "
        f"The crew at {port} reached its targets for availability in three of four quarters."
    )
    figure = book.figure(
        lambda b, box: charts.bars(b, box, QUARTERS, values, "million euros"),
        180, f"Revenue of the {name} region by quarter of 2024", "chart",
    )  # fmt: skip
    book.ask(
        f"What was the revenue of the {name} region in the third quarter of 2024?",
        f"{values[2]:g}",
        "figure-only",
        figure,
    )
    book.para(
        f"For 2025 the region expects revenue between {sum(values) * 1.02:.0f} and "
        f"{sum(values) * 1.08:.0f} million euros. The permits for {port} run until 2041."
    )


def _people(book: Book) -> None:
    book.new_page()
    book.heading("4 People and safety")
    book.heading("4.1 Employees", 2)
    book.para(
        f"At the end of the year {sum(STAFF.values())} people worked for Halden Tidal. Table 1 shows "
        "them by department."
    )
    book.ask(
        "How many people worked for Halden Tidal at the end of the year?",
        str(sum(STAFF.values())),
        "number",
    )
    table = book.table(
        ("Department", "Employees", "Share"),
        [(name, str(count), f"{100 * count / sum(STAFF.values()):.0f} %") for name, count in STAFF.items()],
        "Employees by department", ruled=False,
    )  # fmt: skip
    book.ask("How many employees work in the Operations department?", "365", "table", table)
    book.heading("4.2 Safety", 2)
    book.para(
        "There were three accidents with lost time, after seven in 2023. The rate fell to 0.9 per "
        "million hours worked. Divers are now accompanied by a rescue boat on every shift."
    )
    book.ask("How many accidents with lost time were there in 2024?", "three", "number")


def _accounts(book: Book) -> None:
    book.new_page()
    book.heading("5 Accounts")
    book.heading("5.1 Income statement", 2)
    rows = [
        ("Revenue", "331.2", "288.6"),
        ("Cost of operations", "(187.4)", "(169.9)"),
        ("Depreciation", "(58.3)", "(54.1)"),
        ("Operating profit", "85.5", "64.6"),
        ("Interest", "(24.6)", "(22.8)"),
        ("Income tax", "(18.1)", "(10.8)"),
        ("Net profit", "42.8", "31.0"),
    ]
    table = book.table(("Million euros", "2024", "2023"), rows, "Consolidated income statement")
    book.ask("What was the operating profit of Halden Tidal in 2024?", "85.5", "table", table)
    book.ask("How much income tax did Halden Tidal pay in 2023?", "10.8", "table", table)
    book.ask("Was the interest in 2024 higher than in 2023?", "yes", "yes-no", table)
    book.new_page()
    book.heading("5.2 Balance sheet", 2)
    rows = [
        ("Turbines and cables", "704.9", "668.2"),
        ("Cash", "61.7", "48.3"),
        ("Receivables", "44.0", "39.5"),
        ("Total assets", "810.6", "756.0"),
        ("Bonds", "320.0", "320.0"),
        ("Other debt", "141.2", "128.4"),
        ("Equity", "349.4", "307.6"),
    ]
    table = book.table(("Million euros", "2024", "2023"), rows, "Consolidated balance sheet")
    book.ask("How much cash did Halden Tidal hold at the end of 2024?", "61.7", "table", table)
    book.ask("In which table is the balance sheet?", "Table 3", "figure-lookup", table)


def _outlook(book: Book) -> None:
    book.new_page()
    book.heading("6 Risks")
    book.para(
        "Half of all turbines stand in the North Sea and the Atlantic, so that one storm can touch "
        "most of our income. An insurance covers losses above 15 million euros per event."
    )
    book.ask(
        "Above which loss per event does the insurance of Halden Tidal pay?",
        "15 million euros",
        "number",
    )
    book.para(
        "Steel makes up a third of the cost of a turbine. A rise of ten percent in its price would "
        "lower our profit by 2.7 million euros a year."
    )
    book.new_page()
    book.heading("7 Outlook")
    book.para(
        "For 2025 we expect revenue of 350 to 365 million euros. The second Cabral array, with 24 "
        "turbines, is to deliver its first power in September 2026."
    )
    book.ask(
        "When is the second Cabral array to deliver its first power?", "September 2026", "name"
    )
    figure = book.figure(
        lambda b, box: charts.lines(
            b, box, ("2024", "2025", "2026", "2027"),
            {"North Sea": (41, 41, 44, 46), "Atlantic": (36, 36, 60, 60)}, "turbines",
        ),
        180, "Turbines in service by region, plan to 2027", "chart",
    )  # fmt: skip
    book.ask("How many turbines are planned in the Atlantic for 2027?", "60", "figure-only", figure)
