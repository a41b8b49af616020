const NAMES: Readonly<Record<string, string>> = {
  all: "All tools",
  none: "No tools",
  without_saliency: "Without saliency",
  without_suggestions: "Without suggestions",
  without_phrase_fill: "Without phrase fill",
};

/** A tool condition as people say it. */
export function conditionName(condition: string): string {
  return NAMES[condition] ?? condition;
}
