import { Cell } from "./cell";
import type { Shelf } from "./shelf";

/** How the writer likes the editor; kept in this browser. */
export interface Preferences {
  /** Whether words are shaded by saliency. */
  readonly saliency: boolean;
  /** Whether a click on a word opens its menu. */
  readonly menuOnClick: boolean;
  /** Whether the explanation for beginners was put away. */
  readonly knowsTheWay: boolean;
}

const NAME = "preferences";
const FIRST: Preferences = { saliency: true, menuOnClick: true, knowsTheWay: false };

/** The preferences as a cell that writes itself down. */
export function preferencesOn(shelf: Shelf): Cell<Preferences> {
  const cell = new Cell<Preferences>({ ...FIRST, ...parsed(shelf.get(NAME)) });
  cell.watch(() => shelf.put(NAME, JSON.stringify(cell.read())));
  return cell;
}

function parsed(text: string | null): Partial<Preferences> {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
