"""The letters: what the mails say, in Chinese and in English, as plain text."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, parseaddr
from urllib.parse import urlencode

from comments_service.mails.tokens import Purpose, Tokens
from comments_service.tables import Article, Comment, Mail
from shared.clock import Clock

LONGEST_QUOTE = 500
POLICY = SMTP.clone(cte_type="7bit")
"""Every server takes seven bits."""

CONFIRMATION = {
    "zh": (
        "请确认：接收评论回复通知",
        """有人（希望是您本人）在《{title}》下发表评论时填写了这个邮箱，并要求在有人回复时收到邮件。

如果是您，请打开下面的链接并点击“确认”。链接三天内有效：
{confirm}

如果不是您，无需理会这封邮件：不确认就不会再收到通知。
如不希望再收到此类邮件，请打开：
{unsubscribe}
""",
    ),
    "en": (
        "Please confirm: mails about replies to your comments",
        """Somebody, hopefully you, commented on “{title}” and asked for a mail to this address when somebody replies.

If it was you, open this link and press “Confirm”. It is good for three days:
{confirm}

If it was not you, do nothing: without a confirmation there will be no mails about replies.
If you do not want to be asked again, open:
{unsubscribe}
""",
    ),
}
REPLY = {
    "zh": (
        "{name}回复了您在《{title}》下的评论",
        """{name}回复了您在《{title}》下的评论：

{reply}

您的评论：

{comment}

查看原文：{url}

不再接收回复通知：
{unsubscribe}
""",
    ),
    "en": (
        "{name} replied to your comment on “{title}”",
        """{name} replied to your comment on “{title}”:

{reply}

Your comment:

{comment}

The article: {url}

No more mails about replies:
{unsubscribe}
""",
    ),
}
NAMELESS = {"zh": "一位读者", "en": "A reader"}
LANGUAGES = tuple(CONFIRMATION)


@dataclass(frozen=True)
class Subject:
    """What a mail is about, read when it is sent."""

    mail: Mail
    article: Article
    comment: Comment
    """The comment of the one who gets it, with his address."""
    reply: Comment | None


class Letters:
    """Writes mails. `portal_url` is where readers reach this installation, `sender` who the mails come from."""

    def __init__(self, tokens: Tokens, sender: str, portal_url: str, clock: Clock) -> None:
        self._tokens = tokens
        self._sender = parseaddr(sender)
        self._portal_url = portal_url.rstrip("/")
        self._clock = clock

    @property
    def envelope_sender(self) -> str:
        """The address that a server is told."""
        return self._sender[1]

    def write(self, subject: Subject) -> EmailMessage:
        """The mail as it is sent."""
        mail, comment = subject.mail, subject.comment
        language = comment.notify_in if comment.notify_in in LANGUAGES else LANGUAGES[0]
        unsubscribe = self._link(Purpose.UNSUBSCRIBE, mail.subscription_id)
        title, text = (REPLY if subject.reply else CONFIRMATION)[language]
        fields = {
            "title": subject.article.title,
            "url": subject.article.url,
            "confirm": self._link(Purpose.CONFIRM, mail.subscription_id),
            "unsubscribe": unsubscribe,
            "comment": _quoted(comment.text),
            "reply": _quoted(subject.reply.text) if subject.reply else "",
            "name": (subject.reply.nickname if subject.reply else None) or NAMELESS[language],
        }
        message = EmailMessage(policy=POLICY)
        message["From"] = formataddr(self._sender)
        message["To"] = comment.email
        message["Subject"] = title.format(**fields)
        message["Date"] = format_datetime(datetime.fromtimestamp(self._clock() / 1_000, UTC))
        message["Message-ID"] = f"<{mail.key}@{self.envelope_sender.rpartition('@')[2]}>"
        # RFC 8058: a mail program unsubscribes by itself, with one POST.
        message["List-Unsubscribe"] = f"<{unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text.format(**fields))
        return message

    def _link(self, purpose: Purpose, subscription_id: str) -> str:
        token = self._tokens.make(purpose, subscription_id)
        return f"{self._portal_url}/v1/mail/{purpose}?{urlencode({'token': token})}"


def _quoted(text: str) -> str:
    shown = text if len(text) <= LONGEST_QUOTE else text[:LONGEST_QUOTE] + "…"
    return "\n".join(f"> {line}" for line in shown.splitlines())
