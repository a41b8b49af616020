import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

import type { Plugin } from "vite";

const FILES = ["index.html", "package.json", "package-lock.json", "vite.config.ts"];
const FOLDERS = ["build", "public", "src"];
const FOR_TESTS = /(\.test\.tsx?|\.d\.ts)$|^src\/testing\//;

/** The files that the build is made of, with the start of each one's SHA-256. */
function sources(root: string): Record<string, string> {
  const within = FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name))),
  );
  const names = [...FILES, ...within].filter((name) => !FOR_TESTS.test(name)).sort();
  return Object.fromEntries(names.map((name) => [name, digest(join(root, name))]));
}

function digest(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex").slice(0, 16);
}

/** Lay `sources.json` beside the build, so that a test can tell whether it is the sources' without Node. */
export function sourcesManifest(): Plugin {
  let root = "";
  return {
    name: "holdfast-sources",
    apply: "build",
    configResolved(config) {
      root = config.root;
    },
    generateBundle() {
      const source = JSON.stringify(sources(root), null, 1) + "\n";
      this.emitFile({ type: "asset", fileName: "sources.json", source });
    },
  };
}
