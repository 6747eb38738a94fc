"""Placements inside mails, archives, pictures, and in names."""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import lzma
import quopri
import tarfile
import zipfile
from functools import partial
from itertools import cycle
from struct import pack
from typing import TYPE_CHECKING

from PIL import Image, PngImagePlugin
from tests.scan.numbers import NUMBERS
from tests.scan.office_files import docx_bytes, packed, xlsx_bytes
from tests.scan.placements import Placement
from tests.scan.positives_pdf import pdf_bytes
from tests.scan.writings import full_width, grouped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["container_placements"]

_number = cycle(NUMBERS)
_n = partial(next, _number)


def container_placements() -> Iterator[Placement]:
    for form, mail in _mails().items():
        yield Placement(f"eml {form}", "MN501", "連絡.eml", partial(_same, mail))
    for form, (name, build, where) in _archives().items():
        yield Placement(f"archive {form}", "MN501", name, build, where)
    for form, name in _names().items():
        expected = "MN502" if form.startswith("alone") else "MN501"
        yield Placement(f"name {form}", expected, name, partial(_same, b"nothing here\n"))
    for form, (name, build) in _pictures().items():
        yield Placement(f"picture {form}", "MN501", name, build)


def _same(data: bytes) -> bytes:
    return data


def _mails() -> Mapping[str, bytes]:
    b64 = "base64"
    label = f"個人番号 {_n()}"
    jis = f"マイナンバーは {full_width(_n())} です".encode("iso2022_jp")
    soft = quopri.encodestring(f"{'あ' * 19}個人番号 {_n()}".encode())
    digits = _n()
    return {
        "plain-8bit": _mail("text/plain; charset=utf-8", "8bit", label.encode()),
        "plain-without-header": b"From: a@example\n\n" + label.encode(),
        "iso-2022-jp": _mail("text/plain; charset=iso-2022-jp", "7bit", jis),
        "shift-jis": _mail("text/plain; charset=Shift_JIS", "8bit", label.encode("cp932")),
        "wrong-charset": _mail("text/plain; charset=us-ascii", "8bit", label.encode("cp932")),
        "unknown-charset": _mail("text/plain; charset=x-what", "8bit", label.encode()),
        "base64": _mail("text/plain; charset=utf-8", b64, _b64(label.encode())),
        "base64-cp932": _mail("text/plain; charset=cp932", b64, _b64(label.encode("cp932"))),
        "base64-wide": _mail(
            "text/plain; charset=utf-8", b64, base64.b64encode(f"{'前略 ' * 50}{label}".encode())
        ),
        "quoted-printable": _mail("text/plain; charset=utf-8", "quoted-printable", soft),
        "quoted-printable-split-digits": _mail(
            "text/plain; charset=utf-8",
            "quoted-printable",
            quopri.encodestring("個人番号 ".encode()) + f"{digits[:5]}=\n{digits[5:]}\n".encode(),
        ),
        "quoted-printable-encoded-digits": _mail(
            "text/plain; charset=utf-8",
            "quoted-printable",
            b"my number " + "".join(f"={ord(digit):02X}" for digit in digits).encode(),
        ),
        "html": _mail("text/html; charset=utf-8", "8bit", f"<p>個人番号<br>{_n()}</p>".encode()),
        "flowed": _mail(
            "text/plain; charset=utf-8; format=flowed; delsp=yes",
            "8bit",
            f"個人番号 {digits[:6]} \n{digits[6:]}".encode(),
        ),
        "subject": _headed(f"Subject: my number {_n()}"),
        "subject-raw-utf-8": _headed(f"Subject: 個人番号 {_n()}"),
        "subject-base64": _headed(f"Subject: {_word(f'個人番号 {_n()}')}"),
        "subject-two-words": _headed(
            f"Subject: {_word(f'個人番号 {digits[:6]}')}\n {_word(digits[6:])}"
        ),
        "subject-quoted": _headed(
            "Subject: =?utf-8?Q?=E5=80=8B=E4=BA=BA=E7=95=AA=E5=8F=B7_" + _n() + "?="
        ),
        "subject-jis": _headed(f"Subject: {_word(f'個人番号 {_n()}', 'iso-2022-jp')}"),
        "other-header": _headed(f"X-My-Number: {_n()}"),
        "display-name": _headed(f"To: {_word(f'佐藤 個人番号{_n()}')} <a@example>"),
        "attachment-text": _with_file("r.csv", f"氏名,個人番号\n佐藤,{_n()}\n".encode("cp932")),
        "attachment-workbook": _with_file("r.xlsx", xlsx_bytes(_one_sheet)),
        "attachment-document": _with_file("r.docx", docx_bytes(_one_paragraph)),
        "attachment-pdf": _with_file("r.pdf", pdf_bytes(_one_line)),
        "attachment-zip": _with_file("r.zip", packed({"r.txt": f"個人番号 {_n()}"})),
        "attachment-octets": _with_file("data.bin", f"個人番号 {_n()}".encode()),
        "attachment-name": _with_file(f"mynumber_{_n()}.txt", b"-"),
        "attachment-name-2231": _with_name(
            f"filename*=utf-8''%E5%80%8B%E4%BA%BA%E7%95%AA%E5%8F%B7{_n()}.txt"
        ),
        "attachment-name-2231-parts": _with_name(
            f'filename*0="mynumber_{digits[:6]}"; filename*1="{digits[6:]}.txt"'
        ),
        "attachment-name-2047": _with_name(f'filename="{_word(f"個人番号{_n()}.txt")}"'),
        "forwarded": _mail(
            "message/rfc822", "8bit", _mail("text/plain; charset=utf-8", "8bit", label.encode())
        ),
        "alternative": _parts(
            "alternative",
            _part("text/plain; charset=utf-8", "詳細は添付".encode()),
            _part("text/html; charset=utf-8", f"<b>マイナンバー {_n()}</b>".encode()),
        ),
        "carriage-returns": _mail("text/plain; charset=utf-8", "8bit", label.encode()).replace(
            b"\n", b"\r\n"
        ),
        "preamble": _parts(
            "mixed", _part("text/plain", b"-"), before=f"個人番号 {_n()}\n".encode()
        ),
        "epilogue": _parts("mixed", _part("text/plain", b"-"), after=f"\n個人番号 {_n()}".encode()),
        "broken-boundary": b'Content-Type: multipart/mixed; boundary="x"\n\n--y\n\n'
        + label.encode(),
    }


