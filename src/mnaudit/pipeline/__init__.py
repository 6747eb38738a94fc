"""The steps joined: the API for other programs.

``judge_folder`` is load → validate → assess; ``attest`` signs what was judged; ``verify`` checks a
bundle and judges its evidence again; ``disclose`` shows a part of a bundle to somebody; ``view``
gathers what a report shows. Every function takes the day as an argument: there is no clock here.
"""

from mnaudit.pipeline.attesting import (
    Extras,
    LogPlace,
    attest,
    bundle_name,
    provenance_of,
    time_stamp,
)
from mnaudit.pipeline.disclosing import disclose
from mnaudit.pipeline.judging import (
    Judged,
    assess_risk,
    judge_folder,
    read_part,
    read_tree,
    validate_folder,
    validate_paths,
    validate_tree,
    view,
)
from mnaudit.pipeline.rules import (
    Rules,
    rules_of,
    schemas_of,
    shipped_rules,
    tailor_rules,
    tailored_rules,
)
from mnaudit.pipeline.verifying import verification_facts, verify, verify_by_trust

__all__ = [
    "Extras",
    "Judged",
    "LogPlace",
    "Rules",
    "assess_risk",
    "attest",
    "bundle_name",
    "disclose",
    "judge_folder",
    "provenance_of",
    "read_part",
    "read_tree",
    "rules_of",
    "schemas_of",
    "shipped_rules",
    "tailor_rules",
    "tailored_rules",
    "time_stamp",
    "validate_folder",
    "validate_paths",
    "validate_tree",
    "verification_facts",
    "verify",
    "verify_by_trust",
    "view",
]
