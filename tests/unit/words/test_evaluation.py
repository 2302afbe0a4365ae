"""The evaluation set: every listed evasion is found, and nothing is found in what only looks alike."""

import pytest

from comments_service.words import Lexicon
from tests.unit.words.conftest import MakeLexicon
from tests.unit.words.evaluation import ALLOWED, EVASIONS, NEAR_MISSES, WORDS


@pytest.fixture
def evaluated(lexicon: MakeLexicon) -> Lexicon:
    return lexicon(*((word, "block") for word in WORDS), *((word, "allow") for word in ALLOWED))


def words_in(lexicon: Lexicon, text: str) -> set[str]:
    return {hit.word for hit in lexicon.judge({"text": text}, ()).hits}


def test_every_evasion_is_found_and_no_near_miss_is(evaluated: Lexicon, capsys: pytest.CaptureFixture[str]) -> None:
    missed = [(text, word) for text, word in EVASIONS if word not in words_in(evaluated, text)]
    false_hits = [(text, found) for text in NEAR_MISSES if (found := words_in(evaluated, text))]

    with capsys.disabled():
        recall = 1 - len(missed) / len(EVASIONS)
        print(f"\nword filter: recall {recall:.0%} of {len(EVASIONS)} evasions, ", end="")
        print(f"{len(false_hits)} false hits in {len(NEAR_MISSES)} near misses")
    assert missed == []
    assert false_hits == []


def test_an_evasion_inside_a_sentence_is_found_where_it_stands(evaluated: Lexicon) -> None:
    before, after = "大家早上好：", "。谢谢！"
    for text, word in EVASIONS:
        spans = {
            (hit.start - len(before), hit.end - len(before))
            for hit in evaluated.judge({"text": f"{before}{text}{after}"}, ()).hits
            if hit.word == word
        }

        assert spans == {(hit.start, hit.end) for hit in evaluated.judge({"text": text}, ()).hits if hit.word == word}
