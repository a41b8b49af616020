import type { SearchRequest } from "../../api/schema";
import type { Desk } from "../desk";
import type { Quest } from "./search";

/** What may be left to its default. */
export type Wish = Pick<SearchRequest, "kind"> & Partial<Quest>;

/** Queries that a climb may make before it must stop by itself. */
const CLIMB_QUERIES = 20_000;

/** Begin a search from the text as it stands, and log it. */
export function beginSearch(desk: Desk, wish: Wish): void {
  if (!desk.tools.read().suggestions || desk.search.state.read().kind === "running") return;
  // Another course each time: asked twice, an attack should try something else.
  const course = Math.floor(Math.random() * 2 ** 32);
  const rest = { attack: null, parameters: {}, frozen: "nothing", queries: CLIMB_QUERIES, course } as const;
  const quest: Quest = { ...rest, seed: desk.seed, ...wish };
  desk.use("search_started", {
    kind: quest.kind,
    attack: quest.attack,
    frozen: quest.frozen,
    queries: quest.queries,
  });
  void desk.search.start(quest, desk.manuscript.passage);
}
