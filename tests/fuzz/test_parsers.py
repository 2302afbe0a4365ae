"""What parses readers' and servers' input, on whatever they may send: an answer or a refusal, never a crash."""

import json
import unicodedata
from contextlib import suppress
from functools import partial
from html.parser import HTMLParser
from random import Random
from typing import Any

import bleach

from comments_service.batch import NDJSON, are_sound, read_batch
from comments_service.markup import REL, TAGS, paragraphs
from comments_service.replay.access_log import LogLine, Malformed, parse_line
from comments_service.text import BIDI_CONTROLS, count_characters, is_blank, one_line, tidy
from comments_service.words.folding import FoldTable
from comments_service.words.lexicon import Entry, Lexicon
from comments_service.words.verdict import Tier
from shared.errors import RedianError
from tests.conftest import NOON_MS
from tests.fuzz.inputs import fuzz
from tests.fuzz.pieces import damaged, mixture, some, text, value

TABLE = FoldTable()
LEXICON = Lexicon(
    TABLE,
    [Entry("坏词", Tier.BLOCK), Entry("badword", Tier.HOLD), Entry("遮住", Tier.MASK), Entry("坏词典", Tier.ALLOW)],
)
DISGUISES = [*"坏词遮住典badword", "ｂ", "4", "@", "\u200b", " ", "😀", "壞", "詞", "\u0301", "·", "-"]
MARKUP = [*"<>\"'&\n", "&lt;", "<script>", "</p>", "<a href=", "<!--", "javascript:", "http://", "https://a.b/"]
LOG_PIECES = [
    *(b"1.2.3.4", b" - - ", b"[17/May/2015:10:05:03 +0000]", b' "GET / HTTP/1.1" ', b"200 1", b'"-"', b"\\x41", b" "),
    *(b"[99/May/2015:10:05:03 +9999]", b"::1", b'"', b"\\", b"\xff", b"\n", b"\0", b"9" * 400),
]
WRITTEN = [*"\r\n\t\x85\u2028\u202e\u2066\u3164\u200d\u0301", "e\u0301", "字", "👨‍👩‍👧", "\ud800", "a" * 40]
TIMES = ["2026-11-23T12:00:00Z", "2026-11-23T12:00:00.123+08:00", "2027-01-01T00:00:00Z", "1970-01-01T00:00:00Z"]


def test_a_batch_is_sound_or_refused() -> None:
    def check(body: bytes) -> None:
        with suppress(RedianError):
            assert are_sound(read_batch(body, NDJSON, NOON_MS), NOON_MS)

    fuzz(batch, check)


def batch(random: Random) -> bytes:
    """Lines of which some are clicks, some of JSON and some of nothing."""
    return b"\n".join(batch_line(random) for _ in range(random.randrange(6)))


def batch_line(random: Random) -> bytes:
    kind = random.random()
    if kind < 0.2:
        return random.randbytes(random.randrange(60))
    if kind < 0.4:
        return json.dumps(value(random)).encode()
    click: dict[str, Any] = {"article_id": random.choice(["a-1", "zz~2", "A.b_c"]) if kind < 0.9 else value(random)}
    if random.random() < 0.5:
        click["occurred_at"] = random.choice(TIMES) if random.random() < 0.8 else value(random)
    if random.random() < 0.3:
        click["visitor"] = text(random, 6) if random.random() < 0.8 else value(random)
    if random.random() < 0.05:
        click[text(random, 3)] = value(random)
    return json.dumps(click).encode()


def test_a_log_line_is_read_or_malformed() -> None:
    def check(raw: bytes) -> None:
        line = parse_line(raw)

        assert isinstance(line, LogLine | Malformed)
        if isinstance(line, LogLine):
            assert line.time_ms >= 0
            assert 100 <= line.status < 600

    fuzz(log_line, check)


def log_line(random: Random) -> bytes:
    """A line that was sound until something happened to it, or pieces of lines."""
    if random.random() < 0.5:
        return damaged(random, b'1.2.3.4 - - [17/May/2015:10:05:03 +0000] "GET /a?b HTTP/1.1" 200 5 "-" "curl/\\x41"')
    return b"".join(some(random, LOG_PIECES, 12))


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


def test_no_text_becomes_markup_but_ours() -> None:
    def check(written: str) -> None:
        tags = _Tags()
        tags.feed(paragraphs(written))
        tags.close()

        assert {tag for tag, _ in tags.found} <= TAGS
        for tag, attributes in tags.found:
            # nh3 leaves out an address that is none, such as http://javascript:&; what is left leads nowhere.
            assert attributes.keys() <= ({"href", "rel"} if tag == "a" else set())
            assert (attributes.get("href") or "http://").lower().startswith(("http://", "https://"))
            assert attributes.get("rel", REL) == REL

    fuzz(partial(mixture, known=MARKUP), check)


def test_no_html_of_ours_is_changed_by_a_sanitiser_of_another_library() -> None:
    def check(written: str) -> None:
        html = paragraphs(written)

        assert bleach.clean(html, TAGS, {"a": ["href", "rel"]}, {"http", "https"}) == html

    fuzz(lambda random: accepted(mixture(random, MARKUP)), check)


def accepted(written: str) -> str:
    """What is left of a text when the characters go for which a comment is refused."""
    return "".join(each for each in written if each == "\n" or unicodedata.category(each) != "Cc")


def test_what_a_reader_wrote_is_tidied_once_and_for_all() -> None:
    def check(written: str) -> None:
        kept, line = tidy(written), one_line(written)

        assert tidy(kept) == kept
        assert one_line(line) == line
        assert not set(kept) & {*BIDI_CONTROLS, "\r", "\x85", "\u2028", "\u2029"}
        assert not any(unicodedata.category(each) in {"Cc", "Cs", "Zl", "Zp"} for each in line)
        assert count_characters(kept) <= len(kept)
        assert is_blank(kept) or not is_blank(written)

    fuzz(partial(mixture, known=WRITTEN), check)


def test_the_word_filter_masks_what_it_hits_and_nothing_else() -> None:
    def check(written: str) -> None:
        verdict = LEXICON.judge({"text": written}, [])

        masked = verdict.masked["text"]
        assert masked is not None
        for hit in verdict.hits:
            assert 0 <= hit.start < hit.end <= len(written)
        if not any(hit.tier is Tier.MASK for hit in verdict.hits):
            assert masked == written
        again = LEXICON.judge({"text": masked}, [])
        assert not any(hit.tier is Tier.MASK for hit in again.hits)

    fuzz(partial(mixture, known=DISGUISES, most=20), check)
