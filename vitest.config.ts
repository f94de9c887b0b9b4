import { defineConfig, type ViteUserConfig } from "vitest/config";
import { WASM_FLAGS } from "./test/support/wasm.ts";

const json = process.env["VITEST_JSON"];

const config: ViteUserConfig = defineConfig({
  test: {
    // No test leaves anything behind in a module, and to load them anew for each file takes minutes.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 180_000,
    // All files share one server, and a race between two transactions should be the test's, not the machine's.
    maxWorkers: 2,
    execArgv: [...WASM_FLAGS],
    reporters: [
      "default",
      ...(process.env["GITHUB_ACTIONS"] ? ["github-actions"] : []),
      ...(json ? [["json", { outputFile: json }] satisfies [string, object]] : []),
    ],
    projects: [
      // Unit tests need no server, so they do not wait for one.
      { extends: true, test: { name: "unit", include: ["test/unit/**/*.test.ts"] } },
      {
        extends: true,
        test: {
          name: "server",
          include: ["test/**/*.test.ts"],
          exclude: ["test/unit/**"],
          globalSetup: "test/support/global-setup.ts",
        },
      },
    ],
  },
});

export default config;
