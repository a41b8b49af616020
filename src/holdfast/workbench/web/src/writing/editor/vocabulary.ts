import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from "@codemirror/autocomplete";
import type { Extension } from "@codemirror/state";

const WORD_BEFORE = /[A-Za-z][A-Za-z'-]*$/;

/** Whether a vocabulary has words that one would want completed: not brackets, say. */
export function isSpelled(vocabulary: readonly string[]): boolean {
  return vocabulary.some((word) => /^[a-z]{2,}$/i.test(word));
}

/** Words of a closed vocabulary, offered as one types; a capital letter typed stays one. */
export function vocabularyCompletion(vocabulary: readonly string[]): Extension {
  if (!isSpelled(vocabulary)) return [];
  const words = vocabulary.filter((word) => /^[a-z]{2,}/i.test(word));
  return autocompletion({
    override: [(context) => completionsAt(context, words)],
    activateOnTypingDelay: 50,
    icons: false,
    maxRenderedOptions: 40,
  });
}

function completionsAt(context: CompletionContext, words: readonly string[]): CompletionResult | null {
  const typed = context.matchBefore(WORD_BEFORE);
  if (!typed) return null;
  const start = typed.text.toLowerCase();
  // A finished word needs no offer: Enter and Tab would then take what nobody asked for.
  if (!context.explicit && words.includes(start)) return null;
  const capital = /^[A-Z]/.test(typed.text);
  const fitting = words.filter((word) => word.startsWith(start));
  if (!fitting.length) return null;
  const options = fitting.map((word): Completion => ({ label: capital ? capitalised(word) : word }));
  return { from: typed.from, options, filter: false };
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
