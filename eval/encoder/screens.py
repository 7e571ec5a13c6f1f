"""What screens show: slides and windows of programs."""

from canvas import Box, Canvas, Said, dark, mix
from charts import CHARTS
from topics import STEPS, capital, firm, number, person, phrase, topic


def slide(cv: Canvas, box: Box) -> Said:
    rng = cv.rng
    about = topic(rng)
    tint = rng.choice(cv.palette)
    way = rng.choice(("bullets", "bullets", "chart", "chart", "title", "two", "number"))
    night = rng.random() < 0.25
    if night:
        cv.clear(mix(tint, "#000000", 0.3))
        cv.ink = "#ffffff"
    left, top, right, bottom = box
    wide, high = right - left, bottom - top
    head = rng.choice(("bar", "line", "plain"))
    title = capital(
        rng.choice(
            (
                about.matter,
                f"why {about.matter} matters",
                f"results: {about.matter}",
                f"outlook for {about.matter}",
                f"{about.subject}: next steps",
            )
        )
    )
    size = max(15.0, 0.048 * high)
    cv.size = size
    looks = []
    if way == "title":
        y = top + 0.3 * high
        if head != "plain":
            cv.rect((left, y - 0.08 * high, right, y + 0.3 * high), tint)
        ink = ("#ffffff" if dark(tint) else "#111111") if head != "plain" else cv.ink
        cv.centred((left + 30, y, right - 30, y + 0.2 * high), title, 0.1 * high, ink, 1)
        cv.text(left + wide / 2, y + 0.42 * high, f"{person(rng)}, {firm(rng)}", size, "mm")
        looks.append("a title slide with the name of the speaker")
    else:
        body = _slide_head(cv, box, title, head, tint)
        looks += _slide_body(cv, body, way, tint)
    if rng.random() < 0.6:
        cv.text(right - 12, bottom - 8, str(rng.randint(2, 60)), 0.7 * size, "rd")
        cv.text(left + 12, bottom - 8, firm(rng), 0.7 * size, "ld")
    looks.append(f"a {'dark' if night else 'light'} slide with a heading")
    return Said(
        ("slide", "presentation slide", "powerpoint slide"), looks, title[0].lower() + title[1:]
    )


def _slide_head(cv: Canvas, box: Box, title: str, head: str, tint: str) -> Box:
    left, top, right, bottom = box
    high = bottom - top
    bar = 0.17 * high
    ink = cv.ink
    if head == "bar":
        cv.rect((left, top, right, top + bar), tint)
        ink = "#ffffff" if dark(tint) else "#111111"
    elif head == "line":
        cv.rect((left + 24, top + bar, right - 24, top + bar + 4), tint)
    fit = cv.fitting(title, 0.085 * high, right - left - 60, 1)
    cv.text(left + 30, top + bar / 2, title, fit, "lm", ink, 1)
    return left + 30, top + 1.3 * bar, right - 30, bottom - 0.09 * high


def _slide_body(cv: Canvas, body: Box, way: str, tint: str) -> list[str]:
    rng = cv.rng
    left, top, right, bottom = body
    if way == "number":
        text = rng.choice(
            (f"{rng.randint(2, 98)}%", f"{rng.randint(2, 90)} million", f"+{rng.randint(2, 60)}%")
        )
        strong = tint if cv.ink != "#ffffff" and dark(tint) else cv.ink
        middle = top + 0.6 * (bottom - top)
        cv.centred((left, top, right, middle), text, 0.4 * (bottom - top), strong, 1)
        cv.centred((left, middle, right, bottom), phrase(rng), 1.4 * cv.size)
        return ["a slide with one large number"]
    half = (left + right) / 2
    if way == "chart":
        kind = rng.choice(list(CHARTS))
        alone = rng.random() < 0.4
        start = left if alone else half + 8
        place = (round(start), round(top), round(right), round(bottom))
        part = cv.part(place, 0.85 * cv.size)
        CHARTS[kind](part, part.box)
        cv.image.paste(part.image, place[:2])
        if not alone:
            bullets(cv, (left, top, half - 10, bottom), tint, 4)
        return [f"a slide with a {kind}" + ("" if alone else " beside bullet points")]
    if way == "two":
        for start, end in ((left, half - 10), (half + 10, right)):
            text = capital(phrase(rng))
            cv.text(start, top, text, cv.fitting(text, cv.size, end - start, 1), cut=1)
            bullets(cv, (start, top + 2 * cv.size, end, bottom), tint, 4)
        return ["a slide with two columns of bullet points"]
    count = bullets(cv, body, tint, 6)
    return [f"a slide with {number(count)} bullet points"]


