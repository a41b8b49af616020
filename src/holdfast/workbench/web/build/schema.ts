import { readFileSync } from "node:fs";

import type { Plugin } from "vite";

const ASKED = /^(.*openapi\.json)\?schema=(\w+)$/;

interface OpenApi {
  components: { schemas: Record<string, unknown> };
}

/** `import schema from "../openapi.json?schema=Name"` gives one schema of the API rather than all of it. */
export function oneSchema(): Plugin {
  return {
    name: "holdfast-schema",
    enforce: "pre",
    load(id) {
      const [, path, name] = ASKED.exec(id) ?? [];
      if (path === undefined || name === undefined) return null;
      this.addWatchFile(path);
      const { components } = JSON.parse(readFileSync(path, "utf8")) as OpenApi;
      const schema = components.schemas[name];
      if (schema === undefined) throw new Error(`${path} has no schema ${name}`);
      return { code: `export default ${JSON.stringify(schema)}`, moduleType: "js" };
    },
  };
}
