-- Normalising of delivered cells. Every argument is text as a reader gives it: never null,
-- possibly beginning with one of the marks of qingfeng.ingest.grid (chr(1) number cell,
-- chr(2) date cell, chr(3) time cell). The macros run on the distinct values of a column.

-- A cell out of the ="..." or behind the apostrophe that keep a spreadsheet from reading a number.
CREATE OR REPLACE MACRO qf_unwrapped(bare) AS
    CASE WHEN starts_with(bare, '="') AND length(bare) > 2 AND ends_with(bare, '"')
              THEN trim(bare[3:-2], E' \t' || chr(12288))
         WHEN starts_with(bare, '''') AND regexp_full_match(bare, '''[^''a-z]+') THEN trim(bare[2:])
         ELSE bare END;

-- The cell without marks, control and zero-width characters, blanks around it and wrapping.
CREATE OR REPLACE MACRO qf_bare(x) AS
    qf_unwrapped(trim(regexp_replace(x, '[\x00-\x08\x0B\x0C\x0E-\x1F\x7F\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}\x{FEFF}]', '', 'g'),
         E' \t\r\n' || chr(160) || chr(12288)));

-- Does the bare text stand for "nothing"? NULL is how a database writes that; NA, NaN and None are text.
CREATE OR REPLACE MACRO qf_is_nothing(bare) AS
    bare = '' OR bare IN ('\N', '/', '／', '无', '-', '--', '－', '—', '——', 'NULL', 'null', '(null)', '(NULL)', '<NULL>', '<null>',
                          '[NULL]', 'N/A', 'n/a', '#N/A') OR regexp_full_match(bare, '[-－—]{3,}|[*＊]+');

-- Does the bare text say in words that there is nothing to say? A number or a name is none of these.
CREATE OR REPLACE MACRO qf_is_unknown(bare) AS
    regexp_full_match(bare, '[(（【\[]?(空白?|空值|暂[无缺]|未知|未(提供|填写?|登记|录入|采集|获取|绑定|录)|不[详明]|不清楚?|不存在|缺失?|没有|同上|无(数据|信息|记录|流水|凭证|证件|[卡账帐单编])(账|帐|卡|证)?号?码?|[?？]+)[)）】\]]?');

-- Full-width digits, letters and signs of numbers as ASCII.
CREATE OR REPLACE MACRO qf_narrow(bare) AS
    CASE WHEN strlen(bare) = length(bare) THEN bare
         ELSE translate(bare, '０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ－−＋．，：／（）＊￥　',
                               '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz--+.,:/()*¥ ') END;

-- Luhn check of a string of digits: every second one from the right doubled, digits added.
CREATE OR REPLACE MACRO qf_luhn(digits) AS
    list_sum(list_transform(range(1, length(digits) + 1), lambda i:
        CASE WHEN i % 2 = 1 THEN CAST(digits[length(digits) + 1 - i] AS INTEGER)
             ELSE [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][1 + CAST(digits[length(digits) + 1 - i] AS INTEGER)]
        END)) % 10 = 0;

-- GB 11643 check digit of an 18-digit citizen number, from its first 17 digits.
CREATE OR REPLACE MACRO qf_check_digit(digits17) AS
    '10X98765432'[CAST(1 + list_sum(list_transform(range(1, 18), lambda i:
        CAST(digits17[i] AS INTEGER) * [7,9,10,5,8,4,2,1,6,3,7,9,10,5,8,4,2][i])) % 11 AS BIGINT)];
