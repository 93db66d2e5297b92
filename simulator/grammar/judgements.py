"""Judgements that fit any cause: ``<noun phrase> is …``, with negation, in three polarities.

Belongs here: clause patterns around ``{subject}``. Does not: what happened in particular (``clauses``).
"""

from __future__ import annotations

from simulator.grammar.engine import lines

GOOD = (
    "great",
    "excellent",
    "solid",
    "fantastic",
    "smooth",
    "reliable",
    "impressive",
    "helpful",
    "spot on",
    "superb",
    "better than expected",
    "first class",
    "a pleasure",
    "exactly right",
    "well thought out",
    "brilliant",
    "wonderful",
    "outstanding",
    "really good",
    "a real improvement",
    "just what we needed",
    "top notch",
    "very convincing",
)
BAD = (
    "terrible",
    "awful",
    "poor",
    "disappointing",
    "frustrating",
    "a mess",
    "unacceptable",
    "painful",
    "broken",
    "worse than before",
    "a nightmare",
    "annoying",
    "well below par",
    "a step backwards",
    "dreadful",
    "useless",
    "a constant headache",
    "embarrassing",
    "weak",
    "hopeless",
    "confusing",
    "a letdown",
    "horrible",
    "really bad",
)

NEGATIVE = lines(
    """{subject} [is|has been|was|remains] {very} {bad}
    [I|we] [find|found] {subject} {bad}
    {subject} [is not|isn't|was not|wasn't] [good|good enough|acceptable|great|what we paid for|up to standard|reliable]
    [I am|we are|I'm|we're|{colleague} [are|is]] [not happy|unhappy|not satisfied|fed up|disappointed] with {subject}
    {subject} [let|has let] us down [badly|again|once more|{when}]
    [I|we] [can't|cannot] [recommend|rely on|trust|praise|put up with] {subject} [any more|at the moment|as it stands|]
    {subject} [costs|is costing|cost] us [{longdur}|{dur} a day|far too much time|patience|nerves|customers]
    [nobody|no one] [here|on site|in my team] [likes|is happy with|trusts|defends] {subject}
    {colleague} [keep|keeps] complaining about {subject}
    {subject} [has gone downhill|has got worse|has become worse|keeps getting worse] [{when}|]
    [I|we] expected [more|better|a lot more] from {subject}
    there is nothing good to say about {subject}
    {subject} [does not|doesn't|did not|didn't] [work for us|do the job|meet our needs|help anyone|live up to the promise]"""
)
POSITIVE = lines(
    """{subject} [is|has been|was|remains] {very} {good}
    [I|we] [find|found] {subject} {good}
    {subject} is [not bad at all|anything but bad|hard to fault|no problem at all any more|never a worry]
    [I am|we are|I'm|we're|{colleague} [are|is]] [very happy|really pleased|happy|delighted|more than satisfied] with {subject}
    {subject} [saves|saved|is saving] us [{dur} a day|{longdur}|a lot of time|plenty of work|{money} a month]
    [I|we] [never had a problem|have no complaints at all|had no trouble|never had any issue] with {subject}
    {colleague} [love|loves|praise|praises|appreciate|appreciates] {subject}
    {subject} [has improved a lot|has come a long way|keeps getting better|has got much better] [{when}|]
    {subject} [exceeded|beat|surpassed] [our|my|all our] expectations
    [I|we] [can only recommend|would gladly recommend|really like|love|enjoy|value] {subject}
    [couldn't|could not] be happier with {subject}
    {subject} [works perfectly|works like a charm|does the job beautifully|just works|runs without a hitch] [for us|{when}|]
    [hats off|credit|well done|kudos] [for|on] {subject}"""
)
NEUTRAL = lines(
    """[could|can] [you|someone] [tell|send|show] [me|us] [more about|the details of|something on] {subject}
    [I|we] have a question about {subject}
    [this|my note|this message] is about {subject}
    [we|I] [will|want to|plan to] [look at|review|discuss|go over] {subject} [on {weekday}|with {colleague}|in {month}|next week]
    [where|how] [can|do] [I|we] find [information|the page|the document|something] on {subject}
    [I am|we are|I'm|we're] [writing|asking|checking in] about {subject}
    {colleague} asked [me|us] [about|to check on] {subject}
    [is|was] there an update on {subject} [{when}|]
    [for your information|as agreed|for the record], {subject} [was on our agenda|came up|was discussed] {when}
    {subject} [is|was] [the same as|similar to|about the same as] [before|last quarter|in {month}|last year]
    [please|kindly] [note|log|record] that {subject} [is handled by|is now with|sits with] {colleague}
    [who|which person] [is responsible for|looks after|should we contact about] {subject}"""
)
