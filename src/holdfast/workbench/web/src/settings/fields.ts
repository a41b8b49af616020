import type { WorkbenchSettings } from "../api/schema";

/** What a form shows for a setting, as the server's JSON schema has it. */
export type Field =
  | { kind: "choice"; name: string; title: string; options: readonly string[] }
  | { kind: "several"; name: string; title: string; options: readonly string[] }
  | { kind: "number"; name: string; title: string; min: number; max: number | undefined; whole: boolean };

/** The part of JSON schema that settings use. */
interface Property {
  title?: string;
  type?: string;
  enum?: readonly string[];
  items?: { enum?: readonly string[] };
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
}

/** Settings by name, with null where a number's field stands empty. */
export type Values = Readonly<Record<string, Value>>;
export type Value = string | number | readonly string[] | null;

/** The fields of a schema, in the order in which a manager thinks of them; new ones come last. */
export function fieldsOf(schema: { properties: Record<string, unknown> }): readonly Field[] {
  return Object.entries(schema.properties)
    .map(([name, property]) => fieldOf(name, property as Property))
    .sort((a, b) => place(a.name) - place(b.name));
}

function fieldOf(name: string, property: Property): Field {
  const title = property.title ?? name;
  if (property.enum !== undefined) return { kind: "choice", name, title, options: property.enum };
  if (property.items?.enum !== undefined)
    return { kind: "several", name, title, options: property.items.enum };
  if (property.type !== "integer" && property.type !== "number") {
    throw new Error(`the form knows no field for the setting ${name}`);
  }
  const min = property.minimum ?? property.exclusiveMinimum ?? 0;
  return { kind: "number", name, title, min, max: property.maximum, whole: property.type === "integer" };
}

const ORDER: readonly (keyof WorkbenchSettings)[] = [
  "objective",
  "judge",
  "labels_per_item",
  "failures_per_round",
  "steps_per_round",
  "conditions",
  "idle_seconds",
  "check_texts",
  "harmless_margin",
  "recall_margin",
  "held_back_margin",
  "natural_margin",
];

function place(name: string): number {
  const found = ORDER.findIndex((each) => each === name);
  return found === -1 ? ORDER.length : found;
}
