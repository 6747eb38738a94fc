"""Edit, removal, reordering, fork, rollback, truncation, backdating: each is seen, honesty passes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.log_bench import FIRST, NOW, changed, company, resigned, rewritten
from tests.trust_bench import LOG, ORIGIN, THIEF, WITNESSES, following, new_key

from mnaudit.model.instant import instant_text
from mnaudit.signing.note import add_signature, cosign, read_note, write_note
from mnaudit.signing.trust_policy import Revocation
from mnaudit.verify.chain import Authority, Renamed, coverage, gaps, renamed, uncovered

KEY = Authority(ORIGIN, (LOG.public,))


def test_an_honest_log_has_no_problems() -> None:
    made = company()
    made.remember(at=FIRST + timedelta(days=41))
    made.append()

    chain = made.check()

    assert chain.problems == ()
    assert [entry.index for entry in chain.entries] == [0, 1, 2, 3, 4, 5]
    assert chain.checkpoint is not None
    assert chain.checkpoint.size == 6


def test_a_log_can_be_checked_with_nothing_but_its_key() -> None:
    assert company().trouble(KEY) == []


def test_the_name_of_the_log_may_come_from_its_checkpoint() -> None:
    assert company().trouble(Authority(keys=(LOG.public,))) == []


def test_witnesses_are_named_with_their_times() -> None:
    made = company()
    made.seen_by(*WITNESSES)

    assert [(seen.owner, seen.source) for seen in made.check().witnesses] == [
        ("auditor 1", "witness"),
        ("auditor 2", "witness"),
    ]


def test_an_edited_entry_is_named() -> None:
    made = company()
    made.payloads[2] = changed(made.payloads[2], sme=False)

    assert made.trouble() == [("MN464", 3), ("MN466", None)]


def test_an_entry_that_was_taken_out_is_named() -> None:
    made = company()
    del made.payloads[2]

    assert made.trouble() == [("MN463", 2), ("MN464", 2), ("MN463", 3), ("MN466", None)]


def test_entries_in_another_order_are_named() -> None:
    made = company()
    made.payloads[1], made.payloads[2] = made.payloads[2], made.payloads[1]

    found = made.trouble()

    assert {("MN463", 1), ("MN463", 2), ("MN464", 1), ("MN465", 2)} <= set(found)


def test_a_log_that_was_cut_off_does_not_fit_its_checkpoint() -> None:
    made = company()
    del made.payloads[-1]

    assert made.trouble() == [("MN466", None)]


def test_a_log_without_entries_does_not_fit_its_checkpoint() -> None:
    made = company()
    made.remember()
    made.payloads.clear()

    assert made.trouble() == [("MN466", None), ("MN468", None)]


def test_a_log_that_was_rolled_back_is_seen_by_whoever_saw_it_before() -> None:
    made, older = company(), company(4)
    made.remember()
    made.payloads, made.checkpoint = older.payloads, older.checkpoint

    assert made.trouble(KEY) == []
    assert made.trouble() == [("MN468", None)]


def test_a_fork_is_seen_by_whoever_saw_the_other_branch() -> None:
    made, other = company(4), company(4)
    made.append()
    made.remember()
    other.append(sme=False)
    other.append()
    made.payloads, made.checkpoint = other.payloads, other.checkpoint

    assert made.trouble(KEY) == []
    assert made.trouble() == [("MN469", None)]


def test_another_log_of_the_same_size_is_a_fork() -> None:
    made, other = company(4), company(4)
    made.append()
    made.remember()
    other.append(sme=False)
    made.payloads, made.checkpoint = other.payloads, other.checkpoint

    assert made.trouble() == [("MN469", None)]


def test_a_time_that_goes_back_is_named() -> None:
    made = company(2)
    early = changed(made.payloads[1], time_verified=instant_text(FIRST - timedelta(days=1)))
    made.payloads[1] = changed(early, as_of="2026-03-31")
    made.checkpoint = resigned(made.payloads)

    assert made.trouble() == [("MN465", 1)]


def test_a_day_that_had_not_come_is_named() -> None:
    made = company(2)
    made.payloads[1] = changed(made.payloads[1], as_of="2026-04-12")
    made.checkpoint = resigned(made.payloads)

    assert made.trouble() == [("MN473", 1)]


def test_the_day_counts_in_japan() -> None:
    # 15:00 UTC is midnight in Japan.
    made = company(1)
    late = {"time_verified": "2026-04-10T15:00:00Z", "as_of": "2026-04-11"}
    made.payloads[0] = changed(made.payloads[0], **late)
    made.checkpoint = resigned(made.payloads)

    assert made.trouble() == []


def test_a_time_that_has_not_come_is_named() -> None:
    made = company(1)
    late = instant_text(NOW + timedelta(hours=1))
    made.payloads[0] = changed(made.payloads[0], time_verified=late)
    made.checkpoint = resigned(made.payloads)

    assert made.trouble() == [("MN473", 0)]


def test_an_entry_cannot_be_later_than_the_witness_who_saw_it() -> None:
    made = company()
    made.seen_by(WITNESSES[0], at=FIRST + timedelta(days=20))

    assert made.trouble() == [("MN473", 3)]


def test_an_entry_that_was_not_there_when_a_witness_looked_was_backdated() -> None:
    made = company(3)
    made.remember(at=FIRST + timedelta(days=60))
    made.append()  # says that it is of day 30

    assert made.trouble() == [("MN465", 3)]


def test_an_entry_may_be_on_its_way_while_a_witness_looks() -> None:
    made = company(3)
    made.remember(at=FIRST + timedelta(days=30, hours=23))
    made.append()

    assert made.trouble() == []


def test_a_thief_of_the_ci_key_who_rewrites_history_cannot_sign_the_log() -> None:
    made = company()
    made.payloads = rewritten(made.payloads, 2, sme=False)
    made.checkpoint = resigned(made.payloads, key=THIEF)

    assert made.trouble() == [("MN467", None)]


def test_a_thief_of_both_keys_is_caught_by_what_the_witness_remembers() -> None:
    made = company()
    made.remember()
    made.append()
    made.payloads = rewritten(made.payloads, 2, sme=False)
    made.checkpoint = resigned(made.payloads)

    # Whoever sees this log for the first time cannot know better.
    assert made.trouble(KEY) == []
    assert made.trouble() == [("MN469", None)]


def test_what_is_no_status_is_named() -> None:
    made = company()
    made.payloads[1] = b"{}"

    assert made.trouble()[0] == ("MN462", 1)


def test_a_status_that_was_formatted_again_is_named() -> None:
    made = company()
    made.payloads[1] = made.payloads[1] + b"\n"

    assert made.trouble()[0] == ("MN462", 1)


def test_a_status_without_a_place_in_a_log_is_named() -> None:
    made = company(1)
    made.payloads[0] = changed(made.payloads[0], sequence=None, time_verified=None)
    made.checkpoint = resigned(made.payloads)

    assert made.trouble() == [("MN462", 0)]


def test_a_time_that_no_calendar_has_is_named() -> None:
    made = company(1)
    made.payloads[0] = changed(made.payloads[0], time_verified="2026-02-30T00:00:00Z")
    made.checkpoint = resigned(made.payloads)

    assert made.trouble() == [("MN462", 0)]


def test_an_entry_of_another_organization_is_named() -> None:
    made = company(2)
    other = {"corporate_number": "1000000000009", "name": "他社"}
    made.payloads[1] = changed(made.payloads[1], organization=other)
    made.checkpoint = resigned(made.payloads)

    assert made.trouble() == [("MN462", 1)]


def test_a_whole_log_of_another_organization_is_named() -> None:
    made = company(1)
    other = {"corporate_number": "1000000000009", "name": "他社"}
    made.payloads[0] = changed(made.payloads[0], organization=other)
    made.checkpoint = resigned(made.payloads)

    assert made.trouble() == [("MN462", 0)]


def test_a_company_may_change_its_name() -> None:
    made = company(1)
    made.append(organization={"corporate_number": "8000000000001", "name": "株式会社新見本"})

    assert made.trouble() == []


def test_the_signature_of_another_key_does_not_count() -> None:
    made = company()
    made.checkpoint = resigned(made.payloads, key=THIEF)

    assert made.trouble() == [("MN467", None)]
    assert made.trouble(KEY) == [("MN467", None)]


def test_the_checkpoint_of_another_log_does_not_count() -> None:
    made = company()

    assert made.trouble(Authority("other/log", (LOG.public,))) == [("MN467", None)]


def test_nobody_is_believed_without_a_key() -> None:
    assert company().trouble(Authority()) == [("MN467", None)]


def test_a_policy_may_name_another_log() -> None:
    made = company()
    made.policy = made.policy.model_copy(update={"log_origin": "other/log"})

    assert made.trouble() == [("MN467", None)]


def test_a_broken_checkpoint_is_named_and_the_entries_are_still_looked_at() -> None:
    made = company()
    made.payloads[2] = changed(made.payloads[2], sme=False)
    made.checkpoint = b"nonsense"

    assert made.trouble() == [("MN464", 3), ("MN460", None)]


def test_a_cosignature_that_is_wrong_is_named() -> None:
    made, other = company(4), company(5)
    forged = cosign(read_note(other.note).text, WITNESSES[0], NOW)
    made.checkpoint = write_note(add_signature(read_note(made.note), forged))

    assert made.trouble() == [("MN467", None)]


def test_a_cosignature_of_a_time_to_come_is_named() -> None:
    made = company()
    made.seen_by(WITNESSES[0], at=NOW + timedelta(hours=1))

    assert made.trouble() == [("MN473", 4)]


def test_a_stranger_is_no_witness_and_does_no_harm() -> None:
    made = company()
    made.seen_by(new_key("stranger"))

    assert made.check().witnesses == ()
    assert made.trouble() == []


@pytest.mark.parametrize(
    ("reason", "day", "counts"),
    [
        ("superseded", 120, True),
        ("superseded", 50, False),
        ("compromised", 120, False),
        ("compromised", 50, False),
    ],
)
def test_a_revoked_witness_counts_only_if_the_key_was_never_stolen(
    reason: str, day: int, *, counts: bool
) -> None:
    made = company()
    made.seen_by(WITNESSES[0])
    entry = made.policy.keys[WITNESSES[0].fingerprint]
    revoked = Revocation.model_validate(
        {"at": instant_text(FIRST + timedelta(days=day)), "reason": reason}
    )
    keys = made.policy.keys | {
        WITNESSES[0].fingerprint: entry.model_copy(update={"revoked": revoked})
    }
    made.policy = following(made.policy, keys=keys)

    assert bool(made.check().witnesses) is counts


@pytest.mark.parametrize(
    ("window", "is_good"),
    [
        ({"not_before": FIRST}, True),
        ({"not_before": NOW + timedelta(days=1)}, False),
        ({"not_after": FIRST + timedelta(days=60)}, False),
    ],
)
def test_a_log_key_must_be_good_when_the_checkpoint_is_looked_at(
    window: dict[str, object], *, is_good: bool
) -> None:
    made = company()
    entry = made.policy.keys[LOG.fingerprint].model_copy(update=window)
    made.policy = following(made.policy, keys=made.policy.keys | {LOG.fingerprint: entry})

    assert made.trouble() == ([] if is_good else [("MN467", None)])


def test_a_witness_shows_that_a_log_key_was_still_good() -> None:
    made = company()
    entry = made.policy.keys[LOG.fingerprint].model_copy(
        update={"not_after": FIRST + timedelta(days=60)}
    )
    made.policy = following(made.policy, keys=made.policy.keys | {LOG.fingerprint: entry})
    made.seen_by(WITNESSES[0], at=FIRST + timedelta(days=59))

    assert made.trouble() == []


def test_a_month_without_a_status_is_a_gap() -> None:
    entries = company().check().entries
    del_one = (*entries[:2], *entries[3:])

    found = gaps(del_one, "P10D", FIRST + timedelta(days=41))

    assert [(each.code, dict(each.values)["entry"]) for each in found] == [("MN068", 1)]


def test_the_time_since_the_last_status_counts_too() -> None:
    entries = company().check().entries

    found = gaps(entries, "P10D", NOW)

    assert [(each.code, dict(each.values)["entry"]) for each in found] == [("MN068", 4)]
    assert gaps(entries, "P1Y", NOW) == ()


def test_gaps_before_a_known_entry_are_not_told_again() -> None:
    entries = company().check().entries

    assert gaps(entries, "P1D", FIRST + timedelta(days=40), first=4) == ()
    assert gaps((), "P1D", NOW) == ()


def test_commits_without_a_status_are_listed() -> None:
    entries = company(2).check().entries
    commits = [f"{number:040x}" for number in (2, 1, 0)]

    assert uncovered(entries, commits) == (commits[0],)
    assert [(each.code, dict(each.values)) for each in coverage(entries, commits)] == [
        ("MN069", {"count": 1, "total": 3, "commit": commits[0]})
    ]
    assert coverage(entries, commits[1:]) == ()


def test_commits_of_a_rewritten_history_are_no_gap_if_there_were_as_many_statuses() -> None:
    entries = company(3).check().entries
    new = ["a" * 40, "b" * 40]
    last = f"{2:040x}"  # judged after the rewriting

    assert renamed(entries, [last, *new], {new[0]}) == Renamed(tuple(new), 2)
    assert coverage(entries, [last, *new], {new[0]}) == ()
    assert [each.code for each in coverage(entries, [last, *new])] == ["MN069"]


def test_a_rewritten_history_hides_no_commit_that_never_had_a_status() -> None:
    entries = company(2).check().entries
    new = [letter * 40 for letter in "abc"]

    assert renamed(entries, new, {new[0]}) == Renamed(tuple(new), 2)
    assert dict(coverage(entries, new, {new[0]})[0].values)["count"] == 3


def test_only_commits_up_to_a_rewritten_head_are_renamed() -> None:
    entries = company(3).check().entries
    later, head, older = (letter * 40 for letter in "abc")

    commits = [later, head, older, f"{0:040x}"]
    assert renamed(entries, commits, {head, "d" * 40}) == Renamed((head, older), 2)
    assert [dict(each.values) for each in coverage(entries, commits, {head})] == [
        {"count": 1, "total": 4, "commit": later}
    ]
    assert renamed(entries, commits, {"d" * 40}) == Renamed((), 2)


def test_a_status_without_a_commit_covers_none() -> None:
    made = company(1)
    made.payloads[0] = changed(made.payloads[0], git=None)
    made.checkpoint = resigned(made.payloads)

    assert uncovered(made.check().entries, ["a" * 40]) == ("a" * 40,)


def test_what_was_seen_before_counts_without_a_policy_too() -> None:
    made = company()
    made.remember()
    made.payloads = rewritten(made.payloads, 2, sme=False)
    made.checkpoint = resigned(made.payloads)
    honest = Authority(ORIGIN, (LOG.public,), accepted=company(3).note.decode())

    assert company().trouble(honest) == []
    assert made.trouble(honest) == [("MN469", None)]
