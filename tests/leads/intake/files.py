"""Files for the import tests, made when they are needed: bombs, odd encodings, and rows that look like Olist's."""

import io
import struct
import zipfile

CONTENT_TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
RELS = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>'
BOOK = '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
BOOK_RELS = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
SHEET = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'


def cell(text, at):
    return f'<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>'


def workbook(rows='<row r="1"><c r="A1" t="inlineStr"><is><t>Email</t></is></c></row>', **parts):
    """The least a workbook consists of, with further or other parts by name."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        content = {
            "[Content_Types].xml": CONTENT_TYPES,
            "_rels/.rels": RELS,
            "xl/workbook.xml": BOOK,
            "xl/_rels/workbook.xml.rels": BOOK_RELS,
            "xl/worksheets/sheet1.xml": SHEET.format(rows),
        }
        content.update(parts)
        for name, text in content.items():
            if text is not None:
                archive.writestr(name, text)
    return stream.getvalue()


def patched(data, name, **fields):
    """The archive with fields of one directory entry overwritten: flags, size, attributes."""
    data = bytearray(data)
    at = data.rfind(b"PK\x05\x06")
    entry = struct.unpack_from("<I", data, at + 16)[0]
    while data[entry : entry + 4] == b"PK\x01\x02":
        name_length, extra, comment = struct.unpack_from("<HHH", data, entry + 28)
        if data[entry + 46 : entry + 46 + name_length] == name.encode():
            if "flags" in fields:
                struct.pack_into("<H", data, entry + 8, fields["flags"])
            if "size" in fields:
                struct.pack_into("<I", data, entry + 24, fields["size"])
            if "attributes" in fields:
                data[entry + 5] = 3
                struct.pack_into("<I", data, entry + 38, fields["attributes"])
        entry += 46 + name_length + extra + comment
    return bytes(data)
