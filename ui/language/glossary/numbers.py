"""The words of Pheu's numbers: how it counts, what sources cost, and what is lost."""

from ui.language.glossary.entries import Chapter, Term
from ui.language.messages import N_, _p

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
                "What the leads of a quarter result in if other shares moved on, stays were "
                "shorter or more leads came. Shorter stays bring customers sooner, once; they "
                "win nobody who would not have been won."
            ),
        ),
    ),
)
