"""The names of the numbers: what each counts, over which time, and where it may stand.

One number has one name, and a name stands for one number. Screens, the command line's help, the
documentation and files take the words from here.
"""

from dataclasses import dataclass

PERIOD = "period"
YEAR = "12 months"
MATURE = "91 mature days"


@dataclass(frozen=True)
class Name:
    """A number's name and meaning, by language.

    window: the time it is about: the page's period, 12 months, or the latest 91 mature days.
    pages: where it may stand; elsewhere it is quoted, with the same value.
    question: the question of the command line that answers it.
    never_en, never_vi: what it is not to be called.
    """

    slug: str
    en: str
    vi: str
    counts_en: str
    counts_vi: str
    window: str
    pages: tuple[str, ...]
    question: str
    never_en: tuple[str, ...] = ()
    never_vi: tuple[str, ...] = ()

    @property
    def anchor(self) -> str:
        """Its place on the page of definitions, which a link names."""
        return self.slug.replace("_", "-")

    def label(self, lang: str) -> str:
        """The name in a language."""
        return self.vi if lang == "vi" else self.en

    def counts(self, lang: str) -> str:
        """What it counts, in a language."""
        return self.counts_vi if lang == "vi" else self.counts_en

    def never(self, lang: str) -> tuple[str, ...]:
        """What it is not to be called, in a language."""
        return self.never_vi if lang == "vi" else self.never_en


