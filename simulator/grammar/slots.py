"""The vocabulary of the slots: features by product line, times, durations, amounts, colleagues, documents, causes' nouns.

Belongs here: words and short phrases that fill ``{…}``. Does not: clauses.
"""

from __future__ import annotations

from simulator.grammar.engine import Draws, lines

FEATURES = {
    "Plan": lines(
        """scheduling board
        route planner
        shift swap
        calendar sync
        dispatch app
        capacity view
        roster import
        job templates
        crew availability screen
        drag and drop planner
        time-off requests
        overtime calculator
        map view
        work order form
        skills matrix
        recurring visits
        travel time estimate
        field check-in
        conflict warnings
        standby rota
        job photo upload
        two-way text reminders
        technician timeline
        parts reservation"""
    ),
    "Pay": lines(
        """invoice editor
        payment links
        tax rules
        approval flow
        expense capture
        credit notes
        statement export
        payment reminders
        bank matching
        purchase orders
        supplier portal
        deposit handling
        batch payouts
        multi-currency ledger
        discount rules
        recurring invoices
        payment run
        card reconciliation
        ageing list
        receipt scanner
        customer portal
        split billing screen
        write-off form
        direct debit setup"""
    ),
    "Insight": lines(
        """dashboards
        scheduled reports
        CSV export
        drill-down
        alert rules
        reporting API
        data connector
        saved filters
        shared views
        audit log
        cohort table
        forecast tile
        metric catalogue
        pivot builder
        benchmark page
        permissions matrix
        embedded charts
        row-level filters
        data refresh
        annotation tool
        board pack export
        anomaly digest
        query editor
        warehouse link"""
    ),
}

WHEN = lines(
    """{weekday} [morning|afternoon|evening|]
    [this|last|yesterday] [morning|afternoon|evening]
    since {weekday}
    around {clock}
    on the {day} of {month}
    [for|over] the [last|past] {few} [days|weeks]
    [about|roughly|nearly] {few} [days|weeks] ago
    [during|in|at] the month-end close
    [right|just] after the update
    [all|most of the] week
    since version {version}
    in {month}
    before the {clock} shift
    over the weekend
    [earlier|late] today
    [twice|three times|again] this week
    ever since {month}
    on [our|the] busiest day
    between {clock} and {clock}
    first thing on {weekday}"""
)

