"""English words that are also names, or that follow a greeting: they alone do not give anyone away.

Belongs here: the lists. Does not: when a word counts as a name (``names``, ``salutations``).
Such a name is still hidden where it stands beside the person's other name, after a greeting or a title, and where it
has a capital in the middle of a sentence.
"""

from __future__ import annotations

# Days, months, seasons, places and peoples: capitalised anyway, so that a capital says nothing.
CALENDAR_AND_PLACES = frozenset(
    """january february march april may june july august september october november december monday tuesday wednesday
    thursday friday saturday sunday christmas easter noel summer autumn winter spring english french german dutch welsh
    irish scottish spanish italian american indian chinese england scotland ireland wales france germany spain italy
    india china israel jordan london york paris berlin rome florence georgia virginia carolina dakota austin dallas
    houston chelsea sydney washington lincoln madison jackson hamilton lancaster chester kent sussex devon america asia
    europe africa alexandria charlotte phoenix savannah brooklyn cuba malta israel
    """.split()  # noqa: SIM905
)

COMMON_WORDS = CALENDAR_AND_PLACES | frozenset(
    """a able about above abbot access account ace across act action active actual add address admin after again age
    agent ago all alone along already also always am amber amazing an ancient and angel angle answer any anyone
    anything app apple application apply april archer are area arm army art as ash ask asset at attention aurora avenue
    away axe baby back bacon bad bag baker ball ban band bank banker banks bar bare bark barn baron barrel base basic
    bass bay be beach bean beans bear beard beat beautiful beck bed been before began begin behind being bell belt bench
    bend berg berry best bet better big bill billing bills bin bird bishop bit black blade blank blaze bless block
    blocker bloom blow blue board boat body bold bolt bond bonds bone book booker boot born boss both bother bow bowl
    bowman box boy brain branch brand brave bread break breeze brick bridge bridges bright bring broad broke brook
    brooks broom brother brown brush buck buddy buff bug build builder bull bunch burn burns bus bush business busy but
    butcher butler butter button buy buyer by cable cage cake call camp can cane canon capital captain car card cards
    care carpenter carry cart carter case cases cash cast castle cat catch cause center central chair chambers champion
    chance chancellor change channel charge charity chase chat cheap check cheek chef cherry chess chief child children
    chip choice church churn city clay clean clear clerk click client clock close cloud clover club coach coal coast
    coat
    coffee coin cold cole collar come comfort common company complete conn constant contact content contract cook cool
    cooper copper coral core cork corn corner cost could count counter couple course court cover cow cox crab craft
    crane
    cream creek crew cricket crisp cross crow crown crystal cup current curry custom customer cut daily dairy daisy dale
    damage damn dance dark dash data date dawn day days dead deal dean dear death debt deep deer delivery delta demo
    den desk dev did different dig dill dime diner direct dirt disk dive do doctor doe dog dollar done door dot double
    dove down drain drake draw dream dress drew drill drink drive driver drop drum dry duck due duke dusk dust duty each
    eager earl early earn earth east easter easy eat echo edge edit effort egg eight either else email ember emerald
    end ends energy engineer enjoy enough enter error eve even evening event ever every everyone everything exact
    excellent extra eye eyes face fact fair faith fall false fame family fan far fare farm farmer fast fat father
    fault fay favor fear feature feed feel fell fern few field fields file fill final finance finch find fine finger
    fire firm first fish fisher fit five fix flag flame flat flint floor flora flower flowers fly focus fold follow
    food fool foot for force ford forest forge form fort forward foster found four fox frank free freeman french fresh
    friend friendly from front frost fruit fuel full fun gale gall game garden gardener gate gates gauge gem general
    gentle gift ginger girl give glad glass glen go goal gold golden good goodman goodness got grace grain grand grant
    grass grave gray great green greet grey grin ground group grove grow guard guess guest guide gun guy guys ha had
    hail hair half hall hammer hand hands handy happy harbor hard hardy hare harp harper harsh hart has hat have haven
    hawk hay haze hazel he head heart heat heath heather heavy heel held hello help helpful her here hero herring hey
    hi high hill hills him hip his hit hobby hold hole holiday holly holy home honest honey honor hood hook hope horn
    horse host hot hour hours house how hub huge human humble hunt hunter hurry hurt ice idea if ill image important in
    inch indigo info ink inn instant interest into invoice iris iron is island issue it item ivory ivy jack jade jar
    jasmine jay jazz jean jet jewel job joiner joke jolly josh journey joy joyce judge juice jump june junior just
    justice
    kay keen keep key keys kid kidd kind king kings kit kite kitty knife knight know label lace lack lad lady lake lamb
    lamp lance land lane lark large lark last late later latch laurel law lawn laws lay lead leader leaf league lean
    learn leave lee left legend less lesson let letter level liberty life light lightning like lilac lily lime line
    link lion lip list little live lively loan local lock lodge log london long look lord lore lose loss lost lot love
    lovely low loyal luck lucky lunch luna lynch mace machine made magic maid mail main major make mall man manager many
    maple march mark marks market marsh marshal marshall mason mass master match mate matter max may mayor me mead
    meadow
    mean means medal meet mellow melody member mercy merit merry message met mike mild mile miles milk mill miller
    mills mind mine mint minute mist mister mix mobile model modern mole moment money monk month moody moon moor more
    morning moss most mother mount mouse mouth move mrs much mule muse music must my myrtle nail name nan nap near neat
    neck need needs nest net never new newman news next nice nick night nine no noble nobody none noon nor norm north
    norman not note nothing notice now number nurse oak oaks ocean of off offer office oil ok okay old olive on once one
    only opal open or orange order other our out over owen own owner pace pack page pages paid pain paint painter pair
    pale palm pan paper park parker parks part partner party pass past pastor pat patch path patience patient patty
    pause
    pay payment peace peach peak pear pearl peck peel pen penn penny people pepper perfect person pet petty phone photo
    pick pierce pike pine pink pipe pit pitt place plain plan plane plant plate play player please plum plus poe point
    pole police pond pony pool poor pop pope poppy port porter post pot potter pound power praise pray precious press
    pretty price pride priest prime prince print prize problem product project promise prosper proud prudence public
    pull pump pure purple push put quality queen question quick quiet quill quinn quite race rail rain raise ram ran
    ranch
    range ranger rank rare rate raven raw ray reach read reader ready real really reason red reed reef refund regal
    regards rest reward rex rice rich rick ride rider right ring rise river rivers road roach rob robin rock rocks rocky
    rod role roll rome romero roof room root rose rosemary rough round row royal royce ruby rule run rush russet rust
    rusty ryder sad saddle safe saffron sage sail saint sale sales sally salt sand sandy sanders save savage savings saw
    sawyer say scarlet school score scot scott scout sea seal search season seat second see seed seen self sell senior
    send serene serve service session set seven shade shadow shaft sharp she shelf shell shepherd shine ship shoe shop
    short should show sick side sierra sign silk silver simple since sing singer single sir sister site six size sky
    slate sleep slow sly small smart smile smith snow so soft sold sole solid some someone son song sonny soon sorry
    sound south space spark sparks speed spell spend spice spike spring staff star start state stay steel steele step
    sterling still stock stone stop store storm story straw stream street strong stuff style sue sugar summer sun sunny
    super support sure swan sweet swift system tab table tad tailor take talent tall tame tan tank tanner tart task
    tax taylor tea teach team tech tell temple ten terry test text than thank thanks that the their them then there
    these they thing things think third this thorn those three through tiger till time timer times tiny tip title to
    today todd together told toll tom too took tool top total touch tower town trace track trade train travel treat tree
    trial trip tripp trouble truck true truly trust truth try tuck tucker turn turner tutor two type under unit until
    up update us use used user vale valley value van vance velvet venture very vest via victor victory view vine viola
    violet virtue visit vital voice wade wage wagner wait wake walk walker wall waller wally want war ward ware warm
    warner
    was wash watch water waters watt watts wave way wax we wear weather weaver web webb website week weeks weir welcome
    well wells went were west wet what wheat wheel wheeler when where which while whistle white who whole whom why wide
    wife wild will willow win wind window wine wing winner winter winters wire wise wish with within without wolf woman
    women won wonder wonderful wood woods woody wool word words work worker world worst worth would wow wrap wren wright
    write wrong yard yarn year years yellow yes yesterday yet yeti yield you young your zero zone zion
    """.split()  # noqa: SIM905
)

