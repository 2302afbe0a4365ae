"""A reader's own data: all that is kept of him, to take along and to have erased.

He asks with his cookie or token; the newsroom asks for him by his reader id, his number at the portal or his mail.
"""

from comments_service.reader_data.command import make_reader_data_command
from comments_service.reader_data.erasure import Erased, Erasure
from comments_service.reader_data.inventory import Inventory
from comments_service.reader_data.person import Person

__all__ = ["Erased", "Erasure", "Inventory", "Person", "make_reader_data_command"]
