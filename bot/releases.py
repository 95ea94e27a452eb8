"""Releases: what answers a question, and which one that is."""

import hashlib
import json
from dataclasses import asdict

from bot.domain import Release, ReleaseId
from bot.ports import Releases


def release_id(release: Release) -> ReleaseId:
    """Return the address of a release: a hash of its content, the same on every machine."""
    canonical = json.dumps(asdict(release), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return ReleaseId(hashlib.sha256(canonical.encode()).hexdigest()[:16])


def active(releases: Releases, first: Release) -> tuple[ReleaseId, Release]:
    """Return the release that answers now; a home without one is given `first`."""
    found = releases.active()
    if found is None:
        found = releases.add(first)
        releases.promote(found)
    return found, releases.get(found)
