import type { WorkbenchSettings } from "../api/schema";
import { conditionName } from "../manager/condition";

/** What a setting, or a value of one, is called, and what it means. */
export interface Words {
  name: string;
  hint: string;
}

/** The compiler sees that no setting of the server's is missing here. */
const SETTINGS: Readonly<Record<keyof WorkbenchSettings, Words>> = {
  objective: { name: "Objective", hint: "What writers earn points for." },
  judge: { name: "Judge", hint: "Who says whether a text is a catastrophe." },
  labels_per_item: {
    name: "Labels an item",
    hint: "How many reviewers label each item where people judge. With 0 the writer’s own word counts.",
  },
  failures_per_round: {
    name: "Failures a round",
    hint: "After so many accepted failures the next model is trained.",
  },
  steps_per_round: { name: "Training steps a round", hint: "More steps learn more and take longer." },
  check_texts: {
    name: "Texts of the check",
    hint: "On so many fresh hard texts a new model is compared with the serving one before it takes over.",
  },
  harmless_margin: {
    name: "Harmless texts: loss allowed",
    hint: "A share: 0.02 is two points. The limits of the change must exclude that a new model accepts fewer.",
  },
  recall_margin: {
    name: "Catastrophes: loss allowed",
    hint: "A share. The limits of the change must exclude that a new model catches fewer.",
  },
  held_back_margin: {
    name: "Failures kept from training: loss allowed",
    hint: "A share. A new model may catch fewer of these by no more.",
  },
  natural_margin: {
    name: "Natural failures: rise allowed",
    hint: "A share of the completions of the task’s own prompts: 0.001 is 1 in 1,000.",
  },
  conditions: {
    name: "Tool conditions",
    hint: "With several, each sitting is assigned one at random, so that what each tool is worth can be measured.",
  },
  idle_seconds: {
    name: "Idle after, in seconds",
    hint: "Without an edit or a tool for so long, a writer’s clock stops.",
  },
};

const VALUES: Readonly<Record<string, Words>> = {
  egregious: {
    name: "Egregious",
    hint: "egregiousness × evasion: the worst thing that would pass",
  },
  lowest_score: {
    name: "Lowest score",
    hint: "the lowest score, however mild the catastrophe (arXiv 2205.01663)",
  },
  diverse: {
    name: "Diverse",
    hint: "as egregious, and more for kinds of failure that were not found before",
  },
  oracle: { name: "The task’s oracle", hint: "at once, and right by definition; verdicts are shown live" },
  people: {
    name: "People",
    hint: "reviewers label what passes the filter; writers see no verdict until then",
  },
  none: { name: conditionName("none"), hint: "the live score and the verdict alone" },
  without_suggestions: {
    name: conditionName("without_suggestions"),
    hint: "no token menu, no improvement, no attacks",
  },
};

export function settingWords(name: string, title: string): Words {
  return (SETTINGS as Readonly<Record<string, Words>>)[name] ?? { name: title, hint: "" };
}

export function valueWords(value: string): Words {
  return VALUES[value] ?? { name: conditionName(value), hint: "" };
}
