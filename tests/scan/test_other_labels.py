"""What a number is called itself counts more than a name of the Individual Number beside it.

Evidence about the number names it everywhere: beside slips, staff codes and the ids of tickets.
"""

from __future__ import annotations

import pytest
from tests.scan.numbers import NUMBERS
from tests.scan.running import found, scan

N = NUMBERS[0]

OTHERS = {
    "the next row": ("a.csv", f"社員番号,氏名,マイナンバー\n{N},見本,済\n"),
    "the next row, wrong": ("a.csv", f"社員番号,氏名,マイナンバー\n{N[:-1]}7,見本,済\n"),
    "the row before": ("a.csv", f"追跡番号,品名\n{N},マイナンバー\n{N},書類\n"),
    "the next row of Markdown": (
        "a.md",
        f"| 社員番号 | 氏名 | マイナンバー |\n|---|---|---|\n| {N} | 見本 | 済 |\n",
    ),
    "the cell beside": ("a.csv", f"品名,追跡番号\nマイナンバー,{N}\n"),
    "the field beside in JSON": ("a.json", f'{{"subject":"個人番号","ticket_id":"{N}"}}'),
    "the field beside in YAML": ("a.yaml", f'title: 個人番号\ndocument_number: "{N}"\n'),
    "the item beside in YAML": ("a.yaml", f'- 研修: マイナンバー\n  受講番号: "{N}"\n'),
    "an element of XML": (
        "a.xml",
        f"<?xml version='1.0'?><r><件名>マイナンバー収集</件名><伝票番号>{N}</伝票番号></r>",
    ),
    "an element beside": (
        "a.xml",
        f"<?xml version='1.0'?><r><title>個人番号</title><trackingNumber>{N}</trackingNumber></r>",
    ),
    "an element alone": (
        "a.xml",
        f"<?xml version='1.0'?><r><name/><order><order_id>{N}</order_id></order></r></r>",
    ),
    "a bold number": ("a.html", f"<p>マイナンバー収集</p><p>お客様番号: <b>{N}</b></p>"),
    "a definition": ("a.html", f"<p>マイナンバー</p><dl><dt>注文番号</dt><dd>{N}</dd></dl>"),
    "the subject of a sentence": ("a.txt", f"社員番号 {N} が個人番号を提出した"),
    "what somebody reads": ("a.txt", f"ユーザーID {N} は個人番号の一覧を閲覧した"),
    "a label in the next line": ("a.txt", f"■個人番号\n社員番号 {N}"),
    "a carrier": ("a.txt", f"マイナンバー関係書類\n佐川急便 {N[:4]}-{N[4:8]}-{N[8:]}"),
    "a carrier without context": ("a.txt", f"クロネコヤマト {N[:4]}-{N[4:8]}-{N[8:]}"),
    "a certificate": ("a.txt", f"溶解処理証明書 第{N}号 個人番号廃棄"),
    "a box": ("a.csv", f"対象,保管箱\n個人番号の書類,{N}\n"),
    "a document": ("a.txt", f"マイナンバーの委託契約\n電子契約 書類ID:{N}"),
    "an account": ("a.txt", f"マイナンバー管理\nAWSアカウントは {N} です"),
    "a query": ("a.log", f'10.0.0.1 - - "GET /mynumber?id={N} HTTP/1.1" 200'),
    "microseconds": ("a.json", f'{{"job":"マイナンバー照合","duration_us":{N}}}'),
}


@pytest.mark.parametrize("case", OTHERS)
def test_a_number_that_is_called_otherwise_is_no_individual_number(case: str) -> None:
    name, text = OTHERS[case]
    assert found(scan(name, text.encode())) == ""


NUMBERED = {
    "or a pension number": ("a.txt", f"個人番号（基礎年金番号） {N}"),
    "or a pension number, in words": ("a.txt", f"個人番号または基礎年金番号 {N}"),
    "the head of either": ("a.csv", f"氏名,個人番号（基礎年金番号）\n見本,{N}\n"),
    "the head for people and companies": ("a.csv", f"名称,個人番号/法人番号\n見本,{N}\n"),
    "a line under the head": (
        "a.txt",
        f" name | my_number \n------+--------------\n a    | {N}\n(1 row)\n",
    ),
    "three keys of one object": (
        "a.json",
        f'{{"個人番号": {{"1": "{N[:4]}", "2": "{N[4:8]}", "3": "{N[8:]}"}}}}',
    ),
    "three fields of a form": (
        "a.json",
        f'{{"mynumber1":"{N[:4]}","mynumber2":"{N[4:8]}","mynumber3":"{N[8:]}","name":"見本"}}',
    ),
    "three keys of YAML": (
        "a.yaml",
        f"my_number_1: '{N[:4]}'\nmy_number_2: '{N[4:8]}'\nmy_number_3: '{N[8:]}'\n",
    ),
    "a sign for number": ("a.txt", f"個人№：{N}"),
    "the number of a card": ("a.csv", f"氏名,本人確認書類,書類番号\n見本,マイナンバーカード,{N}\n"),
    "the number of a card in brackets": (
        "a.csv",
        f"氏名,カード番号\n見本（マイナンバーカード）,{N}\n",
    ),
    "a cell with its own label": ("a.csv", f"氏名,社員番号\n見本,個人番号 {N}\n"),
    "what a sentence says": ("a.txt", f"{N} が私の個人番号です"),
    "a bracket behind another label": ("a.txt", f"受付番号: {N}（個人番号）"),
    "a list of items": (
        "a.xml",
        f"<?xml version='1.0'?><個人番号一覧><本人>{N}</本人></個人番号一覧>",
    ),
    "an element of its own": (
        "a.xml",
        f"<?xml version='1.0'?><r><id>7</id><個人番号>&#x{ord(N[0]):x};{N[1:]}</個人番号></r>",
    ),
}


@pytest.mark.parametrize("case", NUMBERED)
def test_an_individual_number_is_found_beside_other_names(case: str) -> None:
    name, text = NUMBERED[case]
    assert found(scan(name, text.encode())) == "MN501"
