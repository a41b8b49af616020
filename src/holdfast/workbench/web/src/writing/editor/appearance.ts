import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

/** The nonce that the server's content security policy lets styles through by. */
function styleNonce(): string {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"], meta[property="csp-nonce"]');
  return meta?.nonce || meta?.content || "";
}

/** The editors look like the page's inputs; colours come from the style sheet's tokens. */
const theme = EditorView.theme({
  "&": { color: "var(--text)", backgroundColor: "transparent", fontSize: "1.125rem" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--font-reading)", lineHeight: "1.9", overflowX: "hidden" },
  ".cm-content": { padding: "0.5rem 0.75rem", caretColor: "var(--text)" },
  ".cm-line": { padding: "0" },
  ".cm-cursor": { borderLeftColor: "var(--text)", borderLeftWidth: "2px" },
  ".cm-placeholder": { color: "var(--text-muted)" },
  ".cm-line::selection, .cm-line ::selection": { backgroundColor: "var(--selection)", color: "inherit" },
  ".cm-tooltip": {
    border: "1px solid var(--border-strong)",
    borderRadius: "var(--radius)",
    backgroundColor: "var(--surface-raised)",
    color: "var(--text)",
    boxShadow: "var(--shadow-high)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "inherit", maxHeight: "14em" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.2em 0.75em" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    background: "var(--accent)",
    color: "var(--on-accent)",
  },
});

export const appearance: Extension = [theme, EditorView.lineWrapping, EditorView.cspNonce.of(styleNonce())];
