"""Reads of boards that are answered before Flask: what is warm, and plain questions of which the answer has to be read.

Everything else goes on to Flask: feeds, fragments, `?at=`, parameters that are wrong or written in an uncommon way.
"""

import re
from functools import partial
from wsgiref.types import WSGIEnvironment

from ranking_service.boards import CountedMetric, find_ranking, rankings_of
from ranking_service.rankings import Answer, Page, Rankings
from shared.errors import RedianError
from shared.web.cache import AnswerCache, Cached
from shared.web.front import REFUSAL, read_of

HEADERS = (("Cache-Control", "public, max-age=1, stale-while-revalidate=5"),)
PATH = re.compile(r"/v1/rankings/([A-Za-z0-9_-]{1,64})(?:/([A-Za-z0-9-]{1,32}))?")
QUERY = re.compile(r"(?:metric=(?P<metric>clicks|comments)|limit=(?P<limit>100|[1-9]\d?)|offset=(?P<offset>\d{1,4}))")

Question = dict[str, str]


class RankingReads:
    """Finds or makes the answer to a read, which is the same for everybody."""

    def __init__(self, rankings: Rankings, cache: AnswerCache) -> None:
        self._rankings = rankings
        self._cache = cache

    def warm(self, environ: WSGIEnvironment) -> Cached | None:
        """The answer to a request, if it was made within this second."""
        read = read_of(environ)
        return None if read is None else self._cache.fresh(read)

    def made(self, environ: WSGIEnvironment) -> Cached | None:
        """The answer to a request, read from the boards; None for one that has to go on to Flask."""
        read = read_of(environ)
        path = PATH.fullmatch(environ["PATH_INFO"])
        question = question_of(environ.get("QUERY_STRING", ""))
        if read is None or path is None or question is None or (path[2] is None and "offset" in question):
            return None
        try:
            return self._cache.get(read, partial(self._answer, path[1], path[2], question))
        except RedianError as refusal:
            # Flask raises it again, so that an outage is not waited for twice.
            environ[REFUSAL] = refusal
            return None

    def _answer(self, channel: str, board: str | None, question: Question) -> Answer:
        metric = CountedMetric(question["metric"]) if "metric" in question else None
        page = Page(int(question.get("limit", 10)), int(question.get("offset", 0)))
        boards = self._rankings.boards
        if board is None:
            return self._rankings.box(channel, rankings_of(boards, metric), page)
        return self._rankings.board(channel, find_ranking(boards, board, metric or CountedMetric.CLICKS), page)


def question_of(query: str) -> Question | None:
    """The parameters of a query; None when one is unknown, given twice or written in an uncommon way."""
    question: Question = {}
    for part in query.split("&") if query else ():
        found = QUERY.fullmatch(part)
        if found is None or found.lastgroup in question:
            return None
        question[str(found.lastgroup)] = found[str(found.lastgroup)]
    return question
