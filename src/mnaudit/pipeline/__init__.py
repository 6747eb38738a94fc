"""The steps joined: the API for other programs.

``judge_folder`` is load → validate → assess; ``attest`` signs what was judged; ``verify`` checks a
bundle and judges its evidence again; ``disclose`` shows a part of a bundle to somebody; ``view``
gathers what a report shows. Every function takes the day as an argument: there is no clock here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mnaudit.lazy_exports import lazy_exports

if TYPE_CHECKING:
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

__getattr__ = lazy_exports(
    __name__,
    {
        "Extras": "mnaudit.pipeline.attesting",
        "Judged": "mnaudit.pipeline.judging",
        "LogPlace": "mnaudit.pipeline.attesting",
        "Rules": "mnaudit.pipeline.rules",
        "assess_risk": "mnaudit.pipeline.judging",
        "attest": "mnaudit.pipeline.attesting",
        "bundle_name": "mnaudit.pipeline.attesting",
        "disclose": "mnaudit.pipeline.disclosing",
        "judge_folder": "mnaudit.pipeline.judging",
        "provenance_of": "mnaudit.pipeline.attesting",
        "read_part": "mnaudit.pipeline.judging",
        "read_tree": "mnaudit.pipeline.judging",
        "rules_of": "mnaudit.pipeline.rules",
        "schemas_of": "mnaudit.pipeline.rules",
        "shipped_rules": "mnaudit.pipeline.rules",
        "tailor_rules": "mnaudit.pipeline.rules",
        "tailored_rules": "mnaudit.pipeline.rules",
        "time_stamp": "mnaudit.pipeline.attesting",
        "validate_folder": "mnaudit.pipeline.judging",
        "validate_paths": "mnaudit.pipeline.judging",
        "validate_tree": "mnaudit.pipeline.judging",
        "verification_facts": "mnaudit.pipeline.verifying",
        "verify": "mnaudit.pipeline.verifying",
        "verify_by_trust": "mnaudit.pipeline.verifying",
        "view": "mnaudit.pipeline.judging",
    },
)