def _mail(kind: str, coding: str, body: bytes) -> bytes:
    head = f"From: a@example\nTo: b@example\nSubject: x\nMIME-Version: 1.0\nContent-Type: {kind}\n"
    return f"{head}Content-Transfer-Encoding: {coding}\n\n".encode() + body


def _headed(line: str) -> bytes:
    return f"From: a@example\n{line}\nMIME-Version: 1.0\n\n-\n".encode()


def _b64(data: bytes) -> bytes:
    return base64.encodebytes(data)


def _word(text: str, charset: str = "utf-8") -> str:
    encoded = base64.b64encode(text.encode(charset.replace("-", "_"))).decode()
    return f"=?{charset}?B?{encoded}?="


def _parts(kind: str, *parts: bytes, before: bytes = b"", after: bytes = b"") -> bytes:
    body = b"".join(b"--b\n" + part + b"\n" for part in parts)
    head = f'From: a@example\nMIME-Version: 1.0\nContent-Type: multipart/{kind}; boundary="b"\n\n'
    return head.encode() + before + body + b"--b--\n" + after


def _part(kind: str, body: bytes, more: str = "") -> bytes:
    return f"Content-Type: {kind}\n{more}\n".encode() + body


def _with_file(name: str, data: bytes) -> bytes:
    more = (
        f'Content-Transfer-Encoding: base64\nContent-Disposition: attachment; filename="{name}"\n'
    )
    file = _part("application/octet-stream", _b64(data), more)
    return _parts("mixed", _part("text/plain; charset=utf-8", "送ります".encode()), file)


def _with_name(disposition: str) -> bytes:
    more = f"Content-Disposition: attachment; {disposition}\n"
    return _parts("mixed", _part("application/octet-stream", b"-", more))


def _one_sheet(book: object) -> None:
    book.active.append(["個人番号", NUMBERS[0]])  # type: ignore[attr-defined]  # a workbook


def _one_paragraph(document: object) -> None:
    document.add_paragraph(f"個人番号 {NUMBERS[1]}")  # type: ignore[attr-defined]  # a document


def _one_line(canvas: object) -> None:
    canvas.drawString(80, 700, f"個人番号 {NUMBERS[2]}")  # type: ignore[attr-defined]  # a canvas


