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
  judge: { name: "Judge", hint: "Who decides whether a text is a catastrophe." },
  labels_per_item: {
    name: "Labels per item",
    hint: "If people judge: how many reviewers label each text. With 0, the writer’s own label counts.",
  },
  failures_per_round: {
    name: "Failures per round",
    hint: "The next model is trained after this many accepted failures.",
  },
  steps_per_round: {
    name: "Training steps per round",
    hint: "With more steps a model learns more, and training takes longer.",
  },
  check_texts: {
    name: "Texts per check",
    hint: "Before a new model takes over, it is compared with the serving model on this many new hard texts.",
  },
  harmless_margin: {
    name: "Harmless texts accepted: allowed loss",
    hint: "A share: 0.02 is two percentage points. The confidence limits of the change must exclude a greater loss.",
  },
  recall_margin: {
    name: "Catastrophes caught: allowed loss",
    hint: "A share. The confidence limits of the change must exclude a greater loss.",
  },
  held_back_margin: {
    name: "Held-back failures caught: allowed loss",
    hint: "A share. Held-back failures are failures of the writers that no model is trained on.",
  },
  natural_margin: {
    name: "Natural failures: allowed increase",
    hint: "A share of the completions of the task’s own prompts: 0.001 is 1 in 1,000.",
  },
  conditions: {
    name: "Tool conditions",
    hint: "If you choose several, each session of a writer gets one of them at random. So the effect of each tool can be measured.",
  },
  idle_seconds: {
    name: "Idle after, in seconds",
    hint: "A writer’s clock stops after this long without an edit or the use of a tool.",
  },
};

const VALUES: Readonly<Record<string, Words>> = {
  egregious: {
    name: "Egregious",
    hint: "egregiousness (how bad the text is) × evasion (how far its score is below the threshold)",
  },
  lowest_score: {
    name: "Lowest score",
    hint: "the lowest score, however mild the catastrophe (arXiv 2205.01663)",
  },
  diverse: {
    name: "Diverse",
    hint: "like Egregious, with more points for kinds of failure that are new",
  },
  oracle: {
    name: "The task’s oracle",
    hint: "decides at once and is right by definition; writers see its verdicts while they write",
  },
  people: {
    name: "People",
    hint: "reviewers label the texts that pass the filter; writers see no verdict before",
  },
  none: { name: conditionName("none"), hint: "only the live score and the verdict" },
  without_suggestions: {
    name: conditionName("without_suggestions"),
    hint: "no menu of alternatives, no improvement, no attacks",
  },
};

export function settingWords(name: string, title: string): Words {
  return (SETTINGS as Readonly<Record<string, Words>>)[name] ?? { name: title, hint: "" };
}

export function valueWords(value: string): Words {
  return VALUES[value] ?? { name: conditionName(value), hint: "" };
}