# Local parts of mailboxes that are no one's: sales@, info@.
ROLE_MAILBOXES = frozenset(
    """accounts accounting admin administrator alerts api billing bookings careers ceo cfo contact customer
    customerservice
    dev enquiries events feedback finance hello help helpdesk hr hostmaster info invoices it jobs legal mail mailbox
    marketing news newsletter noreply notifications office operations orders payments payroll postmaster press privacy
    procurement purchasing reception root sales security service services support system team tech test user webmaster
    """.split()  # noqa: SIM905
)

# Parts of names that are no names by themselves.
PARTICLES = frozenset(
    """van von der den del della dello des dos das los las ter ten ben bin ibn abu mac san santa saint sur zum zur und
    jun jnr snr mrs miss prof ing dipl mba phd esq iii the and de la le du di da al el st dr mr ms jr sr ii
    iv""".split()  # noqa: SIM905
)

# What is greeted or thanked without being a person.
GREETED = frozenset(
    """grateful glad frankly honestly sadly hopefully unfortunately apparently obviously basically actually currently
    recently finally suddenly thankfully mr mrs ms miss mx dr prof professor
    team support all everyone everybody folks guys there sir madam sirs both
    colleagues customer customers service
    services friends friend people concern whom again valued helpdesk admin sales billing ladies gentlemen anyone
    someone somebody so very for in to too from but and if when just mate dude man bro buddy dear god lord heavens
    goodness much lot lots a the you u ya yall it this that i i'm im we my your our they he she is what how why who
    where
    not no yes yeah ok okay siri google alexa cortana bot chatbot amazon apple microsoft netflix facebook twitter uber
    ebay paypal spotify youtube instagram whatsapp zoom slack salesforce zendesk hubspot stripe delta united southwest
    jetblue virgin verizon comcast sprint samsung sony nintendo xbox playstation walmart target tesla
    """.split()  # noqa: SIM905
)
