"""What the drawn pictures are about: words of many fields, for titles and sentences."""

import random
from dataclasses import dataclass

# field: subjects | quantities with their units | items a chart may compare | series of one chart
_FIELDS = """
transport: ferry, tram, bus, railway, airport, bicycle, metro, motorway, cargo, taxi, harbour, freight, parking, road | passengers (thousand), journeys (million), delays (minutes), ticket revenue (million EUR), accidents (count), traffic (vehicles/day), fuel use (litres), arrivals (count), capacity (seats), waiting time (min) | Halden, Orsa, Selby, Tarvik, Mornay, Lindau, Novara, Corvo, Astor, Pinner | Weekdays, Weekends, Holidays, Night service, Express, Local
science: enzyme, protein, neutron, plasma, crystal, polymer, pendulum, membrane, isotope, laser, quantum dot, solvent, galaxy, particle | concentration (mol/L), intensity (a.u.), absorbance (a.u.), decay rate (1/s), energy (eV), velocity (m/s), diameter (nm), yield (%), temperature (K), wavelength (nm), conductivity (S/m), density (g/cm3) | Sample A, Sample B, Sample C, Sample D, Blank, Reference, Standard, Mixture | Measured, Simulated, Theory, Fit, Control, Treated
engineering: turbine, pump, valve, boiler, gear, bearing, compressor, engine, rotor, sensor, nozzle, bridge, beam, battery, motor, conveyor | pressure (bar), torque (Nm), vibration (mm/s), stress (MPa), efficiency (%), flow rate (m3/h), speed (rpm), lifetime (hours), load (kN), failures (count), thickness (mm), voltage (V), noise level (dB) | Steel, Copper, Nylon, Brass, Titanium, Zinc, Aluminium, Ceramic, Carbon, Glass | Design A, Design B, Design C, Prototype, Old model, New model
business: customer, supplier, retail, online, warehouse, product, store, subscription, employee, marketing, call centre, wholesale, franchise | sales (million USD), orders (thousand), satisfaction (%), returns (%), headcount (FTE), turnover (million EUR), market share (%), churn (%), conversion rate (%), delivery time (days), complaints (count) | Sales, Research, Legal, Production, Service, Logistics, Purchasing, Marketing, Support, Design | Plan, Actual, Forecast, Last year, Target, Budget
medicine: patient, hospital, vaccine, tumour, nurse, insulin, surgery, influenza, asthma, clinic, cardiac, stroke, antibiotic, sleep | admissions (count), survival (%), dose (mg), blood pressure (mmHg), heart rate (bpm), recovery time (days), cases (per 100,000), mortality (%), weight (kg), response rate (%), incidence (per 1,000) | 0-14, 15-24, 25-44, 45-64, 65-74, 75+ | Placebo, Low dose, High dose, Control, Women, Men
geography: river, lake, island, coast, glacier, city, village, forest, district, valley, region, harbour, mountain | population (thousand), area (km2), elevation (m), rainfall (mm), water level (m), migration (persons), distance (km), depth (m), discharge (m3/s), slope (degrees) | Norrland, Skye, Iona, Calder, Varde, Zandt, Yarrow, Umbra, Malin, Bremer, Tolka | North, South, East, West, Centre, Islands
energy: solar, wind, hydro, biomass, gas, coal, nuclear, heat pump, grid, substation, household, hydrogen, district heating, oil | generation (GWh), capacity (MW), demand (GW), price (EUR/MWh), storage (MWh), losses (%), consumption (kWh), emissions (Mt), peak load (MW), investment (billion EUR) | Solar, Wind, Hydro, Biomass, Gas, Coal, Nuclear, Oil, Imports, Geothermal | Summer, Winter, Peak, Off-peak, Scenario 1, Scenario 2
education: school, university, pupil, student, teacher, exam, library, course, reading, mathematics, apprentice, kindergarten | enrolment (thousand), grades (points), attendance (%), graduates (count), class size (pupils), spending (EUR per pupil), literacy (%), dropouts (%), study time (hours), test scores (points) | Mathematics, Reading, Physics, History, Music, Biology, Chemistry, Art, Geography, Sports | Girls, Boys, Public, Private, Urban, Rural
software: server, database, cache, query, compiler, network, browser, thread, index, model, classifier, encoder, transformer, search, packet, memory | latency (ms), throughput (requests/s), accuracy (%), training loss, error rate (%), memory use (GB), precision (%), recall (%), run time (s), validation loss, F1 score, downloads (thousand), CPU load (%), perplexity | SVM, LSTM, CNN, kNN, BERT, MLP, Lasso, Forest, ResNet, Boosting, Bayes | Ours, Baseline, Oracle, Random, Greedy, Adaptive
finance: bond, share, loan, mortgage, pension, dividend, fund, insurance, currency, credit, tax, savings, portfolio, gold | return (%), price (USD), interest rate (%), assets (billion USD), risk (%), profit (million USD), costs (million EUR), net income (million USD), cash flow (million USD), yield (%), debt (billion EUR), volatility (%) | Equities, Bonds, Property, Cash, Gold, Loans, Funds, Deposits, Options, Fees | Fund A, Fund B, Index, Conservative, Balanced, Growth
sports: football, tennis, swimming, marathon, cycling, rowing, basketball, handball, chess, skiing, hockey, sprint | goals (count), points (points), spectators (thousand), lap time (s), wins (count), ranking (place), training hours (h), injuries (count), heart rate (bpm), distance (km), members (thousand) | Eagles, Falcons, Wolves, Tigers, Sharks, Bears, Lions, Hawks, Otters, Ravens | Home, Away, Junior, Senior, First half, Second half
climate: ocean, air, soil, snow, ice, methane, carbon, ozone, drought, storm, flood, heatwave, permafrost, sea | temperature (degrees C), anomaly (degrees C), precipitation (mm), extent (million km2), concentration (ppm), sea level (mm), frost days (days), emissions (Gt), humidity (%), wind speed (m/s) | Arctic, Europe, Africa, Asia, Oceania, Amazon, Sahel, Alps, Pacific, Atlantic | RCP 2.6, RCP 4.5, RCP 8.5, Observed, Model mean, Historical
food: wheat, maize, rice, coffee, tea, milk, cheese, egg, potato, apple, fish, cattle, poultry, olive oil, sugar | harvest (tonnes), price (EUR/kg), consumption (kg per person), exports (thousand t), yield (t/ha), protein (g), waste (%), imports (thousand t), stocks (tonnes) | Wheat, Maize, Rice, Barley, Oats, Rye, Soya, Beans, Potatoes, Peas | Organic, Conventional, Domestic, Imported, Fresh, Frozen
society: housing, rental, crime, voter, household, migrant, museum, newspaper, internet, tourist, charity, theatre, family | income (USD), share (%), trust (%), visits (thousand), unemployment (%), spending (EUR), births (thousand), approval (%), turnout (%), rent (EUR/m2), opinions (%) | Very good, Good, Fair, Poor, Don't know, No answer | Democrats, Republicans, Independents, Adults, Under 30, Over 65
"""  # noqa: E501 - one field a line


