"""A two-column paper on seabed sensors, wholly invented."""

from sample_source import charts
from sample_source.book import Book, Truth

STEM = "drift-sensors-paper"
NETS = {"GritNet": (0.61, 0.70, 0.78, 0.83), "Baseline": (0.58, 0.62, 0.64, 0.65)}
SITES = ("Skarn", "Ullin", "Pell", "Morva")
ERRORS = (4.1, 6.3, 3.2, 7.8)


def draw(truth: Truth) -> bytes:
    book = Book(STEM, truth, size=(500, 680), columns=2, font="tiro", text_size=11)
    book.write((62, 70), "Listening to Sand: Cheap Sensors for Sediment Drift", 15, bold=True)
    book.write((62, 90), "A. Quill, R. Tamsin and O. Ferro, Institute for Shallow Seas", 10)
    book.y = book.top = 112
    for title, draw_section in SECTIONS.items():
        book.heading(title, 2)
        draw_section(book)
    book.refuse("Which GPU was used to train GritNet?")
    book.refuse("How many sensors were lost to fishing nets?")
    return book.bytes("Listening to Sand")


def _abstract(book: Book) -> None:
    book.para(
        "Sand that drifts along the seabed buries cables and wears the blades of tidal turbines. It "
        "is measured with optical instruments that cost as much as a car. We show that a "
        "hydrophone for 38 euros hears the drift: grains that strike a steel plate make clicks, and "
        "a small network counts them. At four sites over nine months the mean error was 5.4 percent "
        "against an optical reference."
    )
    book.ask("How much does the hydrophone of the drift sensor cost?", "38 euros", "number")
    book.ask("At how many sites was the acoustic drift sensor tested?", "four", "number")


def _introduction(book: Book) -> None:
    book.para(
        "Wherever currents are strong enough to drive a turbine they are strong enough to move the "
        "ground below it. Operators need to know when a cable is about to be buried or laid bare, "
        "yet a seabed of ten square kilometres is commonly watched by a single instrument. Divers "
        "visit twice a year, and between two visits a dune can wander thirty metres."
    )
    book.para(
        "Optical backscatter sensors are accurate, but their windows foul within weeks and each "
        "needs a frame, a logger and a diver. Acoustic counting has been tried since the 1970s with "
        "steel pipes. It was given up because rain, shrimp and ships drowned the clicks. We return "
        "to it with a method that learns what sand sounds like."
    )
    book.para(
        "Our contributions are threefold: a plate that rings at 41 kilohertz, above the noise of "
        "ships; a network of 24,000 parameters that runs on the sensor; and a data set of nine "
        "months, labelled by an optical reference."
    )
    book.ask("At which frequency does the plate of the sensor ring?", "41 kilohertz", "number")
    book.ask("How many parameters does the network on the sensor have?", "24,000", "number")


def _method(book: Book) -> None:
    book.para(
        "The sensor is a disc of steel, three millimetres thick, with the hydrophone glued to its "
        "underside. Grains strike the disc from above. The signal passes the four steps that Fig. 1 "
        "shows, and only counts are sent to the surface, one byte a minute."
    )
    figure = book.figure(
        lambda b, box: charts.flow(b, box, ("Plate", "Filter", "GritNet", "Counter")),
        80, "The four steps from a grain to a count.", "diagram",
    )  # fmt: skip
    book.ask(
        "Which step follows the filter in the processing chain of the sensor?",
        "GritNet",
        "figure-only",
        figure,
    )
    book.para(
        "GritNet is made of three layers of one-dimensional convolutions with eight channels each. "
        "It sees windows of four milliseconds and answers with the number of grains, zero to "
        "fifteen. We train it on pairs of windows and optical counts with the loss of Eq. (1), in "
        "which c is the count and y the answer:"
    )
    book.para("    L(c, y) = |c - y| / (1 + c)        (1)")
    book.para(
        "The division keeps storms, with their thousands of grains, from ruling the training. All "
        "weights are stored as eight-bit integers. The battery of the sensor lasts for fourteen "
        "months at a temperature of eight degrees."
    )
    book.ask("How long does the battery of the drift sensor last?", "fourteen months", "number")
    book.para(
        "A count is turned into a mass by a factor that depends on the size of the grains. We take "
        "a handful of sand at each site, sieve it and set the factor once. Where the sand changes, "
        "after a storm for instance, the factor is wrong until somebody sieves again; Section 5 "
        "says what that costs."
    )


