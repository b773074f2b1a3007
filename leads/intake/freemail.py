"""Mail domains that anybody can have an address at, so that they never stand for a company."""

FREE = frozenset(
    """
gmail.com googlemail.com yahoo.co.jp yahoo.com ymail.com ymail.ne.jp rocketmail.com yahoo.ne.jp
outlook.com outlook.jp outlook.co.jp hotmail.com hotmail.co.jp hotmail.jp live.com live.jp msn.com
icloud.com me.com mac.com aol.com aol.jp gmx.com gmx.net gmx.de web.de mail.com mail.ru yandex.com yandex.ru
proton.me protonmail.com pm.me tutanota.com tuta.io zoho.com fastmail.com hey.com qq.com 163.com 126.com
sina.com naver.com daum.net hanmail.net
docomo.ne.jp ezweb.ne.jp au.com uqmobile.jp softbank.ne.jp i.softbank.jp vodafone.ne.jp disney.ne.jp ymobile.ne.jp
y-mobile.ne.jp willcom.com emobile.ne.jp pdx.ne.jp rakuten.jp rakumail.jp mineo.jp
nifty.com nifty.ne.jp biglobe.ne.jp mbr.nifty.com ocn.ne.jp so-net.ne.jp plala.or.jp dion.ne.jp auone-net.jp
asahi-net.or.jp odn.ne.jp hi-ho.ne.jp infoweb.ne.jp wakwak.com tiki.ne.jp eonet.ne.jp zaq.ne.jp jcom.home.ne.jp
jcom.zaq.ne.jp excite.co.jp goo.jp mail.goo.ne.jp infoseek.jp livedoor.com kyoto.zaq.ne.jp bai.ne.jp sannet.ne.jp
comcast.net verizon.net att.net sbcglobal.net cox.net btinternet.com orange.fr free.fr laposte.net uol.com.br
bol.com.br terra.com.br
""".split()
)
FAMILIES = (".ocn.ne.jp", ".so-net.ne.jp", ".plala.or.jp", ".biglobe.ne.jp", ".zaq.ne.jp", ".vodafone.ne.jp", ".odn.ne.jp", ".nifty.com")


def is_free(domain):
    domain = domain.lower()
    return domain in FREE or domain.endswith(FAMILIES)
