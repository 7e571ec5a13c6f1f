"""Boxes of diagrams, all of one diagram in one manner."""

from canvas import Box, Canvas, colour_name, dark, mix


class Shapes:
    """Boxes of one diagram, all in one manner."""

    def __init__(self, cv: Canvas) -> None:
        rng = cv.rng
        self.cv = cv
        self.wide = rng.choice((2, 2, 3, 4))
        self.round = rng.choice((0, 0, 8, 14))
        self.colour = rng.choice(("white", "one", "one", "many"))
        self.base = cv.palette[0]
        self.strong = rng.random() < 0.35
        self.outline = rng.random() < 0.8 or self.colour == "white"
        self.shadow = rng.random() < 0.12

    def fill(self, at: int) -> str:
        if self.colour == "white":
            return self.cv.paper
        base = self.base if self.colour == "one" else self.cv.palette[at % 8]
        return base if self.strong else mix(base, "#ffffff", 0.3)

    def draw(self, box: Box, words: str, at: int = 0, shape: str = "box") -> None:
        cv, fill = self.cv, self.fill(at)
        edge = cv.ink if self.outline else fill
        left, top, right, bottom = box
        x, y = (left + right) / 2, (top + bottom) / 2
        if self.shadow and shape == "box":
            cv.rect((left + 6, top + 6, right + 6, bottom + 6), "#bbbbbb", None, radius=self.round)
        if shape == "diamond":
            points = [(x, top), (right, y), (x, bottom), (left, y)]
            cv.pen.polygon(points, fill, edge, self.wide)
            box = (left + 0.2 * (right - left), top, right - 0.2 * (right - left), bottom)
        elif shape == "oval":
            cv.rect(box, fill, edge, self.wide, radius=(bottom - top) / 2 - 1)
        elif shape == "disc":
            cv.pen.ellipse(box, fill, edge, self.wide)
        elif shape == "slanted":
            shift = 0.1 * (right - left)
            points = [(left + shift, top), (right, top), (right - shift, bottom), (left, bottom)]
            cv.pen.polygon(points, fill, edge, self.wide)
        elif shape == "cylinder":
            lid = 0.16 * (bottom - top)
            cv.pen.ellipse((left, bottom - 2 * lid, right, bottom), fill, edge, self.wide)
            cv.rect((left, top + lid, right, bottom - lid), fill)
            for side in (left, right):
                cv.line([(side, top + lid), (side, bottom - lid)], edge, self.wide)
            cv.pen.ellipse((left, top, right, top + 2 * lid), fill, edge, self.wide)
        else:
            cv.rect(box, fill, edge, self.wide, self.round)
        cv.centred(box, words, cv.size, "#ffffff" if dark(fill) else "#111111")

    def colours(self) -> str:
        return {"white": "white", "one": colour_name(self.fill(0)), "many": "coloured"}[self.colour]
