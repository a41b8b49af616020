import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

import { oneSchema } from "./build/schema.ts";
import { sourcesManifest } from "./build/sources.ts";

const server = process.env["HOLDFAST_SERVER"] ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [react(), oneSchema(), sourcesManifest()],
  // The server puts a nonce of its own in this place in each answer.
  html: { cspNonce: "{{csp-nonce}}" },
  build: {
    outDir: "../static",
    emptyOutDir: true,
    sourcemap: false,
    // A data: address would need a hole in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The first browsers with light-dark(), of 2024.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    license: { fileName: "licenses.md" },
  },
  server: { proxy: { "/api": server, "/report": server } },
  test: {
    environment: "jsdom",
    setupFiles: ["src/testing/setup.ts"],
    restoreMocks: true,
    unstubGlobals: true,
    // Leave a core to the Python tests that run beside these.
    maxWorkers: 2,
    testTimeout: 20_000,
  },
});
