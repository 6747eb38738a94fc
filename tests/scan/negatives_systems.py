"""Business documents without any Individual Number: what systems write, and their tables."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID

from tests.scan.japan import (
    address,
    amount,
    company,
    corporate_number,
    day,
    look_alike,
    mobile,
    moment,
    person,
    phone,
    postal,
    registry_number,
    slip_number,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

__all__ = ["SYSTEMS"]


def _ip(random: Random) -> str:
    return ".".join(str(random.randrange(100, 256)) for _ in range(4))


def _uuid(random: Random) -> str:
    """Return a UUID; the last group is twelve decimal digits one time in four."""
    text = str(UUID(int=random.getrandbits(128), version=4))
    return text if random.random() < 0.75 else f"{text[:24]}{look_alike(random)}"


def _access_log(random: Random) -> str:
    paths = (
        "/mynumber/list",
        "/mynumber/collect",
        "/login",
        "/api/my_number/status",
        "/static/a.js",
    )
    return "".join(
        f"{_ip(random)} - u{random.randrange(10**5):05d} [{moment(random):%d/%b/%Y:%H:%M:%S} +0900] "
        f'"GET {random.choice(paths)}?_={random.randrange(10**12, 10**13)}&t={moment(random):%Y%m%d%H%M} HTTP/1.1" 200 {random.randrange(10**6)} {random.random():.12f}\n'
        for _ in range(40)
    )


def _stamps(random: Random) -> str:
    return "".join(
        f"{moment(random):%Y%m%d%H%M} {moment(random):%Y%m%d%H%M%S} {random.randrange(10**9, 2 * 10**9)} {random.randrange(10**12, 2 * 10**12)} INFO マイナンバー台帳を更新 件数={random.randrange(90)}\n"
        for _ in range(40)
    )


def _audit_trail(random: Random) -> str:
    return "".join(
        f"{moment(random):%Y-%m-%dT%H:%M:%S.%f}+09:00,{_uuid(random)},u{random.randrange(10**4):04d},個人番号ファイル,参照,{_ip(random)},session={random.getrandbits(64):020d},result=OK\n"
        for _ in range(40)
    )


def _cloud(random: Random) -> str:
    account = look_alike(random)
    record = {
        "eventTime": f"{moment(random):%Y-%m-%dT%H:%M:%SZ}",
        "recipientAccountId": account,
        "userIdentity": {
            "arn": f"arn:aws:iam::{account}:role/mynumber-reader",
            "accountId": account,
        },
        "resources": [{"ARN": f"arn:aws:kms:ap-northeast-1:{account}:key/{_uuid(random)}"}],
        "requestParameters": {"bucketName": "mynumber-vault", "sourceIp": _ip(random)},
    }
    return json.dumps({"Records": [record] * 3}, indent=random.choice((None, 2)))


def _json_dump(random: Random) -> str:
    rows = [
        {
            "id": random.randrange(10**11, 10**12),
            "uuid": _uuid(random),
            "sha256": sha256(random.randbytes(8)).hexdigest(),
            "createdAt": random.randrange(10**12, 2 * 10**12),
            "name": person(random),
            "orderId": look_alike(random),
            "myNumberSubmitted": random.random() < 0.5,
            "price": random.randrange(10**6),
            "location": [round(random.uniform(30, 45), 12), round(random.uniform(129, 145), 12)],
        }
        for _ in range(12)
    ]
    return json.dumps(rows, ensure_ascii=False, indent=random.choice((None, 1, 2)))


def _orders(random: Random) -> str:
    header = random.choice(("注文番号", "注文ID", "order_id", "伝票番号", "受注番号"))
    rows = "".join(
        f"{look_alike(random)},{day(random)},{person(random)},{random.choice(('用紙', 'マイナンバー保管庫', 'PC'))},{amount(random).replace(',', '')}\n"
        for _ in range(30)
    )
    return f"{header},注文日,氏名,品名,金額\n{rows}"


def _roster(random: Random) -> str:
    """The roster that says whether the number was handed in, and holds every other number."""
    rows = "".join(
        f"{look_alike(random)},{person(random)},{day(random)},{postal(random)},{address(random)},{phone(random)},{mobile(random)},{random.choice(('済', '未', '提出済'))}\n"
        for _ in range(25)
    )
    return f"社員番号,氏名,入社日,郵便番号,住所,電話,携帯,マイナンバー提出\n{rows}"


def _short_roster(random: Random) -> str:
    rows = "".join(
        f"{random.randrange(10**6):06d},{person(random)},{day(random)},{mobile(random)},{random.choice(('済', '未'))},{moment(random):%Y%m%d%H%M}\n"
        for _ in range(25)
    )
    return f"社員コード,氏名,生年月日,携帯電話,個人番号届出,更新日時\n{rows}"


def _health_insurance(random: Random) -> str:
    rows = "".join(
        f"{random.randrange(10**8):08d},{random.randrange(10**7):07d},{random.randrange(10**4):04d}-{random.randrange(10**6):06d},{random.randrange(10**4):04d}-{random.randrange(10**6):06d}-{random.randrange(10)},{person(random)}\n"
        for _ in range(25)
    )
    return f"保険者番号,被保険者番号,基礎年金番号,雇用保険番号,氏名（個人番号記載なし）\n{rows}"


def _amount_columns(random: Random) -> str:
    """Four-digit amounts side by side, under a title that names the number."""
    rows = "".join(
        f"{person(random)},{random.randrange(1000, 10**4)},{random.randrange(1000, 10**4)},{random.randrange(1000, 10**4)},{random.randrange(1000, 10**4)}\n"
        for _ in range(30)
    )
    return f"マイナンバー研修 費用,,,,\n氏名,2024年度,2025年度,2026年度,2027年度\n{rows}"


def _digit_columns(random: Random) -> str:
    """Answers from one to five, side by side: a survey about the handling, often twelve of them."""
    count = random.choice((10, 12, 12, 12, 14))
    rows = "".join(
        f"{person(random)},{','.join(str(random.randrange(1, 6)) for _ in range(count))}\n"
        for _ in range(30)
    )
    head = ",".join(f"問{at}" for at in range(1, count + 1))
    return f"マイナンバー理解度アンケート{',' * count}\n回答者,{head}\n{rows}"


def _code_columns(random: Random) -> str:
    rows = "".join(
        f"{random.randrange(10**4):04d},{random.randrange(10**4):04d},{random.randrange(10**4):04d},{random.choice(('開始', '終了'))}\n"
        for _ in range(40)
    )
    return f"部門コード,科目コード,補助コード,区分\n{rows}"


def _schedule(random: Random) -> str:
    rows = "".join(
        f"{moment(random).year},{moment(random):%m%d},{moment(random):%H%M},{random.choice(('マイナンバー研修', '点検', '監査'))}\n"
        for _ in range(40)
    )
    return f"年,月日,時刻,予定\n{rows}"


def _customers(random: Random) -> str:
    rows = "".join(
        f"{corporate_number(random)},{registry_number(random)},{company(random)},{postal(random)},{address(random)},{phone(random)},T{corporate_number(random)}\n"
        for _ in range(25)
    )
    return f"法人番号,会社法人等番号,商号,郵便番号,所在地,電話,登録番号\n{rows}"


def _network(random: Random) -> str:
    rows = "".join(
        f"{_ip(random)}\t{''.join(f'{random.randrange(100):02d}' for _ in range(6))}\t{'-'.join(f'{random.randrange(100):02d}' for _ in range(6))}\tmynumber-pc{at:02d}\n"
        for at in range(40)
    )
    return f"IPアドレス\tMAC\tMAC(ハイフン)\tホスト名\n{rows}"


def _evidence(random: Random) -> str:
    """A file of our own kind: declared ids, dates, hashes, and the words everywhere."""
    return (
        f"schema: mnaudit/training@1\nid: EV-{random.randrange(10**4):04d}\ntitle: マイナンバー研修\nheld_on: {moment(random):%Y-%m-%d}\n"
        f"attendees:\n  - name: {person(random)}\n    employee_id: '{random.randrange(10**6):06d}'\n  - name: {person(random)}\n    employee_id: '{look_alike(random)}'\n"
        f"organization:\n  corporate_number: '{corporate_number(random)}'\n  registry_number: '{registry_number(random)}'\n"
        f"attachments:\n  - path: 出席簿.pdf\n    sha256: {sha256(random.randbytes(8)).hexdigest()}\n    size_bytes: {random.randrange(10**8)}\n"
        f"registered_at: {moment(random):%Y-%m-%dT%H:%M:%SZ}\nremarks: 個人番号の記載なし、{moment(random):%Y%m%d%H%M} に確認\ntracking: '{slip_number(random)}'\n"
    )


def _hashes(random: Random) -> str:
    return "".join(
        f"{sha256(random.randbytes(8)).hexdigest()}  evidence/mynumber/{random.randrange(10**4):04d}.pdf\n"
        f"{look_alike(random)[:6]}{random.choice('abcdef')}{look_alike(random)}{random.choice('abcdef')}{random.getrandbits(64):016x}  個人番号.md\n"
        for _ in range(30)
    )


def _mail(random: Random) -> str:
    return (
        f"From: a@example\nTo: b@example\nDate: {moment(random):%a, %d %b %Y %H:%M:%S} +0900\n"
        f"Message-ID: <{moment(random):%Y%m%d%H%M}.{look_alike(random)}@mail.example>\nX-Mailer-Id: {random.getrandbits(48)}\n"
        f"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\nSubject: =?utf-8?B?44Oe44Kk44OK44Oz44OQ44O8?=\n\n"
        f"{person(random)} 様\nマイナンバーのご提出をお願いします。期限 {day(random)}。\nお問い合わせ番号 {slip_number(random)}\n総務 {person(random)}\nTEL {phone(random)} / {mobile(random)}\n"
    )


def _table_page(random: Random) -> str:
    rows = "".join(
        f"<tr id='r{look_alike(random)}'><td>{person(random)}</td><td>{phone(random)}</td><td>{moment(random):%Y%m%d%H%M}</td><td>{amount(random)}</td></tr>"
        for _ in range(25)
    )
    return (
        "<!doctype html><meta charset='utf-8'><title>マイナンバー収集状況</title>"
        f"<script src='/a.js?v={moment(random):%Y%m%d%H%M}'></script><table><tr><th>氏名<th>電話<th>更新日時<th>手当</tr>{rows}</table>"
    )


def _dump(random: Random) -> str:
    rows = ",\n".join(
        f"({at},'{person(random)}','{look_alike(random)}','{mobile(random)}',{random.randrange(10**12, 2 * 10**12)},{random.randrange(2)})"
        for at in range(30)
    )
    return f"INSERT INTO employee (id, name, employee_code, mobile, updated_ms, my_number_submitted) VALUES\n{rows};\n"


def _figures(random: Random) -> str:
    return "".join(
        f"{random.random():.12f} {random.uniform(-1e6, 1e6):.12f} {random.gauss(0, 1):.15e} {random.getrandbits(64)} {random.uniform(1e11, 1e12):.3f}\n"
        for _ in range(60)
    )


def _barcode_feed(random: Random) -> str:
    return "".join(
        f"<item><asin>B0{random.randrange(10**8):08d}</asin><upc>{random.randrange(10**12):012d}</upc><gtin>{random.randrange(10**14):014d}</gtin><name>マイナンバーカードケース</name></item>\n"
        for _ in range(25)
    )


def _backup_names(random: Random) -> str:
    return "".join(
        f"-rw-r----- 1 jinji jinji {random.randrange(10**9):>12} {moment(random):%Y-%m-%d %H:%M} mynumber_backup_{moment(random):%Y%m%d%H%M}.zip.gpg\n"
        for _ in range(40)
    )


def _scans_of_ports(random: Random) -> str:
    return "".join(
        f"{_ip(random)}:{random.randrange(1024, 65536)} -> {_ip(random)}:443 tcp {random.randrange(10**10)} {random.randrange(10**10)} v{random.randrange(99)}.{random.randrange(9999)}.{random.randrange(9999)}.{random.randrange(9999)}\n"
        for _ in range(40)
    )


SYSTEMS: Mapping[str, tuple[str, Callable[[Random], str]]] = {
    "access log": ("access.log", _access_log),
    "time stamps": ("batch.log", _stamps),
    "audit trail": ("audit.csv", _audit_trail),
    "cloud trail": ("trail.json", _cloud),
    "json dump": ("dump.json", _json_dump),
    "orders": ("orders.csv", _orders),
    "roster": ("名簿.csv", _roster),
    "short roster": ("社員.csv", _short_roster),
    "insurance": ("社保.csv", _health_insurance),
    "amount columns": ("費用.csv", _amount_columns),
    "answers": ("アンケート.csv", _digit_columns),
    "code columns": ("仕訳.csv", _code_columns),
    "schedule": ("予定.csv", _schedule),
    "customers": ("取引先.csv", _customers),
    "network": ("network.tsv", _network),
    "evidence": ("training.yaml", _evidence),
    "hashes": ("SHA256SUMS", _hashes),
    "mail": ("依頼.eml", _mail),
    "page": ("status.html", _table_page),
    "database dump": ("dump.sql", _dump),
    "figures": ("figures.txt", _figures),
    "barcode feed": ("feed.xml", _barcode_feed),
    "backups": ("ls.txt", _backup_names),
    "connections": ("conn.log", _scans_of_ports),
}
