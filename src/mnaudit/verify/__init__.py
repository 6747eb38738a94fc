"""Is this bundle what it says? Every check named, and a verdict that never guesses.

Takes a readable file and returns values; needs no git, no network and no trust in the one who
wrote the file.
"""

from mnaudit.verify.basis import Basis
from mnaudit.verify.bundle import OUTER_CHECK_IDS, Verified, conclude, verify_bundle
from mnaudit.verify.checks import CHECK_IDS

__all__ = ["CHECK_IDS", "OUTER_CHECK_IDS", "Basis", "Verified", "conclude", "verify_bundle"]
