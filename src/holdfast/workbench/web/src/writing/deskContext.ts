import { createContext, use } from "react";

import type { ProjectShape, Tools } from "../api/schema";
import type { Session } from "../shell/session";
import { Desk } from "./desk";
import type { Editors } from "./editor/editors";
import { browserShelf } from "./state/shelf";
import type { Suggestions } from "./tools/suggestions";

/** What the parts of the editor's page work with. */
export interface Workplace {
  readonly desk: Desk;
  readonly editors: Editors;
  readonly suggestions: Suggestions;
  readonly project: ProjectShape;
}

export const WorkplaceContext = createContext<Workplace | null>(null);

export function useWorkplace(): Workplace {
  const workplace = use(WorkplaceContext);
  if (workplace === null) throw new Error("there is no desk here");
  return workplace;
}

const desks = new Map<string, Desk>();

/** The desk of whoever is signed in: the same one each time they come back to the page. */
export function deskOf({ member, project }: Session, tools: Tools): Desk {
  const name = `holdfast/${project.run}/${member.id}`;
  const desk = desks.get(name) ?? newDesk(name, project, tools);
  desk.tools.write(tools);
  return desk;
}

function newDesk(name: string, project: ProjectShape, tools: Tools): Desk {
  const desk = new Desk(project, tools, browserShelf(name));
  desks.set(name, desk);
  window.addEventListener("online", desk.retry);
  window.addEventListener("pagehide", desk.leave);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") desk.leave();
    else desk.retry();
  });
  window.addEventListener("beforeunload", (event) => {
    if (desk.unsaved) event.preventDefault();
  });
  return desk;
}
