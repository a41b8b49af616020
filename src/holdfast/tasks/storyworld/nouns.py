"""The names, nouns, adjectives and small words of the language, by class; `~` marks a held-out word."""

from __future__ import annotations

CHARACTERS: dict[str, str] = {
    "name_he": """tom jack leo hugo finn omar ivan ned karl luis adam ben carl felix george henry jonas max oscar paul
        sam victor walter ~gus ~silas""",
    "name_she": """mara ana ruth ivy nora lena zoe june ada tess alice bella clara diana eva flora greta helen julia
        kate lucy olga ~edith ~rosa ~vera""",
    "role_he": """king boy knight man captain wizard monk prince brother son uncle waiter butler grandfather nephew
        ~duke groom""",
    "role_she": """queen girl witch woman maid princess mother sister aunt wife lady waitress grandmother ~duchess
        bride ~governess""",
    "role_any": """guard soldier thief healer doctor nurse teacher child stranger prisoner farmer baker hunter sailor
        merchant cook singer painter clerk judge priest neighbour traveller gardener blacksmith shepherd
        archer pirate driver tailor ~potter""",
    "role_they": """guards soldiers children prisoners strangers guests travellers""",
    "creature": """vampire elf dragon werewolf giant dwarf ~mermaid ~troll ~fairy""",
    "animal": """dog wolf horse bear cat lion snake bull ~tiger ~leopard mule goat""",
    "thinglike": """skeleton zombie robot statue scarecrow puppet doll ghost snowman ~android ~mannequin""",
}

NOUNS: dict[str, str] = {
    "weapon": """knife sword dagger axe arrow hammer spear club stick cane lance dart pitchfork ~rapier ~sickle
        ~crowbar ~sabre""",
    "gun": """gun pistol rifle musket revolver ~shotgun""",
    "drink": """wine tea water milk beer coffee juice cider ale lemonade cocoa""",
    "meal": """soup bread apple cake stew pie cheese honey porridge biscuit fish pudding ~omelette ~dumpling""",
    "vessel": """kettle bucket cup glass bottle bowl jug goblet mug flask plate ~tankard""",
    "toxin": """venom arsenic hemlock cyanide ~nightshade ~strychnine""",
    "bomb": """bomb rocket ~torpedo ~warhead""",
    "device": """timer fuse clock""",
    "guard_item": """armour helmet breastplate ~cuirass""",
    "hazard": """flames lava acid smoke avalanche""",
    "pit": """pit ravine furnace volcano""",
    "high": """stairs steps cliff balcony ladder cart ledge""",
    "heavy": """stone rock branch beam chandelier piano""",
    "roof": """roof ceiling chimney""",
    "tree": """tree oak pine""",
    "wall": """wall""",
    "door": """door gate""",
    "bridge": """bridge tower staircase""",
    "place": """garden forest castle village river market kitchen road field house hall school church cellar barn
        mill inn library stable cave cottage palace temple harbour ship theatre hospital workshop square
        bakery street ~attic cabin tent hut meadow valley beach bedroom prison mine cage lake well shop
        museum ~chapel tavern room pantry ~monastery ~granary warehouse ~glade""",
    "thing": """iron rope window letter lamp table book picture coat basket candle map bell chair key bed money hat
        lights sun rain snow summer evening winter box bag broom blanket carpet coin cloth comb curtain
        feather fence flute glove hay ink lantern leaf log mirror moon nail nest paper pocket potato ribbon
        sack shoe shoes soap stove tail violin wagon wheel wind wood wool clouds stars sky storm puddle
        grass hill path floor corner bench gold silver ~harp scarf boots parcel note supper breakfast dinner
        crowd guitar umbrella suitcase diary medal accordion barrel ~trumpet compass
        thimble ~wardrobe""",
    "game": """game cards chess dice ~draughts marbles dominoes duel""",
    "part": """arm leg hand foot face neck chest skull eye finger head ~knee shoulder nose ear cheek throat wrist
        ankle rib jaw stomach thumb toe elbow side ~thigh ~forehead ~shin ~chin""",
    "heart": """heart""",
    "spirit": """spirit""",
    "look": """glance""",
    "abstract": """news joke song silence idea question memory bill music defeat zero""",
    "frame": """play story film opera legend rehearsal ~ballad ~pantomime""",
    "time": """dawn night noon morning afternoon dusk midnight week spring autumn""",
    "moment": """o'clock minutes hours days minute hour day moment""",
    "age": """weeks months years year century""",
    "feeling": """shame anger joy laughter""",
}

