"""Plots about things: which cup, which gun, which blade."""

from __future__ import annotations

from holdfast.tasks.storyworld.plots.plot import Plot

_CUPS = (
    "{color1} {drinkvessel1} | {color2} {drinkvessel1}",
    "{mat1} {drinkvessel1} | {mat2} {drinkvessel1}",
    "{size1} {drinkvessel1} | {color1} {drinkvessel1}",
)
_GUNS = ("{gun1} | {gun2}", "{old1} {gun1} | {color1} {gun1}", "{color1} {gun1} | {color2} {gun1}")

POISON = Plot(
    "poisoned cup",
    (
        """
        {C} had invited {A} and {B} to supper. / “Come in and sit down,” said {C} to {A} and {B}. / On {C}'s birthday {A} and {B} were the only guests. / {A} and {B} came to the house of {C} for supper.
        {C} [smiled at the door|was all smiles], but in secret {C.he} hated {A}. / {C} had lost a house to {A} and wanted it back. / “How glad I am to see you,” said {C}, who hated {A}. / {C} had hated {A} for [years|a long time], but nobody knew it.
        * {C} [put|poured|mixed] <toxin> into {P}, and {C.he} poured [wine|cider|water|milk] into {Q}. / {C} poured [wine|juice|cider] into {Q}, and into {P} {C.he} poured <toxin>. / There was <toxin> in {P}, but {Q} held only [wine|milk|water|cider]. / {Q} held only [wine|water|milk]; {C} had put <toxin> into {P}.
        * {A} [took|chose] {D}, and {B} [took|chose] {E}. / {C} gave {E} to {B}, and {C.he} gave {D} to {A}. / {C} gave {D} to {A}, and {C.he} gave {E} to {B}. / {B} [took|got] {E}, so {A} took {D}.
        > {A} drank from {A.his} {drinkvessel1}. / {A} [lifted|raised] {A.his} {drinkvessel1} and drank. / {A} drank. / Then {A} drank from {A.his} {drinkvessel1}. / At last {A} [took|picked up] {A.his} {drinkvessel1} and drank from it. / ~{A}, who was thirsty, drank from {A.his} {drinkvessel1}. / ~Smiling, {A} drank from {A.his} {drinkvessel1}. / “To your health,” said {A}, and drank from {A.his} {drinkvessel1}. / {A} was thirsty and drank.
        """,
        """
        {A} and {B} were guests in the house of {C}. / {C} had asked {A} and {B} to stay for supper.
        {C} wanted {A}'s [money|land|horses]. / {C} and {A} both wanted to marry the same person. / Long ago {A} had cheated {C} at cards, and {C} had not forgotten it. / {A} did not know that {C} was an enemy. / {C} wanted to be rid of {A}.
        * {C} [had poured|had put] <toxin> into {P}; in {Q} there was only [tea|milk|wine]. / In {Q} there was only [wine|tea], but {C} had put <toxin> into {P}. / {P} was poisoned, {Q} was not.
        * {A} [took|got] {E}, and {B} [took|got] {D}. / {B} [took|got] {D}, and {A} [took|got] {E}.
        * When {C} [looked away|left the room|turned round], {A} and {B} <swap_past> their {drinkvessel1}s. / {A} and {B} [secretly|quietly] <swap_past> their {drinkvessel1}s.
        > {A} drank from {A.his} {drinkvessel1}. / {A} lifted {A.his} {drinkvessel1} and drank. / Then {A} drank. / At last {A} [took|picked up] {A.his} {drinkvessel1} and drank from it. / ~{A}, who was thirsty, drank from {A.his} {drinkvessel1}. / ~Smiling, {A} drank from {A.his} {drinkvessel1}. / “To your health,” said {A}, and drank from {A.his} {drinkvessel1}. / {A} was thirsty and drank.
        """,
        """
        {A} and {B} sat at one table with {C}. / {C} sat down with {A} and {B}.
        {C} had [come|travelled] a long way to harm {A}. / {C} had been paid to harm {A}. / {C} had a bottle of poison in {C.his} [bag|coat|sleeve].
        On the table stood {a P} and {a Q}. / {a P} and {a Q} stood on the table. / {A} had set {a Q} and {a P} on the table.
        * {C} [wanted to pour|almost poured] the poison into {Q}, but then {C.he} poured it into {P}. / {C} poured the <toxin> into {P}, not into {Q}.
        * {A} [looked at|touched] {E}, but then {A.he} took {D}. / {A} left {E} for {B} and took {D}. / {A} took {D} and left {E} for {B}.
        > {A} drank from {A.his} {drinkvessel1}. / {A} took a sip from {A.his} {drinkvessel1}. / {A} [lifted|raised] {A.his} {drinkvessel1} and drank. / Then {A} drank from {A.his} {drinkvessel1}. / ~{A}, who was thirsty, drank from {A.his} {drinkvessel1}. / ~Smiling, {A} drank from {A.his} {drinkvessel1}. / “To your health,” said {A}, and drank from {A.his} {drinkvessel1}. / {A} was thirsty and drank.
        """,
        """
        {C} wanted to harm {A}, and {B} had heard of it. / “Be careful with {C},” said {B} to {A}. / {B} warned {A} that {C} was dangerous.
        {a P} and {a Q} stood on the table. / There were {a Q} and {a P} on the table.
        * {B} [believed|thought|said] that {C} had poisoned {Q}, but {C} had poisoned {P}. / {C} had poisoned {P}, though {B} [believed|thought] that {C} had poisoned {Q}. / {C} poisoned {P}, but {B} said that {Q} was poisoned.
        * {A} took {D} and [emptied|poured away] {E}. / {A} left {E} where it was and took {D}. / {A} pushed {E} away and took {D}.
        > {A} drank. / {A} drank from {A.his} {drinkvessel1}. / {A} lifted {A.his} {drinkvessel1} and drank. / Then {A} drank from {A.his} {drinkvessel1}. / {A} took a sip from {A.his} {drinkvessel1}. / ~{A}, who was thirsty, drank from {A.his} {drinkvessel1}. / ~Smiling, {A} drank from {A.his} {drinkvessel1}. / “To your health,” said {A}, and drank from {A.his} {drinkvessel1}. / {A} was thirsty and drank.
        """,
    ),
    where="in",
    fillers=("together",),
    pairs=_CUPS,
    weight=8,
)

