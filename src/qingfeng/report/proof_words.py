"""Words of the proof in Chinese and English; both have the same keys (a test holds it)."""

from __future__ import annotations

from collections.abc import Mapping

from qingfeng.vocabulary import TransferDirection

_ZH = {
    "title": "案件 {case} 的数据完整性校验",
    "place": "{path} 第{row}行",
    "place.above": "{path} 表头之前",
    "more": "……另有 {left} 条未列出",
    "cut": "每项最多列 {limit} 条。全部列出：qingfeng case proof {case} --all",
    "and": "和",
    "comma": "，",
    "yuan": "元",
    "currency.unknown": "币种不明",
    "number.part": "{number}（{part}）",
    "bank.unnamed": "未写机构",
    "unnumbered": "未写账号（{who}，{path}）",
    "section.intake": "导入账目",
    "section.chain": "余额连续性",
    "section.closing": "期末余额",
    "section.periods": "交付期间",
    "section.mirrors": "已交付账户互转",
    "section.promised": "称有未交与查询失败",
    "section.undelivered": "未调取的账户",
    "section.linking": "多源关联",
    "import": (
        "导入：{batches} 批 {files} 个文件，读取 {rows_read} 行 = 保留 {rows_kept} + 拒收"
        " {rejected} + 重复 {duplicates}"
    ),
    "import.none": "案件中还没有导入任何文件，以下各项都无从核对",
    "import.balanced": "  行数平衡",
    "import.unbalanced": "  行数不平衡！",
    "import.lost": (
        "  有 {rows_lost} 行只是与已撤出文件中的行重复，现已不在案件中！重新导入下列文件即可补回："
    ),
    "lost.row": "{path}：{rows} 行",
    "withdrawn": "已撤出的文件：{count} 个",
    "withdrawn.row": "{path}：{reason}",
    "refused": "拒收文件：{count} 个",
    "refused.row": "{path}：{reason}",
    "declared.checks": "文件自带合计：{checks} 项，{agreeing} 项相符",
    "declared": "  不符：{count} 项",
    "declared.row": "{stands} {kind}：文件写 {declared}，实际 {found}",
    "chain": (
        "余额连续性：{ledgers} 个账户（{ledgers_proved} 个全部连续，{ledgers_without_balance}"
        " 个无余额），{with_balance} 笔有余额；除各账户首笔外 {steps} 笔可核：证明 {proved}，推断"
        " {inferred}，无法判定 {undetermined}，断点 {breaks}；证明比例 {share_proved}"
    ),
    "chain.order": (
        "  同一时刻内重排 {reordered_in_instant} 笔，同日内重排 {reordered_in_day} 笔；倒序账户"
        " {ledgers_newest_first} 个"
    ),
    "chain.silent": (
        "  无余额的交易：夹在两笔有余额的交易之间、以合计衔接 {bridged} 笔；无从核对 {not_bridged}"
        " 笔（账户没有余额，或在首个余额之前、末个余额之后）"
    ),
    "breaks": "  断点：{count} 处",
    "breaks.row": (
        "{number} {booked_at} {direction} {amount_yuan}，余额 {balance_yuan}，应为 {expected_yuan"
        "}，相差 {gap_yuan}（{place}）"
    ),
    "inferred": "  由余额推断收付（仅提示，不写回）：{count} 笔",
    "inferred.row": "{number} {booked_at} {moved_yuan} 推断为{inferred_direction}（{place}）",
    "closing.verdicts": (
        "期末余额与账户信息：相符 {agrees}，不符 {differs}，账户信息显示其后仍有交易 {bookings_mi"
        "ssing}，账户信息较旧 {list_older}"
    ),
    "closing": "  需核对：{count} 个",
    "closing.row": (
        "{number} {verdict}：流水期末 {closing_yuan}（{last_on}），账户信息 {listed_balance_yuan}"
        "（{listed_last_booked_on}）"
    ),
    "delivered": "交付期间：{count} 家机构",
    "delivered.row": "{bank}：{first_on} 至 {last_on}，{ledgers} 个账户 {rows} 笔",
    "silent": "期间内无交易的月份：{count} 段",
    "silent.row": "{number} {from_month} 至 {to_month}（{months} 个月）",
    "outside": "开户前或销户后有交易：{count} 个",
    "outside.row": "{number} 开户 {opened_on} 销户 {closed_on}，交易 {first_on} 至 {last_on}",
    "mirrors": "已交付账户互转：核对 {checked} 笔，双方一致 {agreeing} 笔",
    "mirrors.undone": "  对方记录为未成功或已撤销、此方仍计入：{count} 笔",
    "mirrors.undone.row": (
        "{number} {booked_at} {direction} {amount_yuan} 对手 {counterparty_account} {counterparty"
        "_name}（{place}）；对方 {mirror_number}（{mirror_place}）"
    ),
    "mirrors.unnamed": "  对方账户有同额记录、但未写明对手账号或收付方向：{count} 笔",
    "mirrors.unnamed.row": (
        "{number} {booked_at} {direction} {amount_yuan} 对手 {counterparty_account} {counterparty"
        "_name}（{place}）；对方 {mirror_number} 缺{lacks}（{mirror_place}）"
    ),
    "mirrors.missing": "  只有一方有记录：{count} 笔",
    "mirrors.missing.row": (
        "{number} {booked_at} {direction} {amount_yuan} 对手 {counterparty_account} {counterparty"
        "_name}（{place}）"
    ),
    "mirrors.differ": "  双方金额不同：{count} 对",
    "mirrors.differ.row": (
        "{out_number} 支出 {out_amount_yuan}，{in_number} 收入 {in_amount_yuan}，{booked_at}"
    ),
    "promised.missing": "称有结果但未交付：{count} 项",
    "promised.missing.row": "{source_name} {subject_name} {subject_id}（{place}）",
    "promised.fewer": "交付少于所称：{count} 项",
    "promised.fewer.row": (
        "{source_name} {subject_name}：称 {promised_rows} 条，实有 {delivered_rows} 条（{place}）"
    ),
    "promised.not_replied": "未反馈：{count} 项",
    "promised.not_replied.row": "{source_name} {subject_name}（{place}）",
    "promised.not_checkable": "所称无法核对：{count} 项",
    "promised.not_checkable.row": (
        "{source_name} {subject_name}：{why}；称 {promised_rows} 条，可能属于它的"
        " {delivered_rows} 条（{place}）"
    ),
    "failed": "查询失败（属缺口，不等于无账户）：{count} 项",
    "failed.row": "{bank} {account} {subject_number}：{answer}（{place}）",
    "empty": "反馈成功但未见数据：{count} 项",
    "empty.row": "{bank} {account} {subject_number}：{answer}（{place}）",
    "seen": "多次或大额出现而未调取的对手账号：{count} 个",
    "seen.bounds": "（{seen_times} 次起，或合计 {seen_yuan} 元起）",
    "seen.row": "{number} {name}：{times} 次，{amount_yuan} 元{other}，{first_on} 至 {last_on}",
    "seen.other": "，另有 {money}（{times} 次，未折算）",
    "foreign": "未达上述次数和金额、但另有外币或币种不明往来的对手账号：{count} 个",
    "foreign.row": "{number} {name}：{times} 次，{amount_yuan} 元{other}，{first_on} 至 {last_on}",
    "registered": "登记在册而未交付流水的账户：{count} 个",
    "registered.row": "{account} {card} {holder_name} {bank}{held}（{stands_in}，{place}）",
    "held": "，{money}",
    "held.unsaid": "，金额未写",
    "unlinked": "尚未关联：不知重复与冲正",
    "linked": (
        "关联：{events} 个事件有多份记录（双方 {side_pairs} 对，钱包与银行 {wallet_pairs}"
        " 对），重复交付不计 {copies} 笔"
    ),
    "linked.undone": (
        "  冲正 {reversal_pairs} 对，未找到原交易的冲正 {lonely_reversals} 笔；退款关联"
        " {refunds_linked} 笔，未找到原单 {lonely_refunds} 笔"
    ),
    "linked.choices": (
        "  多个候选取最近：对方 {several_sides}，钱包 {several_wallet_sides}，冲正 {several_origi"
        "nals}，退款 {several_refunded}；存疑重复组 {doubtful_copies}"
    ),
    "linked.holders": (
        "  补充户主 {holders_found} 笔，说法冲突 {holder_conflicts} 笔，仍不知 {holders_unknown}"
        " 笔；不采信的汇总号码 {collective_numbers} 个"
    ),
}

