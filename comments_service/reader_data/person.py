"""Whose data it is, and by what it is found in each table."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, func, or_

from comments_service.tables import Comment, ProtectedNickname, Report, Subscription, Vote


@dataclass(frozen=True)
class Person:
    """A reader by his id, or whoever gave a mail address, which is known by its hash too."""

    reader: str | None = None
    email: str | None = None
    email_hash: str | None = None

    @property
    def comments(self) -> ColumnElement[bool]:
        """His comments."""
        conditions = [Comment.reader == self.reader] if self.reader else []
        if self.email:
            conditions.append(func.lower(Comment.email) == self.email.lower())
        return or_(false(), *conditions)

    @property
    def votes(self) -> ColumnElement[bool]:
        """His votes."""
        return Vote.reader == self.reader if self.reader else false()

    @property
    def reports(self) -> ColumnElement[bool]:
        """His reports of others' comments."""
        return Report.reader == self.reader if self.reader else false()

    @property
    def nicknames(self) -> ColumnElement[bool]:
        """The names that are kept from others for him."""
        return ProtectedNickname.reader == self.reader if self.reader else false()

    @property
    def subscriptions(self) -> ColumnElement[bool]:
        """What he said of mails."""
        conditions = [Subscription.reader == self.reader] if self.reader else []
        if self.email_hash:
            conditions.append(Subscription.address == self.email_hash)
        return or_(false(), *conditions)
