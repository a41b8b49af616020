import { figure } from "../../charts/numbers";
import { nearestWords } from "../text/nearest";
import type { Word } from "./marks";

/** What is known of a word, in lines: that the vocabulary lacks it, and how much it weighs. */
export function describeWord(word: Word, vocabulary: readonly string[]): readonly string[] {
  const lines: string[] = [];
  if (!word.known) {
    const near = nearestWords(word.text, vocabulary);
    lines.push(`“${word.text}” is not in the vocabulary.`);
    if (near.length) lines.push(`Nearest: ${near.join(", ")}`);
  }
  if (word.saliency !== null) lines.push(`Saliency ${figure(word.saliency)}`);
  return lines;
}
