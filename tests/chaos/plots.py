"""The plots of the report, as SVG that follows the reader's colour scheme."""

from collections.abc import Sequence
from html import escape
from typing import Any

from tests.chaos.system import MARKS

WIDTH, LEFT, RIGHT = 900, 150, 20
STYLE = """<style>
    text { fill: #1f2328; font: 12px system-ui, sans-serif }
    .card { fill: #ffffff; stroke: #d0d7de } .axis { stroke: #d0d7de } .soft { fill: #59636e }
    .taken { fill: #0969da } .refused { fill: #d4a72c } .kill { fill: #cf222e }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3 } .soft { fill: #9da7b1 } .card { fill: #161b22; stroke: #30363d } .axis { stroke: #30363d }
      .taken { fill: #58a6ff } .refused { fill: #d29922 } .kill { fill: #f85149 }
    }
  </style>"""


def kills_plot(timeline: dict[str, Any], title: str) -> str:
    """Requests acknowledged and refused in each second, above them the kills of each part."""
    taken, refused, kills = timeline["taken"], timeline["refused"], timeline["kills"]
    top, row, height = 40, 16, 150
    lane = {part: top + number * row for number, part in enumerate(MARKS)}
    base = top + len(MARKS) * row + 20 + height
    most = max(map(sum, zip(taken, refused, strict=True)), default=1) or 1
    step = (WIDTH - LEFT - RIGHT) / max(1, len(taken))
    body = [_text(LEFT - 8, y + 4, part, anchor="end") for part, y in lane.items()]
    body += [f'<circle class="kill" cx="{LEFT + at * step:.1f}" cy="{lane[part]}" r="3"/>' for at, part in kills]
    for second, (good, bad) in enumerate(zip(taken, refused, strict=True)):
        x, high, low = LEFT + second * step, good / most * height, bad / most * height
        body.append(_bar("taken", x, base - high, step, high))
        body.append(_bar("refused", x, base - high - low, step, low))
    body += [
        f'<line class="axis" x1="{LEFT}" y1="{base}" x2="{WIDTH - RIGHT}" y2="{base}"/>',
        _text(LEFT - 8, base - height + 8, f"{most} a second", anchor="end"),
        _text(LEFT - 8, base - 4, "acknowledged (blue)", anchor="end", soft=True),
        _text(LEFT - 8, base - 20, "refused (amber)", anchor="end", soft=True),
        _text(LEFT, base + 18, "0 s", soft=True),
        _text(WIDTH - RIGHT, base + 18, f"{len(taken)} s", anchor="end", soft=True),
    ]
    return _svg(title, base + 34, body)


def bars_plot(rows: Sequence[tuple[str, float]], unit: str, title: str) -> str:
    """One bar a row, with its figure."""
    row, top, left = 26, 40, 400
    most = max((value for _, value in rows), default=1) or 1
    body = []
    for number, (name, value) in enumerate(rows):
        y, width = top + number * row, value / most * (WIDTH - left - 110)
        body.append(_text(left - 8, y + 13, name, anchor="end"))
        body.append(_bar("taken", left, y, max(width, 1), row - 10))
        body.append(_text(int(left + width + 8), y + 13, f"{value:,.2f} {unit}".replace(".00 ", " "), soft=True))
    return _svg(title, top + len(rows) * row + 10, body)


def _svg(title: str, height: int, body: Sequence[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" aria-labelledby="t">\n  <title id="t">{escape(title)}</title>\n  {STYLE}\n'
        f'  <rect class="card" x="1" y="1" width="{WIDTH - 2}" height="{height - 2}" rx="8"/>\n'
    )
    return head + f"  {_text(14, 22, title)}\n" + "".join(f"  {each}\n" for each in body) + "</svg>\n"


def _bar(kind: str, x: float, y: float, width: float, height: float) -> str:
    return f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"/>'


def _text(x: float, y: float, text: str, *, anchor: str = "start", soft: bool = False) -> str:
    kind = ' class="soft"' if soft else ""
    return f'<text{kind} x="{x}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'
