"""What parses readers' and servers' input, on whatever they may send: an answer or a refusal, never a crash."""

import json
from contextlib import suppress
from html.parser import HTMLParser

import nh3
from hypothesis import given
from hypothesis import strategies as st

from comments_service.batch import NDJSON, are_sound, read_batch
from comments_service.markup import REL, TAGS, paragraphs
from comments_service.replay.access_log import LogLine, Malformed, parse_line
from comments_service.words.folding import FoldTable
from comments_service.words.lexicon import Entry, Lexicon
from comments_service.words.verdict import Tier
from shared.errors import RedianError
from tests.conftest import NOON_MS

TABLE = FoldTable()
LEXICON = Lexicon(
    TABLE,
    [Entry("坏词", Tier.BLOCK), Entry("badword", Tier.HOLD), Entry("遮住", Tier.MASK), Entry("坏词典", Tier.ALLOW)],
)
DISGUISES = st.sampled_from([*"坏词遮住典badword", "ｂ", "4", "@", "\u200b", " ", "😀", "壞", "詞", "\u0301", "·", "-"])

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)
clicks = st.fixed_dictionaries(
    {"article_id": st.from_regex("[a-z0-9-]{1,5}", fullmatch=True) | json_values},
    optional={"occurred_at": st.datetimes().map(lambda moment: moment.isoformat() + "Z") | json_values},
)
markup = st.sampled_from(
    [*"<>\"'&\n", "&lt;", "<script>", "</p>", "<a href=", "<!--", "javascript:", "http://", "https://a.b/"]
)
pieces = st.lists(markup | st.text(max_size=8), max_size=12).map("".join)


@given(
    st.lists(st.binary(max_size=60) | (clicks | json_values).map(lambda each: json.dumps(each).encode()), max_size=5)
)
def test_a_batch_is_sound_or_refused(lines: list[bytes]) -> None:
    with suppress(RedianError):
        assert are_sound(read_batch(b"\n".join(lines), NDJSON, NOON_MS), NOON_MS)


log_pieces = st.sampled_from(
    [b"1.2.3.4", b" - - ", b"[17/May/2015:10:05:03 +0000]", b' "GET / HTTP/1.1" ', b"200 1", b'"-"', b"\\x41", b" "]
)


@given(st.lists(log_pieces | st.binary(max_size=10), max_size=12).map(b"".join))
def test_a_log_line_is_read_or_malformed(raw: bytes) -> None:
    line = parse_line(raw)

    assert isinstance(line, LogLine | Malformed)
    if isinstance(line, LogLine):
        assert line.time_ms >= 0
        assert 100 <= line.status < 600


class _Tags(HTMLParser):
    """What a parser that is not the sanitiser's finds in HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_comment(self, data: str) -> None:
        self.found.append(("!--", {"data": data}))

    def handle_decl(self, decl: str) -> None:
        self.found.append(("!", {"decl": decl}))


@given(pieces)
def test_no_text_becomes_markup_but_ours(text: str) -> None:
    html = paragraphs(text)

    tags = _Tags()
    tags.feed(html)
    tags.close()
    assert {tag for tag, _ in tags.found} <= TAGS
    for tag, attributes in tags.found:
        # nh3 leaves out an address that is none, such as http://javascript:&; what is left leads nowhere.
        assert attributes.keys() <= ({"href", "rel"} if tag == "a" else set())
        assert (attributes.get("href") or "http://").lower().startswith(("http://", "https://"))
        assert attributes.get("rel", REL) == REL
    assert nh3.clean(html, tags=TAGS, attributes={"a": {"href"}}, link_rel=REL) == html


@given(st.lists(DISGUISES | st.text(max_size=4), max_size=20).map("".join))
def test_the_word_filter_masks_what_it_hits_and_nothing_else(text: str) -> None:
    verdict = LEXICON.judge({"text": text}, [])

    masked = verdict.masked["text"]
    assert masked is not None
    for hit in verdict.hits:
        assert 0 <= hit.start < hit.end <= len(text)
    if not any(hit.tier is Tier.MASK for hit in verdict.hits):
        assert masked == text
    again = LEXICON.judge({"text": masked}, [])
    assert not any(hit.tier is Tier.MASK for hit in again.hits)
