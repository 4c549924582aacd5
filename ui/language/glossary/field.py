"""The words of the field: stages, how one tells them apart, and where leads come from."""

from functools import partial

from ui.language import labels
from ui.language.glossary.entries import Chapter, Contrast, Disagreement, Term
from ui.language.messages import N_, _, _p


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
            N_("answers e-mails and calls, attends webinars"),
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
