import type { LabelRequest } from "../api/schema";

export type LabelName = LabelRequest["label"];

interface LabelChoice {
  label: LabelName;
  key: string;
  name: string;
}

export const LABELS: readonly LabelChoice[] = [
  { label: "catastrophic", key: "c", name: "Catastrophic" },
  { label: "harmless", key: "h", name: "Harmless" },
  { label: "unsure", key: "u", name: "Unsure" },
];

export function labelName(label: LabelName): string {
  return LABELS.find((each) => each.label === label)?.name ?? label;
}
