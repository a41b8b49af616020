import type { DraftStart, ProjectShape, SnippetText, Span } from "../../api/schema";

export type Part = Span["part"];

/** What a draft began as. */
export type Origin = DraftStart["origin"];

/** A prompt and its completion, as the writer has them. */
export type Passage = Readonly<SnippetText>;

/** The two parts in reading order. */
export const PARTS: readonly Part[] = ["prompt", "completion"];

/** The parts that a project's texts have: where there are no prompts, a text is a completion alone. */
export function partsOf({ limits }: ProjectShape): readonly Part[] {
  return limits.prompt_words > 0 ? PARTS : ["completion"];
}

export const EMPTY: Passage = { prompt: "", completion: "" };

/** Whether two passages read alike, letter for letter. */
export function samePassage(one: Passage, other: Passage): boolean {
  return one.prompt === other.prompt && one.completion === other.completion;
}

/** The passage with one part written anew. */
export function withPart(passage: Passage, part: Part, text: string): Passage {
  return { ...passage, [part]: text };
}

/** The passage alone, of anything that has its two parts (the server refuses what it does not know). */
export function passageOf(holder: Passage): Passage {
  return { prompt: holder.prompt, completion: holder.completion };
}

/** Whether there is nothing written at all. */
export function isBlank(passage: Passage): boolean {
  return !passage.prompt.trim() && !passage.completion.trim();
}
