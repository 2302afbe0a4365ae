"""The word filter: what moderators forbid, found in what readers write however they disguise it (docs/words.md)."""

from comments_service.words.lexicon import Lexicon
from comments_service.words.verdict import Hit, Tier, Verdict
from comments_service.words.word_filter import WordFilter
from comments_service.words.word_list import WordList

__all__ = ["Hit", "Lexicon", "Tier", "Verdict", "WordFilter", "WordList"]
