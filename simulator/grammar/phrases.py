"""What surrounds the point of a message: greetings, small talk, context, requests, effort, feelings, sign-offs.

Belongs here: phrases with no cause of their own; none but ``FEELING`` and ``RESOLVED``/``UNRESOLVED`` carry a polarity.
Does not: clauses about a cause.
"""

from __future__ import annotations

from simulator.grammar.engine import lines

GREETING = lines(
    """[Hi|Hello|Hey|Good morning|Good afternoon|Dear] [{agent}|team|all|there|support|Corvane team|support team|everyone],
    [Hi|Hello|Dear {agent}] [again|],
    [Morning|Afternoon|Greetings] [{agent}|all|team],"""
)
SIGN_OFF = lines(
    """[Best|Best regards|Kind regards|Regards|Cheers|Thanks|Many thanks|All the best], {first}
    [Thanks|Best|Regards], {full}
    {first}
    [Kind regards|Sincerely|Best wishes], {full}, {company}
    [Speak soon|Talk soon|Until then], {first}"""
)
CONTACT = lines(
    """you can reach me [on|at] {phone} [{when}|after {clock}|any day before {clock}|]
    [please|] [call|ring|phone] {full} on {phone} [after {clock}|before {clock}|on {weekday}|]
    my [direct|work|mobile] number is {phone}
    [write to|mail|copy in|cc] {email} [for anything else on {ref}|with the details|as well|from now on]
    send [the details|it|the file|everything] to {email} [by {weekday}|before {clock}|]
    {full} is the [right person|contact|one to ask] for this, [mail|address]: {email}
    [I am|I'm] {full}, [extension|number] {phone}"""
)

FEELING = {
    "anger": lines(
        """[I am|we are|I'm|we're] [angry|furious|livid|outraged] [about this|by now|at this point|]
        this [makes|made] [me|us] [really|so|] [angry|furious|mad]
        [this is|that is] [simply|just|] outrageous
        how dare you [treat|leave] [us|a customer] like this
        my blood is boiling over {ref}"""
    ),
    "frustration": lines(
        """[I am|we are|I'm|we're] [so|really|deeply|] frustrated [by now|with this|at this point|]
        [it is|it's|this is] [so|really|beyond|incredibly] frustrating [for {colleague}|every time|]
        [I am|we are|I'm] [fed up|at the end of my patience|tired of this|sick of chasing]
        {colleague} [is|are] losing patience
        it drives [me|us|{colleague}] up the wall"""
    ),
    "disappointment": lines(
        """[I am|we are|I'm|we're] [really|very|deeply|quite|] disappointed
        [what a|this is a] [real|big|huge|] [disappointment|letdown] [for {colleague}|after {few} years|]
        [we|I] [expected|had hoped for] [more|better] from [you|Corvane]
        [sadly|unfortunately] not what [we|I] [signed up for|were promised]"""
    ),
    "confusion": lines(
        """[I am|we are|I'm|we're] [completely|totally|rather|] [confused|puzzled|baffled] [by this|here|]
        [I|we] [really|] [don't|do not] understand [what is going on|how this is meant to work|why]
        it makes no sense to [me|us|{colleague}]
        {colleague} [is|are] as confused as [I am|we are]"""
    ),
    "fear": lines(
        """[I am|we are|I'm|we're] [worried|afraid|scared|concerned] [about|of] [losing {money}|the audit in {month}|the next close|our own customers]
        [honestly|frankly], it [worries|scares|frightens] [me|us|{colleague}]
        [I|we] fear [this|it] will [hit|cost|hurt] us [in {month}|at the audit|again]"""
    ),
    "sadness": lines(
        """[it is|it's] [really|so|] sad to [see|watch] [{when}|after {few} years with you|]
        it [saddens|pains] [me|us] to [write|say|see] this
        [I am|we are] sad [that it has come to this|about it]"""
    ),
    "joy": lines(
        """[I am|we are|I'm|we're] [over the moon|so happy|thrilled|delighted] [with it|about this|]
        it [made|makes] [my|our] [day|week|month]
        [love|loving] it
        {colleague} [is|are] [thrilled|cheering|delighted]
        what a [joy|delight|pleasure] [to use|{when}|]"""
    ),
    "gratitude": lines(
        """[thank you|thanks|many thanks] so much [for this|to {agent}|for all the help|]
        [I am|we are|I'm|we're] [really|very|so|truly] grateful [to {agent}|for that|]
        [big|huge|heartfelt] thanks [to {agent}|to the whole team|for fixing {ref}|from {colleague}]
        [I|we] really appreciate [it|the effort|what {agent} did|your patience]"""
    ),
    "trust": lines(
        """[I|we] [fully|really|] trust [you|the numbers|your team|Corvane] [by now|with this|]
        [I|we] know [we|I] can [rely|count] on [you|{agent}|your team]
        [it is|it's] good to know [we are|our data is] in safe hands"""
    ),
    "surprise": lines(
        """[I was|we were] [positively|pleasantly|happily] surprised [by that|{when}|]
        wow, [I|we] did not [expect|see] that [coming|]
        what a [nice|lovely|welcome] surprise [for {colleague}|]"""
    ),
}
EMOTIONS = {  # polarity → (emotion, relative weight)
    -1: (("frustration", 0.36), ("disappointment", 0.24), ("anger", 0.16), ("confusion", 0.12), ("fear", 0.08),
         ("sadness", 0.04)),
    1: (("gratitude", 0.40), ("joy", 0.32), ("trust", 0.16), ("surprise", 0.12)),
}  # fmt: skip
INTENSITY = {"anger": 0.9, "frustration": 0.75, "disappointment": 0.65, "confusion": 0.5, "fear": 0.7, "sadness": 0.6,
             "joy": 0.8, "gratitude": 0.7, "trust": 0.6, "surprise": 0.6}  # fmt: skip

