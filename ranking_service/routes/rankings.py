"""Reads of boards: the box of a channel, one board now or then, as JSON, Atom or CSV."""

from flask import Response, request
from flask_openapi3 import APIBlueprint, Tag  # type: ignore[attr-defined]  # re-exported without __all__

from ranking_service.answers import BoardAnswer, BoxAnswer
from ranking_service.boards import find_ranking, rankings_of
from ranking_service.feeds import to_atom, to_csv
from ranking_service.fragment import to_html
from ranking_service.front import HEADERS
from ranking_service.rankings import Answer, Page, Rankings
from ranking_service.routes.inputs import BoardPath, BoardQuery, BoxQuery, ChannelPath, FragmentQuery
from shared.atom import CONTENT_TYPE
from shared.clock import Clock, to_ms
from shared.web.cache import AnswerCache, make_answer
from shared.web.front import raise_refused, send
from shared.web.specification import NOT_MODIFIED, document

# Asked for as a page of its own, the fragment may do nothing.
FRAGMENT_HEADERS = (
    *HEADERS,
    ("Content-Security-Policy", "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"),
)
READS = Tag(name="rankings", description="The boards")


def ranking_routes(rankings: Rankings, cache: AnswerCache, clock: Clock, portal_url: str) -> APIBlueprint:
    """The routes that read boards."""
    routes = APIBlueprint("rankings", __name__, url_prefix="/v1/rankings", abp_tags=[READS])

    def read(path: BoardPath, query: BoardQuery) -> Answer:
        ranking = find_ranking(rankings.boards, path.board, query.metric)
        page = Page(query.limit, query.offset)
        if query.at is not None:
            return rankings.board_at(path.channel, ranking, page, to_ms(query.at))
        return rankings.board(path.channel, ranking, page)

    @routes.get("/<channel>", responses={200: BoxAnswer, **NOT_MODIFIED})
    def get_box(path: ChannelPath, query: BoxQuery) -> Response:
        """Every board of a channel: the whole box of a page in one request."""
        raise_refused(request.environ)
        wanted = rankings_of(rankings.boards, query.metric)
        return send(cache.get(request.full_path, lambda: rankings.box(path.channel, wanted, Page(query.limit))))

    @routes.get("/<channel>.html", responses={**document("text/html"), **NOT_MODIFIED})
    def get_fragment(path: ChannelPath, query: FragmentQuery) -> Response:
        """A channel's boards as a fragment of HTML, for a page's server to put into the page."""
        wanted = [find_ranking(rankings.boards, board, metric) for board, metric in query.wanted]
        now = clock()
        box = rankings.box(path.channel, wanted, Page(query.limit))
        names = {board.name: {"zh": board.zh, "en": board.en} for board in rankings.boards}
        body = to_html(box, names, query.lang)
        return send(make_answer(body, FRAGMENT_HEADERS, now, "text/html; charset=utf-8"))

    @routes.get("/<channel>/<board>.atom", responses={**document("application/atom+xml"), **NOT_MODIFIED})
    def get_feed(path: BoardPath, query: BoardQuery) -> Response:
        """A board as an Atom feed."""
        board = find_ranking(rankings.boards, path.board, query.metric).board
        name, url = f"{board.zh} · {path.channel}", f"{portal_url}{request.path}"
        now = clock()
        body = to_atom(read(path, query), name=name, feed_url=url, now_ms=now)
        return send(make_answer(body, HEADERS, now, CONTENT_TYPE))

    @routes.get("/<channel>/<board>.csv", responses={**document("text/csv"), **NOT_MODIFIED})
    def get_table(path: BoardPath, query: BoardQuery) -> Response:
        """A board as CSV."""
        answer = send(make_answer(to_csv(read(path, query)), HEADERS, clock(), "text/csv; charset=utf-8"))
        answer.headers["Content-Disposition"] = f'attachment; filename="{path.channel}-{path.board}.csv"'
        return answer

    @routes.get("/<channel>/<board>", responses={200: BoardAnswer, **NOT_MODIFIED})
    def get_board(path: BoardPath, query: BoardQuery) -> Response:
        """One board of a channel."""
        raise_refused(request.environ)
        return send(cache.get(request.full_path, lambda: read(path, query)))

    return routes
