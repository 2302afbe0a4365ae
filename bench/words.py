"""The word filter with 100,000 words: made ready from SQL as a process does it, and set on 1,000 characters.

Measured in processor time: both compute from beginning to end, and what else the machine does falls on neither.
"""

import time
from pathlib import Path
from random import Random
from statistics import median

from bench.cases import Figure
from comments_service.database import Database
from comments_service.schema import migrate
from comments_service.words import Lexicon, Tier, WordFilter, WordList
from comments_service.words.folding import FoldTable
from shared.clock import system_clock
from shared.database import make_engine

WORDS = 100_000
CHARACTERS = 1_000
LOADS = 5
TEXTS = 300
HAN = [chr(code) for code in range(0x4E00, 0x9FA5)]
LATIN = "abcdefghijklmnopqrstuvwxyz"
EVASIONS = (" ", "*", "。", "\u200b", "😀", "0", "1", "3", "@", "$")


def word_figures(folder: Path) -> list[Figure]:
    """How long the list takes to be ready, and a text to be judged."""
    random = Random(20261125)
    words = make_words(random)
    table = FoldTable()
    database = Database(make_engine(f"sqlite:///{folder / 'words.db'}"))
    migrate(database.engine)
    word_list = WordList(database, table, system_clock)
    for tier, part in zip((Tier.BLOCK, Tier.HOLD, Tier.MASK), (words[0::3], words[1::3], words[2::3]), strict=True):
        word_list.put(part, tier)
    loads = [seconds_to_load(database) for _ in range(LOADS)]
    lexicon = WordFilter(word_list, table, system_clock).current()
    return [
        Figure(f"{WORDS:,} words made ready from SQL, processor time", median(loads), "s", at_most=2),
        Figure(
            "a text of 1,000 characters judged, processor time",
            median(judge(lexicon, clean_texts(random))),
            "ms",
            at_most=1,
        ),
        Figure(
            "the same, every tenth character an evasion and ten words in it",
            median(judge(lexicon, evasive_texts(random, words))),
            "ms",
            at_most=1,
        ),
    ]


def make_words(random: Random) -> list[str]:
    """Nine in ten of 2 to 6 Chinese characters, the others of 4 to 12 Latin letters."""
    words: set[str] = set()
    while len(words) < WORDS:
        alphabet, lengths = (HAN, range(2, 7)) if random.random() < 0.9 else (LATIN, range(4, 13))
        words.add("".join(random.choices(alphabet, k=random.choice(lengths))))
    return sorted(words)


def seconds_to_load(database: Database) -> float:
    """As a process that has just started: with a fold table that has met no character yet."""
    table = FoldTable()
    word_filter = WordFilter(WordList(database, table, system_clock), table, system_clock)
    before = time.process_time()
    word_filter.current()
    return time.process_time() - before


def judge(lexicon: Lexicon, texts: list[str]) -> list[float]:
    """The milliseconds that each text takes."""
    took = []
    for text in texts:
        before = time.process_time()
        lexicon.judge({"text": text}, ["zz", "fj"])
        took.append((time.process_time() - before) * 1_000)
    return took


def clean_texts(random: Random) -> list[str]:
    """Chinese with a Latin word now and then."""
    pieces = [*HAN[:3_000], *(" the ", " zhangzhou ", " 2026 ", "，", "。")]
    return ["".join(random.choices(pieces, k=CHARACTERS))[:CHARACTERS] for _ in range(TEXTS)]


def evasive_texts(random: Random, words: list[str]) -> list[str]:
    """Texts with words of the list, pulled apart and disguised."""
    texts = []
    for text in clean_texts(random):
        letters = [random.choice(EVASIONS) if random.random() < 0.1 else letter for letter in text]
        for _ in range(10):
            at = random.randrange(CHARACTERS - 20)
            letters[at : at + 1] = random.choice(EVASIONS).join(random.choice(words))
        texts.append("".join(letters)[:CHARACTERS])
    return texts
