"""The verbs of the language by family: a family says what a verb does, the rules (`injuries.py` and the like) how.

`~` marks a verb that is held out of the core distribution. The letters after a
colon are the forms that are there (B base, P past, T participle, I -ing), where stories do not need all; a form that
is a word of another class is left out as well.
"""

from __future__ import annotations

FAMILIES: dict[str, str] = {
    "hurt": """stab slash cut wound injure hurt punch kick slap scratch bruise whip claw bite pierce shoot crush
        strangle kill murder behead maim torture scald beat hit strike maul trample impale sting execute
        cripple throttle ~gore ~pummel ~bludgeon ~mangle ~lash ~slaughter ~disfigure ~smother ~flog ~slit""",
    "suffer": """burn drown choke suffocate ~starve ~electrocute""",
    "poison": """poison""",
    "break": """break tear fracture twist smash shatter crack ~sprain snap""",
    "die": """die perish ~expire""",
    "symptom": """bleed limp ~hobble""",
    "fall": """fall tumble plunge slip jump leap ~topple""",
    "shove": """push shove throw hurl fling knock toss ~heave ~pitch""",
    "swing": """swing lunge ~jab ~hack""",
    "fire": """fire""",
    "pull": """pull""",
    "dodge": """miss dodge duck ~sidestep ~evade""",
    "reach": """reach engulf fill ~consume ~overtake""",
    "collapse": """collapse explode crumble flood sink burst ~detonate""",
    "eat": """drink eat taste sip swallow ~devour ~gulp""",
    "load": """load reload""",
    "unload": """unload""",
    "empty": """empty spill pour drain""",
    "taint": """lace contaminate ~spike""",
    "wash": """wash clean ~rinse""",
    "arm": """start light activate ignite ~prime""",
    "disarm": """stop douse defuse disarm extinguish ~disable""",
    "tie": """tie chain bind strap fasten ~shackle""",
    "free": """free release untie rescue ~unchain ~liberate""",
    "prevent": """save:BPT catch:PT prevent:B protect:PT""",
    "wear": """wear don ~buckle""",
    "doff": """remove doff ~unbuckle""",
    "heal": """heal cure mend""",
    "lock": """lock imprison shut bar ~bolt""",
    "open": """open unlock ~unbolt""",
    "give": """give pass lend sell send ~award""",
    "take": """take get choose keep hold raise lift draw grab seize steal snatch fetch pick receive borrow
        ~confiscate""",
    "offer": """show:BP offer:BPT""",
    "carry": """carry bring drag lead haul guide ~escort""",
    "swap": """swap switch exchange ~trade""",
    "drop": """drop lose discard abandon ~forsake""",
    "put": """put place hide plant set mix stir ~stash ~deposit""",
    "enter": """enter ~invade""",
    "leave": """leave flee escape ~depart ~vacate""",
    "go": """walk run go climb hurry wander travel march ride sail return come crawl sneak swim step rush stroll
        hike ~trudge ~saunter ~gallop""",
    "stay": """sit stand lie wait sleep rest kneel crouch live work stay linger camp shelter ~squat ~loiter""",
    "say": """say:BPT claim:PT believe:BPT swear:T boast:PT think shout:PT whisper:PT tell:BPT announce:PT warn:PT
        complain:PT declare:PT wonder:PT ask:PT reply:PT answer:BPT mutter:PT write deny:PT fear:PT
        ~assert:B ~murmur:PT""",
    "know": """know:BPT learn:BPT notice:BPT discover:PT remember:BPT forget:PT""",
    "see": """see:BPT watch:BPT hear:BPT find:BPT""",
    "let": """let:BPT make""",
    "intend": """want:PT plan:BPT try:BPT threaten:PT promise:BPT need:BPT decide:PT agree:BPT hope:PT wish:BPT
        ~intend:BPT ~attempt:B""",
    "manage": """manage dare begin continue ~proceed""",
    "dream": """dream""",
    "wake": """wake ~awaken""",
    "end": """end finish ~conclude""",
    "become": """become remain""",
    "treat": """love:B help:BPT greet:BPT follow:PT call:PT thank:BPT trust:BPT hug:PT kiss:PT praise:BPT meet:BPT
        teach:PT paint:BPT build fold:PT polish:PT study:B read admire:BPT visit:BPT join ignore:B serve:BPT
        repair:BPT buy:BPT invite:BPT comfort:BPT forgive:BPT blame:BPT touch:PT search:PT sweep:BPT
        count:BPT fight:PT hate:PT like:BPT attack:B chase:BPT hunt:PT aim:PT feed:PT use:PT sew:PT
        order:BPT beg:B persuade:B urge:B command:B point:PT dig:BPT win:PT carve:PT ~embrace:BPT ~scold:B
        ~pester:B ~mock:B ~befriend:BPT ~console:BPT""",
    "act": """smile laugh sing:BPI dance:BPT weep arrive:PT talk listen:BPT nod:PT cough sigh yawn sneeze grin:BI
        wave:BPT shrug:PT blush whistle:BPT hum tremble rise:P shine:PT rain:PT glow:PT argue:PT speak:BP
        pray:BI apologise:PT vanish:PT pause:B happen:BPT look seem:PT feel:PTI ~giggle snore frown:PT
        ~chuckle""",
}
"""Verbs by family, in the base form."""
