"""Numbers to coordinates, for charts that the server draws as SVG.

Pure: no text, no colour, no database. Units are those of each chart's view box.
``kind`` of a bar says what it shows; the template chooses its class.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: A bar takes this share of its slot; stacked parts keep a gap and a least height.
_SHARE = 0.8
_GAP = 2.0
_LEAST = 2.0
_LINES = 3
_STEPS = (1, 2, 3, 5, 10, 20, 30, 50)

#: The parts of one bar from its base, each with its kind.
Stack = Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Frame:
    """The plot of a chart: its edges, and the width of one slot."""

    left: float
    right: float
    top: float
    bottom: float
    slots: int

    @property
    def step(self) -> float:
        """Return the width of one slot."""
        return (self.right - self.left) / self.slots

    def start(self, slot: int) -> float:
        """Return where a slot begins."""
        return round(self.left + slot * self.step, 1)

    def middle(self, slot: int) -> float:
        """Return the middle of a slot."""
        return round(self.left + (slot + 0.5) * self.step, 1)


@dataclass(frozen=True, slots=True)
class Bar:
    """One rectangle."""

    x: float
    y: float
    width: float
    height: float
    kind: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the grid with the number at its end."""

    y: float
    number: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on the axis; ``value`` is a day's number or index."""

    x: float
    value: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars in a frame, the lines of the grid, and the marks on the axis."""

    frame: Frame
    bars: tuple[Bar, ...]
    lines: tuple[Line, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class AgeBin:
    """Orders by days kept. Each order stands in one of the four numbers."""

    days: int
    readable: int = 0
    leaving: int = 0
    refused: int = 0
    past: int = 0

    @property
    def orders(self) -> int:
        """Return all of them."""
        return self.readable + self.leaving + self.refused + self.past


@dataclass(frozen=True, slots=True)
class AgeChart:
    """Exposure by age. ``limit_x``: the limit; ``refused_x``: where refusal begins."""

    chart: Chart
    limit_x: float
    refused_x: float
    last_days: int
    beyond: bool

    @property
    def refused_width(self) -> float:
        """Return the width of the days of refusal before the limit."""
        return round(self.limit_x - self.refused_x, 1)

    @property
    def past_width(self) -> float:
        """Return the width of the days past the limit."""
        return round(self.chart.frame.right - self.limit_x, 1)


AGE_FRAME = Frame(left=152, right=752, top=48, bottom=266, slots=35)
LEAVING_FRAME = Frame(left=30, right=464, top=30, bottom=204, slots=30)
LOOKS_FRAME = Frame(left=0, right=360, top=2, bottom=40, slots=30)


def round_top(most: int) -> int:
    """Return the top of an axis of three steps of 1, 2, 3 or 5 times a power of ten."""
    power = 10 ** max(len(str(most)) - 2, 0)
    return min(t for s in _STEPS if (t := int(_LINES * s * power)) >= most)


def age_chart(bins: Iterable[AgeBin], *, limit: int, refused_from: int) -> AgeChart:
    """Draw orders by days kept; what lies beyond the last slot stands in it."""
    frame, last = AGE_FRAME, AGE_FRAME.slots - 1
    known = list(bins)
    stacks = [
        _age_stack([b for b in known if min(max(b.days, 0), last) == slot])
        for slot in range(frame.slots)
    ]
    marks = sorted({*range(0, refused_from, 5), refused_from, limit, last})
    return AgeChart(
        chart=_chart(frame=frame, stacks=stacks, marks=marks),
        limit_x=frame.start(limit),
        refused_x=frame.start(refused_from),
        last_days=last,
        beyond=any(each.days > last and each.orders for each in known),
    )


def leaving_chart(orders: Sequence[int], *, soon: int, week: int = 7) -> Chart:
    """Draw how many orders leave on each day to come; the first ``soon`` stand out."""
    busiest = busiest_day(orders)
    stacks: list[Stack] = []
    for slot, number in enumerate(orders[: LEAVING_FRAME.slots]):
        kind = "busiest" if slot == busiest else "later"
        stacks.append([("soon" if slot < soon else kind, number)])
    marks = range(0, LEAVING_FRAME.slots, week)
    return _chart(frame=LEAVING_FRAME, stacks=stacks, marks=marks)


def busiest_day(orders: Sequence[int]) -> int | None:
    """Return the index of the first highest number; None where all are 0."""
    most = max(orders, default=0)
    return list(orders).index(most) if most else None


def looks_chart(times: Sequence[int]) -> Chart:
    """Draw how often buyer data was shown on each day; an empty day keeps a base."""
    frame = LOOKS_FRAME
    stacks: list[Stack] = [[("shown", number)] for number in times]
    top = max(times, default=0) or 1
    chart = _chart(frame=frame, stacks=stacks, marks=(), top=top)
    width = round(frame.step * _SHARE, 1)
    base = [
        Bar(x=_bar_x(frame, slot), y=frame.bottom, width=width, height=1, kind="none")
        for slot, number in enumerate(times)
        if not number
    ]
    return Chart(frame, (*chart.bars, *base), chart.lines, chart.marks)


def _age_stack(bins: Sequence[AgeBin]) -> Stack:
    return [
        ("past", sum(b.past for b in bins)),
        ("refused", sum(b.refused for b in bins)),
        ("leaving", sum(b.leaving for b in bins)),
        ("readable", sum(b.readable for b in bins)),
    ]


def _chart(
    *, frame: Frame, stacks: Sequence[Stack], marks: Iterable[int], top: int = 0
) -> Chart:
    most = max((sum(number for _kind, number in stack) for stack in stacks), default=0)
    top = top or round_top(max(most, 1))
    height = frame.bottom - frame.top
    return Chart(
        frame=frame,
        bars=tuple(
            bar
            for slot, stack in enumerate(stacks)
            for bar in _pile(frame=frame, slot=slot, stack=stack, top=top)
        ),
        lines=tuple(
            Line(
                y=round(frame.bottom - n * height / _LINES, 1), number=top * n // _LINES
            )
            for n in range(_LINES + 1)
        ),
        marks=tuple(Mark(x=frame.middle(m), value=m) for m in marks),
    )


def _pile(*, frame: Frame, slot: int, stack: Stack, top: int) -> list[Bar]:
    """Pile up the parts of one slot from the base; no part vanishes."""
    bars: list[Bar] = []
    x, y = _bar_x(frame, slot), frame.bottom
    width = round(frame.step * _SHARE, 1)
    for kind, number in stack:
        if not number:
            continue
        gap = _GAP if bars else 0.0
        tall = max(number * (frame.bottom - frame.top) / top - gap, _LEAST)
        y = round(y - gap - tall, 1)
        bars.append(Bar(x=x, y=y, width=width, height=round(tall, 1), kind=kind))
    return bars


def _bar_x(frame: Frame, slot: int) -> float:
    """Return where a bar begins, in the middle of its slot."""
    return round(frame.start(slot) + frame.step * (1 - _SHARE) / 2, 1)
