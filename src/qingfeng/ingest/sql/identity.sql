-- Kinds of identity numbers; 15-digit citizen numbers get the century 19 and a check digit.
SELECT CASE WHEN old THEN v[1:6] || '19' || v[7:15] || qf_check_digit(v[1:6] || '19' || v[7:15]) ELSE v END,
       CASE WHEN old THEN v END AS raw,
       CASE WHEN old THEN 'cn_id15_upgraded'
            WHEN regexp_full_match(v, '[1-9][0-9]{16}[0-9X]') THEN 'cn_id18'
            WHEN regexp_full_match(v, '[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}') THEN 'uscc'
            WHEN v IS NOT NULL THEN 'other' END AS id_type,
       CASE WHEN regexp_full_match(v, '[1-9][0-9]{16}[0-9X]') AND v[18] <> qf_check_digit(v[1:17])
            THEN 'check digit fails' END AS flag
FROM (SELECT x AS v, regexp_full_match(x, '[1-9][0-9]{5}[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3}') AS old FROM cells)