def bullets(cv: Canvas, box: Box, tint: str, most: int) -> int:
    """Points of a list from the top of a box; gives how many there are."""
    left, top, right, bottom = box
    y, shape, count = top, cv.rng.choice((0, 2, 3)), 0
    for _ in range(cv.rng.randint(3, most)):
        words = capital(
            cv.rng.choice((phrase(cv.rng), f"{cv.rng.choice(STEPS)} for {phrase(cv.rng)}"))
        )
        lines = cv.wrapped(words.split(), cv.size, right - left - 1.6 * cv.size)
        if y + 1.3 * cv.size * len(lines) > bottom:
            break
        cv.mark(left + 0.5 * cv.size, y + 0.6 * cv.size, 0.25 * cv.size, tint, shape)
        for line in lines:
            cv.text(left + 1.5 * cv.size, y, line, cv.size)
            y += 1.25 * cv.size
        y += 0.6 * cv.size
        count += 1
    return count


def screenshot(cv: Canvas, box: Box) -> Said:
    rng = cv.rng
    night = rng.random() < 0.3
    paper, panel, ink = (
        ("#23262e", "#2f333d", "#dddddd") if night else ("#ffffff", "#f0f1f3", "#222222")
    )
    tint = rng.choice(cv.palette)
    cv.clear(paper)
    cv.ink = ink
    cv.face = rng.choice(("helvetica", "dejavu"))
    left, _top, right, bottom = box
    size = 0.85 * cv.size
    name = f"{firm(rng)} {rng.choice(('Mail', 'Editor', 'Dashboard', 'Shop', 'Console', 'Notes'))}"
    y = _title_bar(cv, box, name, mix(panel, "#888888", 0.75), size)
    side = left
    looks = []
    if right - left > 380 and rng.random() < 0.75:
        side = left + 0.24 * (right - left)
        cv.rect((left, y, side, bottom), panel)
        _sidebar(cv, (left, y, side, bottom), tint, size)
        looks.append("a window with a sidebar on the left")
    way = rng.choice(("cards", "list", "form", "chart", "code"))
    body = (side + size, y + size, right - size, bottom - size)
    _window_body(cv, body, way, tint, panel, size)
    told = {
        "cards": "cards with buttons",
        "list": "a list of rows",
        "form": "input fields and a button",
        "chart": "a chart and large numbers",
        "code": "lines of program code",
    }[way]
    looks += [
        f"a {'dark' if night else 'light'} user interface with {told}",
        f"application window with {told}",
    ]
    return Said(("screenshot", "user interface", "screenshot of a program"), looks, name)


def _title_bar(cv: Canvas, box: Box, name: str, colour: str, size: float) -> float:
    """The bar with the name of a window, and often a menu; gives where they end."""
    rng = cv.rng
    left, top, right, _ = box
    bar = 2 * size
    cv.rect((left, top, right, top + bar), colour)
    for at, colour in enumerate(("#ff5f57", "#febc2e", "#28c840")):
        cv.mark(left + size * (1 + 1.1 * at), top + bar / 2, 0.35 * size, colour)
    cv.text(
        (left + right) / 2, top + bar / 2, name, cv.fitting(name, size, 0.5 * (right - left)), "mm"
    )
    y = top + bar
    if rng.random() < 0.6:
        x = left + size
        for word in ("File", "Edit", "View", "Tools", "Window", "Help"):
            if x + cv.long(word, size) > right:
                break
            cv.text(x, y + 0.4 * size, word, size)
            x += cv.long(word, size) + 1.4 * size
        y += 2 * size
    return y


def _sidebar(cv: Canvas, box: Box, tint: str, size: float) -> None:
    """Names below each other, one of them chosen."""
    rng = cv.rng
    left, y, side, bottom = box
    chosen, row = rng.randint(0, 3), y + 0.7 * size
    for at, (word, _) in enumerate(topic(rng).field.quantities):
        if row + 2 * size > bottom:
            break
        if at == chosen:
            cv.rect((left + 4, row - 4, side - 4, row + 1.4 * size), tint, radius=6)
        paint = (
            "#ffffff" if at == chosen and dark(tint) else ("#111111" if at == chosen else cv.ink)
        )
        text = capital(word)
        cv.text(left + 12, row, text, cv.fitting(text, size, side - left - 20), fill=paint)
        row += 2 * size


def _window_body(cv: Canvas, body: Box, way: str, tint: str, panel: str, size: float) -> None:
    if way == "cards":
        _cards(cv, body, tint, panel, size)
    elif way == "list":
        _list(cv, body, panel, size)
    elif way == "form":
        _form(cv, body, tint, size)
    elif way == "chart":
        _chart(cv, body, size)
    else:
        _code(cv, body, size)