CONTEXT = lines(
    """we [use|run|have] it [at|in] {place} [with {n} people|for {n} crews|]
    [this|it] [concerns|is about|relates to] {document}
    [I|we] [opened|saw|checked] it on {device} [{when}|]
    the reference is {ref}
    [I|we] have attached {document}
    [we are|we're] on version {version} [at {place}|on {device}|]
    {colleague} [noticed|saw|looked at] it {when}
    [for reference|for context], [we have|there are] {n} [users|seats|people|crews] [at {place}|on this|]
    [this|it] [started|was] {when}
    [the account|our account] is {company}"""
)
REQUEST = {
    -1: lines(
        """please [fix|sort out|look into|correct] [this|it] [before {weekday}|by {weekday}|by the {day} of {month}|today]
        [can|could] [someone|{agent}|a manager] [call|ring|contact] [me|us|{colleague}] [today|before {clock}|on {weekday}]
        [when|by what date] will [this|it] be [fixed|sorted|corrected|looked at]
        [please|] escalate [this|{ref}|my case] [today|to your manager|now|]
        [I|we] need [an answer|a fix|a date|a way out] by {weekday}
        what are you going to do about [it|this|{ref}]"""
    ),
    0: lines(
        """[could|can|would] you [please|] [let me know|confirm|get back to us|send the details] [by {weekday}|before {clock}|this week|]
        [a short note|one line|a link|a pointer to the page] [is|would be] enough
        [let me know|tell us] [if you need|whether you want] [anything else|more details|{document}]
        [happy to|we can] [jump on a call|discuss] [on {weekday}|after {clock}|{when}]"""
    ),
    1: lines(
        """[keep it up|keep up the good work|please carry on like this]
        [please|do] pass [that|this|my thanks] on to {agent}
        [feel free to|you may] [quote me|use this as a reference|share this with the team]
        looking forward to [the next release|what comes next|version {version}|{month}]"""
    ),
}
EFFORT_HIGH = lines(
    """[I|we] [have had|had] to [explain|repeat|describe] [everything|the same thing|the case] [{few} times|to {few} different people]
    it [took|has taken] {few} [calls|emails|attempts|tickets|chats] [so far|to get here|]
    [I was|we were|I have been|we've been] [passed|sent|bounced] from [one person|one team|desk] to [the next|another]
    [I|we] spent {dur} [on hold|chasing this|trying to get it done|clicking through menus]
    [I|we] had to [do it by hand|fall back on spreadsheets|rebuild {document} manually] [{when}|]"""
)
EFFORT_LOW = lines(
    """it [took|only took] [{n} seconds|one call|one message|a single click|two minutes]
    [I|we] did not have to [explain|ask|chase] [anything|twice|a second time]
    [that was|it was|the whole thing was] [easy|effortless|simple] [from start to finish|to do|]
    [sorted|done|fixed] in [one go|{dur}|one short chat|no time]"""
)
RESOLVED = lines(
    """[that|this|your last tip|the patch|the workaround from {agent}] [fixed|solved|sorted] [it|the problem|{ref}] [for {place}|{when}|]
    [it is|it's|everything is] working [again|fine again|as it should] [now|since {clock}|at {place}|on {device}|]
    [you can|please] close [{ref}|the ticket|this one|my case], [all is well|it works|it is sorted|problem solved]
    [confirmed|I can confirm], {ref} is [solved|fixed|resolved] [on our side|at {place}|for {colleague}|]
    [great|perfect|excellent], {document} [went through|looks right|is fine] [now|{when}|]"""
)
UNRESOLVED = lines(
    """[it is|it's|this is|{ref} is] still [not fixed|broken|not solved|failing] [at {place}|on {device}|{when}|]
    the [problem|error|issue|fault] is back [{when}|at {place}|on {device}]
    [you closed|why was] {ref} [although it is not solved|closed without a fix|before anything was fixed]
    [that|your last tip|the workaround|the patch] [did not|didn't] [help|work|change a thing] [for {colleague}|at {place}|on {device}|]
    [still|yet again] no [fix|solution|result] [for {ref}|at {place}|after {longdur}|from your side]"""
)
UPDATE = lines(
    """[here is|attached is|I have added|see] [the log|the screenshot|{document}|the error text] [you asked for|from {when}|for {ref}|]
    [I|we] tried [it|this] on {device} [as well|{when}|]
    [the user|the person] affected is {full}
    [it|the same thing] shows on {n} [records|machines|accounts|jobs] [at {place}|so far|]
    [answering|to answer] your question: [we run|it is] version {version} [on {device}|at {place}|]
    [I|we] will [test|check|try] [it|that] [on {weekday}|after {clock}|with {colleague}] and [report back|let you know]
    {colleague} [is|are] [out|away|travelling] until {weekday}, [back|reachable] after {clock}
    the number you asked for is {ref}
    [we|I] [changed|moved|renamed] {document} {when}, [just so you know|nothing else]"""
)
SMALL_TALK = lines(
    """[how was|did you enjoy] your [weekend|holiday|trip to {city}|{weekday}]
    [it is|it's] [raining|snowing|sunny|windy|foggy] here in {city} [today|this {weekday}|]
    [can you hear me|is the line ok|am I on speaker], [I am|I'm] [in the car|in the warehouse|on my mobile|at {place}]
    [one moment|just a second|hang on], [let me|I need to] [open|find|pull up] {document}
    [yes|yeah|right|okay], [this is|it's] {full} [from {company}|at {place}|speaking]
    [sorry|apologies], [the dog|a colleague|the doorbell|another call] just [interrupted|came in], [go on|where were we]
    [did you|have you] [see|seen] the [match|game|forecast] [last night|on {weekday}|]
    [let me|I will] [write that down|check with {colleague}|share my screen|look it up], [one sec|give me a minute|two seconds]
    [are you|is your team] [at the|going to the|joining the] [conference|user group|webinar] in {city} [in {month}|]
    [we are|we're] [moving|having the painters in|short of coffee] at {place} [this week|until {weekday}|]"""
)
CITIES = ("Leeds", "Denver", "Lyon", "Porto", "Osaka", "Perth", "Quito", "Tampa", "Ghent", "Malmo", "Cork", "Graz",
          "Lima", "Boise", "Oslo", "Turin", "Bilbao", "Tartu", "Halifax", "Nairobi", "Pune", "Busan", "Zagreb", "Utrecht",
          "Austin", "Bergen", "Cadiz", "Dunedin", "Essen", "Fargo")  # fmt: skip