def words(text: str, mark: str | None = None) -> tuple[str, ...]:
    """The words of a text, or what stands between its marks."""
    return tuple(" ".join(part.split()) for part in text.strip().split(mark))


MONTHS = words("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec")
COUNTRIES = words("""
Germany France Italy Spain Poland Japan India China Brazil Canada Kenya Egypt Norway Chile Mexico
Sweden Turkey Peru Ghana Vietnam Austria Greece Finland Denmark Portugal
""")
STAGES = {
    "visit": words("baseline, week 1, week 2, week 4, week 8, week 12", ","),
    "size": words("small medium large huge"),
    "weekday": words("Mon Tue Wed Thu Fri Sat Sun"),
    "quarter": words("Q1 Q2 Q3 Q4"),
    "level": words("low, middle, high, very high", ","),
    "group": words("A B C D E F G H"),
}
STEPS = words(
    """
check input; load data; read file; clean text; measure flow; compute mean; compare runs;
select rows; merge lists; split set; store result; send report; train model; test model;
rank hits; review draft; approve order; ship goods; receive parts; inspect weld; plan budget;
build index; deploy app; start pump; stop motor; open valve; call doctor; take sample;
mix powder; heat to 80 C; cool down; label box; sign form; pay invoice; ask customer;
write note; notify user; log error; retry request; close ticket; update record; weigh batch;
filter noise; scan page; find edges; draw chart; print label; charge battery; book room;
verify identity
""",
    ";",
)
QUESTIONS = words(
    """
valid?; enough data?; pressure ok?; approved?; in stock?; error?; last item?; user known?;
hot enough?; paid?; converged?; test passed?; file exists?; urgent?; within limit?; empty?;
more pages?; leak found?; retry?; safe?
""",
    ";",
)
PARTS = words(
    """
Encoder; Decoder; Router; Database; Cache; Queue; Web server; Client; Browser; Load balancer;
API gateway; Worker; Scheduler; Sensor; Controller; Amplifier; Filter; Mixer; Antenna;
Power supply; Memory; CPU; GPU; Storage; Embedding; Attention; Feed forward; Softmax; Pooling;
Convolution; Retriever; Reader; Index; Tokenizer; Parser; Planner; Compressor; Condenser;
Evaporator; Pump; Tank; Boiler; Turbine; Generator; Transformer; Inverter; Battery; Motor;
Reactor; Separator; Heat exchanger; Camera; Display; User; Firewall; Backup; Monitor; Logger;
Billing; Orders
""",
    ";",
)
PLACES = words("""
Halden Brina Orsa Tarvik Selby Mornay Kessel Lindau Ostia Verano Quill Astor Delphi Novara
Kappa Mira Tessel Corvo Alba Sorrel Dunmore Fenwick Larkhill Westerly Ravenna Pinner Calder
Elmstead Norrland Skye Iona Bremer Tolka Varde Zandt Yarrow Umbra Rook Malin Torby Ebersee
Lunden Harrow Costa Perla Ondal
""")
FIRST_NAMES = words("Anna Ben Clara David Eva Finn Grace Hugo Ida Jonas Karin Leo Mia Nils Olga")
LAST_NAMES = words("""
Berg Carter Dahl Evans Fischer Garcia Holm Ivanov Jensen Keller Lopez Meyer Novak Olsen
""")
FIRMS = words("Alder Borealis Cobalt Delta Ember Fjord Granit Helix Ibex Juno Kite Lumen Nova")
TRADES = words("Systems Energy Foods Labs Logistics Bank Media Health Works Motors Press")
_NUMBERS = words("no one two three four five six seven eight nine ten eleven twelve")
_VERBS = words("shows describes limits raises follows reduces explains supports changes measures")
_LINKS = words("of for with under after against between within during without")
_ADJECTIVES = words("""
annual local average early common strong recent stable regional higher lower further general public
clear similar small large new typical partial final
""")


