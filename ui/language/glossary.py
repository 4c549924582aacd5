"""The glossary: what the words on the screens mean, and how Pheu counts.

Texts are messages: `messages._` says them in the reader's language. A name is always said in both,
so that colleagues who speak different ones find each other's word.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

from data.values.text import plain
from ui.language import labels
from ui.language.bilingual import in_english
from ui.language.messages import N_, _, _p


@dataclass(frozen=True)
class Term:
    """A word: its name, said in the language of the moment, what it means, and how one tells."""

    name: Callable[[], str]
    meaning: str
    told_by: str = ""

    @property
    def anchor(self) -> str:
        """Its place in the page, which a link names: the same in every language."""
        first, *_more = re.split(r",| \(", in_english(self.name))
        return plain(first).replace(" ", "-")


@dataclass(frozen=True)
class Contrast:
    """One criterion by which a lead, a prospect and an opportunity differ."""

    criterion: str
    lead: str
    prospect: str
    opportunity: str


@dataclass(frozen=True)
class Disagreement:
    """A matter on which what is written about leads disagrees: each reading, and Pheu's."""

    matter: str
    readings: tuple[str, ...]
    taken: str
    otherwise: str


@dataclass(frozen=True)
class Chapter:
    """What belongs together: its anchor in the page, its name, and words, a table or both."""

    anchor: str
    title: str
    about: str
    terms: tuple[Term, ...] = ()
    contrasts: tuple[Contrast, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    short: bool = False  # terms of a few words, which stand side by side


def _channel(slug: str, meaning: str) -> Term:
    return Term(partial(labels.value_label, "channel", slug), meaning)


OWN = Chapter(
    "pipeline",
    N_("The pipeline of this data"),
    N_("Its stages in order, in the four groups of the funnel, each with its name in links."),
    (
        Term(
            lambda: _p("term", "The criteria are yours"),
            N_(
                "What makes a lead an MQL is your decision. Agree on it between marketing and "
                "sales, and write it down under *Data*: it stands here, and Lead quality says "
                "whether you follow it. Each store carries its own copy of `pipeline.toml`, and "
                "the mapping of a load can bring another."
            ),
        ),
    ),
)

STAGES = Chapter(
    "stages",
    N_("What the stages mean"),
    N_(
        "The usual meaning, from the first visit to the order. Each company writes its own "
        "criteria; what matters is that marketing and sales use the same ones."
    ),
    (
        Term(
            lambda: _p("term", "Suspect"),
            N_(
                "Somebody looks around and leaves no contact data. Not a stage of its own: where a "
                "file has such records, they are leads without contact data."
            ),
            N_("visits to the site"),
        ),
        Term(
            lambda: _p("term", "Lead"),
            N_(
                "A person or company that showed interest and left contact data. Whether it wants "
                "to buy is not known yet. In Vietnamese a lead is often called *khách hàng tiềm "
                "năng*; on these screens *Tiềm năng* is the prospect, one group further on."
            ),
            N_("a form, a newsletter, an e-book, a phone call"),
        ),
        Term(
            lambda: _p("term", "IQL, information-qualified lead"),
            N_(
                "Has only begun to look into the subject. Named a need, gave full and correct "
                "contact data for something useful, and belongs to the target group."
            ),
            N_("a download, a sign-up for a webinar or the newsletter"),
        ),
        Term(
            lambda: _p("term", "MQL, marketing-qualified lead"),
            N_("Is looking for a solution and meets marketing's criteria. Not ready to buy."),
            N_("a case study, a product video, a webinar attended, the contact form"),
        ),
        Term(
            lambda: _p("term", "SAL, sales-accepted lead (also SRL, sales-ready)"),
            N_(
                "Sales looked at the MQL, agrees that it fits and will work on it; the four "
                "questions of BANT are the usual check. Does not buy today. Who accepts what is "
                "each company's own policy."
            ),
            N_("sales accepts it, or sends it back"),
        ),
        Term(
            lambda: _p("term", "SQL, sales-qualified lead"),
            N_(
                "Means to buy and asks for advice; the need, the money and the power to decide are "
                "there. Still compares us with competitors, so it is called at once."
            ),
            N_("talks with sales, asks for a quote or terms"),
        ),
        Term(
            lambda: _p("term", "Prospect"),
            N_(
                "A lead that was judged and found to fit: the right industry, size and people. It "
                "admits the problem and answers."
            ),
            N_("fit, and replies to e-mails, calls or invitations"),
        ),
        Term(
            lambda: _p("term", "Opportunity"),
            N_(
                "A prospect that weighs our offer. Need, budget and time frame are settled, and "
                "those who decide take part."
            ),
            N_("a quote, contract talks"),
        ),
        Term(
            lambda: _p("term", "Customer"),
            N_("Has bought. The funnel ends here; service and loyalty begin."),
        ),
        Term(
            lambda: _p("term", "Exit"),
            N_(
                "A way out of the pipeline: lost, or disqualified because it never fitted. An exit"
                " is not a stage. A lead that comes back to a stage is in the pipeline again."
            ),
            N_("the deal is closed with a reason"),
        ),
    ),
)

DISAGREEMENTS = Chapter(
    "disagreements",
    N_("Seven matters on which the textbooks disagree"),
    N_("What each of them says, what Pheu takes, and how to have it your way."),
    disagreements=(
        Disagreement(
            N_("MQL: how much does it want?"),
            (
                N_("Nothing yet: neither a need nor interest."),
                N_("It has shown interest."),
                N_("Its need is clearly known."),
                N_("It is looking into solutions."),
            ),
            N_("It looks for a solution and meets marketing's criteria. The need may be unknown."),
            N_("Write your own criterion of MQL under *Data*, with a test such as `need`."),
        ),
        Disagreement(
            N_("IQL: has it a need?"),
            (
                N_("It named a need and is interested in the product."),
                N_("It is not interested in any solution yet."),
            ),
            N_("It named a need and left correct contact data. Interest in us is not asked for."),
            N_("Leave `iql` out of your `pipeline.toml`, or decide which status it is."),
        ),
        Disagreement(
            N_("SAL, SRL: who decides?"),
            (
                N_("Sales looks at the lead and accepts it."),
                N_("Marketing finds it ready and hands it over."),
            ),
            N_("Sales does: the stage begins when sales accepts."),
            N_(
                "Load the status that marketing sets as `sal`. It then counts what was handed over."
            ),
        ),
        Disagreement(
            N_("The order: is there a SAL?"),
            (
                N_("MQL, then SAL, then SQL."),
                N_("Marketing hands over SQLs; there is no SAL."),
            ),
            N_("MQL, SAL, SQL. A lead that skips SAL counts as having passed it."),
            N_("Leave `sal` out of your `pipeline.toml`, or count skipped stages strictly."),
        ),
        Disagreement(
            N_("SQL: is it ready to buy?"),
            (
                N_("Not yet: it still wavers and compares."),
                N_("Yes: it is ready to buy."),
            ),
            N_("It means to buy and still compares us with others, so it is called at once."),
            N_("Write under *Data* what an SQL has to be; the test `timing` asks for a date."),
        ),
        Disagreement(
            N_("Prospect: before or after it is judged?"),
            (
                N_("Before: a name that nobody has approached or judged."),
                N_("After: a lead that was judged and fits."),
            ),
            N_("After: lead, then prospect, then opportunity."),
            N_("Put the stage into another group: `group` in `pipeline.toml`."),
        ),
        Disagreement(
            N_("BANT: what does it tell?"),
            (
                N_("How warm a lead is: cold, warm or hot."),
                N_("Whether it is ready for sales."),
            ),
            N_("How warm it is, so whom to call first. No stage depends on it."),
            N_("Make it the criterion of a stage under *Data*: `need and budget and authority`."),
        ),
    ),
)

CONTRASTS = Chapter(
    "contrasts",
    N_("Lead, prospect or opportunity"),
    N_("Seven criteria to tell them apart, and what moves a lead on to the next group."),
    contrasts=(
        Contrast(
            N_("Engagement"),
            N_("little, only exploring"),
            N_("answers e-mails and calls, comes to webinars"),
            N_("deep talks about need, price and roll-out"),
        ),
        Contrast(
            N_("Fit"),
            N_("may not be our kind of customer at all"),
            N_("right industry, size and people"),
            N_("clear fit, pressing need"),
        ),
        Contrast(
            N_("Interest"),
            N_("shallow, no intent to buy"),
            N_("understands the problem, open to solutions"),
            N_("wants to solve it, with us"),
        ),
        Contrast(
            N_("Who decides"),
            N_("not known"),
            N_("known, or a good guess"),
            N_("takes part in the talks"),
        ),
        Contrast(
            N_("What we do"),
            N_("collect data, sort and score, keep light contact"),
            N_("build trust, ask open questions, find who decides"),
            N_("make a tailored proposal, answer objections, ask for the order"),
        ),
        Contrast(
            N_("What helps"),
            N_("forms, surveys, web analytics"),
            N_("lead score, fit, need"),
            N_("need, time and budget in detail"),
        ),
        Contrast(
            N_("For instance"),
            N_("reads the newsletter, takes an e-book"),
            N_("replies, attends, asks for more"),
            N_("asks for a quote, negotiates"),
        ),
    ),
    terms=(
        Term(
            lambda: _p("term", "From lead to prospect"),
            N_(
                "Check the fit with the ideal customer. Look for intent: frequent visits, "
                "downloads that matter, questions. Then start a conversation."
            ),
        ),
        Term(
            lambda: _p("term", "From prospect to opportunity"),
            N_("Dig into the need, show what it costs to do nothing, bring in those who decide."),
        ),
    ),
)

TEMPERATURE = Chapter(
    "temperature",
    N_("Hot, warm, cold: the four answers of BANT"),
    N_(
        "Temperature is not a stage: it says whom to call first. Hot before warm, "
        "SQL before MQL, and at once, because interest cools while nobody answers."
    ),
    (
        Term(
            lambda: _p("term", "BANT"),
            N_(
                "**B**udget: is there money for it? **A**uthority: do we talk to those who decide? "
                "**N**eed: is there a problem to solve? **T**iming: is it known by when? Each is "
                "answered yes or no, or is not known."
            ),
        ),
        Term(lambda: _p("term", "Hot"), N_("Need, budget and timing are all yes.")),
        Term(lambda: _p("term", "Warm"), N_("There is a need; budget or timing is still open.")),
        Term(lambda: _p("term", "Cold"), N_("Something was answered, but no need is known.")),
        Term(
            lambda: _p("term", "No temperature"),
            N_("None of the four has been answered: nobody has asked yet. Not the same as cold."),
        ),
    ),
)

CHANNELS = Chapter(
    "channels",
    N_("Where leads come from"),
    N_(
        "A source is the name in the file; Pheu sorts it into a channel and keeps the name. Judge "
        "both by how many leads they bring and by how good those are."
    ),
    (
        _channel("seo", N_("found by a search engine, unpaid")),
        _channel("content", N_("blog, video, infographic, e-book")),
        _channel("paid_search", N_("ads beside search results")),
        _channel("social", N_("Facebook, LinkedIn, X, Instagram, Zalo, unpaid")),
        _channel("paid_social", N_("ads on social networks, banners")),
        _channel("email", N_("campaigns and newsletters")),
        _channel("website", N_("own site, landing pages, chat, hotline")),
        _channel("event", N_("trade fairs, meet-ups, our own booth")),
        _channel("webinar", N_("talks online, with sign-up")),
        _channel(
            "purchased_list",
            N_("bought data; worth only as much as it is accurate and properly collected"),
        ),
        _channel("referral", N_("recommended by customers or staff")),
        _channel("partner", N_("partners, distributors, resellers, agencies")),
        _channel("outbound", N_("found and called by sales themselves")),
        _channel("marketplace", N_("trading platforms")),
        _channel("press_tv", N_("newspapers, radio, television")),
        _channel("outdoor", N_("billboards, LED screens in lifts")),
        _channel("direct_mail", N_("letters and cards by post")),
        _channel("other", N_("names that no rule knows yet")),
        _channel("unknown", N_("the file itself says “unknown”")),
        Term(lambda: _("(none)"), N_("the file says nothing")),
    ),
    short=True,
)

COUNTING = Chapter(
    "counting",
    N_("How Pheu counts"),
    N_("For the question that every meeting has: what exactly is this number?"),
    (
        Term(
            lambda: _p("term", "Reached"),
            N_(
                "A lead has reached a step once it has entered it, or a later one. It counts once, "
                "and going back does not undo it."
            ),
        ),
        Term(lambda: _p("term", "Moved on"), N_("Reached the next step too. Solid in the bar.")),
        Term(
            lambda: _p("term", "Still open"),
            N_(
                "Reached this step, not yet the next, and has not left: it is waiting, it has not "
                "failed. Pale in the bar."
            ),
        ),
        Term(
            lambda: _p("term", "Lost"),
            N_(
                "Reached this step and left before the next: by an exit, or because its conversion "
                "window is over. Grey in the bar."
            ),
        ),
        Term(
            lambda: _p("term", "Conversion"),
            N_(
                "The share that came this far. *% of previous*: of the leads that reached the step"
                " before. *% of first*: of all that entered. Open leads are in the denominator, so"
                " the rate of a young period can still rise."
            ),
        ),
        Term(
            lambda: _p("term", "Skipped stage"),
            N_(
                "A lead at SQL must be past MQL, even if nobody wrote it down. So a skipped stage "
                "counts as reached, at the time of the next one that was seen. Counted strictly, "
                "every step must be entered in order. Choose it under *Counting*."
            ),
        ),
        Term(
            lambda: _p("term", "Cohort"),
            N_(
                "The leads that entered in the period, followed until the *as of*: the same leads "
                "in every bar. How Pheu counts unless told otherwise."
            ),
        ),
        Term(
            lambda: _p("term", "Flow"),
            N_(
                "All moves made in the period, whoever made them. The bars are different leads, "
                "so a rate can exceed 100% and nobody is open or lost. It shows the workload, "
                "not how well leads convert."
            ),
        ),
        Term(
            lambda: _p("term", "Conversion window"),
            N_(
                "The days each lead is given from its entry, to the second. Later moves do not "
                "count; a lead that has come no further by then counts as lost. It gives old and "
                "young leads the same chance."
            ),
        ),
        Term(
            lambda: _p("term", "As of"),
            N_(
                "Nothing after this moment is known. It is the last event in the data, never "
                "today's clock, so an old file does not make its open leads look older."
            ),
        ),
        Term(
            lambda: _p("term", "Against the period before"),
            N_(
                "The earlier period is followed only as long as this one, so that both had the "
                "same time to convert."
            ),
        ),
        Term(
            lambda: _p("term", "95% interval"),
            N_(
                "Every rate is partly chance, the more so the fewer leads are behind it. The "
                "interval contains the rates that are compatible with what was counted; of "
                "100 such intervals, 95 contain the true rate. Wilson's method. Leads of one "
                "company count together for how sure we are."
            ),
        ),
        Term(
            lambda: _p("term", "n"),
            N_(
                "How many leads a number rests on. Below 100 a rate is drawn hollow and grey, and "
                "nothing is concluded from it."
            ),
        ),
        Term(
            lambda: _p("term", "Unclear, within noise"),
            N_(
                "The difference is no larger than chance alone would often produce, so it "
                "has no colour."
            ),
        ),
        Term(
            lambda: _p("term", "Median time"),
            N_(
                "Half of the leads that reached the step were faster. Only those that got there "
                "count, so it looks short while many are still on their way."
            ),
        ),
        Term(
            lambda: _p("term", "Data version (generation)"),
            N_(
                "Each load makes a new numbered version and leaves the earlier ones as they were. "
                "A frozen link names its version, so it shows the same numbers next week."
            ),
        ),
    ),
)

CREDIT = Chapter(
    "credit",
    N_("Sources: what they cost, and whose credit it is"),
    N_(
        "Credit is an agreement, not a measurement: no model says what caused what. Pheu shows "
        "them side by side, and how far they are apart."
    ),
    (
        Term(
            lambda: _p("term", "Touch"),
            N_(
                "A contact with marketing or sales that the data knows: an ad clicked, a webinar, "
                "a call. Touches after the milestone never count. A lead without any counts with "
                "its own source as its only touch, and the page says how many those are."
            ),
        ),
        Term(
            lambda: _p("term", "Attribution"),
            N_(
                "Sharing out each conversion among the touches before it, 100% in all. The sum "
                "over the sources is the number of conversions, whichever model is chosen."
            ),
        ),
        Term(
            lambda: _p("term", "First touch, last touch"),
            N_("All credit to the first, or to the last touch before the milestone."),
        ),
        Term(
            lambda: _p("term", "Linear, per source"),
            N_(
                "Equal shares: *linear* for every touch, *per source* for every different source, "
                "however often it was met."
            ),
        ),
        Term(
            lambda: _p("term", "U, W, full path, J, inverse J"),
            N_(
                "Shares by position: so much for the first touch, for the one that made the lead, "
                "for the one that started the opportunity, for the last, and the rest for all "
                "others. Vendors disagree about the weights, so they are in a table to be edited, "
                "under *Rules of credit*, and in the link."
            ),
        ),
        Term(
            lambda: _p("term", "Time decay, half-life"),
            N_(
                "The closer to the milestone, the more credit. A touch one half-life earlier "
                "counts half as much."
            ),
        ),
        Term(
            lambda: _p("term", "Markov, removal effect"),
            N_(
                "The share of conversions that would be lost if every path through a source "
                "led nowhere, scaled to the total. Paths that did not convert count too. The "
                "order is how many previous touches the model remembers."
            ),
        ),
        Term(
            lambda: _p("term", "Shapley"),
            N_(
                "What a source adds, averaged over all orders in which sources can join. Of the "
                "*sum game* (conversions) that is the same as equal shares per source. Of the "
                "*rate game* (conversions per lead) it can be below zero: leads with that source "
                "come less far. Exact up to 12 sources, sampled beyond, with the error said."
            ),
        ),
        Term(
            lambda: _p("term", "Look-back"),
            N_("How many days before the milestone a touch can be and still count."),
        ),
        Term(
            lambda: _p("term", "Range of the models"),
            N_(
                "The lowest and the highest credit of a source across the models shown. It "
                "says nothing about chance; the *95% band* of the chosen model does."
            ),
        ),
        Term(
            lambda: _p("term", "Assisted conversion"),
            N_("The source was on the path, and another one was the last touch."),
        ),
        Term(
            lambda: _p("term", "Usable lead"),
            N_(
                "A lead that screening finds nothing against: no repetition, no wrong contact, no "
                "junk, and there is a way to reach it. Bought records that were junk stay in the "
                "number of records, for they were paid for. Where no file has contacts nothing is "
                "screened; Sources then counts the leads that are not disqualified, under that "
                "name: those in no exit marked `unusable` in `pipeline.toml`."
            ),
        ),
        Term(
            lambda: _p("term", "CAC, cost of a customer"),
            N_(
                "The spend of a period divided by the customers among the leads that entered "
                "in it. The interval reflects the chance variation in their number. With no "
                "customer yet, all that can be said is that one costs more than a third of "
                "the spend."
            ),
        ),
        Term(
            lambda: _p("term", "ROI"),
            N_("(Won value × margin − cost) / cost. The margin is under *Rules of credit*."),
        ),
        Term(
            lambda: _p("term", "Unknown cost"),
            N_(
                "No file says what was spent, or no exchange rate is known. Unknown is not "
                "nothing: such a source has no cost per lead, and is named."
            ),
        ),
        Term(
            lambda: _p("term", "Expected customers"),
            N_(
                "Customers so far, plus each open lead's probability of still becoming one, "
                "given its stage and how long it has been there. Always shown apart from "
                "actual customers."
            ),
        ),
        Term(
            lambda: _p("term", "Half-time"),
            N_(
                "The time by which half of the leads that eventually get there have done so. "
                "Not half of all leads."
            ),
        ),
    ),
)

LOSSES = Chapter(
    "losses",
    N_("Bottlenecks: what is lost, why it changed, and what if"),
    N_(
        "The largest drop is always at the top of the funnel and says nothing. Pheu asks where "
        "fewer move on than could, and how many customers a quarter that costs."
    ),
    (
        Term(
            lambda: _p("term", "Bottleneck"),
            N_(
                "A transition, of all leads or of one segment, whose rate is significantly "
                "below its benchmark: at least 30 stays now and before, and a q value below "
                "0.1 over everything that was tested."
            ),
        ),
        Term(
            lambda: _p("term", "Benchmark"),
            N_(
                "What a rate is compared with: the segment's own rate of the year before, "
                "the best 25% of the segments (with small ones shrunk towards the mean), or "
                "a target."
            ),
        ),
        Term(
            lambda: _p("term", "Customers lost a quarter"),
            N_(
                "How many more of the leads that reach the stage in a quarter would become "
                "customers if the rate were at its benchmark and all else stayed the same, "
                "returns to earlier stages included. The interval is that of the difference "
                "of the two rates."
            ),
        ),
        Term(
            lambda: _p("term", "Too little data"),
            N_("Transitions with fewer than 30 stays. They are not ranked, whatever their rate."),
        ),
        Term(
            lambda: _p("term", "Since when"),
            N_(
                "The most likely single point in time at which the rate changed. It is "
                "reported only where shuffled data rarely shows a change that strong."
            ),
        ),
        Term(
            lambda: _p("term", "Backlog, growing queue"),
            N_(
                "How many weeks it takes to clear a stage at the current pace. A queue is "
                "growing when significantly more leads arrive than leave over the last eight "
                "complete weeks."
            ),
        ),
        Term(
            lambda: _p("term", "Lead-days lost"),
            N_(
                "The leads waiting at a stage, times the days by which the median stay has "
                "become longer."
            ),
        ),
        Term(
            lambda: _p("term", "Rate and mix"),
            N_(
                "Why a rate changed: because segments convert better or worse (rate), or "
                "because their shares of the leads have shifted (mix). The two add up to the "
                "change exactly."
            ),
        ),
        Term(
            lambda: _p("term", "Simpson's paradox"),
            N_("Every segment moves one way and the total the other, because of the mix alone."),
        ),
        Term(
            lambda: _p("term", "Velocity"),
            N_(
                "Open deals × win rate × mean won value / length of the sales cycle in days: "
                "what the pipeline brings in a day."
            ),
        ),
        Term(
            lambda: _p("term", "What if"),
            N_(
                "What the leads of a quarter come to if other shares moved on, stays were shorter "
                "or more leads came. Shorter stays bring customers sooner, once; they win nobody "
                "who would not have been won."
            ),
        ),
    ),
)

CHAPTERS = (OWN, STAGES, DISAGREEMENTS, COUNTING, CREDIT, LOSSES, CONTRASTS, TEMPERATURE, CHANNELS)


@cache
def term(anchor: str) -> Term:
    """The word at a place of the page.

    Raises:
        KeyError: there is no such word.
    """
    for chapter in CHAPTERS:
        for entry in chapter.terms:
            if entry.anchor == anchor:
                return entry
    raise KeyError(anchor)