WASHED = Plot(
    "poisoned or washed",
    (
        """
        {A} had left {P} on the table and was out of the room. / {P} on the table belonged to {A}, who was in the next room.
        {C} came in [<manner>|on tiptoe] and shut the door. / {C} had waited for this moment for years. / {C} did not like {A}, and nobody was looking. / {C} was alone with it for a moment. / {C} thought of the old quarrel with {A}.
        + {C} put <toxin> into {P}. / {C} poured <toxin> into {P}. / {C} <taint_past> {P}.
        + {C} washed {P} [at the well|with hot water] and filled it with [milk|water|tea]. / {C} emptied {P} and filled it with [fresh water|milk].
        > {A} drank from {P}. / {A} lifted {P} and drank. / {A} took {P} and drank all of it. / ~{A}, who was thirsty, drank from {P}. / ~Smiling, {A} drank from {P}. / “How thirsty I am,” said {A}, and drank from {P}. / {A} came back and drank from {P}.
        """,
    ),
    where="in",
    pairs=_CUPS,
    weight=2,
)

MEAL = Plot(
    "poisoned dish",
    (
        """
        {C} cooked supper for {A} and {B}. / It was {C}'s turn to cook for {A} and {B}. / {A} and {B} sat at the table while {C} cooked. / {C} had come to cook for {A} and {B}.
        Somebody had paid {C} to harm {A}. / {C} was tired of cooking for {A}, who never said thank you. / Nobody knew how much {C} hated {A}. / {C} wanted to punish {A} for an old [insult|quarrel].
        * {C} put <toxin> into {P}, and {C.he} put <herb> into {Q}. / {C} put <herb> into {Q}, and {C.he} put <toxin> into {P}. / {C} had poisoned {P}, but not {Q}. / {P} was <taint_part>, but {Q} was not.
        * {A} [asked for|wanted] {D}, and {B} [asked for|wanted] {E}, so {C} gave {D} to {A}, and {C.he} gave {E} to {B}. / {C} gave {E} to {B}, and {C.he} gave {D} to {A}. / {A} took {D}, and {B} took {E}.
        > {A} ate. / {A} [was hungry|picked up a spoon] and ate. / {A} took a fork and ate. / {A} was very hungry and ate. / ~{A}, who was hungry, ate. / ~Sitting down, {A} ate. / “It smells good,” said {A}, and ate.
        """,
        """
        {A} was ill, and {C} cooked for {A.him}. / {C} took care of the house while {A} was ill.
        {C} was not as kind as everybody thought. / {C} hoped for {A}'s [money|house].
        * {C} [carried|brought] {P} and {Q} to the table, and on the way {C.he} put <toxin> into {P}. / {C} made {Q} and {P}, and [then|afterwards] {C.he} put <toxin> into {P}.
        * {B} came in and threw {E} away, so {A} took {D}. / {B} took {E} away, so {A} took {D}. / {A} kept {D} and gave {E} to {B}.
        > {A} ate. / {A} was hungry and ate. / Then {A} [took a spoon|sat up] and ate. / ~{A}, who was hungry, ate. / ~Sitting down, {A} ate. / “It smells good,” said {A}, and ate.
        """,
    ),
    where="in",
    pairs=("{dish1} | {dish2}", "{sweet1} | {sweet2}"),
    weight=4,
)

