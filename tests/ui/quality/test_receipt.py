"""The receipt of a batch says what the answer says."""

from analytics.quality.batches import receipts
from analytics.scope import Scope
from analytics.view.view import View
from data.store import Generation
from ui.language import current, formats
from ui.quality import receipt

YEAR = View.from_link("period=last-365d")[0]


def test_a_receipt_says_what_the_answer_says(whole_sample: Generation) -> None:
    current.use("en")
    batches = receipts(Scope(YEAR, whole_sample))
    assert batches is not None
    chosen = batches.receipts[0]
    page = receipt.page(chosen, "VND", "a <year>").decode()
    assert chosen.batch in page
    assert "a &lt;year&gt;" in page
    for _label, text in receipt.lines(chosen, "VND"):
        assert text in page
    assert receipt.verdict(chosen) in page
    told = dict(receipt.lines(chosen, "VND"))
    assert told["Dead number"] == formats.number(chosen.row["dead_number"])
    assert 1 < float(told["Calls per lead"]) < 4
