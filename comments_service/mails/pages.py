"""The pages behind a mail's links. Opening one changes nothing, because programs open links before people do."""

import base64
from hashlib import sha256

from jinja2 import Environment

STYLE = """
:root { color-scheme: light dark; --text: #1f2328; --ground: #fff; --accent: #c8102e; --on-accent: #fff }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6e6e6; --ground: #17181a; --accent: #ff6b7d; --on-accent: #17181a }
}
body { margin: 0; background: var(--ground); color: var(--text);
  font: 17px/1.75 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans SC", sans-serif }
main { max-width: 34rem; margin: 0 auto; padding: 3rem 1rem }
h1 { font-size: 1.4rem; line-height: 1.4 }
button { min-height: 44px; padding: 0 1.5rem; border: 0; border-radius: 6px; font: inherit; cursor: pointer;
  background: var(--accent); color: var(--on-accent) }
button:focus-visible { outline: 3px solid var(--text); outline-offset: 2px }
"""
PAGE = """<!doctype html>
<html lang="{{ lang }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{{ title }}</title>
<style>{{ style|safe }}</style>
</head>
<body>
<main>
<h1>{{ title }}</h1>
<p>{{ text }}</p>
{% if button %}<form method="post"><button type="submit">{{ button }}</button></form>{% endif %}
</main>
</body>
</html>
"""
SECURITY_POLICY = (
    "default-src 'none'; style-src 'sha256-"
    + base64.b64encode(sha256(STYLE.encode()).digest()).decode()
    + "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
TEXTS: dict[str, dict[str, tuple[str, str, str]]] = {
    "confirm": {
        "zh": ("接收回复通知？", "确认后，有人回复您的评论时，您会收到邮件。每封邮件里都可以退订。", "确认"),
        "en": (
            "Mails about replies?",
            "Once confirmed, you get a mail when somebody replies to your comments. Each mail lets you stop them.",
            "Confirm",
        ),
    },
    "confirmed": {
        "zh": ("已确认", "有人回复您的评论时，您会收到邮件。", ""),
        "en": ("Confirmed", "You get a mail when somebody replies to your comments.", ""),
    },
    "unsubscribe": {
        "zh": ("不再接收回复通知？", "退订后，这个邮箱不会再收到关于这些评论的邮件。", "退订"),
        "en": (
            "No more mails?",
            "Once you unsubscribe, this address gets no more mails about these comments.",
            "Unsubscribe",
        ),
    },
    "unsubscribed": {
        "zh": ("已退订", "这个邮箱不会再收到关于这些评论的邮件。", ""),
        "en": ("Unsubscribed", "This address gets no more mails about these comments.", ""),
    },
    "invalid": {
        "zh": (
            "链接无效或已过期",
            "请检查链接是否完整。确认链接三天内有效；再次发表评论并勾选“有回复时通知我”，即可收到新的链接。",
            "",
        ),
        "en": (
            "This link is not valid any more",
            "A link to confirm is good for three days; another comment that asks for mails gets a new one.",
            "",
        ),
    },
}
LANGUAGES = ("zh", "en")

_page = Environment(autoescape=True).from_string(PAGE)


def render(name: str, language: str) -> str:
    """A page in one of LANGUAGES."""
    title, text, button = TEXTS[name][language]
    lang = {"zh": "zh-Hans", "en": "en"}[language]
    return _page.render(lang=lang, title=title, text=text, button=button, style=STYLE)
