import type { Extension } from "@codemirror/state";
import { Decoration, EditorView, WidgetType } from "@codemirror/view";

import { shortName } from "../../shell/Marked";
import { homeScript, type Odd, oddities } from "../../shell/oddities";

/** Stands for a character that cannot be seen. */
class NameWidget extends WidgetType {
  readonly #odd: Odd;

  constructor(odd: Odd) {
    super();
    this.#odd = odd;
  }

  override eq(other: NameWidget): boolean {
    return other.#odd.name === this.#odd.name;
  }

  override toDOM(): HTMLElement {
    const mark = document.createElement("mark");
    mark.className = "odd";
    mark.title = this.#odd.name;
    mark.textContent = shortName(this.#odd);
    return mark;
  }
}

/** Shows characters that people misread; deleting a name deletes what it stands for. */
export function oddCharacters(vocabulary: readonly string[]): Extension {
  const home = homeScript(vocabulary);
  return EditorView.decorations.compute(["doc"], ({ doc }) =>
    Decoration.set(
      oddities(doc.toString(), home)
        .filter(({ from, to }) => doc.lineAt(from).to >= to)
        .map((odd) =>
          odd.kind === "invisible"
            ? Decoration.replace({ widget: new NameWidget(odd) }).range(odd.from, odd.to)
            : Decoration.mark({ class: "odd-letter", attributes: { title: odd.name } }).range(
                odd.from,
                odd.to,
              ),
        ),
    ),
  );
}