NEW_LEADS = Name(
    "new_leads",
    "New leads",
    "Lead mới",
    "Leads that entered in the period.",
    "Số lead vào phễu trong kỳ.",
    PERIOD,
    ("overview",),
    "overview",
    ("leads of the period",),
    ("lead vào kỳ",),
)
NEW_OPPORTUNITIES = Name(
    "new_opportunities",
    "New opportunities",
    "Cơ hội mới",
    "Opportunities that arose in the period, whenever the lead came in.",
    "Số cơ hội phát sinh trong kỳ, bất kể lead vào từ khi nào.",
    PERIOD,
    ("overview",),
    "overview",
    ("opportunities",),
    ("cơ hội",),
)
DEALS_WON = Name(
    "deals_won",
    "Deals won",
    "Hợp đồng chốt",
    "Leads that became customers in the period, whenever they came in.",
    "Số lead thành khách hàng trong kỳ, bất kể lead vào từ khi nào.",
    PERIOD,
    ("overview",),
    "overview",
    ("new customers",),
    ("khách hàng mới",),
)
VALUE_WON = Name(
    "value_won",
    "Value won",
    "Giá trị chốt",
    "The amounts of the deals won in the period.",
    "Tổng giá trị các hợp đồng chốt trong kỳ.",
    PERIOD,
    ("overview",),
    "overview",
    ("revenue",),
    ("doanh thu",),
)
CUSTOMERS_OF_LEADS = Name(
    "customers_of_leads",
    "Customers of these leads",
    "Khách của lứa",
    "Of the leads that entered in the period, those that are customers by now.",
    "Trong số lead vào phễu trong kỳ, số đã thành khách hàng tính đến nay.",
    PERIOD,
    ("overview", "funnel"),
    "funnel",
    ("deals won",),
    ("hợp đồng chốt",),
)
RATE_NOW = Name(
    "rate_now",
    "Rate of these leads, now",
    "Tỷ lệ của lứa, hiện nay",
    "Customers of these leads, per 100 leads of the period, by now.",
    "Số khách của lứa trên 100 lead vào trong kỳ, tính đến nay.",
    PERIOD,
    ("overview", "funnel"),
    "funnel",
    ("win rate",),
    ("tỷ lệ chốt",),
)
RATE_EXPECTED = Name(
    "rate_expected",
    "Rate of these leads, expected",
    "Tỷ lệ của lứa, dự kiến",
    "The same once every lead of the period that is still open has been won or lost.",
    "Tỷ lệ đó khi mọi lead còn mở của lứa đã chốt hoặc đã rớt.",
    PERIOD,
    ("overview", "funnel"),
    "funnel",
    ("in the end",),
    ("rốt cuộc",),
)
STEP_RATE = Name(
    "step_rate",
    "Step rate",
    "Tỷ lệ bước",
    "Of the leads of the period that reached the step before, those that reached this one.",
    "Trong số lead trong kỳ đã đến bước trước, tỷ lệ đã đến bước này.",
    PERIOD,
    ("overview", "funnel"),
    "funnel",
)
MATURE_STEP_RATE = Name(
    "mature_step_rate",
    "Step rate, 91 mature days",
    "Tỷ lệ bước, 91 ngày đủ theo dõi",
    "Of the leads that reached the step in the latest 91 days that were followed long enough, "
    "those that moved on in the usual time.",
    "Trong số lead đến bước này trong 91 ngày gần nhất đã theo dõi đủ lâu, tỷ lệ đi tiếp trong "
    "thời gian thường lệ.",
    MATURE,
    ("bottlenecks", "overview", "funnel"),
    "bottlenecks",
)
CUSTOMERS_BY_SOURCE = Name(
    "customers_by_source",
    "Customers per 100 leads",
    "Số khách trên 100 lead",
    "Customers expected of 100 leads of a source, leads of 12 months.",
    "Số khách dự kiến từ 100 lead của một nguồn, tính trên lead 12 tháng.",
    YEAR,
    ("sources",),
    "costs",
    ("conversion rate",),
    ("tỷ lệ chuyển đổi",),
)
COST_A_CUSTOMER = Name(
    "cost_a_customer",
    "Cost per customer",
    "Giá mỗi khách",
    "The cost of 12 months, by the customers expected of its leads.",
    "Chi phí 12 tháng chia cho số khách dự kiến.",
    YEAR,
    ("sources", "overview"),
    "costs",
    ("CAC",),
    ("CAC",),
)
REVENUE_PER_SPEND = Name(
    "revenue_per_spend",
    "Revenue per 1 spent",
    "Doanh thu mỗi 1 đồng chi",
    "The revenue expected of 12 months' leads, by their cost. A return only where a gross margin "
    "is entered.",
    "Doanh thu dự kiến từ lead 12 tháng chia cho chi phí. Chỉ gọi là lợi nhuận khi đã nhập biên "
    "lợi nhuận gộp.",
    YEAR,
    ("sources",),
    "costs",
    ("ROI",),
    ("ROI",),
)
CUSTOMERS_LOST = Name(
    "customers_lost",
    "Customers lost a quarter",
    "Khách hụt mỗi quý",
    "Customers that a step loses each quarter, against its own past.",
    "Số khách một bước làm hụt mỗi quý so với chính nó trước đây.",
    MATURE,
    ("bottlenecks", "overview"),
    "bottlenecks",
)
USABLE_LEADS = Name(
    "usable_leads",
    "Usable leads",
    "Lead dùng được",
    "Leads of the period that screening finds nothing against.",
    "Số lead vào trong kỳ mà sàng lọc không thấy vấn đề gì.",
    PERIOD,
    ("quality", "sources"),
    "quality",
)
NOT_DISQUALIFIED = Name(
    "not_disqualified",
    "Not disqualified",
    "Không bị loại",
    "Leads of the period that nobody has put into an exit of unusable leads. It stands where no "
    "lead was screened, as no file has contacts.",
    "Số lead vào trong kỳ chưa ai chuyển sang lối ra dành cho lead không dùng được. Dùng khi chưa "
    "lead nào được sàng lọc, vì không tệp nào có liên hệ.",
    PERIOD,
    ("sources",),
    "costs",
    ("usable leads",),
    ("lead dùng được",),
)


NAMES = (
    NEW_LEADS,
    NEW_OPPORTUNITIES,
    DEALS_WON,
    VALUE_WON,
    CUSTOMERS_OF_LEADS,
    RATE_NOW,
    RATE_EXPECTED,
    STEP_RATE,
    MATURE_STEP_RATE,
    CUSTOMERS_BY_SOURCE,
    COST_A_CUSTOMER,
    REVENUE_PER_SPEND,
    CUSTOMERS_LOST,
    USABLE_LEADS,
    NOT_DISQUALIFIED,
)
"""All of them, as they are listed."""


def answered_by(question: str) -> tuple[Name, ...]:
    """The numbers that a question of the command line answers."""
    return tuple(name for name in NAMES if name.question == question)