@dataclass(frozen=True, slots=True)
class Field:
    """A field of knowledge: subjects, quantities with units, items and series of its charts."""

    name: str
    subjects: tuple[str, ...]
    quantities: tuple[tuple[str, str], ...]
    items: tuple[str, ...]
    series: tuple[str, ...]


def _field(line: str) -> Field:
    name, _, rest = line.partition(": ")
    subjects, quantities, items, series = (part.split(", ") for part in rest.split(" | "))
    pairs = [word.removesuffix(")").partition(" (")[::2] for word in quantities]
    return Field(name, tuple(subjects), tuple(pairs), tuple(items), tuple(series))


FIELDS = tuple(_field(line) for line in _FIELDS.strip().splitlines())


@dataclass(frozen=True, slots=True)
class Topic:
    """What a chart is about: `subject quantity`, in `unit`, along `by` with its `labels`."""

    field: Field
    subject: str
    quantity: str
    unit: str
    by: str
    labels: tuple[str, ...]

    @property
    def matter(self) -> str:
        return f"{self.subject} {self.quantity}"

    @property
    def axis(self) -> str:
        return f"{capital(self.quantity)} ({self.unit})" if self.unit else capital(self.quantity)

    @property
    def title(self) -> str:
        return f"{self.matter} by {self.by}"


def topic(rng: random.Random, count: int = 6, ordered: bool = False) -> Topic:
    """A topic with `count` labels along its axis; `ordered` ones run in time."""
    field = rng.choice(FIELDS)
    subject = rng.choice(field.subjects)
    quantity, unit = rng.choice(field.quantities)
    by, labels = _labels(rng, field, count, ordered)
    return Topic(field, subject, quantity, unit, by, labels)


def _labels(
    rng: random.Random, field: Field, count: int, ordered: bool
) -> tuple[str, tuple[str, ...]]:
    ways = ["year"] + ["month"] * (count <= 12)
    if not ordered:
        ways += ["item"] * 3 * (count <= len(field.items)) + ["country"] * (count <= 25)
        ways += ["place", "stage"]
    way = rng.choice(ways)
    if way == "month":
        start = rng.randrange(13 - count)
        return "month", MONTHS[start : start + count]
    if way == "item":
        return rng.choice((field.name + " group", "category", "type")), tuple(
            rng.sample(field.items, count)
        )
    if way == "country":
        return "country", tuple(rng.sample(COUNTRIES, count))
    if way == "place":
        return rng.choice(("city", "site", "region")), tuple(rng.sample(PLACES, count))
    if way == "stage":
        stage, labels = rng.choice(list(STAGES.items()))
        if len(labels) >= count:
            return stage, labels[:count]
    first = rng.randint(1960, 2025 - count)
    return "year", tuple(str(first + at) for at in range(count))


def capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def number(count: int) -> str:
    """A small count in words."""
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def a(words: str) -> str:
    """The words with their article."""
    return f"{'an' if words[0].lower() in 'aeio' else 'a'} {words}"


def phrase(rng: random.Random, field: Field | None = None) -> str:
    """A noun phrase such as "annual ferry delays"."""
    field = field or rng.choice(FIELDS)
    words = f"{rng.choice(field.subjects)} {rng.choice(field.quantities)[0]}"
    return f"{rng.choice(_ADJECTIVES)} {words}" if rng.random() < 0.6 else words


def sentence(rng: random.Random, field: Field | None = None) -> str:
    parts = ["the", phrase(rng, field), rng.choice(_VERBS), "the", phrase(rng, field)]
    for _ in range(rng.randint(0, 2)):
        parts += [rng.choice(_LINKS), rng.choice(("the", "its")), phrase(rng, field)]
    return capital(" ".join(parts)) + "."


def prose(rng: random.Random, words: int, field: Field | None = None) -> list[str]:
    """At least `words` words of running text, of one field if it is given."""
    made: list[str] = []
    while len(made) < words:
        made += sentence(rng, field).split()
    return made


def person(rng: random.Random) -> str:
    return f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}"


def firm(rng: random.Random) -> str:
    return f"{rng.choice(FIRMS)} {rng.choice(TRADES)}"
