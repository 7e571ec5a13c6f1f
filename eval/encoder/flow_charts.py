"""Flow charts: steps and questions."""

from collections.abc import Sequence

from canvas import Box, Canvas, Said
from shapes import Shapes
from topics import QUESTIONS, STEPS, capital, number


def flow_chart(cv: Canvas, box: Box) -> Said:
    """Steps in a column or a row, with questions that lead back or aside."""
    rng, shapes = cv.rng, Shapes(cv)
    left, top, right, bottom = box
    down = (bottom - top) > 0.8 * (right - left)
    count = rng.randint(4, 7 if (bottom - top if down else right - left) > 500 else 5)
    steps, asked = rng.sample(STEPS, count), rng.sample(QUESTIONS, 2)
    questions = rng.sample(range(1, count - 1), rng.choice((0, 1, 1, 2)) if count > 3 else 0)
    questions = [at for at in questions if at - 1 not in questions]
    across = (right - left) if down else (bottom - top)
    along = ((bottom - top) if down else (right - left)) / count
    reach = min(0.5 * across, 8.5 * cv.size) if down else min(0.45 * across, 4.5 * cv.size)
    length = 0.62 * along
    middle = (left + right) / 2 if down else (top + bottom) / 2
    middle += rng.choice((-0.1, 0, 0)) * across

    def place(at: int) -> Box:
        start = (top if down else left) + (at + 0.5) * along
        a, b = start - length / 2, start + length / 2
        c, d = middle - reach / 2, middle + reach / 2
        return (c, a, d, b) if down else (a, c, b, d)

    for at, step in enumerate(steps):
        spot = place(at)
        shape = "oval" if at in (0, count - 1) and rng.random() < 0.8 else "box"
        shape = "slanted" if shape == "box" and rng.random() < 0.1 else shape
        words = ("Start", "End")[at > 0] if shape == "oval" else capital(step)
        if at in questions:
            shape, words = "diamond", capital(asked[questions.index(at)])
            grow = 0.12 * along
            spot = (spot[0] - 8, spot[1] - grow, spot[2] + 8, spot[3] + grow)
            _loop(cv, spot, place(at - 1), down, shapes)
        if at + 1 < count:
            other = place(at + 1)
            grow = 0.12 * along if at + 1 in questions else 0
            ends = (
                [(middle, spot[3]), (middle, other[1] - grow)]
                if down
                else [(spot[2], middle), (other[0] - grow, middle)]
            )
            if not down and at + 1 in questions:
                ends[1] = (other[0], middle)
            cv.arrow(ends, width=shapes.wide)
            if at in questions and down:
                cv.text(middle + 6, ends[0][1] + 2, "yes", 0.8 * cv.size)
        shapes.draw(spot, words, at, shape)
    return _flow_said(steps, questions, down, shapes.colours())


def _flow_said(steps: Sequence[str], questions: Sequence[int], down: bool, colours: str) -> Said:
    lie = "vertical" if down else "horizontal"
    looks = [f"a {lie} flow chart with {number(len(steps))} steps"]
    looks.append(f"flow chart of {colours} boxes joined by arrows")
    if questions:
        one = len(questions) == 1
        looks.append(f"flow chart with {'a' if one else 'two'} decision diamond{'s' * (not one)}")
    done = [step for at, step in enumerate(steps) if at not in (*questions, 0, len(steps) - 1)]
    about = f"process to {steps[1] if not done else ' and '.join(done[:2])}"
    return Said(("flow chart", "flowchart", "process diagram"), looks, about)


def _loop(cv: Canvas, spot: Box, back: Box, down: bool, shapes: Shapes) -> None:
    """The way back from a question to the step before it."""
    if down:
        y, out = (spot[1] + spot[3]) / 2, spot[2] + 1.5 * cv.size
        end = (back[1] + back[3]) / 2
        cv.arrow([(spot[2], y), (out, y), (out, end), (back[2], end)], width=shapes.wide)
        cv.text(spot[2] + 4, y - 3, "no", 0.8 * cv.size, "ld")
    else:
        x, out = (spot[0] + spot[2]) / 2, spot[3] + 1.2 * cv.size
        end = (back[0] + back[2]) / 2
        cv.arrow([(x, spot[3]), (x, out), (end, out), (end, back[3])], width=shapes.wide)
        cv.text(x + 4, spot[3] + 2, "no", 0.8 * cv.size)
