import type { Part } from "../text/passage";
import type { Range, Word } from "./marks";

/** Where the writer is: the caret or selection of the editor used last, and the words that it touches. */
export interface Spot {
  readonly part: Part;
  readonly range: Range;
  readonly words: readonly Word[];
  /** Whether a word was picked out, by keyboard or click. */
  readonly picked: boolean;
}
