"""Standards: by what comments, and those who write them, are judged."""

from dataclasses import dataclass

from comments_service.assembly.ground import Ground
from comments_service.bans import Bans
from comments_service.moderation import Moderation
from comments_service.nicknames import Nicknames
from comments_service.rules import Mode, RuleBook, load_rules
from comments_service.tables import Article
from comments_service.words import WordFilter, WordList
from comments_service.words.folding import FoldTable
from shared.clock import Clock


@dataclass(frozen=True)
class Standards:
    """Rules, bans, words and protected names."""

    rules: RuleBook
    bans: Bans
    words: WordList
    word_filter: WordFilter
    nicknames: Nicknames
    moderation: Moderation
    clock: Clock

    def mode_of(self, article: Article) -> Mode:
        """What becomes of an article's new comments now."""
        return self.rules.mode_of(article, self.clock())


def make_standards(ground: Ground) -> Standards:
    """Those of the settings and the database."""
    fold_table, settings = FoldTable(), ground.settings
    rules, bans = load_rules(settings.rules_file), Bans(ground.database, fold_table, ground.clock)
    words = WordList(ground.database, fold_table, ground.clock)
    word_filter = WordFilter(words, fold_table, ground.clock)
    nicknames = Nicknames(fold_table, settings.protected_nicknames)
    moderation = Moderation(rules, bans, word_filter, fold_table, minds_repeats=ground.has_limits)
    return Standards(rules, bans, words, word_filter, nicknames, moderation, ground.clock)
