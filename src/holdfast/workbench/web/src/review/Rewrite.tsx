import type { SnippetText } from "../api/schema";
import { Marked, OddNote } from "../shell/Marked";
import { comparison, type Piece } from "../shell/comparison";

const PARTS = ["prompt", "completion"] as const;

/** A text to judge beside what it was made of: what is gone is struck out there, what is new marked here. */
export function Rewrite({ seed, text }: { seed: SnippetText; text: SnippetText }) {
  const parts = PARTS.filter((part) => seed[part] !== "" || text[part] !== "");
  const pieces = parts.map((part) => ({ part, pieces: comparison(seed[part], text[part]) }));
  return (
    <>
      <div className="columns">
        <section className="stack changed" aria-label="The text to judge">
          <h3>The text to judge</h3>
          {pieces.map((each) => (
            <p key={each.part} className="passage-text">
              <Shown pieces={each.pieces} without="gone" />
            </p>
          ))}
        </section>
        <section className="stack changed" aria-label="The original text">
          <h3>The original text</h3>
          {pieces.map((each) => (
            <p key={each.part} className="passage-text muted">
              <Shown pieces={each.pieces} without="new" />
            </p>
          ))}
        </section>
      </div>
      <OddNote texts={[text.prompt, text.completion]} />
    </>
  );
}

function Shown({ pieces, without }: { pieces: readonly Piece[]; without: "gone" | "new" }) {
  return pieces
    .filter(({ kind }) => kind !== without)
    .map(({ kind, text }, index) => {
      if (kind === "gone")
        return (
          <del key={index}>
            <Marked text={text} />
          </del>
        );
      if (kind === "new")
        return (
          <ins key={index}>
            <Marked text={text} />
          </ins>
        );
      return (
        <span key={index}>
          <Marked text={text} />
        </span>
      );
    });
}