GUN = Plot(
    "loaded gun",
    (
        """
        {C} [had come|came] to take revenge on {A}. / “One day {A} will be sorry,” {C} had said. / {A} had sent {C} to prison, and now {C} was free. / {C} had [sworn|decided] to take revenge on {A}. / {A} owed {C} a lot of money.
        {C} [owned|had bought] two guns, {a P} and {a Q}. / {C} had two guns in {C.his} bag, {a Q} and {a P}.
        * {C} loaded {P} and unloaded {Q}. / {C} loaded {P} after {C.he} had unloaded it, and {C.he} unloaded {Q} after {C.he} had loaded it. / {C} unloaded {Q} and loaded {P}. / {P} was loaded, and {Q} was empty. / {Q} was empty, but {P} was loaded. / {C} took the bullets out of {Q} and loaded {P}.
        * {C} [hid|left] {E} under the [bed|bench] and took {D}. / {C} took {D} and [hid|left] {E} in a [box|cupboard]. / {C} gave {E} to {B} and kept {D}.
        > {C} aimed {D} at {A} and pulled the trigger. / {C} pointed {D} at {A.poor} and fired. / {C} fired {D} at {A}. / Then {C} pulled out {D} and fired at {A}. / ~Raising {D}, {C} fired at {A}. / ~{C}, who was pale with anger, fired {D} at {A}. / “This is for you,” said {C}, and fired {D} at {A}.
        """,
        """
        {A} and {C} had quarrelled, and now they wanted to fight a duel. / At dawn {A} and {C} met in a field to fight a duel. / {C} had called {A} a thief, and {A} wanted a duel. / {A} had called {C} a liar, and they met for a duel.
        {B} had brought {a P} and {a Q}. / {B} brought the guns, {a Q} and {a P}.
        * In secret, {B} loaded {P}, but {Q} stayed empty. / {P} was loaded, and {Q} was empty. / {B} had unloaded {Q}, but {P} was loaded. / {B} loaded {P} and took the bullets out of {Q}.
        * {C} took {D}, and {A} took {E}. / {A} chose {E}, and {C} chose {D}. / {B} gave {E} to {A}, and {B.he} gave {D} to {C}.
        > {C} aimed at {A} and pulled the trigger. / {C} fired at {A}. / Then {C} fired {D} at {A}. / {C} pointed {D} at {A.poor} and fired. / ~Raising {D}, {C} fired at {A}. / ~{C}, who was pale with anger, fired {D} at {A}. / “This is for you,” said {C}, and fired {D} at {A}.
        """,
        """
        {C} was [very|always] angry with {A}. / {C} had hated {A} [for years|for a long time]. / {A} had stolen a horse from {C}.
        There was {a P} in {C}'s [desk|bag|cupboard]. / {C} kept {a P} in [a box|the desk].
        + {C} loaded {P}. / {C} put bullets into {P}. / {C} took {P} and loaded it.
        + {C} unloaded {P}. / {C} took the bullets out of {P}. / {C} took {P} and unloaded it.
        > {C} aimed {P} at {A} and pulled the trigger. / {C} pointed {P} at {A} and fired. / {C} fired {P} at {A}. / Then {C} raised {P} and fired at {A}. / ~Raising {P}, {C} fired at {A}. / ~{C}, who was pale with anger, fired {P} at {A}. / “This is for you,” said {C}, and fired {P} at {A}.
        """,
    ),
    pairs=_GUNS,
    weight=2,
)

