from qingfeng.detectors.findings import hit_key, place


def test_the_key_of_a_hit_does_not_depend_on_the_order_of_its_evidence():
    key = hit_key("d", "account", "A1", ["t1", "t2"])
    assert hit_key("d", "account", "A1", ["t2", "t1", "t2"]) == key
    assert hit_key("d", "account", "A1", ["t1"]) != key
    assert hit_key("d", "person", "A1", ["t1", "t2"]) != key


def test_place_of_a_row():
    assert place("ab··7") == ("ab", None, 7)
    assert place("ab·包.zip·内/表·7") == ("ab", "包.zip·内/表", 7)
