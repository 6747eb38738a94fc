"""Business documents without any Individual Number: papers that people write."""

# ruff: noqa: RUF001 - Japanese characters; seeded generators are the point
from __future__ import annotations

from typing import TYPE_CHECKING

from tests.scan.japan import (
    address,
    amount,
    company,
    corporate_number,
    day,
    jan,
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

__all__ = ["PAPERS"]


def _invoice(random: Random) -> str:
    lines = "\n".join(
        f"{random.choice(('用紙', '研修費', '保守', 'マイナンバー収集代行', '金庫'))}  {random.randrange(1, 90)}  {amount(random)}  {amount(random)}"
        for _ in range(random.randrange(3, 20))
    )
    return (
        f"請求書\n{company(random)} 御中\n請求書番号 {look_alike(random)}\n発行日 {day(random)}\n"
        f"{company(random)}\n〒{postal(random)} {address(random)}\nTEL {phone(random)} FAX {phone(random)}\n"
        f"登録番号 T{corporate_number(random)}\n\n品名  数量  単価  金額\n{lines}\n合計 ¥{amount(random)}\n"
        f"振込先 見本銀行(0{random.randrange(1000):03d}) 本店({random.randrange(1000):03d}) 普通 {random.randrange(10**7):07d}\n"
    )


def _contract(random: Random) -> str:
    return (
        f"特定個人情報等の取扱いに関する覚書\n\n{company(random)}（以下「甲」という。）と{company(random)}（以下「乙」という。）は、"
        f"甲が乙に委託する個人番号関係事務（令和{random.randrange(1, 9)}年{random.randrange(1, 13)}月{random.randrange(1, 29)}日付業務委託契約）における"
        "個人番号（マイナンバー）の取扱いについて、次のとおり合意する。\n"
        "第一条 乙は、行政手続における特定の個人を識別するための番号の利用等に関する法律（平成25年法律第27号）第十二条を遵守する。\n"
        f"第二条 甲の法人番号は{corporate_number(random)}、会社法人等番号は{registry_number(random)}である。\n"
        f"第三条 乙の法人番号は{corporate_number(random)}とする。連絡先は{phone(random)}（担当 {person(random)}）とする。\n"
        f"第四条 個人番号は12桁の番号とし、委託料は金{amount(random)}円とする。振込先は普通預金{random.randrange(10**7):07d}とする。\n"
        f"{day(random)}\n甲 {address(random)} 会社法人等番号 {registry_number(random)}\n乙 {address(random)} 電話 {phone(random)}\n"
    )


def _slides(random: Random) -> str:
    example = random.choice(
        (
            "XXXX-XXXX-XXXX",
            "○○○○-○○○○-○○○○",
            "1234 5678 9012",
            f"{1234567890}12",
            "0" * 12,
            "0000-0000-0000",
        )
    )
    return (
        f"# マイナンバー研修 {moment(random).year}年度\n\n実施日時 {moment(random):%Y%m%d%H%M}〜{moment(random):%Y%m%d%H%M}\n"
        f"- 個人番号は12桁、法人番号は13桁です（例: {example} は見本であり実在しません）\n"
        "- 一人一台の端末で、四半期ごとに二回、三名以上で点検します\n"
        f"- 根拠: 番号法第十九条、平成26年総務省令第85号、ガイドライン（令和7年6月1日）\n"
        f"- 質問は総務 内線 {random.randrange(10000):04d}、{phone(random)} まで\n"
        f"- 資料番号 {look_alike(random)}、前年度 {moment(random).year} 2024 2025 2026\n"
    )


def _delivery(random: Random) -> str:
    label = random.choice(
        (
            "お問い合わせ番号",
            "送り状番号",
            "伝票番号",
            "お問い合わせ伝票番号",
            "追跡番号",
            "配送伝票No.",
        )
    )
    return (
        f"納品書・送付案内\n{person(random)} 様\n〒{postal(random)} {address(random)}\n"
        f"品名：{random.choice(('マイナンバー収集キット', '通知カード写し返送用封筒', '書類', '年末調整書類（扶養控除等申告書）'))}\n"
        f"{label}：{slip_number(random)}\n発送日：{day(random)}\nお届け予定：{day(random)}\n電話：{mobile(random)}\n"
    )


def _parcels(random: Random) -> str:
    lines = "\n".join(
        f"{day(random)} {slip_number(random)} {person(random)} {random.choice(('配達完了', '持戻', '発送'))}"
        for _ in range(30)
    )
    return f"宅急便 送り状番号一覧（マイナンバー収集書類 発送分）\n発送日 送り状番号 宛名 状況\n{lines}\n"


def _minutes(random: Random) -> str:
    return (
        f"個人情報保護委員会 議事録（第{random.randrange(1, 60)}回）\n日時 {day(random)} {random.randrange(9, 18)}:{random.randrange(60):02d}\n"
        f"出席 {person(random)}、{person(random)}、{person(random)}\n議題一 マイナンバーの廃棄について\n"
        f"対象は{random.randrange(1, 900)}件、保存期間は七年とする。個人番号の記載がある扶養控除等申告書は{moment(random).year}年から{moment(random).year}年のもの。\n"
        f"議題二 予算 {amount(random)}円、{amount(random)}円、{amount(random)}円。稟議番号 {look_alike(random)}。\n"
        f"会議ID {random.randrange(10**11):011d} パスコード {random.randrange(10**6):06d}\n"
        f"Zoom https://example.zoom.us/j/{random.randrange(10**10, 10**11)} 次回 {day(random)}\n"
    )


def _registry(random: Random) -> str:
    return (
        f"履歴事項全部証明書\n{address(random)}\n{company(random)}\n会社法人等番号　　{registry_number(random)}\n"
        f"商　号　　{company(random)}\n本　店　　{address(random)}\n会社成立の年月日　{day(random)}\n"
        f"資本金の額　　金{amount(random)}円\n役員に関する事項　取締役　{person(random)}\n整理番号　シ{random.randrange(10**6):06d}　　＊下線のあるものは抹消事項\n"
    )


def _transfer(random: Random) -> str:
    lines = "\n".join(
        f"{random.randrange(10**4):04d} {random.randrange(10**3):03d} 普通 {random.randrange(10**7):07d} {person(random)} {amount(random)}"
        for _ in range(25)
    )
    return f"給与振込一覧（{day(random)}）委託者コード {random.randrange(10**10):010d}\n銀行 支店 種目 口座 名義 金額\n{lines}\n"


def _zengin(random: Random) -> str:
    """Records of 120 characters, fixed columns, as banks take them."""
    head = f"12100{random.randrange(10**10):010d}ｶ)ﾐﾎﾝ{'':35}{random.randrange(1200):04d}0001ﾐﾎﾝ{'':12}"
    lines = "\n".join(
        f"2{random.randrange(10**4):04d}ﾐﾎﾝｷﾞﾝｺｳ       {random.randrange(10**3):03d}ﾎﾝﾃﾝ           {random.randrange(10**4):04d}1{random.randrange(10**7):07d}ｻﾄｳ ﾊﾅｺ{'':23}{random.randrange(10**10):010d}0{random.randrange(10**10):010d}{random.randrange(10**10):010d}7"
        for _ in range(20)
    )
    return f"{head}\n{lines}\n8{20:06d}{random.randrange(10**12):012d}\n9\n"


def _phones(random: Random) -> str:
    lines = "\n".join(
        f"{person(random)}\t{random.randrange(10**4):04d}\t{phone(random)}\t{mobile(random)}\t{postal(random)} {phone(random)}"
        for _ in range(30)
    )
    return f"緊急連絡網（マイナンバー漏えい時）\n氏名\t内線\t電話\t携帯\t郵便番号・自宅\n{lines}\n"


def _certificate(random: Random) -> str:
    serial = "".join(f"{random.randrange(256):02x}" for _ in range(16))
    digits = f"{random.randrange(10**20):020d}"
    return (
        f"Certificate:\n    Data:\n        Version: 3 (0x2)\n        Serial Number: {digits} (0x{serial})\n"
        f"        Serial Number:\n            {':'.join(serial[at : at + 2] for at in range(0, 32, 2))}\n"
        f"        Issuer: C = JP, O = Mihon CA, CN = My Number Portal CA G2\n        Validity\n"
        f"            Not Before: Apr  1 00:00:00 2026 GMT\n            Not After : {moment(random):%b %d %H:%M:%S %Y} GMT\n"
        f"        Subject: serialNumber={look_alike(random)}, CN=mynumber.example\n"
        f"SHA256 Fingerprint={random.getrandbits(256):064X}\n{random.getrandbits(64):020d}\n"
    )


def _faq(random: Random) -> str:
    return (
        "Q1 個人番号は何桁ですか。\nA 12桁です。11桁の番号と1桁の検査用数字で構成されます（総務省令第85号第5条）。\n"
        "Q2 一つの番号を二人が使うことはありますか。 A ありません。\n"
        f"Q3 問合せ先は。\nA マイナンバー総合フリーダイヤル 0120-95-0178（平日 9:30～20:00）、{phone(random)}。\n"
        f"Q4 通知カードの様式番号は。 A 様式第{random.randrange(1, 99)}号（{day(random)}改正）。受付番号 {look_alike(random)}\n"
        "一 二 三 四 五 六 七 八 九 十 十一 十二\n①②③④⑤⑥⑦⑧⑨⑩⑪⑫\n１　２　３　４　５　６　７　８　９　１０　１１　１２\n"
    )


def _identity_check(random: Random) -> str:
    return (
        f"本人確認記録\n対象者：{person(random)}\n番号確認：通知カード（原本を確認、写しは取らない）\n"
        f"身元確認：運転免許証\n運転免許証番号：{look_alike(random)}\n有効期限：{day(random)}\n"
        f"在留カード番号：AB{random.randrange(10**8):08d}CD　旅券番号：TK{random.randrange(10**7):07d}\n"
        f"基礎年金番号：{random.randrange(10**4):04d}-{random.randrange(10**6):06d}\n"
        f"雇用保険被保険者番号：{random.randrange(10**4):04d}-{random.randrange(10**6):06d}-{random.randrange(10)}\n"
        f"確認日：{day(random)}　確認者：{person(random)}\n"
    )


def _ledger(random: Random) -> str:
    """The register of the office: who, when, which paper, never the number."""
    lines = "\n".join(
        f"{at},{person(random)},個人番号,{day(random)},扶養控除等申告書,済,{day(random)},{random.choice(('書庫A-12', '金庫3'))},{moment(random):%Y%m%d%H%M}"
        for at in range(25)
    )
    return f"No.,氏名,取得した情報,取得日,取得書類,本人確認,廃棄予定日,保管場所,登録日時\n{lines}\n"


def _budget(random: Random) -> str:
    years = " ".join(str(random.randrange(2015, 2031)) for _ in range(3))
    rows = "\n".join(
        f"{random.choice(('研修', '金庫', 'シュレッダー', '委託'))} {random.randrange(1000, 9999)} {random.randrange(1000, 9999)} {random.randrange(1000, 9999)}"
        for _ in range(20)
    )
    return f"マイナンバー対応費用（千円）\n年度 {years}\n{rows}\n合計 {amount(random)} {amount(random)} {amount(random)}\n"


def _years(random: Random) -> str:
    first = random.randrange(1998, 2024)
    rows = "\n".join(
        " ".join(str(first + at + step) for step in range(random.choice((3, 4, 6))))
        for at in range(15)
    )
    return f"保存年限表（個人番号記載書類）\n{rows}\n{first}-{first + 1}-{first + 2}\n{first}/{first + 4}/{first + 7}\n"


def _goods(random: Random) -> str:
    lines = "\n".join(
        f"{jan(random)} {random.choice(('ボールペン', '封筒', 'マイナンバー管理ファイル', '目隠しシール'))} {amount(random)}"
        for _ in range(30)
    )
    return f"JANコード 商品名 単価\n{lines}\nISBN 978-4-{random.randrange(10**4):04d}-{random.randrange(10**4):04d}-{random.randrange(10)}\nUPC {random.randrange(10**12):012d}\n"


def _inventory(random: Random) -> str:
    lines = "\n".join(
        f"PC-{at:04d},{random.choice(('ノートPC', 'サーバー（マイナンバー用）', '複合機'))},S/N {look_alike(random)},{person(random)},{day(random)},{':'.join(f'{random.randrange(100):02d}' for _ in range(6))}"
        for at in range(25)
    )
    return f"管理番号,種別,シリアル番号,使用者,取得日,MACアドレス\n{lines}\n"


def _vendor_sheet(random: Random) -> str:
    return (
        f"委託先管理台帳（個人番号関係事務）\n委託先 {company(random)}\n会社法人等番号 {registry_number(random)}\n法人番号 {corporate_number(random)}\n"
        f"適格請求書発行事業者登録番号 T{corporate_number(random)}\n所在地 〒{postal(random)} {address(random)}\n電話 {phone(random)} FAX {phone(random)}\n"
        f"プライバシーマーク 第{random.randrange(10**8):08d}({random.randrange(1, 20):02d})号 ISMS IS {random.randrange(10**6):06d}\n再委託 なし 契約番号 {look_alike(random)}\n"
    )


def _cards(random: Random) -> str:
    lines = "\n".join(
        f"{person(random)} {' '.join(f'{random.randrange(10**4):04d}' for _ in range(4))} {random.randrange(1, 13):02d}/{random.randrange(26, 34)} {amount(random)}"
        for _ in range(15)
    )
    return f"法人カード利用明細\nカード番号 4{'0' * 3}-****-****-{random.randrange(10**4):04d}\n{lines}\nAMEX 3782 822463 10005\n"


def _tax_office(random: Random) -> str:
    return (
        f"法定調書合計表 控\n整理番号 {random.randrange(10**8):08d}\n利用者識別番号 {' '.join(f'{random.randrange(10**4):04d}' for _ in range(4))}\n"
        f"法人番号 {corporate_number(random)}\n受付番号 {moment(random):%Y%m%d%H%M%S}{random.randrange(10**6):06d}\n受付日時 {moment(random):%Y/%m/%d %H:%M:%S}\n"
        f"源泉徴収票 {random.randrange(1, 300)}枚 支払金額 {amount(random)}円 源泉徴収税額 {amount(random)}円\n（個人番号は控えには記載していません）\n"
        f"納付書番号 {random.randrange(10**5):05d}-{random.randrange(10**5):05d} 収納機関番号 00200 納付番号 {random.randrange(10**11):011d} 確認番号 {random.randrange(10**6):06d}\n"
    )


PAPERS: Mapping[str, tuple[str, Callable[[Random], str]]] = {
    "invoice": ("請求書.txt", _invoice),
    "contract": ("覚書.txt", _contract),
    "training slides": ("研修.md", _slides),
    "delivery slip": ("送付案内.txt", _delivery),
    "parcel list": ("発送一覧.txt", _parcels),
    "minutes": ("議事録.txt", _minutes),
    "registry extract": ("登記簿.txt", _registry),
    "transfer list": ("振込.txt", _transfer),
    "bank records": ("furikomi.dat", _zengin),
    "phone list": ("連絡網.tsv", _phones),
    "certificate print": ("cert.txt", _certificate),
    "questions": ("faq.txt", _faq),
    "identity check": ("本人確認.txt", _identity_check),
    "register": ("取得記録.csv", _ledger),
    "budget": ("予算.txt", _budget),
    "years": ("保存年限.txt", _years),
    "goods": ("購入.txt", _goods),
    "inventory": ("資産.csv", _inventory),
    "vendor sheet": ("委託先.txt", _vendor_sheet),
    "card statement": ("明細.txt", _cards),
    "tax receipt": ("法定調書.txt", _tax_office),
}
