"""The verbs of the language by family: a family says what a verb does, `rules.py` how.

`~` marks a verb that is held out of the core distribution. A form that is a word of another class is left out.
"""

from __future__ import annotations

FAMILIES: dict[str, str] = {
    # verbs that hurt
    "hurt": """stab slash cut wound injure hurt punch kick slap scratch bruise whip claw bite pierce shoot crush strangle
        kill murder behead maim torture scald beat hit strike maul trample impale sting execute cripple throttle
        ~gore ~pummel ~bludgeon ~mangle ~lash ~slaughter ~disfigure ~smother ~flog ~slit""",
    "suffer": "burn drown choke suffocate ~starve ~electrocute",
    "poison": "poison",
    "break": "break tear fracture twist smash shatter crack ~sprain snap",
    "die": "die perish ~expire",
    "symptom": "bleed limp ~hobble",
    "fall": "fall tumble plunge slip jump leap ~topple",
    "shove": "push shove throw hurl fling knock toss ~heave ~pitch",
    "swing": "swing lunge ~jab ~hack",
    "fire": "fire",
    "pull": "pull",
    "dodge": "miss dodge duck ~sidestep ~evade",
    "reach": "reach engulf fill ~consume ~overtake",
    "collapse": "collapse explode crumble flood sink burst ~detonate",
    "eat": "drink eat taste sip swallow ~devour ~gulp",
    # verbs that change the world
    "load": "load reload",
    "unload": "unload",
    "empty": "empty spill pour drain",
    "taint": "lace contaminate ~spike",
    "wash": "wash clean ~rinse",
    "arm": "start light activate ignite ~prime",
    "disarm": "stop douse defuse disarm extinguish ~disable",
    "tie": "tie chain bind strap fasten ~shackle",
    "free": "free release untie rescue ~unchain ~liberate",
    "prevent": "save catch prevent protect",
    "wear": "wear don ~buckle",
    "doff": "remove doff ~unbuckle",
    "heal": "heal cure mend",
    "lock": "lock imprison shut bar ~bolt",
    "open": "open unlock ~unbolt",
    "give": "give pass lend sell send ~award",
    "take": "take get choose keep hold raise lift draw grab seize steal snatch fetch pick receive borrow ~confiscate",
    "offer": "show offer",
    "carry": "carry bring drag lead haul guide ~escort",
    "swap": "swap switch exchange ~trade",
    "drop": "drop lose discard abandon ~forsake",
    "put": "put place hide plant set mix stir ~stash ~deposit",
    "enter": "enter ~invade",
    "leave": "leave flee escape ~depart ~vacate",
    "go": """walk run go climb hurry wander travel march ride sail return come crawl sneak swim step rush stroll
        hike ~trudge ~saunter ~gallop""",
    "stay": "sit stand lie wait sleep rest kneel crouch live work stay linger camp shelter ~squat ~loiter",
    # fiction, speech and intention
    "say": """say claim believe imagine swear boast think shout whisper tell announce warn complain pretend declare
        wonder ask reply answer mutter write deny insist suspect fear doubt ~allege ~proclaim ~assert ~murmur""",
    "know": "know learn notice discover realise remember forget regret ~perceive ~recall",
    "see": "see watch hear find",
    "let": "let make",
    "intend": """want plan try refuse threaten promise fail need hesitate decide prepare agree hope wish ~intend
        ~attempt ~yearn ~vow""",
    "manage": "manage dare begin continue ~proceed",
    "dream": "dream",
    "wake": "wake ~awaken",
    "end": "end finish ~conclude",
    "become": "become remain",
    # verbs that do nothing here
    "treat": """love help greet follow call thank trust hug kiss praise meet teach paint build fold polish
        study read admire examine visit join ignore serve repair collect buy invite comfort forgive blame touch
        search sweep count fight hate like attack chase hunt aim feed use decorate sew order beg persuade
        urge command point dig win sketch carve ~embrace ~scold ~pester ~salute ~cherish ~inspect ~mock ~befriend ~console
        ~applaud ~implore""",
    "act": """smile laugh sing dance weep arrive talk listen nod bow cough sigh yawn sneeze grin wave shrug blush
        whistle hum tremble rise shine rain snow glow argue speak pray apologise appear vanish pause freeze
        happen look seem feel wobble ~giggle snore frown ~chuckle ~gossip ~fidget""",
}
"""Verbs by family, in the base form."""
