"""What a column of a file can mean: every field an import knows, with the words people and files use for it."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Field:
    """`kind` says how a value is read (leads.intake.rows), `limit` how long a text may be.

    `names` are the headers by which a file of one's own is matched without a mapping.
    """

    code: str
    label: str
    kind: str = "text"
    limit: int = 0
    names: tuple[str, ...] = ()
    group: str = "lead"


def _field(code, label, kind="text", limit=0, names="", group="lead"):
    return Field(code, label, kind, limit, tuple(name.strip() for name in names.split("|") if name.strip()), group)


FIELDS = {
    field.code: field
    for field in [
        _field(
            "external_id",
            _("Id in the other system"),
            limit=100,
            names="ID|リードID|顧客ID|lead id|contact id|external id",
        ),
        _field("email", _("E-mail"), "email", 254, "メール|メールアドレス|Eメール|E-mail|Email|Email Address|mail"),
        _field("name", _("Name"), limit=120, names="氏名|名前|お名前|担当者|担当者名|ご担当者名|full name|name"),
        _field("family_name", _("Family name"), limit=60, names="姓|苗字|last name|lastname|family name"),
        _field("given_name", _("Given name"), limit=60, names="名|first name|firstname|given name"),
        _field("kana", _("Reading (kana)"), limit=120, names="フリガナ|ふりがな|氏名カナ|カナ|kana"),
        _field("family_kana", _("Family name (kana)"), limit=60, names="セイ|姓カナ|姓（カナ）|せい"),
        _field("given_kana", _("Given name (kana)"), limit=60, names="メイ|名カナ|名（カナ）|めい"),
        _field("phone", _("Telephone"), "phone", 40, "電話|電話番号|TEL|phone|phone number|telephone"),
        _field("mobile", _("Mobile telephone"), "phone", 40, "携帯|携帯電話|携帯番号|mobile|mobile phone"),
        _field("department", _("Department"), limit=120, names="部署|部署名|所属|department"),
        _field("title", _("Title"), limit=120, names="役職|職位|部署・役職|title|job title"),
        _field("source", _("Source"), "source", 60, "流入元|リードソース|経路|流入経路|source|lead source|origin"),
        _field("campaign", _("Campaign"), limit=100, names="施策|キャンペーン|キャンペーン名|campaign"),
        _field("owner", _("Carried by"), limit=254, names="担当|自社担当|営業担当|所有者|owner|lead owner"),
        _field(
            "created_at",
            _("Asked to be contacted at"),
            "date",
            names="作成日|登録日|問い合わせ日|発生日|created|created at|create date",
        ),
        _field("note", _("Note"), limit=4000, names="メモ|備考|コメント|note|notes|memo|comment"),
        _field("tags", _("Tags"), limit=300, names="タグ|tags"),
        _field("unsubscribed", _("Does not want mail"), "boolean", names="配信停止|配信停止希望|unsubscribed|opt out"),
        _field("may_mail", _("May be mailed"), "boolean", names="配信許可|メール配信|opt in"),
        _field("is_deleted", _("Deleted there"), "boolean", names="削除|isdeleted"),
        _field(
            "activity_at",
            _("Day of the activity"),
            "date",
            names="来場日|活動日|参加日|日付|activity date",
            group="activity",
        ),
        _field("activity_kind", _("Kind of activity"), "activity_kind", 40, "活動種別|行動|activity", group="activity"),
        _field(
            "activity_detail",
            _("What happened"),
            limit=300,
            names="活動メモ|活動内容|行動内容|activity detail",
            group="activity",
        ),
        _field(
            "company_name",
            _("Company"),
            limit=200,
            names="会社|会社名|企業|企業名|法人名|勤務先|company|company name",
            group="company",
        ),
        _field(
            "corporate_number", _("Corporate number"), "corporate_number", 13, "法人番号|corporate number", "company"
        ),
        _field("industry", _("Industry"), limit=80, names="業種|業界|industry", group="company"),
        _field(
            "employees", _("Employees"), "whole", names="従業員数|社員数|employees|number of employees", group="company"
        ),
        _field("region", _("Region"), limit=40, names="地域|都道府県|region|state", group="company"),
        _field("address", _("Address"), limit=200, names="住所|所在地|address", group="company"),
        _field(
            "opportunity_id",
            _("Id of the opportunity"),
            limit=100,
            names="商談ID|案件ID|案件番号|opportunity id|deal id",
            group="opportunity",
        ),
        _field(
            "opportunity_name",
            _("Opportunity"),
            limit=200,
            names="商談名|案件名|opportunity name|deal name",
            group="opportunity",
        ),
        _field("amount", _("Amount (yen)"), "yen", names="金額|受注金額|商談金額|amount", group="opportunity"),
        _field("likelihood", _("Likelihood"), "likelihood", 20, "確度|probability", "opportunity"),
        _field(
            "expected_close_on",
            _("Expected close"),
            "date",
            names="受注予定日|完了予定日|close date",
            group="opportunity",
        ),
        _field("opened_at", _("Opened at"), "date", names="商談化日|商談作成日", group="opportunity"),
        _field("won_at", _("Won on"), "date", names="受注日|成約日|won date|won on", group="opportunity"),
        _field("lost_at", _("Lost on"), "date", names="失注日|lost date|lost on", group="opportunity"),
        _field("opportunity_owner", _("Seller"), limit=254, names="営業担当者|商談担当", group="opportunity"),
        _field("brought_by", _("Brought by"), limit=254, names="獲得担当|sdr", group="opportunity"),
    ]
}
IGNORED = "-"
CUSTOM = "custom."
DATES = frozenset(code for code, field in FIELDS.items() if field.kind == "date")
# Master fields: what an update may change, and what two rows about one person may not contradict.
LEAD_MASTER = ("family_name", "given_name", "kana", "email", "phone", "department", "title")
COMPANY_MASTER = ("industry", "employees", "region", "address", "corporate_number")
OPPORTUNITY = frozenset(code for code, field in FIELDS.items() if field.group == "opportunity")


def is_known(code):
    return code in FIELDS or code == IGNORED or code.startswith(CUSTOM)


def label_of(code):
    if code in FIELDS:
        return FIELDS[code].label
    return code.removeprefix(CUSTOM)
