"""A made-up evidence folder of any size: one company, and as many training records as wanted.

The records are valid under ``schema/evidence/training-record.schema.json``, each with ten
attendees, and the same seed gives the same bytes. Staff codes only: no name of a person occurs.

With ``--attachments`` every record has that many files of ``--attachment-bytes`` attached: rosters, logs
and minutes in turn. A folder that already has an ``organization.yaml``, such as a copy of the
sample company's, keeps it and gets the records added.

Usage: ``python tests/benchmarks/generate.py FOLDER [COUNT] [--attachments N --attachment-bytes SIZE]``
"""

from __future__ import annotations

import argparse
import hashlib
import random
from datetime import date, timedelta
from pathlib import Path

from texts import KINDS, text

__all__ = ["fill"]

SEED = 27
ATTENDEES = 10
WORKFORCE = 40
FIRST_DAY = date(2025, 4, 1)
COMPANY = "8000000000001"
TOPICS = ("handling-rules", "procedures", "leak-impact", "incident-reporting", "secure-disposal")
LECTURER = "監査法人見本 外部講師"
# YAML and JSON would be read as further documents.
ATTACHED = sorted(name for name, kind in KINDS.items() if kind.suffix not in {".yaml", ".json"})


def fill(folder: Path, count: int, attachments: int = 0, attachment_bytes: int = 0) -> None:
    """Write ``organization.yaml`` and ``count`` training records below ``folder``."""
    chance = random.Random(SEED)
    records = folder / "training-record"
    (records / "files").mkdir(parents=True, exist_ok=True)
    if not (folder / "organization.yaml").exists():
        (folder / "organization.yaml").write_text(_organization(), encoding="utf-8")
    for number in range(1, count + 1):
        record = _training_record(number, chance)
        if attachments:
            first = number * attachments
            paths = [
                _attachment(records / "files", first + further, attachment_bytes, chance)
                for further in range(attachments)
            ]
            record = record.replace("data:\n", _attachments(paths) + "data:\n", 1)
        (records / f"training-{number:05}.yaml").write_text(record, encoding="utf-8")


def _attachment(folder: Path, number: int, size_bytes: int, chance: random.Random) -> Path:
    name = ATTACHED[number % len(ATTACHED)]
    path = folder / f"{number:05}-{name}{KINDS[name].suffix}"
    path.write_bytes(text(KINDS[name], size_bytes, chance))
    return path


def _attachments(paths: list[Path]) -> str:
    listed = "".join(
        f"  - path: files/{path.name}\n"
        f"    sha256: {hashlib.sha256(path.read_bytes()).hexdigest()}\n"
        for path in paths
    )
    return f"attachments:\n{listed}"


def _organization() -> str:
    workforce = "\n".join(
        f'  - {{code: {_staff(i)}, unit: soumu, joined_on: "2020-04-01"}}'
        for i in range(1, WORKFORCE + 1)
    )
    return f"""\
organization: "{COMPANY}"
name: 株式会社見本商事
employees: {WORKFORCE}
exclusions:
  administrative_affairs: false
  entrusted_business: false
  financial_sector: false
  over_5000_individuals: false
processes:
  acquire: [paper]
  store: [file]
  use: [file]
  provide: [paper]
  disclose: [paper]
  dispose: [paper, file]
media: false
countries: [JP]
fiscal_year:
  starts: "04-01"
units:
  - {{id: soumu, name: 総務部}}
workforce:
{workforce}
vendors: []
"""


def _training_record(number: int, chance: random.Random) -> str:
    held_on = FIRST_DAY + timedelta(days=chance.randrange(330))
    topics = chance.sample(TOPICS, k=3)
    attendees = "\n".join(
        f'    - code: {_staff(i)}\n      attended_on: "{held_on}"\n      score: {chance.randint(70, 100)}'
        for i in sorted(chance.sample(range(1, WORKFORCE + 1), k=ATTENDEES))
    )
    return f"""\
kind: training-record
id: training-{number:05}
organization: "{COMPANY}"
title: 特定個人情報の取扱いに関する研修の記録（第{number}回）
issued_on: "{held_on}"
prepared_by:
  code: E0002
  role: 事務取扱担当者
approved_by:
  code: E0001
  role: 事務取扱責任者
approved_on: "{held_on + timedelta(days=7)}"
note: 欠席した者には、後日同じ教材で受講してもらい、受講した日を確かめています。
data:
  course: 個人番号の適正な取扱い
  held_on: "{held_on}"
  method: classroom
  audience: handlers
  topics: [{", ".join(topics)}]
  lecturer: {LECTURER}
  material_ref: 研修資料 第{number}版（総務部 保管番号 S-{number:05}）
  attendees:
{attendees}
  absentees: []
  pass_score: 70
  evaluation: 確認テストの結果は全員が合格点に達し、記録は総務部で保管しています。
"""


def _staff(number: int) -> str:
    return f"E{number:04}"


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("count", type=int, nargs="?", default=1000)
    arguments.add_argument("--attachments", type=int, default=0)
    arguments.add_argument("--attachment-bytes", type=int, default=0)
    asked = arguments.parse_args()
    fill(asked.folder, asked.count, asked.attachments, asked.attachment_bytes)
