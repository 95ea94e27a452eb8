"""Local passwords, and the invitations with which they are set."""

from datetime import datetime

from sqlalchemy import Engine, delete, insert, select, update

from bot.accounts import Invitation
from bot.domain import PersonId, Role
from bot.records.people import person_id
from bot.records.statements import in_turn, insert_or_replace
from bot.records.tables import invitations, passwords, people
from bot.records.transactions import reading, writing


class AccountRecords:
    """`bot.accounts.Accounts` in the database."""

    def __init__(self, engine: Engine) -> None:
        """Use a database that `open_records` opened."""
        self._engine = engine

    def password(self, person: PersonId) -> str | None:
        """Return the hash of a person's password, None where there is none."""
        with reading(self._engine) as connection:
            return connection.scalar(select(passwords.c.hash).where(passwords.c.person == person))

    def set_password(self, person: PersonId, hashed: str, at: datetime) -> None:
        """Keep the hash of a person's password, in place of any earlier one."""
        with writing(self._engine) as connection:
            insert_or_replace(connection, passwords, [{"person": person, "hash": hashed, "changed": at}])

    def any(self) -> bool:
        """Say whether anybody at all has a password."""
        with reading(self._engine) as connection:
            return connection.scalar(select(passwords.c.person).limit(1)) is not None

    def invite(self, invitation: Invitation) -> None:
        """Keep an invitation; earlier ones to the same person that were not used are void."""
        void = delete(invitations).where(invitations.c.person == invitation.person, invitations.c.used.is_(None))
        row = {
            "token_hash": invitation.token_hash,
            "person": invitation.person,
            "role": invitation.role,
            "expires": invitation.expires,
            "used": invitation.used,
        }
        with writing(self._engine) as connection:
            in_turn(connection, "invitations")
            connection.execute(void)
            connection.execute(insert(invitations), row)

    def invitation(self, token_hash: str) -> Invitation | None:
        """Return an invitation, None where there is none."""
        wanted = select(invitations).where(invitations.c.token_hash == token_hash)
        with reading(self._engine) as connection:
            row = connection.execute(wanted).mappings().first()
        return None if row is None else Invitation(**{**row, "role": Role(row["role"]) if row["role"] else None})

    def lock(self, person: PersonId) -> bool:
        """Forget a person's password and invitations; returns whether there were any."""
        with writing(self._engine) as connection:
            # In this order: whoever accepts an invitation meanwhile uses it up first, and then sets the password.
            gone = [
                connection.execute(delete(each).where(each.c.person == person)) for each in (invitations, passwords)
            ]
        return any(one.rowcount for one in gone)

    def accept(self, token_hash: str, hashed: str, at: datetime) -> bool:
        """Use an invitation up: set the password, and the person's role where the invitation names one.

        In one transaction. False, with nothing changed, where it does not exist, was used or has expired.
        """
        open_still = (invitations.c.token_hash == token_hash, invitations.c.used.is_(None), invitations.c.expires > at)
        use_up = update(invitations).where(*open_still).values(used=at)
        with writing(self._engine) as connection:
            used = connection.execute(use_up.returning(invitations.c.person, invitations.c.role)).first()
            if used is None:
                return False
            known = person_id(connection, PersonId(used.person))
            if used.role:
                connection.execute(update(people).where(people.c.id == known).values(role=used.role))
            insert_or_replace(connection, passwords, [{"person": used.person, "hash": hashed, "changed": at}])
        return True