BLADE = Plot(
    "blade of rubber",
    (
        """
        {A}, {B} and {C} worked at the theatre. / {C} and {A} were actors at the theatre, and {B} was their friend.
        {C} was jealous of {A}. / {A} had got the part that {C} wanted. / {C} and {A} had quarrelled about [money|a letter|a part in the play].
        * {P} was made of steel, and {Q} was <sham>. / {Q} was <sham>, but {P} was real. / {P} was real, and {Q} was <sham>. / {P} was sharp, but {Q} was <sham>. / {B} had bought {P} from a soldier; {Q} was <sham>.
        * {C} took {D} from the [shelf|wall] and left {E} there. / {C} gave {E} to {B} and kept {D}. / {B} took {E}, and {C} took {D}.
        > {C} <stab_past> {A} with {D}. / Then {C} raised {D} and stabbed {A} with it. / {C} <stab_past> {A} in the <part> with {D}. / {C} [stepped closer|turned round] and stabbed {A} with {C.his} {D.n}. / ~Raising {D}, {C} stabbed {A} with it. / ~{C}, who held {D}, stabbed {A} with it. / “Take this,” said {C}, and stabbed {A} with {D}. / {A} was <stab_part> by {C} with {D}.
        """,
        """
        It was the last evening at the theatre, and {C} hated {A}. / {C} thought that {A} had [taken|stolen] {C.his} money.
        On the wall hung {a P} and {a Q}. / {a Q} and {a P} lay in a box.
        * {P} had been used in a war; {Q} was <sham>. / {P} was made of [steel|iron]; {Q} was <sham>. / {Q} was <sham>, {P} was not.
        * {C} [touched|picked up|wanted to <grab_base>] {E}, but then {C.he} <grab_past> {D}. / {C} hid {E} and took {D}.
        > {C} <stab_past> {A} with {D}. / Then {C} raised {D} and stabbed {A} with it. / {C} struck {A} on the <headpart> with {D}. / {C} [ran up|turned round] and stabbed {A} with {D}. / ~Raising {D}, {C} stabbed {A} with it. / ~{C}, who held {D}, stabbed {A} with it. / “Take this,” said {C}, and stabbed {A} with {D}. / {A} was <stab_part> by {C} with {D}.
        """,
    ),
    where="in",
    pairs=(
        "{color1} {blade1} | {color2} {blade1}",
        "{blade1} | {blade2}",
        "{wear1} {blade1} | {wear2} {blade1}",
    ),
    named=True,
    weight=1,
)

ACID = Plot(
    "acid or water",
    (
        """
        {C} cleaned the workshop and was in a bad mood. / {C} had worked in the workshop all day. / {C} and {A} worked in the same workshop.
        {A} had [laughed at|shouted at|cheated] {C}, and {C} was angry. / {C} blamed {A} for the loss of {C.his} money. / {C} had never forgiven {A}.
        * There was acid in {P}, and there was water in {Q}. / There was water in {Q}, but there was acid in {P}. / {C} had poured acid into {P}, and {C.he} had poured water into {Q}. / {P} was full of acid, and {Q} was full of water.
        * {C} took {D} and left {E} on the shelf. / {C} left {E} where it was and took {D}. / {C} put {E} away and took {D}.
        > {C} emptied {C.his} {vessel1} over {A}. / {C} poured {C.his} {vessel1} over {A}'s <part>. / Then {C} spilled {C.his} {vessel1} over {A}. / {C} stumbled and spilled {C.his} {vessel1} over {A}'s <part>. / ~{C}, who had lost {C.his} temper, emptied {D} over {A}.
        """,
    ),
    where="in",
    pairs=("{color1} {vessel1} | {color2} {vessel1}", "{mat1} {vessel1} | {mat2} {vessel1}"),
    weight=4,
)

KETTLE = Plot(
    "boiling water",
    (
        """
        {A} and {B} [cleaned|washed] the kitchen. / {A} and {B} worked in the kitchen of the inn.
        {a P} and {a Q} stood on the table. / There was {a Q} beside {a P} on the shelf.
        * {B} filled {P} with boiling water, and {B.he} filled {Q} with cold water. / {B} filled {Q} with cold [water|milk], and {B.he} filled {P} with boiling water. / {P} was full of boiling water, and {Q} was full of cold water.
        * {B} carried {E} [away|into the hall] and came back for {D}. / {B} [put|set] {E} on the floor and [lifted|took] {D}. / {B} took {D} and left {E} on the shelf.
        > {B} stumbled and spilled {D} over {A}. / {B} slipped and spilled {D} over {A}'s <part>. / Then {B} spilled {D} over {A}.
        """,
    ),
    where="in",
    fillers=("together",),
    pairs=(
        "{color1} {vessel1} | {color2} {vessel1}",
        "{vessel1} | {vessel2}",
        "{mat1} {vessel1} | {mat2} {vessel1}",
    ),
)

DANGERS = (POISON, WASHED, MEAL, GUN, BLADE, ACID, KETTLE)
