import { Dialog } from "../../shell/Dialog";
import { COMMANDS, keysOf } from "../commands";

const IN_TEXT: readonly (readonly [keys: string, what: string])[] = [
  ["Alt+← Alt+→", "Go to the previous or the next word; with Shift, select up to it"],
  ["Enter", "Alternatives for the word you went to"],
  ["Alt+Enter", "Alternatives for the word at the caret"],
  ["Alt+P", "Rephrase the selected words, or the word at the caret"],
  ["Tab, arrows", "From prompt to completion and back"],
  ["Ctrl+Space", "Words of the vocabulary"],
  ["Ctrl+Z, Ctrl+Y", "Undo and redo any change"],
];

const IN_MENU: readonly (readonly [keys: string, what: string])[] = [
  ["↑ ↓", "Choose an alternative; the text with it is shown below"],
  ["Enter", "Apply it"],
  ["Letters", "Filter the list"],
  ["Alt+C", "Show only texts that are still catastrophic"],
  ["Esc", "Close the menu; outside a menu, stop a search or discard its result"],
];

/** Every key of the page. */
export function KeysDialog({ onClose }: { onClose: () => void }) {
  const everywhere = COMMANDS.map((command) => [keysOf(command), command.what] as const);
  return (
    <Dialog title="Keys" onClose={onClose}>
      <div className="wide key-sheet">
        <Keys title="Anywhere" rows={[...everywhere, ["?", "Show all keys (outside the text)"]]} />
        <div className="stack">
          <Keys title="In the text" rows={IN_TEXT} />
          <Keys title="In a menu" rows={IN_MENU} />
        </div>
      </div>
      <p className="muted small">On a Mac, Ctrl is ⌘ and Alt is ⌥.</p>
      <button type="button" className="button" onClick={onClose}>
        Close
      </button>
    </Dialog>
  );
}

function Keys({ title, rows }: { title: string; rows: readonly (readonly [string, string])[] }) {
  return (
    <section className="stack tight">
      <h3>{title}</h3>
      <dl className="keys">
        {rows.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
