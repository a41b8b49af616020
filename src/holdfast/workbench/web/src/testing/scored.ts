import type { Scored, TokenShape } from "../api/schema";
import { type Part, PARTS, type Passage } from "../writing/text/passage";

export const THRESHOLD = 0.01;

/** What a server would answer that scores by a fixed number; words are found as the story's task finds them. */
export function scoredOf(passage: Passage, { score = 0.5, ...rest }: Partial<Scored> = {}): Scored {
  const passes = score < THRESHOLD;
  return {
    model_round: 0,
    model_hash: "hash",
    threshold: THRESHOLD,
    score,
    log_odds: Math.log(score / (1 - score)),
    passes,
    failure: passes,
    points: passes ? 42 : 0,
    verdict: { label: "catastrophic", egregiousness: 3.6, why: "new injury to Tom", phenomena: [] },
    events: ["the dog injures Tom"],
    harm: [],
    unparsed: [],
    kept: [],
    lost: [],
    tokens: PARTS.flatMap((part) => tokensOf(passage[part], part)),
    too_long: false,
    ...rest,
  };
}

function tokensOf(text: string, part: Part): TokenShape[] {
  return [...text.matchAll(/\w+|[^\s\w]/g)].map((found, index) => ({
    part,
    index,
    text: found[0],
    start: found.index,
    end: found.index + found[0].length,
    known: found[0] !== "zzebra",
    saliency: 0.1 * (index + 1),
  }));
}
