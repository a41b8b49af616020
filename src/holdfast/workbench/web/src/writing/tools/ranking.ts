import type { Suggestion } from "../../api/schema";

export type Kind = Suggestion["kind"];

/** Which suggestions the writer wants to see. */
export interface Sieve {
  /** Null shows all kinds. */
  readonly kind: Kind | null;
  readonly catastrophicOnly: boolean;
  readonly typed: string;
}

/** At first: what turns harmless is no failure, and only in the way. */
export const AT_FIRST: Sieve = { kind: null, catastrophicOnly: true, typed: "" };

/** Whether the judge still calls the text catastrophic; null where people judge. */
export function stillCatastrophic(suggestion: Suggestion): boolean | null {
  return suggestion.verdict === null ? null : suggestion.verdict.label === "catastrophic";
}

/** Suggestions by rising score, those that the sieve lets through; what one types may stand anywhere in the words. */
export function ranked(suggestions: readonly Suggestion[], sieve: Sieve): readonly Suggestion[] {
  const typed = sieve.typed.trim().toLowerCase();
  return suggestions
    .filter((one) => sieve.kind === null || one.kind === sieve.kind)
    .filter((one) => !sieve.catastrophicOnly || stillCatastrophic(one) !== false)
    .filter((one) => one.words.toLowerCase().includes(typed))
    .sort((one, other) => one.log_odds - other.log_odds || startsFirst(typed, one, other));
}

function startsFirst(typed: string, one: Suggestion, other: Suggestion): number {
  const late = (suggestion: Suggestion) => (suggestion.words.toLowerCase().startsWith(typed) ? 0 : 1);
  return late(one) - late(other);
}

/** What a kind does, for people. */
export const KIND_NAMES: Readonly<Record<Kind, string>> = {
  replace: "Replace",
  insert_before: "Insert before",
  insert_after: "Insert after",
  delete: "Delete",
  phrase: "Phrase",
};

/** The same where there is little room. */
export const KIND_SHORT: Readonly<Record<Kind, string>> = {
  replace: "Replace",
  insert_before: "Before",
  insert_after: "After",
  delete: "Delete",
  phrase: "Phrase",
};

/** A kind as a sign; always beside or above its name for those who do not know it. */
export const KIND_SIGNS: Readonly<Record<Kind, string>> = {
  replace: "⇄",
  insert_before: "⇤",
  insert_after: "⇥",
  delete: "⌫",
  phrase: "¶",
};
