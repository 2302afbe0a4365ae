"""What an id may look like. Ids stand in URLs, keys and logs, so they are plain ASCII and bounded."""

ARTICLE_ID = "^[A-Za-z0-9._~-]{1,128}$"
"""For pydantic and OpenAPI, where `$` is the end of the text; Python's `re` needs fullmatch."""
CHANNEL = "^[A-Za-z0-9_-]{1,64}$"
ALL_CHANNEL = "all"
"""The channel that holds every article; nobody can put an article into it by name."""
