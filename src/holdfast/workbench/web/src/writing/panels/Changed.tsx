import { comparison } from "../../shell/comparison";
import { PARTS, type Passage } from "../text/passage";

/** One passage beside another: what is gone struck out, what is new underlined. */
export function Changed({ before, after }: { before: Passage; after: Passage }) {
  return (
    <div className="changed">
      {PARTS.map((part) => (
        <p key={part} className={part}>
          {comparison(before[part], after[part]).map((piece, index) => {
            if (piece.kind === "gone") return <del key={index}>{piece.text}</del>;
            if (piece.kind === "new") return <ins key={index}>{piece.text}</ins>;
            return <span key={index}>{piece.text}</span>;
          })}
        </p>
      ))}
    </div>
  );
}