def _cards(cv: Canvas, body: Box, tint: str, panel: str, size: float) -> None:
    """Cards with a picture and a button each."""
    rng = cv.rng
    left, top, right, bottom = body
    columns, rows = (3 if right - left > 420 else 2), (2 if bottom - top > 240 else 1)
    wide, high = (right - left) / columns, (bottom - top) / rows
    for at in range(columns * rows):
        x, y = left + at % columns * wide, top + at // columns * high
        cv.rect((x, y, x + wide - 10, y + high - 10), panel, radius=8)
        cv.rect((x + 8, y + 8, x + wide - 18, y + 0.5 * high), cv.palette[at % 8], radius=6)
        text = capital(phrase(rng))
        cv.text(x + 10, y + 0.56 * high, text, cv.fitting(text, 0.9 * size, wide - 28))
        cv.rect(
            (x + 10, y + high - 10 - 1.9 * size, x + 10 + 4.5 * size, y + high - 18),
            tint,
            radius=4,
        )


def _list(cv: Canvas, body: Box, panel: str, size: float) -> None:
    """Rows with a mark and a line of text."""
    rng = cv.rng
    left, top, right, bottom = body
    y = top
    while y + 2.4 * size < bottom:
        cv.mark(left + size, y + size, 0.7 * size, rng.choice(cv.palette))
        text = f"{person(rng)}: {phrase(rng)}"
        cv.text(
            left + 2.4 * size,
            y + size,
            text,
            cv.fitting(text, size, right - left - 3 * size),
            "lm",
        )
        cv.line([(left, y + 2.2 * size), (right, y + 2.2 * size)], mix(cv.ink, panel, 0.2), 1)
        y += 2.5 * size


def _form(cv: Canvas, body: Box, tint: str, size: float) -> None:
    """Fields to fill in above a button."""
    rng = cv.rng
    left, top, right, bottom = body
    y = top
    for name in rng.sample(("User name", "Password", "Server", "Port", "E-mail", "Language"), 5):
        if y + 5.5 * size > bottom:
            break
        cv.text(left, y, name, size)
        cv.rect(
            (left, y + 1.3 * size, left + 0.7 * (right - left), y + 3 * size),
            None,
            "#999999",
            2,
            4,
        )
        y += 3.8 * size
    cv.rect((left, y, left + 6 * size, y + 1.9 * size), tint, radius=5)
    cv.text(
        left + 3 * size,
        y + 0.95 * size,
        rng.choice(("Save", "Sign in", "Next")),
        size,
        "mm",
        "#ffffff" if dark(tint) else "#111111",
    )


def _chart(cv: Canvas, body: Box, size: float) -> None:
    """Three large numbers above a chart."""
    rng = cv.rng
    left, top, right, bottom = body
    wide = (right - left) / 3
    for at in range(3):
        cv.text(left + at * wide, top, f"{rng.randint(10, 999)}", 1.8 * size, cut=1)
        text = capital(rng.choice(topic(rng).field.subjects))
        cv.text(left + at * wide, top + 2.1 * size, text, 0.8 * size)
    place = tuple(round(value) for value in (left, top + 3.6 * size, right, bottom))
    part = cv.part(place, 0.8 * size)
    CHARTS[rng.choice(("line chart", "bar chart", "area chart"))](part, part.box)
    cv.image.paste(part.image, place[:2])


def _code(cv: Canvas, body: Box, size: float) -> None:
    left, y, right, bottom = body
    rng = cv.rng
    cv.face = "mono"
    deep, at = 0, 1
    while y + 1.4 * size < bottom:
        words = rng.choice(STEPS).replace(" ", "_").lower()
        text = rng.choice(
            (
                f"def {words}(x):",
                f"if {words}:",
                f"{words}(x, {rng.randint(0, 9)})",
                f"x = {words}",
                f"for x in {words}:",
                f"# {words.replace('_', ' ')}",
                "return x",
            )
        )
        paint = {
            "d": "#c0508c",
            "i": "#c0508c",
            "f": "#c0508c",
            "#": "#5a9a5a",
            "r": "#c0508c",
        }.get(text[0], cv.ink)
        cv.text(left, y, str(at), 0.9 * size, fill="#888888")
        x = left + (2.4 + 1.6 * deep) * size
        cv.text(x, y, text, min(size, cv.fitting(text, size, right - x)), fill=paint)
        deep = min(4, deep + 1) if text.endswith(":") else max(0, deep - rng.choice((0, 0, 1)))
        y, at = y + 1.5 * size, at + 1
