"""Waivers and tailoring from the files to the bundle, over a small catalog of its own."""

from __future__ import annotations

import json
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from mnaudit.errors import ConfigurationError
from mnaudit.model.assessment import FindingStatus, TierStatus
from mnaudit.model.control import Tier
from mnaudit.model.verdict import Result
from mnaudit.model.waiver import facts_of
from mnaudit.pipeline import (
    Judged,
    Rules,
    attest,
    judge_folder,
    rules_of,
    tailor_rules,
    tailored_rules,
    validate_folder,
    validate_paths,
    verify,
)
from mnaudit.signing.canonical import canonical_bytes
from mnaudit.signing.keys import Algorithm, generate
from mnaudit.signing.strict_json import parse
from mnaudit.verify import Basis

if TYPE_CHECKING:
    from collections.abc import Callable

AS_OF = date(2026, 3, 31)
SCHEMA = Path(__file__).parents[2] / "schema"
NUMBER = "8000000000001"
FRESH = {"evidence": "training-record", "max_age": "P12M"}


def text(ja: str, en: str) -> dict[str, str]:
    return {"ja": ja, "en": en}


def row(name: str, *requires: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Build a row of the catalog."""
    minimum = {
        "statement": text("教育を行う。", "Train."),
        "comment": text("毎年です。", "Every year."),
        "requires": list(requires or (FRESH,)),
    }
    citations = [{"measure": "D-b", "basis": "duty"}]
    title = text("教育", "Training")
    return {"id": name, "title": title, "citations": citations, "minimum": minimum, **more}


def kind(name: str) -> dict[str, Any]:
    texts = dict.fromkeys(("title", "description", "signatory"), text("証跡", "Evidence"))
    return {"id": name, **texts, "retention": "P3Y"}


def write(path: Path, value: Any) -> None:
    """Write a document; JSON is YAML, too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8")


@pytest.fixture
def rules(tmp_path: Path) -> Rules:
    """Return rules of two rows, both asking for a training record."""
    controls = tmp_path / "shipped"
    measure = {"title": text("教育", "Training"), "section": "別添1", "duty": "must"}
    write(
        controls / "catalog.yaml",
        {
            "id": "mnaudit",
            "version": "0.1.0",
            "edition": "2025-06",
            "title": text("点検", "Check"),
            "guideline": text("指針", "Guideline"),
            "groups": [{"id": "PER", "title": text("人的", "Personnel")}],
            "sme": {"when": {"not": {}}, "source": text("別添1", "Annex 1")},
            "scopes": [
                {
                    "id": "large",
                    "title": text("大", "Large"),
                    "when": {"required": ["employees"]},
                    "otherwise": text("対象外です。", "Does not apply."),
                }
            ],
        },
    )
    summary = {"summary": text("教育", "Training"), "sme_relief": False}
    write(controls / "guideline.yaml", {"measures": [{"id": "D-b", **measure, **summary}]})
    workforce = {"id": "workforce", "title": text("従業者", "Workforce"), "from": "organization"}
    write(
        controls / "populations.yaml",
        {"populations": [{**workforce, "items": "workforce[]", "key": "code"}]},
    )
    write(
        controls / "kinds.yaml",
        {"kinds": [{**kind("training-record"), "dated_by": "data.held_on"}, kind("audit-report")]},
    )
    event = {
        **FRESH,
        "covers": {"population": "workforce", "key": "data.attendees[].code"},
    }
    optional = row("PER-b-02")["minimum"]
    rows = [row("PER-b-01"), row("PER-b-02", FRESH, event, optional=optional)]
    write(controls / "personnel" / "per-b.yaml", {"controls": rows})
    return rules_of(controls, SCHEMA)


@pytest.fixture
def evidence(tmp_path: Path) -> Path:
    """Return an evidence folder that has nothing but an organization."""
    folder = tmp_path / "evidence"
    stages = ("acquire", "store", "use", "provide", "disclose", "dispose")
    exclusions = dict.fromkeys(
        (
            "administrative_affairs",
            "entrusted_business",
            "financial_sector",
            "over_5000_individuals",
        ),
        False,
    )
    write(
        folder / "organization.yaml",
        {
            "organization": NUMBER,
            "name": "株式会社見本商事",
            "employees": 42,
            "exclusions": exclusions,
            "processes": {stage: ["paper"] for stage in stages},
            "media": False,
            "countries": ["JP"],
            "fiscal_year": {"starts": "04-01"},
            "units": [{"id": "hr", "name": "総務課"}],
            "workforce": [{"code": "E0001", "unit": "hr", "joined_on": "2020-04-01"}],
        },
    )
    return folder


@pytest.fixture
def training(evidence: Path) -> Callable[[str], None]:
    """File a training record of a day."""

    def file(on: str) -> None:
        write(
            evidence / "training-record" / f"{on}.yaml",
            {
                "kind": "training-record",
                "id": f"training-{on}",
                "organization": NUMBER,
                "title": "教育",
                "issued_on": on,
                "prepared_by": {"code": "E0003", "role": "総務課長"},
                "approved_by": {"code": "E0001", "role": "代表取締役"},
                "approved_on": on,
                "data": {
                    "course": "教育",
                    "held_on": on,
                    "method": "classroom",
                    "audience": "all-employees",
                    "topics": ["handling-rules"],
                    "lecturer": "講師",
                    "material_ref": "資料1",
                    "attendees": [{"code": "E0001", "attended_on": on}],
                },
            },
        )

    return file


DRAFT: dict[str, Any] = {
    "id": "training-2026",
    "control": "PER-b-01",
    "tier": "minimum",
    "reason": "長期出張中のため",
    "owner": {"code": "E0003", "role": "総務課長"},
    "from": "2026-01-01",
    "until": "2026-06-30",
}
APPROVER = {"code": "E0001", "role": "代表取締役"}


def judged(evidence: Path, rules: Rules, *waivers: dict[str, Any], number: str = NUMBER) -> Judged:
    if waivers:
        value = {"organization": number, "waivers": list(waivers)}
        write(evidence / "waivers.yaml", value)
    return judge_folder(evidence, AS_OF, rules)


def assessed(*args: Any, **more: Any) -> Any:
    found = judged(*args, **more).assessment
    assert found is not None
    return found


def approved(evidence: Path, rules: Rules, **other: Any) -> dict[str, Any]:
    """Return a waiver for the gaps as they are."""
    digest = facts_of(assessed(evidence, rules).findings[0].gaps)
    more = {"approver": APPROVER, "approved_on": "2026-01-10", "facts": digest}
    return {**DRAFT, **more, **other}


def codes(found: Judged) -> list[tuple[str, str]]:
    return [(each.code, each.pointer) for each in found.validation.problems]


class TestWaivers:
    @pytest.fixture(autouse=True)
    def _some_evidence(self, training: Callable[[str], None]) -> None:
        training("2020-05-01")

    def test_a_draft_shows_the_digest_that_the_approver_has_to_fill_in(
        self, evidence: Path, rules: Rules
    ) -> None:
        found = assessed(evidence, rules, DRAFT)

        (remark,) = (r for r in found.findings[0].remarks if r.code == "MN241")
        assert found.findings[0].status is FindingStatus.NOT_SATISFIED
        digest = remark.values["facts"]
        more = {"approver": APPROVER, "approved_on": "2026-01-10", "facts": digest}
        again = assessed(evidence, rules, {**DRAFT, **more})
        assert again.findings[0].status is FindingStatus.WAIVED

    def test_a_waived_finding_stands_in_the_bundle_and_is_derived_again(
        self, evidence: Path, rules: Rules, tmp_path: Path
    ) -> None:
        found = judged(evidence, rules, approved(evidence, rules))
        key = generate(Algorithm.ECDSA_P256)

        path = attest(found, tmp_path / "out", key)
        verdict, again = verify(path, basis=Basis(pin=key.fingerprint), rules=rules)

        assert verdict.result is Result.VALID
        assert again is not None
        assert again.assessment == found.assessment
        assert found.assessment is not None
        assert found.assessment.findings[0].waiver is not None

    def test_the_other_rows_are_judged_as_before(self, evidence: Path, rules: Rules) -> None:
        before = assessed(evidence, rules).findings
        after = assessed(evidence, rules, approved(evidence, rules))

        assert after.findings[1:] == before[1:]
        assert after.tier(Tier.MINIMUM).status is TierStatus.NOT_SATISFIED

    @pytest.mark.parametrize(
        ("other", "code", "pointer"),
        [
            ({"until": "2026-03-30"}, "MN242", "/waivers/0/until"),
            ({"control": "PER-b-09"}, "MN243", "/waivers/0/control"),
            ({"tier": "optional"}, "MN243", "/waivers/0/control"),
            ({"approver": DRAFT["owner"]}, "MN248", "/waivers/0/approver"),
            ({"until": "2027-01-02"}, "MN249", "/waivers/0/until"),
            ({"until": "2025-12-31"}, "MN249", "/waivers/0/until"),
        ],
    )
    def test_what_must_be_mended_is_a_defect_of_the_file(
        self, evidence: Path, rules: Rules, other: dict[str, Any], code: str, pointer: str
    ) -> None:
        found = judged(evidence, rules, approved(evidence, rules, **other))

        assert codes(found) == [(code, pointer)]
        assert found.validation.problems[0].line > 1
        assert found.assessment is not None
        assert found.assessment.findings[0].status is FindingStatus.NOT_SATISFIED

    def test_other_waivers_of_the_file_keep_their_effect(
        self, evidence: Path, rules: Rules
    ) -> None:
        good = approved(evidence, rules)
        bad = {**good, "id": "training-2027", "approver": DRAFT["owner"]}

        found = judged(evidence, rules, bad, good)

        assert codes(found) == [("MN248", "/waivers/0/approver")]
        assert found.assessment is not None
        assert found.assessment.findings[0].status is FindingStatus.WAIVED

    def test_the_same_id_twice_is_a_defect(self, evidence: Path, rules: Rules) -> None:
        good = approved(evidence, rules)

        assert codes(judged(evidence, rules, good, good)) == [("MN140", "/waivers/1/id")]

    def test_waivers_of_another_organization_have_no_effect(
        self, evidence: Path, rules: Rules
    ) -> None:
        found = judged(evidence, rules, approved(evidence, rules), number="7000000000002")

        assert codes(found) == [("MN141", "/organization")]
        assert found.assessment is not None
        assert found.assessment.waivers == ()

    def test_a_file_that_does_not_match_its_schema_waives_nothing_and_blurs_nothing(
        self, evidence: Path, rules: Rules
    ) -> None:
        wrong = {**approved(evidence, rules), "reason": ""}

        found = judged(evidence, rules, wrong)

        assert {code for code, _ in codes(found)} <= {"MN136", "MN137"}
        assert codes(found)
        assert found.validation.unreadable == ()
        assert found.assessment is not None
        assert found.assessment.findings[0].status is FindingStatus.NOT_SATISFIED

    @pytest.mark.parametrize("left_out", ["approver", "facts"])
    def test_what_is_approved_needs_an_approver_and_facts(
        self, evidence: Path, rules: Rules, left_out: str
    ) -> None:
        waiver = approved(evidence, rules)
        del waiver[left_out]

        assert codes(judged(evidence, rules, waiver)) == [("MN131", "/waivers/0")]

    def test_the_file_can_be_validated_by_itself(self, evidence: Path, rules: Rules) -> None:
        judged(evidence, rules, {**DRAFT, "until": "2027-01-02"})

        whole = validate_folder(evidence, rules.schemas, cross_check=True)
        alone = validate_paths(evidence, [evidence / "waivers.yaml"], rules.schemas)

        assert [each.code for each in whole.problems] == ["MN249"]
        assert alone.problems == whole.problems

    def test_without_an_organization_nothing_is_judged(self, evidence: Path, rules: Rules) -> None:
        judged(evidence, rules, DRAFT)
        (evidence / "organization.yaml").unlink()

        found = judge_folder(evidence, AS_OF, rules)

        assert found.assessment is None
        assert codes(found) == [("MN146", "")]


class TestTailoring:
    @pytest.fixture
    def own(self, tmp_path: Path) -> Callable[..., Path]:
        """Write a tailoring."""

        def build(*changes: dict[str, Any], **more: Any) -> Path:
            listed = {"changes": list(changes)} if changes else {}
            value = {"extends": "mnaudit@0.1.0", **listed, **more}
            write(tmp_path / "controls" / "tailoring.yaml", value)
            return tmp_path / "controls"

        return build

    CHANGE: ClassVar[dict[str, Any]] = {
        "control": "PER-b-01",
        "tier": "minimum",
        "reason": "当社の都合",
    }
    LESS: ClassVar[dict[str, Any]] = {
        **CHANGE,
        "max_age": [{"requirement": 0, "max_age": "P9Y"}],
    }

    def test_less_is_judged_and_says_so(
        self, evidence: Path, rules: Rules, own: Any, training: Any
    ) -> None:
        training("2020-05-01")

        plain = assessed(evidence, rules).findings[0]
        less = assessed(evidence, tailored_rules(rules, own(self.LESS))).findings[0]

        assert (plain.status, plain.tailored) == ("not-satisfied", False)
        assert (less.status, less.tailored) == ("satisfied", True)

    def test_the_verifier_applies_the_tailoring_to_its_own_catalog(
        self, evidence: Path, rules: Rules, own: Any, training: Any, tmp_path: Path
    ) -> None:
        training("2020-05-01")
        mine = tailored_rules(rules, own(self.LESS, due_soon="P90D", controls=[row("PER-own-01")]))
        found = judge_folder(evidence, AS_OF, mine)
        key = generate(Algorithm.ED25519)

        path = attest(found, tmp_path / "out", key)
        verdict, again = verify(path, basis=Basis(pin=key.fingerprint), rules=rules)

        assert verdict.result is Result.VALID
        assert again is not None
        assert again.assessment == found.assessment
        assert again.assessment is not None
        assert again.assessment.catalog.tailored
        assert again.assessment.findings[0].tailored

    @pytest.mark.parametrize(
        "tailoring",
        [
            pytest.param({"extends": "mnaudit@0.2.0"}, id="another version"),
            pytest.param({"extends": "mnaudit@0.1.0", "sme": {}}, id="a forbidden field"),
            pytest.param("P1Y", id="no mapping"),
            pytest.param(None, id="none"),
        ],
    )
    def test_a_tailoring_that_could_not_be_applied_here_leaves_the_verdict_open(
        self, evidence: Path, rules: Rules, training: Any, tmp_path: Path, tailoring: object
    ) -> None:
        training("2020-05-01")
        found = judge_folder(evidence, AS_OF, rules)
        forged = canonical_bytes({**parse(rules.canonical), "tailoring": tailoring})
        assert found.assessment is not None
        catalog = rules.catalog.model_copy(update={"sha256": sha256(forged).hexdigest()})
        mine = Rules(catalog, forged, rules.schemas)
        key = generate(Algorithm.ED25519)
        path = attest(judge_folder(evidence, AS_OF, mine), tmp_path / "out", key)

        verdict, again = verify(path, basis=Basis(pin=key.fingerprint), rules=rules)

        assert (verdict.result, again) == (Result.INDETERMINATE, None)

    def test_a_tailoring_of_another_catalog_leaves_the_verdict_open(
        self, evidence: Path, rules: Rules, own: Any, training: Any, tmp_path: Path
    ) -> None:
        training("2020-05-01")
        raw = parse(rules.canonical)
        raw["catalog"]["edition"] = "2026-01"
        other = canonical_bytes(raw)
        catalog = rules.catalog.model_copy(update={"sha256": sha256(other).hexdigest()})
        theirs = tailored_rules(Rules(catalog, other, rules.schemas), own(self.LESS))
        key = generate(Algorithm.ED25519)
        path = attest(judge_folder(evidence, AS_OF, theirs), tmp_path / "out", key)

        verdict, _ = verify(path, basis=Basis(pin=key.fingerprint), rules=rules)

        assert verdict.result is Result.INDETERMINATE

    def test_rows_may_stand_in_files_of_their_own(self, rules: Rules, own: Any) -> None:
        folder = own(controls=[row("PER-own-01")])
        write(folder / "per-more.yaml", {"measure": "D-b", "controls": [row("PER-more-01")]})

        mine = tailored_rules(rules, folder)

        assert [each.id for each in mine.catalog.controls] == [
            "PER-b-01",
            "PER-b-02",
            "PER-more-01",
            "PER-own-01",
        ]

    REFUSED: ClassVar[list[Any]] = [
        pytest.param({"extends": "mnaudit@0.0.9"}, "MN341", "/extends", id="another version"),
        pytest.param({"extends": "mnaudit"}, "MN136", "/extends", id="no version"),
        pytest.param({"scopes": []}, "MN132", "/scopes", id="a forbidden field"),
        pytest.param(
            {"changes": [{**CHANGE, "statement": {}, "remove": [0]}]},
            "MN132",
            "/changes/0/statement",
            id="a forbidden change",
        ),
        pytest.param({"changes": [CHANGE]}, "MN139", "/changes/0", id="no change at all"),
        pytest.param(
            {"changes": [{**LESS, "control": "PER-b-09"}]},
            "MN342",
            "/changes/0/control",
            id="an unknown row",
        ),
        pytest.param(
            {"changes": [{**LESS, "tier": "optional"}]},
            "MN342",
            "/changes/0/tier",
            id="a tier that the row does not have",
        ),
        pytest.param(
            {"changes": [{**LESS, "sme": True}]},
            "MN342",
            "/changes/0/sme",
            id="an alternative that the row does not have",
        ),
        pytest.param(
            {"changes": [{**CHANGE, "max_age": [{"requirement": 1, "max_age": "P1Y"}]}]},
            "MN344",
            "/changes/0/max_age/0/requirement",
            id="an age of no requirement",
        ),
        pytest.param(
            {"changes": [{**CHANGE, "remove": [3], "add": [FRESH]}]},
            "MN344",
            "/changes/0/remove/0",
            id="no such requirement",
        ),
        pytest.param(
            {"changes": [{**CHANGE, "remove": [0]}]},
            "MN345",
            "/changes/0/remove",
            id="nothing left",
        ),
        pytest.param({"changes": [LESS, LESS]}, "MN349", "/changes/1/control", id="twice"),
        pytest.param(
            {"controls": [row("PER-b-01")]}, "MN343", "/controls/0/id", id="a row that exists"
        ),
        pytest.param(
            {"controls": [row("TEC-own-01")]}, "MN342", "/controls/0/id", id="an unknown group"
        ),
        pytest.param(
            {"controls": [row("PER-own-01", citations=[{"measure": "D-a", "basis": "ours"}])]},
            "MN342",
            "/controls/0/citations/0/measure",
            id="an unknown measure",
        ),
        pytest.param(
            {"controls": [row("PER-own-01", applies=["small"])]},
            "MN342",
            "/controls/0/applies/0",
            id="an unknown scope",
        ),
        pytest.param(
            {"controls": [row("PER-own-01", {"evidence": "use-record"})]},
            "MN342",
            "/controls/0/minimum/requires/0/evidence",
            id="an unknown kind",
        ),
    ]

    @pytest.mark.parametrize(("value", "code", "pointer"), REFUSED)
    def test_what_does_not_fit_is_refused_with_its_place(
        self, rules: Rules, own: Any, value: dict[str, Any], code: str, pointer: str
    ) -> None:
        folder = own(**value)

        same, problems = tailor_rules(rules, folder)

        assert same is rules
        assert [(each.code, each.pointer) for each in problems] == [(code, pointer)]
        assert problems[0].line > 1
        with pytest.raises(ConfigurationError) as refused:
            tailored_rules(rules, folder)
        place = f"tailoring.yaml:{problems[0].line}:{problems[0].column}"
        assert refused.value.code == "MN347"
        assert refused.value.values == {"path": place, "reason": code, "more": 0}

    WRONG: ClassVar[list[Any]] = [
        pytest.param({"where": {"required": ["x"]}}, "MN346", "/where", id="an unknown field"),
        pytest.param({"each": {"pattern": 1}}, "MN346", "/each", id="no schema"),
        pytest.param({"nil": True, "max_age": "P1Y"}, None, "", id="what is right"),
        pytest.param(
            {"cadence": {"every": "P5M", "over": "P12M"}}, "MN348", "/cadence", id="no multiple"
        ),
        pytest.param(
            {"covers": {"population": "nobody", "key": "data.attendees[].code"}},
            "MN342",
            "/covers/population",
            id="an unknown population",
        ),
        pytest.param(
            {"covers": {"population": "workforce", "key": "data.who"}},
            "MN342",
            "/covers/key",
            id="an unknown key",
        ),
        pytest.param(
            {
                "covers": {
                    "population": "workforce",
                    "key": "data.attendees[].code",
                    "where_item": {"required": ["grade"]},
                }
            },
            "MN346",
            "/covers/where_item",
            id="an unknown field of an item",
        ),
        pytest.param(
            {
                "on_event": {
                    "population": "workforce",
                    "key": "data.attendees[].code",
                    "within": "P30D",
                }
            },
            "MN342",
            "/on_event/population",
            id="a population without events",
        ),
        pytest.param(
            {"valid": {"from": "data.since", "until": "data.held_on"}},
            "MN342",
            "/valid/from",
            id="an unknown day",
        ),
        pytest.param(
            {"relations": [{"op": "differs", "left": "data.who", "right": "data.lecturer"}]},
            "MN342",
            "/relations/0/left",
            id="an unknown left",
        ),
        pytest.param(
            {"relations": [{"op": "member_of", "left": "data.lecturer", "population": "x"}]},
            "MN342",
            "/relations/0/population",
            id="no such register",
        ),
        pytest.param(
            {
                "relations": [
                    {"op": "matches", "evidence": "x", "left": "data.course", "right": "data.x"}
                ]
            },
            "MN342",
            "/relations/0/evidence",
            id="a match of no kind",
        ),
        pytest.param(
            {
                "relations": [
                    {
                        "op": "matches",
                        "evidence": "audit-report",
                        "left": "data.course",
                        "right": "data.conclusion",
                        "where": {"required": ["x"]},
                    }
                ]
            },
            "MN346",
            "/relations/0/where",
            id="a match by an unknown field",
        ),
        pytest.param(
            {
                "relations": [
                    {
                        "op": "matches",
                        "evidence": "audit-report",
                        "left": "data.course",
                        "right": "data.conclusion",
                        "precedes": {"left": "data.held_on", "right": "data.x"},
                    }
                ]
            },
            "MN342",
            "/relations/0/precedes/right",
            id="an unknown day of a match",
        ),
        pytest.param(
            {
                "relations": [
                    {
                        "op": "equals",
                        "left": "data.course",
                        "right": "data.lecturer",
                        "when": {"required": ["x"]},
                    }
                ]
            },
            "MN346",
            "/relations/0/when",
            id="when something unknown",
        ),
    ]

    @pytest.mark.parametrize(("more", "code", "pointer"), WRONG)
    def test_what_a_requirement_names_exists(
        self, rules: Rules, own: Any, more: dict[str, Any], code: str | None, pointer: str
    ) -> None:
        requirement = {"evidence": "training-record", **more}
        for value, at in (
            ({"changes": [{**self.CHANGE, "add": [requirement]}]}, "/changes/0/add/0"),
            ({"controls": [row("PER-own-01", requirement)]}, "/controls/0/minimum/requires/0"),
        ):
            _, problems = tailor_rules(rules, own(**value))

            found = [(each.code, each.pointer) for each in problems]
            assert found == ([] if code is None else [(code, at + pointer)])

    def test_a_row_in_a_file_of_its_own_is_refused_there(self, rules: Rules, own: Any) -> None:
        folder = own()
        cadence = {"every": "P5M", "over": "P12M"}
        wrong = row("PER-more-01", {"evidence": "training-record", "cadence": cadence})
        write(folder / "per-more.yaml", {"measure": "D-b", "controls": [wrong]})

        (found,) = tailor_rules(rules, folder)[1]

        assert (found.code, found.path) == ("MN348", "per-more.yaml")
        assert found.pointer == "/controls/0/minimum/requires/0/cadence"

    @pytest.mark.usefixtures("rules")
    def test_an_age_where_none_is_counted_is_refused(self, own: Any, tmp_path: Path) -> None:
        monthly = {"evidence": "audit-report", "cadence": {"every": "P1M", "over": "P12M"}}
        write(
            tmp_path / "shipped" / "personnel" / "x.yaml", {"controls": [row("PER-b-03", monthly)]}
        )
        given = rules_of(tmp_path / "shipped", SCHEMA)

        _, problems = tailor_rules(given, own({**self.LESS, "control": "PER-b-03"}))

        assert [(each.code, each.pointer) for each in problems] == [
            ("MN348", "/changes/0/max_age/0/max_age")
        ]

    def test_the_same_new_row_twice_is_refused_at_both_places(self, rules: Rules, own: Any) -> None:
        _, problems = tailor_rules(rules, own(controls=[row("PER-own-01"), row("PER-own-01")]))

        assert [(each.code, each.pointer) for each in problems] == [
            ("MN343", "/controls/0/id"),
            ("MN343", "/controls/1/id"),
        ]

    def test_what_cannot_be_read_is_refused_too(self, rules: Rules, own: Any) -> None:
        folder = own()
        (folder / "tailoring.yaml").write_text("extends: &x mnaudit@0.1.0\n", encoding="utf-8")

        same, problems = tailor_rules(rules, folder)

        assert same is rules
        assert [each.line for each in problems] == [1]
