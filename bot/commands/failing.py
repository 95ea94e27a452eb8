"""Whatever went wrong, as one sentence for whoever waits; the log has the rest."""

import errno
from uuid import uuid4

import structlog

from bot import log
from bot.errors import AttuneError, DiskFull


def sentence(error: Exception) -> str:
    """Return what to tell somebody, and log what nobody foresaw: its class and place, its trace at debug."""
    if isinstance(error, AttuneError):
        return str(error)
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return str(DiskFull(home=error.filename or "the home"))
    if not structlog.is_configured():
        log.set_up("auto", "warning")
    event = uuid4().hex[:8]
    structlog.get_logger().error("unexpected", id=event, exc_info=error)
    return f"Something went wrong inside Attune: the log has it as {event}, with more at ATTUNE_LOG_LEVEL=debug."