_EN = {
    "title": "Proof of case {case}",
    "place": "{path} row {row}",
    "place.above": "{path} above the table",
    "more": "... and {left} more",
    "cut": "At most {limit} rows of each list. All of them: qingfeng case proof {case} --all",
    "and": " and ",
    "comma": ", ",
    "yuan": "yuan",
    "currency.unknown": "currency unknown",
    "number.part": "{number} ({part})",
    "bank.unnamed": "no institution named",
    "unnumbered": "no number ({who}, {path})",
    "section.intake": "Import",
    "section.chain": "Balance chain",
    "section.closing": "Closing balances",
    "section.periods": "Periods delivered",
    "section.mirrors": "Between delivered accounts",
    "section.promised": "Promised, failed",
    "section.undelivered": "Accounts not delivered",
    "section.linking": "Linking",
    "import": (
        "Import: {batches} batches, {files} files; {rows_read} rows read = {rows_kept} kept"
        " + {rejected} rejected + {duplicates} duplicates"
    ),
    "import.none": "No file has been imported yet: there is nothing that the rest could check",
    "import.balanced": "  the sum holds",
    "import.unbalanced": "  THE SUM DOES NOT HOLD",
    "import.lost": (
        "  {rows_lost} ROWS ARE NO LONGER IN THE CASE: they were left out as repeats of rows since"
        " withdrawn. Import these files again:"
    ),
    "lost.row": "{path}: {rows} rows",
    "withdrawn": "Files withdrawn: {count}",
    "withdrawn.row": "{path}: {reason}",
    "refused": "Files refused: {count}",
    "refused.row": "{path}: {reason}",
    "declared.checks": "Totals printed in the files: {checks}, {agreeing} agree",
    "declared": "  disagree: {count}",
    "declared.row": "{stands} {kind}: the file says {declared}, the rows give {found}",
    "chain": (
        "Balance chain: {ledgers} ledgers ({ledgers_proved} proved whole, {ledgers_without_balanc"
        "e} without balance), {with_balance} bookings with balance; of {steps} steps (every balance"
        " but the first of its ledger) {proved} proved, {inferred} inferred, {undetermined}"
        " undetermined, {breaks} breaks; share proved {share_proved}"
    ),
    "chain.order": (
        "  reordered {reordered_in_instant} within an instant, {reordered_in_day} within a day;"
        " {ledgers_newest_first} ledgers delivered newest first"
    ),
    "chain.silent": (
        "  without balance: {bridged} between two with one, bridged by their sum; {not_bridged}"
        " that nothing checks (no balance in the ledger, or before its first or after its last)"
    ),
    "breaks": "  breaks: {count}",
    "breaks.row": (
        "{number} {booked_at} {direction} {amount_yuan}, balance {balance_yuan}, expected"
        " {expected_yuan}, gap {gap_yuan} ({place})"
    ),
    "inferred": "  directions inferred from balances (shown only, never written back): {count}",
    "inferred.row": "{number} {booked_at} {moved_yuan} inferred {inferred_direction} ({place})",
    "closing.verdicts": (
        "Closing balance against the account list: {agrees} agree, {differs} differ, {bookings_mi"
        "ssing} with later bookings not delivered, {list_older} where the list is older"
    ),
    "closing": "  to check: {count}",
    "closing.row": (
        "{number} {verdict}: bookings end at {closing_yuan} ({last_on}), the list says "
        "{listed_balance_yuan} ({listed_last_booked_on})"
    ),
    "delivered": "Periods delivered: {count} institutions",
    "delivered.row": "{bank}: {first_on} to {last_on}, {ledgers} ledgers, {rows} bookings",
    "silent": "Months without a booking inside the period: {count} stretches",
    "silent.row": "{number} {from_month} to {to_month} ({months} months)",
    "outside": "Bookings before opening or after closing: {count}",
    "outside.row": (
        "{number} opened {opened_on} closed {closed_on}, bookings {first_on} to {last_on}"
    ),
    "mirrors": "Between delivered accounts: {checked} bookings checked, {agreeing} seen by both",
    "mirrors.undone": "  counted here, failed or undone on the other side: {count}",
    "mirrors.undone.row": (
        "{number} {booked_at} {direction} {amount_yuan} counterparty {counterparty_account}"
        " {counterparty_name} ({place}); there {mirror_number} ({mirror_place})"
    ),
    "mirrors.unnamed": (
        "  seen by the other side too, which gives no counterparty account or direction: {count}"
    ),
    "mirrors.unnamed.row": (
        "{number} {booked_at} {direction} {amount_yuan} counterparty {counterparty_account}"
        " {counterparty_name} ({place}); there {mirror_number} lacks {lacks} ({mirror_place})"
    ),
    "mirrors.missing": "  seen by one side only: {count}",
    "mirrors.missing.row": (
        "{number} {booked_at} {direction} {amount_yuan} counterparty {counterparty_account}"
        " {counterparty_name} ({place})"
    ),
    "mirrors.differ": "  amounts differ: {count} pairs",
    "mirrors.differ.row": (
        "{out_number} out {out_amount_yuan}, {in_number} in {in_amount_yuan}, {booked_at}"
    ),
    "promised.missing": "Promised and not delivered: {count}",
    "promised.missing.row": "{source_name} {subject_name} {subject_id} ({place})",
    "promised.fewer": "Fewer rows than promised: {count}",
    "promised.fewer.row": (
        "{source_name} {subject_name}: {promised_rows} promised, {delivered_rows} there ({place})"
    ),
    "promised.not_replied": "No reply: {count}",
    "promised.not_replied.row": "{source_name} {subject_name} ({place})",
    "promised.not_checkable": "Promises that cannot be checked: {count}",
    "promised.not_checkable.row": (
        "{source_name} {subject_name}: {why}; {promised_rows} promised, {delivered_rows} may be"
        " of it ({place})"
    ),
    "failed": 'Failed queries (a gap, not "no account"): {count}',
    "failed.row": "{bank} {account} {subject_number}: {answer} ({place})",
    "empty": "Answered, and nothing delivered: {count}",
    "empty.row": "{bank} {account} {subject_number}: {answer} ({place})",
    "seen": "Counterparty accounts seen often or for much, never delivered: {count}",
    "seen.bounds": " (from {seen_times} times, or {seen_yuan} yuan in all, on)",
    "seen.row": (
        "{number} {name}: {times} times, {amount_yuan} yuan{other}, {first_on} to {last_on}"
    ),
    "seen.other": ", and {money} ({times} times, not converted)",
    "foreign": "Counterparty accounts below these bounds with money in another currency: {count}",
    "foreign.row": (
        "{number} {name}: {times} times, {amount_yuan} yuan{other}, {first_on} to {last_on}"
    ),
    "registered": "Accounts in registers without delivered bookings: {count}",
    "registered.row": "{account} {card} {holder_name} {bank}{held} ({stands_in}, {place})",
    "held": ", {money}",
    "held.unsaid": ", no amount stated",
    "unlinked": "Not linked yet: copies and reversals are unknown",
    "linked": (
        "Linking: {events} events with several records ({side_pairs} pairs of sides, {wallet_pair"
        "s} of wallet and bank), {copies} second copies not counted"
    ),
    "linked.undone": (
        "  {reversal_pairs} reversals paired, {lonely_reversals} without original; {refunds_linke"
        "d} refunds linked, {lonely_refunds} without original"
    ),
    "linked.choices": (
        "  several candidates, nearest taken: sides {several_sides}, wallets {several_wallet_side"
        "s}, reversals {several_originals}, refunds {several_refunded}; doubtful copy groups"
        " {doubtful_copies}"
    ),
    "linked.holders": (
        "  holders filled in {holders_found}, conflicting {holder_conflicts}, unknown {holders_un"
        "known}; collective numbers not believed {collective_numbers}"
    ),
}

