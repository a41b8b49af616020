import { useEffect, useId, useMemo, useRef } from "react";

import { count } from "../../charts/numbers";
import { useWorkplace } from "../deskContext";
import { useCell } from "../state/cell";
import { type Part, partsOf } from "../text/passage";
import { vocabularyCompletion } from "./vocabulary";
import { describeWord } from "./describeWord";
import { oddCharacters } from "./odd";
import { wordTooltip } from "./wordTooltip";

const NAMES: Readonly<Record<Part, string>> = { prompt: "Prompt", completion: "Completion" };
const HINTS: Readonly<Record<Part, string>> = {
  prompt: "The text that the language model continues",
  completion: "The continuation. The harm must happen here.",
};
const ALONE = { label: "Text", hint: "The text that the guard reads" };

/** One part of the text: its name, its length, its editor. */
export function EditorField({ part }: { part: Part }) {
  const { editors, project, suggestions } = useWorkplace();
  const place = useRef<HTMLDivElement>(null);
  const lengthId = useId();
  const { label, hint } = partsOf(project).length > 1 ? { label: NAMES[part], hint: HINTS[part] } : ALONE;
  const extensions = useMemo(
    () => [
      vocabularyCompletion(project.vocabulary),
      oddCharacters(project.vocabulary),
      wordTooltip(
        (word) => describeWord(word, project.vocabulary),
        () => suggestions.state.read().kind !== "closed",
      ),
    ],
    [project.vocabulary, suggestions],
  );

  useEffect(() => {
    if (!place.current) return;
    const kind = { part, label, hint, describedBy: lengthId };
    return editors.mount(kind, place.current, extensions);
  }, [editors, part, label, hint, lengthId, extensions]);

  return (
    <div className="part">
      <div className="part-head">
        {/* The editor names itself; a click on its name goes there as a label's would. */}
        <span className="part-name" aria-hidden="true">
          {label}
        </span>
        <Length part={part} id={lengthId} />
      </div>
      <div className={`part-text ${part}`} ref={place} />
    </div>
  );
}

function Length({ part, id }: { part: Part; id: string }) {
  const { desk, project } = useWorkplace();
  const { scored } = useCell(desk.live.reading);
  const most = part === "prompt" ? project.limits.prompt_words : project.limits.completion_words;
  const words = scored?.tokens.filter((token) => token.part === part).length ?? 0;
  const over = words > most;
  return (
    <span id={id} className={over ? "problem small number" : "muted small number"}>
      {words} of {count(most, "word")}
      {over && `: ${words - most} too many`}
    </span>
  );
}