SLOTS: dict[str, object] = {
    "when": WHEN,
    "weekday": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"),
    "month": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    "few": ("two", "three", "four", "five", "six", "several", "a couple of", "a few"),
    "clock": lambda d: f"{d.between(6, 20)}:{d.pick(('00', '15', '20', '30', '40', '45', '50'))}",
    "day": lambda d: (
        f"{(n := d.between(1, 28))}{'th' if 10 < n < 14 else {1: 'st', 2: 'nd', 3: 'rd'}.get(n % 10, 'th')}"
    ),
    "version": lambda d: f"{d.between(3, 6)}.{d.between(0, 19)}" + (f".{d.between(1, 9)}" if d.happens(0.4) else ""),
    "n": lambda d: str(d.between(3, 96)),
    "big": lambda d: f"{d.between(2, 48)},{d.between(0, 999):03d}" if d.happens(0.6) else str(d.between(110, 990)),
    "money": lambda d: (
        d.pick(("$", "$", "USD ", "€", "£"))
        + (f"{d.between(1, 38)},{d.between(0, 99) * 10:03d}" if d.happens(0.5) else str(d.between(40, 990)))
    ),
    "dur": lambda d: f"{d.between(2, 50)} " + d.pick(("minutes", "minutes", "hours", "days", "seconds", "mins")),
    "longdur": lambda d: (
        f"{d.pick(('two', 'three', 'four', 'five', 'six', 'eight', 'ten', 'nine', 'eleven'))} "
        + d.pick(("hours", "days", "weeks", "working days", "business days"))
    ),
    "colleague": lines(
        """our [dispatchers|planners|schedulers|technicians|engineers|supervisors|drivers|crew leads]
        the [finance|billing|accounts|payroll|controlling|procurement] [team|people|department|folks]
        my [manager|boss|team|colleague|deputy|assistant|whole team]
        the [night|early|late|weekend] shift
        [half|most|some] of [my|our] [staff|colleagues|users|office]
        our [new starters|apprentices|site managers|regional leads|office staff|back office]
        [our|the] [leadership|management|steering group|board|operations people]
        everyone [here|in the office|on site|in my team|at our depot]"""
    ),
    "we": ("we", "we", "I", "my team", "our office", "our people"),
    "place": lines(
        """our [Leeds|Denver|Lyon|Porto|Osaka|Perth|Quito|Tampa|Ghent|Malmo|Cork|Graz|Lima|Boise] [office|depot|site|branch]
        the [north|south|east|west|main|second|new] [depot|warehouse|site|region|hub]
        {n} of our [sites|branches|depots|locations]"""
    ),
    "document": lines(
        """[invoice|order|job|quote|work order|statement|contract|PO] {ref}
        the [{month}|quarterly|weekly|monthly|yearly] [report|statement|roster|summary|invoice|plan|export]
        a [batch|list|set|stack] of {n} [jobs|invoices|records|visits|orders|entries]"""
    ),
    "ref": lambda d: f"{d.pick(('INV', 'WO', 'PO', 'Q', 'J', 'ST', 'C', 'A', 'R', 'DN'))}-{d.between(1000, 99999)}",
    "device": lines(
        """[the|my] [iPad|tablet|phone|laptop|work phone|desktop]
        [Chrome|Firefox|Safari|Edge|the Android app|the iPhone app|the mobile app]
        an [older|Android|iOS] [phone|tablet|device]"""
    ),
    "system": (
        "our ERP",
        "our payroll system",
        "Outlook",
        "Excel",
        "our warehouse",
        "the accounting package",
        "our CRM",
        "Google Calendar",
        "the HR system",
        "our time clocks",
        "the data lake",
        "our intranet",
        "the tax tool",
    ),
    "rival": (
        "Fieldmont",
        "Brightroster",
        "Ledgerlane",
        "Opsway",
        "Quantboard",
        "Shiftly Pro",
        "PayHarbor",
        "Metrikon",
        "another vendor",
        "a competitor",
        "the other tool we tried",
        "our previous provider",
    ),
    "very": (
        "very",
        "really",
        "so",
        "extremely",
        "quite",
        "pretty",
        "truly",
        "incredibly",
        "genuinely",
        "seriously",
        "rather",
        "especially",
        "remarkably",
        "surprisingly",
        "",
    ),
}


def percent(draws: Draws) -> str:
    """A share such as ``12 percent``."""
    return f"{draws.between(3, 38)}" + draws.pick((" percent", "%", " per cent"))


SLOTS["percent"] = percent

