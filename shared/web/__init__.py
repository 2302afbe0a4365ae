"""The web scaffold of both services: problem answers, probes, metrics, API keys, request ids and documentation."""

from shared.web.app import WebParts, make_app
from shared.web.guards import body_limit, needs
from shared.web.inputs import ArticleIdPath, Described, Input, PlainText, Rfc3339
from shared.web.specification import Responses

__all__ = [
    "ArticleIdPath",
    "Described",
    "Input",
    "PlainText",
    "Responses",
    "Rfc3339",
    "WebParts",
    "body_limit",
    "make_app",
    "needs",
]
