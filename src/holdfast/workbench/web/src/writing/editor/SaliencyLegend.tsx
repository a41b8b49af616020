import { figure } from "../../charts/numbers";
import { keysFor } from "../commands";
import { useWorkplace } from "../deskContext";
import { useCell } from "../state/cell";
import { LEVELS } from "./saliency";

/** Switches the shading of words on and off, and says what its shades mean. */
export function SaliencyLegend() {
  const { desk } = useWorkplace();
  const tools = useCell(desk.tools);
  const preferences = useCell(desk.preferences);
  const { scored } = useCell(desk.live.reading);
  if (!tools.saliency) return <span className="muted small">Saliency is off in this session.</span>;
  const greatest = Math.max(0, ...(scored?.tokens.map(({ saliency }) => saliency ?? 0) ?? []));
  return (
    <span className="row tight legend">
      <button
        type="button"
        className="button compact"
        aria-pressed={preferences.saliency}
        aria-keyshortcuts={keysFor("saliency")}
        onClick={() => toggleSaliency(desk)}
      >
        Saliency <kbd>Alt S</kbd>
      </button>
      {preferences.saliency && (
        <span
          className="legend-scale small muted number"
          role="img"
          aria-label={`Darker words move the score more; the darkest has saliency ${figure(greatest)}`}
        >
          0
          <span className="legend-shades">
            {Array.from({ length: LEVELS }, (_, index) => (
              <span key={index} className={`saliency-${index + 1}`} />
            ))}
          </span>
          {figure(greatest, 2)}
        </span>
      )}
    </span>
  );
}

/** Shade words by saliency, or stop. */
export function toggleSaliency(desk: ReturnType<typeof useWorkplace>["desk"]): void {
  if (!desk.tools.read().saliency) return;
  const preferences = desk.preferences.read();
  desk.preferences.write({ ...preferences, saliency: !preferences.saliency });
  desk.use(preferences.saliency ? "saliency_hidden" : "saliency_shown");
}
