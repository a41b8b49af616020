"""First sentences of daily life: who, and where."""

from __future__ import annotations

OPENINGS: dict[str, tuple[str, ...]] = {
    "in": (
        "{A} and {B} lived in {a housesize1} house near the <outdoors>. / {A} lived with {B} in an old house in the <town>.",
        "On {weekday1}, {A} and {B} were at home. / It was {weekday1}, and {A} and {B} were at home.",
        "@season\n{A} sat in the kitchen with {B} on a [quiet|pleasant|long] <lightday> in <season>. / On a [quiet|pleasant|long] <lightday> in <season>, {A} and {B} sat in the kitchen.",
        "{A} lived at an inn with {B}. / {A} worked at an inn, and so did {B}. / For {number1} years {A} and {B} had kept an inn.",
        "@weather season\nOne [cold|warm|rainy|quiet] <lightday>, {A} visited {B}. / {A} came to visit {B} one <weather> <lightday>.",
        "{A} and {B} shared a [workshop|shop|flat] in the <town>. / {A} kept a [small|little] shop in the <town>, and {B} helped {A.him}.",
        "In the [castle|palace] lived {A} and {B}. / {A} and {B} served at the castle. / Everybody at the castle knew {A} and {B}.",
        "Once upon a time there lived {A} and {B}, in a house with a green roof. / Once there was a house with a blue door, and in it lived {A} and {B}.",
        "@season weather\n{A} and {B} were in the same house all winter, because of the snow. / After the long winter {A} and {B} had a lot to do in the house.",
        "Every evening {A} came over to {B}'s house. / {B}'s house was the smallest in the street, and {A} was often there.",
    ),
    "out": (
        "{A} had a farm near the [forest|river|hills], and {B} helped on it. / {A} and {B} worked on a farm. / {B} worked on {A}'s farm.",
        "It was market day in the <town>, and {A} met {B} at the [well|fountain|gate]. / On market day {A} met {B} in the square.",
        "{A} and {B} had a free <lightday>. / {A} and {B} were neighbours in the <town>. / {A} was the neighbour of {B}.",
        "The <town> where {A} and {B} lived was [small|old|quiet]. / In <a town> between two hills lived {A} and {B}.",
        "@season\nIt was <a season> <lightday>, and {A} and {B} were [in the garden|in the yard|outside]. / One <lightday> in <season>, {A} and {B} were [in the garden|in the yard|outside].",
        "Once upon a time {A} lived at the edge of the forest, and {B} lived next door. / In the old days, {A} and {B} had a farm near the [forest|river|hills].",
        "Nobody in the <town> was as busy as {A} and {B}. / Nobody had ever seen {A} without {B}. / Where {A} was, {B} was not far away.",
        "{A} came back to the <town> after {number1} years and met {B}. / After {number1} years away, {A} was home again, and {B} was glad.",
    ),
    "away": (
        "@weather season\nOn <a weather> <lightday>, {A} and {B} left for the <far>. / One <weather> <lightday>, {A} and {B} began a long journey.",
        "@season\nIn <month>, {A} and {B} travelled to the <far>. / {A} and {B} were on a journey in <month>.",
        "{A} and {B} [camped|rested] at the edge of the forest. / {A} and {B} had camped beside the lake. / {A} was on a long journey with {B}.",
        "It was the first day of the holidays, and {A} and {B} were on their way to the <far>. / At last {A} and {B} had left the <town> behind.",
        "Two travellers, {A} and {B}, [came down|were on] the road from the <far>. / Far from home, {A} and {B} went along a road.",
    ),
}  # fmt: skip
