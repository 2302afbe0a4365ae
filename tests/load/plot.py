"""A plot as SVG: lines over time, of what a soak watched."""

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 900, 380, 60, 40, 40, 190
COLOURS = ("#0b6e99", "#c4543a", "#4f8a3c", "#8250a8", "#b8860b", "#4a5568", "#d0417e", "#2a9d8f", "#7a5c3e", "#111827")

Points = Sequence[tuple[float, float]]


def plot(title: str, unit: str, lines: Mapping[str, Points]) -> str:
    """Lines by name, of (minutes, value) each; the greatest at their last point stands first in the legend."""
    across = max((x for points in lines.values() for x, _ in points), default=1) or 1
    top = 1.1 * max((y for points in lines.values() for _, y in points), default=1) or 1

    def place(x: float, y: float) -> str:
        left = LEFT + x / across * (WIDTH - LEFT - RIGHT)
        return f"{left:.1f},{HEIGHT - BOTTOM - y / top * (HEIGHT - TOP - BOTTOM):.1f}"

    parts = [_head(title, unit)]
    for step in range(5):
        x, y = across * step / 4, top * step / 4
        (left, low), (_, high) = place(x, 0).split(","), place(0, y).split(",")
        parts.append(f'<text x="{left}" y="{float(low) + 18:.0f}" text-anchor="middle">{x:.0f} min</text>')
        parts.append(f'<text x="{LEFT - 8}" y="{high}" text-anchor="end">{y:.0f}</text>')
        parts.append(f'<path d="M{place(0, y)} L{place(across, y)}" stroke="#ddd"/>')
    ranked = sorted(lines.items(), key=lambda line: -line[1][-1][1] if line[1] else 0)
    for number, (name, points) in enumerate(ranked):
        colour = COLOURS[number % len(COLOURS)]
        drawn = " ".join(place(x, y) for x, y in points)
        parts.append(f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="1.6"/>')
        at = TOP + 18 * number
        parts.append(f'<text x="{WIDTH - RIGHT + 14}" y="{at}" fill="{colour}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>\n"])


def _head(title: str, unit: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'font-family="sans-serif" font-size="12">\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>\n'
        f'<text x="{LEFT}" y="20" font-size="14">{escape(title)} ({escape(unit)})</text>'
    )
