"""The OpenAPI description says what the services answer."""

from shared.api_keys import KeyRing
from shared.web import ArticleIdPath, WebParts, make_app


def test_every_error_is_described_as_one_problem() -> None:
    app = make_app(WebParts("test", "Test", "1", KeyRing([]), {}))

    @app.get("/v1/articles/<article_id>")
    def get_article(path: ArticleIdPath) -> dict[str, str]:
        return {"id": path.article_id}

    paths = app.test_client().get("/openapi.json").get_json()["paths"]
    answers = paths["/v1/articles/{article_id}"]["get"]["responses"]

    assert answers.keys() == {"404", "422", "500", "503"}
    for answer in answers.values():
        schema = answer["content"]["application/problem+json"]["schema"]
        assert schema == {"$ref": "#/components/schemas/ProblemModel"}
