"""Avatars: pictures made here, of squares in one colour, the same for the same reader wherever he writes.

A picture is drawn from a hash that only this installation can compute, so it tells nothing of who it stands for, and no
third party learns who reads what.
"""

from hashlib import blake2b

from comments_service.tables import Comment

DIGEST_BYTES = 16
AVATAR_HASH = "^[0-9a-f]{32}$"
SIDE = 5
"""Squares in a row; the right half mirrors the left one."""
HALF = (SIDE + 1) // 2
BACKGROUND = "#f2f3f5"


class Avatars:
    """Names the avatar of each reader."""

    def __init__(self, secret_key: str) -> None:
        self._key = blake2b(secret_key.encode(), digest_size=32, person=b"redian avatar").digest()

    def path_of(self, comment: Comment) -> str:
        """The address of an author's avatar. One without a reader is known by his nickname, or by the comment alone."""
        identity = comment.reader or f"nickname {comment.nickname or comment.id}"
        return f"/v1/avatars/{blake2b(identity.encode(), digest_size=DIGEST_BYTES, key=self._key).hexdigest()}.svg"


def draw(avatar_hash: str) -> bytes:
    """The picture of a hash (32 hexadecimal digits) as SVG: no script, no text, nothing from elsewhere."""
    digest = bytes.fromhex(avatar_hash)
    hue = int.from_bytes(digest[:2]) % 360
    # Dark enough to stand out from its background for every hue.
    colour = f"hsl({hue},{40 + digest[2] % 21}%,{26 + digest[3] % 10}%)"
    squares = "".join(f"M{x} {y}h1v1h-1z" for x, y in sorted(_squares(digest)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1 -1 {SIDE + 2} {SIDE + 2}" shape-rendering="crispEdges">'
        f'<path fill="{BACKGROUND}" d="M-1 -1h{SIDE + 2}v{SIDE + 2}h-{SIDE + 2}z"/>'
        f'<path fill="{colour}" d="{squares}"/></svg>'
    ).encode()


def _squares(digest: bytes) -> set[tuple[int, int]]:
    """The squares that are filled, as (column, row)."""
    bits = int.from_bytes(digest[4:6])
    places = [(x, y) for x in range(HALF) for y in range(SIDE)]
    filled = {place for bit, place in enumerate(places) if bits >> bit & 1} or {(HALF - 1, SIDE // 2)}
    return filled | {(SIDE - 1 - x, y) for x, y in filled}