NOUNS = {  # what a clause of each cause is about: (noun phrase, is it plural)
    "product_defect": lines(
        """the {feature}
        the [last|latest|newest] [build|release|update] of the {feature}
        the {feature} on {device}
        the [save|submit|print|confirm|duplicate|undo] [button|step|action] in the {feature}
        the way the {feature} [calculates totals|rounds amounts|stores changes|sorts entries]"""
    ),
    "missing_feature": lines(
        """the [range|set|choice|breadth] of [options|functions|features] in the {feature}
        what the {feature} [offers|can do|covers]
        the [bulk edit|offline mode|undo history|custom field|dark mode|tagging|templating] [option|support|capability]
        the [link|integration|connection] [to|with] {system}"""
    ),
    "usability": lines(
        """the [layout|design|look|navigation|structure] of the {feature}
        the [menu|screen|workflow|form|wizard|search] [in|for|behind] the {feature}
        [finding|setting up|using|editing] [things|entries|a record|a rule] in the {feature}
        the [new|redesigned|current] [interface|home screen|side menu|start page]"""
    ),
    "performance": lines(
        """the [speed|responsiveness|loading time] of the {feature}
        [loading|opening|saving|searching|refreshing] the {feature}
        how [fast|quickly] the {feature} [loads|opens|responds|reacts|saves]
        the [page|screen|list] [speed|loading] on {device}"""
    ),
    "reliability": lines(
        """the [stability|uptime|availability|reliability] of the {feature}
        the [platform|service|system|app] [itself|overall|as a whole|in {month}]
        the [nightly|hourly|weekend|morning] [sync|job|import] for the {feature}
        the [connection|link|sync] [with|to] {system}"""
    ),
    "pricing": lines(
        """the [price|cost|pricing|fee|rate] [of|for] the {feature}
        [what|how much] we pay [per|for each] [user|seat|site|technician|month]
        the [new|current|updated|annual] [price list|pricing model|rate card|package price]
        the [licence|seat|subscription|add-on|module] [cost|price|fee]"""
    ),
    "billing": lines(
        """[the|our|your] [{month}|last|latest|most recent] [invoice|bill|statement]
        [invoice|bill|statement|credit note] {ref}
        the [tax line|seat count|proration|PO number|payment reference] on [the|our] [bill|invoice|statement]
        the [billing portal|way you bill us|invoicing process|handling of refunds]"""
    ),
    "contract": lines(
        """the [renewal|contract|agreement|order form|paperwork] [for|covering] [{place}|next year|the {feature}]
        the [terms|conditions|notice period|data clause|service credits] in [the|our] [agreement|contract|renewal]
        the [renewal|negotiation|signature|procurement] process [this year|this time|with your team|overall|]
        the [length|scope|wording|flexibility] of [the|our] [contract|agreement|term]"""
    ),
    "policy_change": lines(
        """the [new|recent|announced|{month}] [policy|rules|terms|change] [on|about|around] [seats|data retention|support hours|fair use|weekend cover|exports|trial users]
        the [change|switch|move] [to|of] [the support hours|seat rules|storage limits|the fair use terms|login rules]
        the [way|notice with which] [policy|rule|package|plan] changes [are|were|get] [announced|rolled out|explained]"""
    ),
    "onboarding_gap": lines(
        """the [onboarding|kick-off|setup|training|implementation] [for|of|at] [{place}|the {feature}|our new starters|our team]
        the [training|welcome|handover|configuration] [sessions|material|plan|calls|guide]
        getting [{colleague}|{place}|our users] [started|up to speed|trained|set up] [on|with] the {feature}
        the [migration|data import|rollout] [plan|steps|support] [from|away from] {system}"""
    ),
    "support_quality": lines(
        """the [help|support|service|assistance|advice] [we|I] [got|received|had] [{when}|on {ref}|from your team]
        the [agent|person|colleague|engineer] [who|that] [took|handled|picked up|answered] [my|our] [call|case|ticket|request]
        your [support|service|help] [team|desk|people|line] [on {weekday}|lately|in {month}|]
        the [answer|explanation|follow-up|guidance] [on|about|for] the {feature}"""
    ),
    "response_time": lines(
        """the [wait|waiting time|time to an answer|turnaround|response time] [on|for] [{ref}|our tickets|my case|this request]
        how [long|quickly] [it took|it takes] to [hear back|get a reply|reach someone|get an answer]
        the [speed|pace] of [your replies|the support desk|the answers|the follow-up] [{when}|]
        the [queue|hold time|callback] on [the phone line|chat|{weekday}|your hotline]"""
    ),
    "competitor": lines(
        """[Corvane|your product|your offer] [next to|compared with|compared to|against|side by side with] {rival}
        the {feature} [compared with|next to|measured against] [what|the one] {rival} [has|offers|shows us]
        the [comparison|trial|test|pilot] [with|against] {rival}"""
    ),
    "data_quality": lines(
        """the [data|figures|numbers|totals|records] [in|from|behind] the {feature}
        the [accuracy|completeness|freshness|consistency] of the [{feature}|{month} figures|customer records|imported data]
        the [import|export|sync|merge] [of|with] [our records|the {month} data|{system}]
        the [addresses|duplicates|time stamps|exchange rates|customer names] in the {feature}"""
    ),
    "other": lines(
        """[working|dealing|being] with [you|Corvane|your company] [this year|so far|since {month}|overall]
        the [event|webinar|newsletter|user group|roadmap talk] [in {month}|on {weekday}|{when}]
        the [overall|whole|general] [experience|relationship|partnership|picture] [{when}|so far|this quarter|]
        our [account review|check-in|quarterly call|steering meeting] [on {weekday}|in {month}|{when}]"""
    ),
}
