"""What a name says of its bearer: a person, a company, a bank, a public body, or nothing sure.

A name is weak evidence: a valid number and the company register go before it (``prepared.py``).
What the name leaves open is ``other``, which no detector may take for "no company".
"""

from __future__ import annotations

from qingfeng.detectors.exclusions import platforms, quoted

_BANK = (
    r"银行(股份)?有限(责任)?公司"
    r"|(银行|信用社|信用合作社|信用合作联社|农商行)(股份有限公司|有限责任公司|有限公司)?"
    r"([\x{4e00}-\x{9fff}()]{0,20}(分行|支行|营业部|营业室|分理处|储蓄所|联社|信用卡中心|总行))?$"
    r"|银行[\x{4e00}-\x{9fff}()]{0,16}(专户|内部户|过渡户)$|^(应付|应收|待清算|待划转)[\x{4e00}-\x{9fff}]*[^司\P{Han}]$"
    r"|^(个人|一手|二手|住房|消费|经营|公积金|助学|汽车|信用卡)[\x{4e00}-\x{9fff}()]{0,12}(贷款|透支)(本金|户|专户)?$"
)
_NEAR_FINANCE = (
    r"保险(代理|经纪|公估|销售|咨询|服务|科技)|证券投资|咨询|顾问|私募|股权|创业|产业|投资(管理|基金)|保理"
    r"|中心有限公司$|书局$|业主(大会|委员会)$|工会(委员会)?$"
)
"""Firms and bodies beside the public and the licensed ones: any private firm may be called so."""
_INSTITUTION = (
    r"(财政局|财政所|社会保险[\x{4e00}-\x{9fff}]*|税务局|人民政府|委员会|法院|检察院|管理局|国库"
    r"|保险[\x{4e00}-\x{9fff}()]*公司|证券[\x{4e00}-\x{9fff}()]*公司|基金[\x{4e00}-\x{9fff}()]*公司"
    r"|供电公司|自来水公司|大学|中学|小学|管理所|局"
    r"|(公积金|社保|医保|保障|结算|登记|清算|国库|支付|核算|交易|就业|疾控|控制|政务|信用卡)[\x{4e00}-\x{9fff}]{0,6}中心)$"
)
_FORM = (
    r"有限(责任)?公司|股份公司|集团公司|(有限|股份|责任)公?$"
    r"|\((有限合伙|普通合伙|个人独资|个体工商户)\)"
    r"|(?i:\bCO\b\.?,? ?LTD|\b(LIMITED|LTD|INC|CORP|CORPORATION|LLC|LLP|GMBH|COMPANY|PTE|PLC)\b)"
)
_COMPANY = (
    r"(公司|厂|合伙企业|事务所|商行|经营部|工作室|合作社|集团"
    r"|门市部|服务部|工程队|商店|书局"
    r"|[\x{4e00}-\x{9fff}]{3,}(店|行|部|院|社|馆|坊))$"
)
_UNSURE = (
    r"(中心|学校|医院)$"
    r"|^[\x{4e00}-\x{9fff}]{1,2}(商贸|贸易|超市|药房|茶庄|茶叶|网吧|酒楼|饭店|酒店|宾馆|餐厅|餐饮|农场|果园|汽修"
    r"|五金|建材|百货|服饰|家具|电器|物流|快递|养殖|种植|烟酒|水产|石材|便利|小吃)$"
    r"|^(欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|夏侯|端木|宇文|长孙|独孤|南宫|公冶|呼延|申屠)"
    r"[\x{4e00}-\x{9fff}](店|行|部|院|社|馆|坊|厂)$"
)
_BESIDE_A_FIRM = r"(工会(委员会)?|破产管理人|清算组)$"
"""Bodies whose name begins with that of a firm, and which are not the firm."""
_PERSON = (
    r"^[\x{4e00}-\x{9fff}]{2,4}$|^[\x{4e00}-\x{9fff}]{2,10}·[\x{4e00}-\x{9fff}·]{2,14}$"
    r"|^[\x{4e00}-\x{9fff}*]{2,4}$"
)
_BEHIND = r"(\([^()]*\)|[*.,。·_\s-])+$"
"""What banks write behind a name: a bracket that is no legal form, stars, dots."""


def plain_name(name: str) -> str:
    """SQL of a name in half-width brackets and stars, without space at its ends."""
    return f"trim(replace(replace(replace({name}, '（', '('), '）', ')'), '＊', '*'))"


def name_kind(name: str) -> str:
    """SQL of the kind of a plain *name*, see ``COUNTERPARTY_KINDS``; null without a name."""
    listed = ", ".join(quoted(each.name) for each in platforms())
    bare = f"regexp_replace({name}, '{_BEHIND}', '')"
    return f"""CASE WHEN {name} IS NULL THEN NULL
        WHEN {name} IN ({listed}) THEN 'platform'
        WHEN regexp_matches({name}, '{_BANK}') THEN 'bank'
        WHEN regexp_matches({bare}, '{_INSTITUTION}')
          AND NOT regexp_matches({bare}, '{_NEAR_FINANCE}') THEN 'institution'
        WHEN regexp_matches({bare}, '{_BESIDE_A_FIRM}') THEN 'other'
        WHEN regexp_matches({name}, '{_FORM}') THEN 'company'
        WHEN regexp_matches({bare}, '{_UNSURE}') AND length({bare}) > 3 THEN 'other'
        WHEN regexp_matches({bare}, '{_COMPANY}') THEN 'company'
        WHEN regexp_matches({name}, '{_PERSON}') OR regexp_matches({bare}, '{_PERSON}')
          THEN 'person'
        ELSE 'other' END"""


def name_kinds_statement() -> str:
    """SQL that makes ``name_kinds`` of every name of ``transfers`` and ``account_holders``.

    ``name``, ``plain``, ``kind``, ``registered`` (stands in ``companies``), ``formed`` (so
    plainly an organisation that a person's ID number beside it contradicts it).
    """
    return f"""CREATE TABLE name_kinds AS
        SELECT name, plain, kind, kind IN ('company', 'bank', 'platform', 'institution')
            AND (length(plain) > 4 OR registered) AS formed, registered
        FROM (SELECT name, plain, {name_kind("plain")} AS kind,
                plain IN (SELECT {plain_name("name")} FROM companies WHERE name IS NOT NULL)
                  AS registered
              FROM (SELECT name, {plain_name("name")} AS plain
                    FROM (SELECT counterparty_name AS name FROM transfers
                          UNION SELECT holder_name FROM transfers
                          UNION SELECT holder_name FROM account_holders)
                    WHERE name IS NOT NULL))"""
