import { type Extension, StateEffect, StateField, type Text } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView } from "@codemirror/view";

import type { Scored, Span, TokenShape } from "../../api/schema";
import type { Part } from "../text/passage";
import { saliencyLevel } from "./saliency";

/** A word of this editor's text; its place moves along with edits until the next score brings new ones. */
export interface Word {
  readonly from: number;
  readonly to: number;
  readonly index: number;
  readonly text: string;
  readonly known: boolean;
  readonly saliency: number | null;
  /** 0 to `LEVELS`, by the greatest saliency of the whole snippet. */
  readonly level: number;
}

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** What the last score says of one part. */
export interface Marks {
  readonly words: readonly Word[];
  readonly harm: readonly Range[];
  readonly unparsed: readonly Range[];
  readonly kept: readonly Range[];
}

const NONE: Marks = { words: [], harm: [], unparsed: [], kept: [] };

/** A score's words and clauses as they fall into one part. */
export function marksOf(scored: Scored, part: Part, shaded: boolean): Marks {
  const greatest = Math.max(0, ...scored.tokens.map((token) => token.saliency ?? 0));
  return {
    words: scored.tokens.filter(inPart(part)).map((token) => wordOf(token, shaded ? greatest : 0)),
    harm: scored.harm.filter(inPart(part)).map(rangeOf),
    unparsed: scored.unparsed.filter(inPart(part)).map(rangeOf),
    kept: scored.kept.filter(inPart(part)).map(rangeOf),
  };
}

function inPart(part: Part): (span: Span) => boolean {
  return (span) => span.part === part && span.end > span.start;
}

function rangeOf({ start, end }: Span): Range {
  return { from: start, to: end };
}

function wordOf(token: TokenShape, greatest: number): Word {
  const { index, text, known, saliency } = token;
  return { ...rangeOf(token), index, text, known, saliency, level: saliencyLevel(saliency, greatest) };
}

/** Puts a score's marks into an editor. */
export const setMarks = StateEffect.define<Marks>();

/** Picks a word out, for the keyboard or the menu; null picks none. */
export const setPicked = StateEffect.define<Range | null>();

export const marksField = StateField.define<Marks>({
  create: () => NONE,
  update(marks, transaction) {
    let now = marks;
    if (transaction.docChanged) {
      const move = <Moved extends Range>(range: Moved): Moved => ({
        ...range,
        from: transaction.changes.mapPos(range.from, 1),
        to: transaction.changes.mapPos(range.to, -1),
      });
      const stands = ({ from, to }: Range) => to > from;
      now = {
        words: marks.words.map(move).filter(stands),
        harm: marks.harm.map(move).filter(stands),
        unparsed: marks.unparsed.map(move).filter(stands),
        kept: marks.kept.map(move).filter(stands),
      };
    }
    for (const effect of transaction.effects) {
      if (effect.is(setMarks)) now = within(effect.value, transaction.newDoc);
    }
    return now;
  },
});

/** Marks that reach beyond the text belong to another one; they are left out. */
function within(marks: Marks, doc: Text): Marks {
  const fits = ({ to }: Range) => to <= doc.length;
  return {
    words: marks.words.filter(fits),
    harm: marks.harm.filter(fits),
    unparsed: marks.unparsed.filter(fits),
    kept: marks.kept.filter(fits),
  };
}

export const pickedField = StateField.define<Range | null>({
  create: () => null,
  update(picked, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(setPicked)) return effect.value;
    }
    const moved = transaction.docChanged || transaction.selection !== undefined;
    return moved ? null : picked;
  },
});

function decorations({ words, harm, unparsed, kept }: Marks, picked: Range | null): DecorationSet {
  const shades = words.map((word) => Decoration.mark({ class: wordClass(word) }).range(word.from, word.to));
  const harms = harm.map(({ from, to }) => HARM.range(from, to));
  const inert = unparsed.map(({ from, to }) => UNPARSED.range(from, to));
  const frozen = kept.map(({ from, to }) => KEPT.range(from, to));
  const choice = picked && picked.to > picked.from ? [PICKED.range(picked.from, picked.to)] : [];
  return Decoration.set([...shades, ...harms, ...inert, ...frozen, ...choice], true);
}

const HARM = Decoration.mark({ class: "mark-harm" });
const KEPT = Decoration.mark({ class: "mark-kept" });
const UNPARSED = Decoration.mark({ class: "mark-unparsed" });
const PICKED = Decoration.mark({ class: "mark-picked" });

function wordClass({ level, known }: Word): string {
  return ["word", level ? `saliency-${level}` : "", known ? "" : "mark-unknown"].filter(Boolean).join(" ");
}

/** Words, clauses and the picked word, as decorations. */
export const marks: Extension = [
  marksField,
  pickedField,
  EditorView.decorations.compute([marksField, pickedField], (state) =>
    decorations(state.field(marksField), state.field(pickedField)),
  ),
];
