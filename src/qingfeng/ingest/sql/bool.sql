-- Yes and no.
SELECT CASE WHEN b IN ('是', '有', '1', 'Y', 'y', 'TRUE', 'true', '已抵押', '已查封', '已反馈', '有结果', '抵押', '查封') THEN true
            WHEN b IN ('否', '无', '0', 'N', 'n', 'FALSE', 'false', '未抵押', '未查封', '未反馈', '无结果') THEN false END,
       NULL AS problem FROM (SELECT x, qf_bare(x) AS b FROM cells)
