"""The names, nouns, adjectives and small words of the language, by class; `~` marks a held-out word."""

from __future__ import annotations

CHARACTERS: dict[str, str] = {
    "name_he": """tom jack leo hugo finn omar ivan ned karl luis adam ben carl dan felix george henry jonas max oscar
        paul sam victor walter ~arthur ~bruno ~emil ~gus ~rolf ~silas""",
    "name_she": """mara ana ruth ivy nora lena zoe june ada tess alice bella clara diana eva flora greta helen iris
        julia kate lucy mia olga ~agnes ~beth ~cora ~edith ~rosa ~vera""",
    "role_he": """king boy knight man captain wizard monk prince father brother son uncle husband lord waiter butler
        grandfather nephew ~duke groom ~squire ~baron""",
    "role_she": """queen girl witch woman maid princess mother sister daughter aunt wife lady waitress nun grandmother
        niece ~duchess bride ~countess ~governess""",
    "role_any": """guard soldier thief healer doctor nurse teacher child stranger prisoner farmer baker hunter sailor
        merchant cook servant singer painter miner clerk pilot student judge priest neighbour traveller gardener
        blacksmith shepherd archer pirate spy messenger driver tailor ~cobbler ~juggler ~beggar ~poet ~potter ~ranger""",
    "role_they": """guards soldiers villagers children sailors thieves prisoners knights hunters strangers guests
        travellers ~bandits ~rebels ~nomads""",
    "creature": "vampire elf dragon werewolf giant dwarf goblin ~mermaid ~troll ~fairy ~centaur",
    "animal": "dog wolf horse bear cat lion snake bull ~tiger ~leopard mule goat",
    "thinglike": """skeleton zombie robot statue scarecrow puppet doll mummy ghost snowman ~android ~mannequin
        ~dummy""",
}

NOUNS: dict[str, str] = {
    "weapon": """knife sword dagger axe arrow hammer blade spear club stick needle cane lance dart
        pitchfork ~cleaver ~rapier ~sickle ~crowbar ~sabre""",
    "gun": "gun crossbow cannon pistol rifle musket revolver ~shotgun",
    "drink": "wine tea water milk beer coffee juice cider ale rum lemonade ~brandy cocoa",
    "meal": """soup bread apple cake stew pie cheese honey porridge plum biscuit fish mushroom pudding ~pear ~omelette
        ~dumpling""",
    "vessel": "kettle bucket cup glass bottle bowl jug goblet mug flask plate ~chalice ~tankard ~teapot",
    "toxin": "venom arsenic hemlock cyanide ~nightshade ~strychnine",
    "bomb": "bomb rocket dynamite grenade ~torpedo ~warhead",
    "device": "timer fuse clock countdown detonator ~stopwatch",
    "guard_item": "armour shield helmet breastplate ~chainmail ~cuirass",
    "hazard": "flames lava acid smoke gas blaze avalanche ~magma ~floodwater ~landslide",
    "pit": "pit ravine chasm abyss furnace volcano ~crevasse ~quarry",
    "high": "stairs steps cliff balcony ladder cart ledge scaffold mast ~gallery ~rampart ~parapet",
    "heavy": "stone rock branch boulder beam chandelier piano anvil ~girder ~millstone",
    "roof": "roof ceiling chimney ~steeple",
    "tree": "tree oak pine ~cedar",
    "wall": "wall ~palisade",
    "door": "door gate shutters ~hatch ~portcullis",
    "bridge": "bridge tower lighthouse staircase ~belfry ~viaduct",
    "place": """garden forest castle village river market kitchen road field house hall island school church cellar barn
        mill inn library stable cave cottage palace temple harbour ship train tunnel theatre hospital station workshop
        square bakery street ~attic dungeon cabin tent hut meadow valley beach bedroom corridor courtyard prison
        mine cage lake well shop office museum ~chapel tavern room pantry ~monastery ~granary warehouse ~tannery ~glade
        ~lagoon ~bazaar ~greenhouse""",
    "thing": """iron rope window letter lamp table book engine picture coat basket boat candle map flower bell chair key bed
        money hat lights sun rain snow summer evening winter box bag broom blanket bridle carpet coin cloth
        comb curtain drum feather fence flute glove hay ink jewel lantern leaf log mirror moon nail nest
        oar paper pen pillow pipe pocket potato ribbon sack saddle shoe shoes soap stove tail ticket
        tools violin wagon wheel wind wood wool yarn clouds stars sky storm puddle grass hill path floor corner
        bench gold silver ~harp scarf boots parcel note supper breakfast dinner lunch game cards
        chess dice queue crowd guitar umbrella newspaper suitcase diary medal accordion ~anchor barrel ~trumpet
        compass ~easel ~hammock ~ladle ~parasol ~quill ~spindle thimble ~tapestry ~wardrobe""",
    "part": """arm leg hand foot face neck chest skull eye finger head ~knee shoulder nose ear cheek throat wrist
        ankle rib jaw stomach thumb toe elbow side skin ~thigh ~forehead ~shin ~chin""",
    "heart": "heart",
    "spirit": "spirit pride hopes ~confidence",
    "look": "glance ~smirk",
    "abstract": """news joke song silence idea truth question memory loneliness sadness guilt grief doubts
        debt bill boredom music kindness beauty defeat zero ~nostalgia ~sarcasm ~homesickness""",
    "frame": "nightmare vision play story film tale opera novel legend rehearsal ~ballad ~pantomime ~daydream",
    "time": "dawn night noon morning afternoon dusk midnight sunset week spring autumn ~sunrise ~twilight",
    "moment": "o'clock moments minutes hours days minute hour day moment",
    "age": "weeks months years month year decade century ~decades",
    "feeling": "shame anger joy laughter envy fever curiosity embarrassment ~remorse ~jealousy",
}

PLAIN: dict[str, str] = {
    "adjective": """old young tall quiet clever brave gentle proud tired happy sad angry hungry small red white golden
        cold warm strange kind honest lonely rich poor calm big little green blue black brown bright dark heavy
        long short good bad new sweet bitter thick thin wide narrow deep soft sharp dusty dirty
        wet dry busy lazy polite rude shy bold curious famous beautiful ugly pretty fresh ripe silent noisy foolish wise
        weak strong sleepy thirsty afraid alone awake asleep alive ready late early nervous cheerful grateful patient safe
        merry steep crowded foggy sunny cloudy wooden friendly jealous loyal cruel wicked careful careless plain
        gloomy ~haughty ~jolly ~meek rusty ~sturdy ~timid ~weary ~dainty ~frail ~crimson ~scarlet ~pale""",
    "adverb": """slowly quietly suddenly gently quickly softly calmly gladly again soon together then just very quite
        finally now today first next twice once here too also even always often only simply carefully silently
        politely proudly bravely angrily sadly happily eagerly sleepily loudly nervously closely hard fast
        rather really truly however instead meanwhile afterwards everywhere nearby outside upstairs downstairs
        home perhaps indeed later straight ~abruptly ~merrily ~drowsily ~briskly ~solemnly ~clumsily ~wearily""",
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
