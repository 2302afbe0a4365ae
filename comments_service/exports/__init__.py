"""Exports: everything that the newsroom and its readers made, as lines of JSON that `import redian` reads back.

    {"redian": 1}
    {"table": "articles", "row": {"id": "zz-1", …}}
    …
    {"rows": 1234}

Rows stand behind those to which they refer; the last line tells that nothing is missing.
"""

from comments_service.exports.command import make_export_command

__all__ = ["make_export_command"]