def _experiments(book: Book) -> None:
    book.para(
        "Four sites were chosen for their currents and their sand. Table 1 lists them. At each, "
        "three sensors stood within two metres of an optical reference from May to January. Divers "
        "cleaned the reference every three weeks and left our sensors alone."
    )
    table = book.table(
        ("Site", "Depth", "Grain", "Current"),
        [("Skarn", "22 m", "0.31 mm", "1.9 m/s"), ("Ullin", "35 m", "0.22 mm", "2.4 m/s"),
         ("Pell", "18 m", "0.44 mm", "1.6 m/s"), ("Morva", "41 m", "0.19 mm", "2.8 m/s")],
        "The four sites with depth, median grain size and peak current.",
    )  # fmt: skip
    book.ask("What is the median grain size at the site Pell?", "0.44 mm", "table", table)
    book.ask("Which site has the strongest peak current?", "Morva", "comparison", table)
    book.para(
        "As a baseline we count every peak above a threshold, which was set for each site on the "
        "first week. Both methods see the same audio. We report the correlation with the reference "
        "as the training data grows, and the mean error over all nine months."
    )


def _results(book: Book) -> None:
    book.para(
        "Figure 2 shows that the network gains from every month of data, while the threshold hardly "
        "changes. After one month it is already ahead; after six the gap is wide."
    )
    figure = book.figure(
        lambda b, box: charts.lines(b, box, ("1", "2", "4", "6 months"), NETS, "correlation"),
        150, "Correlation with the optical reference by months of training data.", "chart",
    )  # fmt: skip
    book.ask(
        "Which correlation does GritNet reach after six months of training data?",
        "0.83",
        "figure-only",
        figure,
    )
    book.ask(
        "Which figure shows the correlation by months of training data?",
        "Figure 2",
        "figure-lookup",
        figure,
    )
    book.para(
        "The error differs between the sites, as Fig. 3 shows. It is smallest where grains are "
        "coarse, because they strike harder, and largest at Morva, where the sand is as fine as "
        "flour and the current carries it past the plate."
    )
    figure = book.figure(
        lambda b, box: charts.bars(b, box, SITES, ERRORS, "percent"),
        150, "Mean error of the sensor at the four sites.", "chart",
    )  # fmt: skip
    book.ask("What is the mean error of the drift sensor at Ullin?", "6.3", "figure-only", figure)
    table = book.table(
        ("Noise", "Baseline", "GritNet"),
        [("Quiet", "7.9 %", "4.8 %"), ("Rain", "16.2 %", "5.1 %"), ("Ships", "21.5 %", "6.0 %"), ("Shrimp", "12.4 %", "5.9 %")],
        "Mean error by the kind of noise.",
    )  # fmt: skip
    book.ask("What error does the baseline have when ships pass?", "21.5 %", "table", table)


def _limits(book: Book) -> None:
    book.para(
        "When the grain size at Skarn changed after the storm of 9 November, the error of the mass "
        "rose to 13 percent until the factor was set anew. Mussels that settled on one plate "
        "silenced it within two months; copper paint on the rim kept the others free. In fresh "
        "water the plate has not been tried at all."
    )
    book.ask("What kept the plates free of mussels?", "copper paint", "name")
    book.para(
        "The sensor counts what passes over it and cannot tell a dune from a plume. Two plates at "
        "different heights might, and we have begun to build them. The drawings, the network and "
        "the data set are given to anyone who asks for them."
    )
    book.para(
        "We thank the harbour of Pell for the use of its boat, and the divers, who carried two "
        "hundred kilograms of frames without complaint."
    )


def _references(book: Book) -> None:
    for line in (
        "[1] B. Osk. Pipes that hear sand. Notes on Coasts 3, 1974.",
        "[2] L. Marn and J. Idris. Fouling of optical windows. Shallow Sea Methods 12, 2009.",
        "[3] T. Weel. Small networks for small sensors. Proc. Field Computing, 2019.",
        "[4] A. Quill. Shrimp and other noise. Letters in Underwater Sound 7, 2021.",
    ):
        book.para(line)


SECTIONS = {
    "Abstract": _abstract,
    "1 Introduction": _introduction,
    "2 The sensor and its network": _method,
    "3 Experiments": _experiments,
    "4 Results": _results,
    "5 Limits": _limits,
    "References": _references,
}
