"""Imports: the comments of other systems, from their exports.

A row goes format module (read: one Record, or LeftOut with the reason) -> resolver (which article) -> staging (the
whole file is read before anything is stored) -> order (threads, floors) -> writer (an article's comments and events).
"""

from comments_service.imports.command import make_import_command

__all__ = ["make_import_command"]