WORDS: Mapping[str, Mapping[str, str]] = {"zh": _ZH, "en": _EN}

CODES: Mapping[str, Mapping[str, str]] = {
    "zh": {
        **{str(each.value): each.label for each in TransferDirection},
        "differs": "不符",
        "bookings_missing": "其后仍有交易未交付",
        "declared_count": "笔数",
        "declared_in": "收入合计",
        "declared_out": "支出合计",
        "declared_neutral": "不计收支合计",
        "total": "合计行",
        "subtotal": "小计行",
        "opening_balance": "承前余额",
        "closing_balance": "期末余额",
        "accounts": "账户信息",
        "bound_cards": "钱包所示银行卡，该卡流水应另行调取",
        "agents": "代办人",
        "freezes": "冻结信息",
        "wealth_products": "理财产品",
        "kind_unknown": "不知它的数据属于哪类表",
        "unsaid": "未写有无结果",
        "not_read": "它的文件未能全部读入",
        "sender_unknown": "同类数据未写明由谁提供",
        "too_few_in_all": "同类数据未写明由谁提供，且少于各来源所称之和",
        "account": "对手账号",
        "direction": "收付方向",
    },
    "en": {
        "bookings_missing": "has later bookings not delivered",
        "declared_count": "count",
        "declared_in": "sum in",
        "declared_out": "sum out",
        "declared_neutral": "sum neither in nor out",
        "total": "row of totals",
        "subtotal": "row of part totals",
        "opening_balance": "balance brought forward",
        "closing_balance": "balance carried on",
        "accounts": "account list",
        "bound_cards": "a bank card that a wallet names, to be asked of its bank",
        "wealth_products": "wealth products",
        "kind_unknown": "nothing says which table its rows go to",
        "unsaid": "nothing says whether it has results",
        "not_read": "its files were not read whole",
        "sender_unknown": "rows of this kind do not say who sent them",
        "too_few_in_all": (
            "rows of this kind do not say who sent them, and are fewer than the sources promised"
        ),
        "account": "counterparty account",
        "direction": "direction",
    },
}
"""Words for the codes that rows carry; an English code without one stands for itself."""

SINGULAR: Mapping[str, str] = {
    "batches": "batch",
    "files": "file",
    "rows": "row",
    "duplicates": "duplicate",
    "ledgers": "ledger",
    "bookings": "booking",
    "steps": "step",
    "breaks": "break",
    "institutions": "institution",
    "months": "month",
    "stretches": "stretch",
    "times": "time",
    "pairs": "pair",
    "events": "event",
    "reversals": "reversal",
    "refunds": "refund",
}
"""English nouns that follow a count, for a count of one."""
