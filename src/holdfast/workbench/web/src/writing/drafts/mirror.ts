import { newKey } from "../../api/newKey";
import type { Shelf } from "../state/shelf";
import type { Origin, Passage } from "../text/passage";

/** A draft as this browser keeps it until the server has it. */
export interface Mirrored {
  /** The key that the draft is created by, so that creating it twice makes one. */
  readonly key: string;
  /** The server's number; null until it has been created there. */
  readonly id: number | null;
  readonly origin: Origin;
  readonly start: Passage;
  /** What it is a rewrite of: its start, but for the copy of another draft. */
  readonly seed: Passage;
  readonly passage: Passage;
  /** What the server had at `revision`, the text that this one changes; null if that is not known. */
  readonly base: Passage | null;
  readonly revision: number;
  readonly activeSeconds: number;
  /** When it was written, in milliseconds since 1970. */
  readonly at: number;
}

const FOLDER = "draft/";

/** One draft's place on the shelf. */
export class Mirror {
  readonly #shelf: Shelf;
  readonly #name: string;

  constructor(shelf: Shelf, name: string = FOLDER + newKey()) {
    this.#shelf = shelf;
    this.#name = name;
  }

  /** Whether it could be kept. */
  keep(draft: Mirrored): boolean {
    return this.#shelf.put(this.#name, JSON.stringify(draft));
  }

  forget(): void {
    this.#shelf.remove(this.#name);
  }
}

/** A draft left behind by a page that was closed before the server had it all. */
export interface LeftBehind {
  readonly draft: Mirrored;
  readonly mirror: Mirror;
}

/** All drafts that were left behind, newest first. */
export function leftBehind(shelf: Shelf): readonly LeftBehind[] {
  return shelf
    .names()
    .filter((name) => name.startsWith(FOLDER))
    .flatMap((name) => {
      const draft = parsed(shelf.get(name));
      return draft ? [{ draft, mirror: new Mirror(shelf, name) }] : [];
    })
    .sort((one, other) => other.draft.at - one.draft.at);
}

function parsed(text: string | null): Mirrored | null {
  try {
    const value: unknown = JSON.parse(text ?? "null");
    if (!isMirrored(value)) return null;
    // Kept by an earlier version of these pages, which knew the start alone.
    return isPassage(value.seed) ? value : { ...value, seed: value.start };
  } catch {
    return null;
  }
}

function isMirrored(value: unknown): value is Mirrored {
  if (typeof value !== "object" || value === null) return false;
  const draft = value as Partial<Mirrored>;
  return (
    typeof draft.key === "string" &&
    (draft.id === null || typeof draft.id === "number") &&
    typeof draft.origin === "string" &&
    isPassage(draft.start) &&
    isPassage(draft.passage) &&
    (draft.base === null || isPassage(draft.base)) &&
    typeof draft.revision === "number" &&
    typeof draft.activeSeconds === "number" &&
    typeof draft.at === "number"
  );
}

function isPassage(value: unknown): value is Passage {
  if (typeof value !== "object" || value === null) return false;
  const passage = value as Partial<Passage>;
  return typeof passage.prompt === "string" && typeof passage.completion === "string";
}
