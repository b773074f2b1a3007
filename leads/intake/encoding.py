"""In which encoding a text file is written, and how sure that is.

The order of evidence: a byte order mark; escape sequences of ISO-2022-JP; zero bytes of UTF-16;
strict UTF-8, which hardly any other text happens to be. What is left is CP932 or EUC-JP, and many
files are valid in both; then each reading is judged by how much of it is text that people write.
Where that does not settle it the answer says so, and a person looks at both readings.

CP932 is always the codec `cp932`: Python's `shift_jis` lacks 髙, ① and ㈱.
"""

import codecs
import re
from dataclasses import dataclass

from leads.intake.reasons import Unfit

CHOICES = {
    "utf-8": "UTF-8",
    "cp932": "CP932 (Shift_JIS)",
    "euc_jp": "EUC-JP",
    "iso2022_jp": "ISO-2022-JP (JIS)",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "cp1252": "Windows-1252",
}
SAMPLE = 400_000
PIECE = 1 << 20
MARKS = [(codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")]
HALF_KANA = r"[\uff66-\uff9f]"
# Half-width kana as written: a letter, a voicing mark only after k, s, t, h (and ｳﾞ), never a mark first.
KANA_WORD = re.compile(r"(?:[ｦ-ﾝｰ](?:(?<=[ｶ-ﾄﾊ-ﾎｳ])ﾞ|(?<=[ﾊ-ﾎ])ﾟ)?)+")
ODD = re.compile(r"[\ue000-\uf8ff\u0080-\u009f\ufffd\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f]")
HALF_MARKS = re.compile(r"[\uff61-\uff65]")
GLUED = re.compile(r"(?<=[A-Za-z])[\u3400-\u9fff](?=[a-z])|(?<=[a-z])[\u3400-\u9fff](?=[ ,;\t.\r\n\"]|$)")
COMMON = re.compile(r"[\u3041-\u3096\u30a1-\u30fc]")


@dataclass(frozen=True)
class Decoding:
    """The encoding to read with; `others` are further readings that make sense too."""

    encoding: str
    others: tuple[str, ...] = ()

    @property
    def is_certain(self):
        return not self.others

    @property
    def label(self):
        return label(self.encoding)


def label(encoding):
    return CHOICES.get(encoding.removesuffix("-sig"), encoding)


def detect(path):
    """How to read this file. Raises Unfit if no known encoding fits from the first byte to the last."""
    with path.open("rb") as file:
        start = file.read(64 * 1024)
    for mark, encoding in MARKS:
        if start.startswith(mark):
            check(path, encoding)
            return Decoding(encoding)
    if b"\x1b$" in start and not re.search(rb"[\x80-\xff]", start):
        check(path, "iso2022_jp")
        return Decoding("iso2022_jp")
    if b"\0" in start:
        return Decoding(_utf16(path, start))
    if _first_error(path, "utf-8") is None:
        return Decoding("utf-8")
    return _japanese(path)


def check(path, encoding):
    """Raises Unfit, with the line, if the file is not wholly in this encoding."""
    line = _first_error(path, encoding)
    if line is not None:
        raise Unfit("file_encoding_wrong", encoding=label(encoding), line=line)


def _utf16(path, start):
    """Without a mark: in which half of each pair the zero bytes of commas and line ends stand."""
    high, low = start[0::2].count(0), start[1::2].count(0)
    if max(high, low) < 4 * (min(high, low) + 1) and min(high, low):
        raise Unfit("file_binary")
    encoding = "utf-16-be" if high > low else "utf-16-le"
    if _first_error(path, encoding) is not None:
        raise Unfit("file_binary")
    return encoding


def _japanese(path):
    """CP932 or EUC-JP, or a western code page that one of them happens to swallow."""
    readings = {}
    errors = {}
    for encoding in ("cp932", "euc_jp"):
        errors[encoding] = _first_error(path, encoding)
        if errors[encoding] is None:
            readings[encoding] = strangeness(_sample(path, encoding))
    mixed = _utf8_lines(path)
    if mixed:
        raise Unfit("file_encoding_unknown", line=_first_error(path, "utf-8"))
    western = _western(path)
    if not readings:
        if western is not None and western < 0.02:
            return Decoding("cp1252", ("cp932",))
        raise Unfit("file_encoding_unknown", line=max(errors.values()))
    order = sorted(readings, key=readings.get)
    best = order[0]
    others = tuple(name for name in order[1:] if readings[name] < max(0.12, 4 * readings[best]))
    if readings[best] > 0.03 and not others:
        others = ("euc_jp",) if best == "cp932" else ("cp932",)
    if western is not None and western < 0.05 and readings[best] > 0.25:
        return Decoding("cp1252", (best,))
    return Decoding(best, others)


def strangeness(text):
    """0 for text as people write it, 1 for garbage: the share of non-ASCII characters that do not belong."""
    foreign = [character for character in text if character > "\x7f"]
    if not foreign:
        return 0.0
    half = len(re.findall(HALF_KANA, text))
    in_words = sum(len(word) for word in KANA_WORD.findall(text) if len(word) > 2)
    marks = len(HALF_MARKS.findall(text))
    strange = len(ODD.findall(text)) * 2 + max(0, half - in_words) + len(GLUED.findall(text)) + _rare(foreign)
    if marks > 0.1 * max(1, half):
        strange += marks + in_words  # ､ and ･ everywhere are the kana rows of EUC-JP read as CP932
    return min(1.0, strange / len(foreign))


def _rare(foreign):
    """Kanji beyond the first level of JIS are rare in names and companies; a text full of them is misread."""
    kanji = [character for character in foreign if "\u4e00" <= character <= "\u9fff"]
    rare = sum(1 for character in kanji if not _is_first_level(character))
    return rare if kanji and rare > 0.25 * len(kanji) else 0


def _is_first_level(character):
    try:
        row = character.encode("euc_jp")
    except UnicodeEncodeError:
        return False
    return len(row) == 2 and row[0] < 0xD0


THREE_BYTES = re.compile(rb"[\xe0-\xef][\x80-\xbf]{2}")


def _utf8_lines(path):
    """Whether some lines are UTF-8 although the file is not: two files were put together."""
    with path.open("rb") as file:
        for line in file:
            if line.isascii() or len(THREE_BYTES.findall(line)) < 2:
                continue
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                continue
            return True
    return False


def _western(path):
    """How strange the file is as Windows-1252: letters with accents inside words are not."""
    if _first_error(path, "cp1252") is not None:
        return None
    text = _sample(path, "cp1252")
    foreign = [character for character in text if character > "\x7f"]
    inside = re.findall(r"(?:(?<=[A-Za-zÀ-ÿ])[À-ÿ]|[À-ÿ](?=[a-zà-ÿ]))", text)
    runs = re.findall(r"[\x80-\uffff]{3,}", text)
    return 1 - (len(inside) - sum(map(len, runs))) / len(foreign) if foreign else 0.0


def _first_error(path, encoding):
    """The line of the first byte that does not fit, None if all do. Reads in pieces."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    line = 1
    with path.open("rb") as file:
        while True:
            piece = file.read(PIECE)
            try:
                decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as error:
                return line + piece[: error.start].count(b"\n")
            if not piece:
                return None
            line += piece.count(b"\n")


def _sample(path, encoding):
    """Text around the characters that matter: up to SAMPLE of the lines that are not plain ASCII."""
    lines, length = [], 0
    with path.open(encoding=encoding, newline="") as file:
        for line in file:
            if line.isascii():
                continue
            lines.append(line[:10_000])
            length += len(lines[-1])
            if length > SAMPLE:
                break
    return "".join(lines)
