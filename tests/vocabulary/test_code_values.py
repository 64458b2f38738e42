from qingfeng import vocabulary

# Frozen: stored rows hold these values. A new value may be added; none may go or change.
FROZEN = {
    "AccountStatus": "open|dormant|closed|frozen|lost|unknown",
    "Authority": "daily|case",
    "CallDirection": "out|in|unknown",
    "CallKind": "call|sms|forward",
    "Confidence": "high|medium|low",
    "FileStatus": "imported|already_imported|refused|ignored|withdrawn",
    "FindingState": "hit|clear|not evaluable",
    "IdType": "cn_id18|cn_id15_upgraded|uscc|other",
    "InvoiceStatus": "ok|void|red|red_cancelled",
    "Severity": "critical|high|medium|low|informational",
    "TimePrecision": "second|minute|day",
    "TransferDirection": "in|out|internal|transfer_in|transfer_out|none|unknown",
    "TransferStatus": (
        "ok|ok_assumed|failed|reversal|reversed|closed|refunded|partly_refunded|refund|returned"
    ),
}


def test_code_lists_are_frozen():
    lists = [name for name in vocabulary.__all__ if name != "Labelled"]
    assert {name: "|".join(getattr(vocabulary, name)) for name in lists} == FROZEN


def test_a_code_is_its_value_and_carries_its_label():
    assert vocabulary.TransferDirection.IN == "in"
    assert vocabulary.TransferDirection("in").label == "收入"
    assert f"{vocabulary.FindingState.NOT_EVALUABLE}" == "not evaluable"
