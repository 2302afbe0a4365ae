"""The welcome: what to open and what to copy, once everything answers."""

from services.embedded.settings import EmbeddedSettings

ADDRESSES = """
Redian is ready ({seconds:.1f} s).

  portal                {portal}/
  moderators' desk      {portal}/admin (sign in with the API key)
  rankings              {portal}/v1/rankings/{channel}
  comments API          http://localhost:{comments_port}/docs
  rankings API          http://localhost:{ranking_port}/docs
  API key               {api_key}
  data                  {data_dir}
"""

CLICK = """\
  A click, and the board that counts it:

    curl -X POST {portal}/v1/clicks -H 'Content-Type: application/json' -d '{{"article_id": "{article_id}"}}'
    curl '{portal}/v1/rankings/{channel}/click?limit=3'
"""

ARTICLE = """\
  An article, which readers can click then:

    curl -X PUT {portal}/v1/articles/{article_id} -H 'Authorization: Bearer {api_key}' \\
      -H 'Content-Type: application/json' -d '{{"title": "Hello", "url": "{portal}/articles/{article_id}",
      "channels": ["{channel}"], "published_at": "2026-01-01T00:00:00Z"}}'
"""

COMMANDS = """\
  An account for the desk, by a link that works once:

    {python_folder}/flask --env-file {data_dir}/comments.env --app comments_service administrator invite NAME

  The boards checked against the ledger:

    {python_folder}/flask --env-file {data_dir}/ranking.env --app ranking_service verify

  Ctrl-C stops everything. The data stays, and the next `make run` goes on with it.
"""


def welcome(settings: EmbeddedSettings, seconds: float, article_id: str, python_folder: str) -> str:
    """The text; `article_id` is one to click on."""
    parts = [ADDRESSES, CLICK, COMMANDS] if settings.demo else [ADDRESSES, ARTICLE, CLICK, COMMANDS]
    facts = settings.model_dump() | {"portal": settings.portal, "channel": "zz"}
    return "\n".join(parts).format(**facts, seconds=seconds, article_id=article_id, python_folder=python_folder)
