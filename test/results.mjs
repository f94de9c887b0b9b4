import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

/**
 * What vitest's JSON report says, in numbers. A test file that broke before its first test counts as one
 * failure. The tests of `test/cron` are counted once more by themselves.
 */
export function readResults(file) {
  const { testResults: files } = JSON.parse(readFileSync(file, "utf8"));
  const broken = files.filter((each) => each.status === "failed" && count(each, "failed") === 0);
  const cron = files.filter(({ name }) => name.replaceAll("\\", "/").includes("/test/cron/"));
  return {
    passed: sum(files, "passed"),
    failed: sum(files, "failed") + broken.length,
    skipped: skipped(files),
    cronRun: sum(cron, "passed") + sum(cron, "failed"),
    cronSkipped: skipped(cron),
  };
}

function count(file, status) {
  return file.assertionResults.filter((test) => test.status === status).length;
}

function sum(files, status) {
  return files.reduce((total, file) => total + count(file, status), 0);
}

function skipped(files) {
  const all = files.reduce((total, file) => total + file.assertionResults.length, 0);
  return all - sum(files, "passed") - sum(files, "failed");
}

// For a shell: the same numbers in the same order.
const [, script, report] = process.argv;
if (script && import.meta.url === pathToFileURL(script).href) {
  console.log(...Object.values(readResults(report)));
}