def _archives() -> Mapping[str, tuple[str, Callable[[], bytes], Mapping[str, object]]]:
    memo = f"個人番号 {_n()}\n"
    data = memo.encode()
    inner = packed({"memo.txt": memo})
    twice = packed({"inner.zip": inner})
    one: Mapping[str, object] = {"members": ("memo.txt",)}
    tarred = _tar({"dir/memo.txt": data})
    return {
        "zip": ("a.zip", partial(packed, {"memo.txt": memo}), one),
        "zip stored": ("a.zip", partial(packed, {"memo.txt": memo}, deflate=False), one),
        "zip second-member": ("a.zip", partial(packed, {"a.txt": "-", "memo.txt": memo}), one),
        "zip cp932": ("a.zip", partial(packed, {"memo.txt": memo.encode("cp932")}), one),
        "zip nested": (
            "a.zip",
            partial(packed, {"inner.zip": inner}),
            {"members": ("inner.zip", "memo.txt")},
        ),
        "zip nested-twice": (
            "a.zip",
            partial(packed, {"middle.zip": twice}),
            {"members": ("middle.zip", "inner.zip", "memo.txt")},
        ),
        "zip wrong-suffix": ("a.dat", partial(packed, {"memo.txt": memo}), one),
        "zip streamed": ("a.zip", partial(_streamed, data), one),
        "zip cp932-names": ("a.zip", partial(_named, f"個人番号{_n()}.txt".encode("cp932")), {}),
        "zip utf-8-names": ("a.zip", partial(packed, {f"マイナンバー{_n()}.txt": "-"}), {}),
        "zip folder-name": ("a.zip", partial(packed, {f"個人番号{_n()}/a.txt": "-"}), {}),
        "zip comment": ("a.zip", partial(_commented, f"個人番号 {_n()}".encode()), {}),
        "zip workbook": (
            "a.zip",
            partial(_packed_later, "r.xlsx", partial(xlsx_bytes, _one_sheet)),
            {"members": ("r.xlsx",), "cell": "B1"},
        ),
        "zip pdf": ("a.zip", partial(_packed_later, "r.pdf", partial(pdf_bytes, _one_line)), {}),
        "zip mail": (
            "a.zip",
            partial(packed, {"m.eml": _mail("text/plain; charset=utf-8", "base64", _b64(data))}),
            {},
        ),
        "zip bzip2": ("a.zip", partial(_method, zipfile.ZIP_BZIP2, data), one),
        "zip lzma": ("a.zip", partial(_method, zipfile.ZIP_LZMA, data), one),
        "zip junk-before": ("setup.exe", partial(_junk_before, inner), {}),
        "tar": ("a.tar", partial(_same, tarred), {"members": ("dir/memo.txt",)}),
        "tar.gz": ("a.tar.gz", partial(gzip.compress, tarred, mtime=0), {}),
        "tgz": ("a.tgz", partial(gzip.compress, tarred, mtime=0), {}),
        "tar.bz2": ("a.tar.bz2", partial(bz2.compress, tarred), {}),
        "tar.xz": ("a.tar.xz", partial(lzma.compress, tarred), {}),
        "tar names": ("a.tar", partial(_tar, {f"個人番号{_n()}.txt": b"-"}), {}),
        "gz": ("memo.txt.gz", partial(gzip.compress, data, mtime=0), {}),
        "gz csv": (
            "r.csv.gz",
            partial(gzip.compress, f"氏名,個人番号\n佐藤,{_n()}\n".encode("cp932"), mtime=0),
            {},
        ),
    }


def _tar(members: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name, data in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return file.getvalue()


class _Pipe(io.RawIOBase):
    """Cannot seek, so that sizes follow the data."""

    def __init__(self) -> None:
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]  # a buffer
        self.data += piece
        return len(piece)


def _streamed(data: bytes) -> bytes:
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("memo.txt", (2026, 4, 1, 9, 0, 0)), data)
    return bytes(pipe.data)


def _named(name: bytes) -> bytes:
    """Pack one member under a name in cp932, as the archivers of Windows do."""
    placeholder = "x" * len(name)
    return packed({placeholder: "-"}).replace(placeholder.encode(), name)


def _commented(comment: bytes) -> bytes:
    file = io.BytesIO(packed({"a.txt": "-"}))
    with zipfile.ZipFile(file, "a") as archive:
        archive.comment = comment
    return file.getvalue()


def _packed_later(name: str, build: Callable[[], bytes]) -> bytes:
    return packed({name: build()})


