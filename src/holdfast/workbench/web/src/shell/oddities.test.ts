import { describe, expect, it } from "vitest";

import { homeScript, oddities } from "./oddities";
import cases from "./oddities.cases.json";

type Home = Parameters<typeof oddities>[1];

describe("oddities", () => {
  it.each(cases)("finds what the server finds in $text", ({ text, home, odd }) => {
    const script = home === null ? null : ((home.charAt(0) + home.slice(1).toLowerCase()) as Home);
    const found = oddities(text, script);
    expect(found.map(({ from, kind }) => [Array.from(text.slice(0, from)).length, kind])).toEqual(
      odd.map(([at, , kind]) => [at, kind]),
    );
    for (const [place, { name, kind }] of found.entries()) {
      const told = String(odd[place]?.[1]);
      if (kind === "invisible") expect(name).toBe(told);
      else expect(name.slice(name.indexOf("("))).toBe(told.slice(told.indexOf("(")));
    }
  });

  it("knows the script of a vocabulary", () => {
    expect(homeScript(["Tom", "sang"])).toBe("Latin");
    expect(homeScript(["(", ")"])).toBeNull();
    expect(homeScript(["Tom", "\u0442"])).toBeNull();
  });
});
