"""Warm reads of the rankings, which the front answers before Flask."""

from wsgiref.types import WSGIEnvironment

from shared.web.cache import AnswerCache, Cached
from shared.web.front import FindWarm, read_of

HEADERS = (("Cache-Control", "public, max-age=1, stale-while-revalidate=5"),)


def warm_rankings(cache: AnswerCache) -> FindWarm:
    """Finds what the cache holds: a ranking is the same for everybody."""

    def find(environ: WSGIEnvironment) -> Cached | None:
        read = read_of(environ)
        return None if read is None else cache.fresh(read)

    return find