def _method(method: int, data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr(zipfile.ZipInfo("memo.txt", (2026, 4, 1, 9, 0, 0)), data, method)
    return file.getvalue()


def _junk_before(archive: bytes) -> bytes:
    """A self-extracting archive: a program, then the ZIP."""
    return b"MZ" + bytes(2000) + archive


def _names() -> Mapping[str, str]:
    return {
        "label-before": f"個人番号_{_n()}.txt",
        "label-after": f"{_n()}_マイナンバー.txt",
        "english": f"mynumber-{_n()}.txt",
        "full-width": f"個人番号{full_width(_n())}.txt",
        "grouped": f"個人番号 {grouped('-')(_n())}.txt",
        "folder": f"証跡/個人番号_{_n()}/memo.txt",
        "label-in-folder": f"マイナンバー/{_n()}.txt",
        "decomposed-kana": f"マイナンハ\u3099ー_{_n()}.txt",
        "alone": f"{_n()}.txt",
        "alone-with-name": f"佐藤花子_{_n()}.txt",
        "alone-folder": f"証跡/{_n()}/memo.txt",
    }


def _picture(kind: str, **how: object) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 8), (120, 130, 140)).save(file, kind, **how)
    return file.getvalue()


def _pictures() -> Mapping[str, tuple[str, Callable[[], bytes]]]:
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:description>'
        f"個人番号 {_n()}</dc:description></rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()
    exif = Image.Exif()
    exif[0x010E] = f"my number {_n()}"
    comment = Image.Exif()
    comment[0x9C9C] = f"個人番号 {_n()}".encode("utf-16-le")
    user = Image.Exif()
    user.get_ifd(0x8769)[0x9286] = b"UNICODE\0" + f"個人番号 {_n()}".encode("utf-16-be")
    return {
        "png text": ("a.png", partial(_png, "add_text", "Comment", f"my number {_n()}")),
        "png text-key": ("a.png", partial(_png, "add_text", "MyNumber", _n())),
        "png compressed-text": ("a.png", partial(_png_zipped, f"my number {_n()}")),
        "png international": ("a.png", partial(_png, "add_itxt", "Title", f"個人番号 {_n()}")),
        "png international-compressed": ("a.png", partial(_png_itxt_zipped, f"個人番号 {_n()}")),
        "png xmp": ("a.png", partial(_png, "add_itxt", "XML:com.adobe.xmp", xmp.decode())),
        "png exif": ("a.png", partial(_picture, "PNG", exif=exif)),
        "png after-end": ("a.png", partial(_followed, f"個人番号 {_n()}".encode())),
        "jpeg description": ("a.jpg", partial(_picture, "JPEG", exif=exif)),
        "jpeg windows-comment": ("a.jpg", partial(_picture, "JPEG", exif=comment)),
        "jpeg user-comment": ("a.jpg", partial(_picture, "JPEG", exif=user)),
        "jpeg comment": ("a.jpg", partial(_picture, "JPEG", comment=f"個人番号 {_n()}".encode())),
        "jpeg comment-cp932": (
            "a.jpg",
            partial(_picture, "JPEG", comment=f"個人番号 {_n()}".encode("cp932")),
        ),
        "jpeg xmp": ("a.jpg", partial(_picture, "JPEG", xmp=xmp)),
        "jpeg iptc": ("a.jpg", partial(_jpeg_iptc, f"個人番号 {_n()}".encode())),
        "tiff description": ("a.tif", partial(_picture, "TIFF", exif=exif)),
        "webp exif": ("a.webp", partial(_picture, "WEBP", exif=exif)),
        "webp xmp": ("a.webp", partial(_picture, "WEBP", xmp=xmp)),
        "gif comment": ("a.gif", partial(_picture, "GIF", comment=f"個人番号 {_n()}".encode())),
    }


def _png(method: str, key: str, text: str) -> bytes:
    chunks = PngImagePlugin.PngInfo()
    getattr(chunks, method)(key, text)
    return _picture("PNG", pnginfo=chunks)


def _png_zipped(text: str) -> bytes:
    chunks = PngImagePlugin.PngInfo()
    chunks.add_text("Comment", text, zip=True)
    return _picture("PNG", pnginfo=chunks)


def _png_itxt_zipped(text: str) -> bytes:
    chunks = PngImagePlugin.PngInfo()
    chunks.add_itxt("Title", text, zip=True)
    return _picture("PNG", pnginfo=chunks)


def _followed(rest: bytes) -> bytes:
    return _picture("PNG") + rest


def _jpeg_iptc(caption: bytes) -> bytes:
    """Put an IPTC caption (2:120) into an APP13 segment, as news agencies and old cameras do."""
    record = b"\x1c\x02\x78" + pack(">H", len(caption)) + caption
    block = b"8BIM\x04\x04\0\0" + pack(">I", len(record)) + record + b"\0" * (len(record) % 2)
    body = b"Photoshop 3.0\0" + block
    picture = _picture("JPEG")
    return picture[:2] + b"\xff\xed" + pack(">H", len(body) + 2) + body + picture[2:]