LEAD_IN = {
    -1: ("honestly", "to be frank", "frankly", "once again", "sorry, but", "I have to say", "unfortunately", "sadly",
         "as of today", "again", "quite honestly", "for the record"),
    0: ("just checking", "quick question", "one more thing", "by the way", "for planning", "small request", "as discussed",
        "following up", "out of interest", "also", "when you have a minute", "on another note"),
    1: ("I must say", "honestly", "good news", "just wanted to say", "happy to report", "credit where it is due",
        "for once", "I have to admit", "on the bright side", "to be fair", "short and sweet", "pleased to say"),
}  # fmt: skip
SPOKEN = (
    "yeah so",
    "um",
    "well",
    "so",
    "I mean",
    "you know",
    "okay so",
    "right",
    "look",
    "uh",
    "like I said",
    "alright",
)
EMOJI = {
    -1: ("😡", "👎", "🙄", "😞", ":(", "🤦", "😤"),
    0: ("🤔", "👀", "📅", "ℹ️"),
    1: ("😀", "👍", "🎉", ":)", "❤️", "🙌", "🚀"),
}
HASHTAGS = ("#corvane", "#fieldservice", "#saas", "#ops", "#invoicing", "#scheduling", "#b2b", "#reporting", "#planning",
            "#support", "#finops", "#dispatch", "#analytics", "#smallbiz", "#logistics")  # fmt: skip