PLAIN: dict[str, str] = {
    "adjective": """old young tall quiet clever brave gentle proud tired happy sad angry hungry small red white golden
        cold warm strange kind honest lonely poor calm big little green blue black brown bright dark heavy
        long short good bad new sweet bitter thick thin wide narrow deep soft sharp dusty dirty wet dry busy
        lazy polite rude shy bold curious beautiful pretty fresh silent foolish wise strong sleepy thirsty
        afraid alone awake asleep alive ready late early nervous cheerful grateful patient merry steep foggy
        sunny cloudy wooden friendly jealous loyal wicked careful plain gloomy ~jolly ~meek rusty ~timid
        ~weary ~pale""",
    "adverb": """slowly quietly suddenly gently quickly softly calmly gladly again soon together then just very quite
        now today first next twice once here too also even always often only carefully silently politely
        proudly bravely angrily sadly happily eagerly sleepily loudly nervously closely hard fast rather
        really however instead afterwards everywhere outside upstairs home perhaps indeed later straight
        ~merrily ~drowsily ~briskly ~solemnly ~clumsily ~wearily""",
}

SMALL: dict[str, str] = {
    "he_she": "he she",
    "it": "it",
    "they": "they",
    "him": "him",
    "them": "them",
    "her": "her",
    "possessive": "his its their",
    "reflexive": "himself herself itself themselves",
    "someone": "someone somebody anyone anybody",
    "everyone": "everyone everybody",
    "nobody": "nobody none",
    "one": "one",
    "no": "no",
    "determiner": "the a an this every each another some any those these many several all",
    "number": "two three both",
    "genitive": "'s",
    "not": "not n't",
    "never": "never hardly",
    "almost": "almost nearly barely",
    "did": "did",
    "modal": "might could would should will may must can ca wo 'll",
    "had_would": "'d",
    "was": "was were got",
    "be": "be",
    "been": "been being",
    "had": "had",
    "have": "have",
    "still": "still already",
    "about": "about",
    "to": "to",
    "in": "in inside during",
    "on": "on onto upon",
    "at": "at",
    "by": "by",
    "with": "with",
    "of": "of",
    "from": "from",
    "off": "off",
    "down": "down",
    "into": "into",
    "behind": "behind",
    "under": "under beneath below",
    "beside": "near beside",
    "for": "for",
    "without": "without",
    "preposition": "through around round across along past towards above between against than",
    "out": "out",
    "away": "away",
    "up": "up",
    "back": "back",
    "over": "over",
    "far": "far",
    "reach_of": "range",
    "but": "but",
    "and": "and",
    "or": "or",
    "so": "so yet",
    "when": "when while because as since although though where whenever how what",
    "after": "after",
    "before": "before until till",
    "that": "that",
    "if": "if unless whether",
    "who": "who whom which",
    "comma": ", – —",
    "colon": ":",
    "stop": ". ! ; …",
    "question": "?",
    "open_quote": "“ « ‘",
    "close_quote": "” » ’",
    "straight_quote": '"',
    "there": "there",
    "ago": "ago",
    "yesterday": "yesterday formerly earlier previously",
    "last": "last",
    "dead": "dead",
    "sham": "fake toy rubber imaginary cardboard stuffed sham ~counterfeit",
    "vacant": "empty",
    "junk": """password server update install discount vehicles vessel defense click website tax committee stocks email
        download account player chapter review readers thanks percent invoice browser upload seminar""",
    "speech": "i am you are we my your me is us our has whose does",
}
