import type { ReactNode } from "react";

import { homeScript, type Odd, oddities } from "./oddities";
import { useProject } from "./session";

/** A text in which characters that people misread are marked: the invisible by their names. */
export function Marked({ text }: { text: string }): ReactNode {
  const odd = useOddities(text);
  if (odd.length === 0) return text;
  const pieces: ReactNode[] = [];
  let done = 0;
  for (const each of odd) {
    if (each.from > done) pieces.push(text.slice(done, each.from));
    pieces.push(<OddMark key={each.from} odd={each} char={text.slice(each.from, each.to)} />);
    done = each.to;
  }
  return [...pieces, text.slice(done)];
}

function OddMark({ odd, char }: { odd: Odd; char: string }) {
  if (odd.kind === "invisible") {
    return (
      <mark className="odd" title={odd.name}>
        {shortName(odd)}
      </mark>
    );
  }
  return (
    <mark className="odd" title={odd.name}>
      {char}
      <span className="unseen"> ({odd.name}) </span>
    </mark>
  );
}

/** Says below a text what is marked in it, and nothing where nothing is. */
export function OddNote({ texts }: { texts: readonly string[] }): ReactNode {
  const odd = useOddities(texts.join("\n"));
  if (odd.length === 0) return null;
  const names = [...new Set(odd.map(({ name }) => name))];
  return (
    <p className="odd-note small" role="note">
      <strong>Look twice.</strong> The marked characters are invisible or look like others: {names.join(", ")}
      .
    </p>
  );
}

/** The name of what cannot be seen, as it stands in a text. */
export function shortName({ name }: Odd): string {
  return name
    .replace(/ \(U\+.*/, "")
    .toLowerCase()
    .replace(/^u\+/, "U+");
}

function useOddities(text: string): readonly Odd[] {
  const { vocabulary } = useProject();
  return oddities(text, homeScript(vocabulary));
}
