-- Yes and no.
WITH t AS (SELECT b, CASE
            WHEN lower(b) IN ('是', '有', '对', '1', 'y', 't', 'yes', 'true', '√', '✓', '已抵押', '已查封', '已反馈', '有结果', '抵押', '查封', '抵押中', '在押',
                              '查封中', '被查封', '轮候查封', '预查封', '有抵押', '有查封', '已联系', '已回访', '已成行') THEN true
            WHEN lower(b) IN ('否', '无', '0', 'n', 'f', 'no', 'false', '×', '未抵押', '未设立', '未设定', '未查封', '未反馈', '无结果', '无抵押', '无查封', '已解除', '已解押',
                              '已解封', '已注销', '未联系', '未回访', '未成行') THEN false END AS said
           FROM (SELECT x, qf_bare(x) AS b FROM cells))
SELECT said, CASE WHEN said IS NULL AND NOT qf_is_nothing(b) THEN b END AS problem FROM t
