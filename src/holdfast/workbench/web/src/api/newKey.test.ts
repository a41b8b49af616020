import { afterEach, describe, expect, it, vi } from "vitest";

import { newKey } from "./newKey";

const VERSION_4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe("newKey", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("is a UUID of version 4 on a page by plain http, where the browser makes none", () => {
    vi.stubGlobal("crypto", { getRandomValues: <T extends Uint8Array>(bytes: T) => bytes.fill(0xff) });
    expect(newKey()).toBe("ffffffff-ffff-4fff-bfff-ffffffffffff");
  });

  it("is another one each time", () => {
    const keys = Array.from({ length: 1000 }, newKey);
    expect(new Set(keys).size).toBe(1000);
    expect(keys.filter((key) => !VERSION_4.test(key))).toEqual([]);
  });
});
