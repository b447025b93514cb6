/* browser: Chromium without anything of its own that calls out, and what all tests in it share. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

/* Packages stand in the build folder, not beside the source. */
export function load(packages) {
  const require = createRequire(join(packages, "package.json"));
  return { chromium: require("playwright-core").chromium, axe: require.resolve("axe-core/axe.min.js") };
}

export async function open(chromium, options = {}) {
  const folder = mkdtempSync(join(tmpdir(), "giaoban-browser-"));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    headless: true,
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    ...options,
  });
  return { context, async close() { await context.close(); rmSync(folder, { recursive: true, force: true }); } };
}

/* What axe finds on the page, as lines; all levels of WCAG 2.0 to 2.2 A and AA, and best practice. The
 * content policy of the page stays as it is: axe is put in through the debugger, not as a script of it. */
export async function check(page, axe) {
  await page.evaluate(readFileSync(axe, "utf8"));
  const found = await page.evaluate(() => window.axe.run(document, { runOnly: {
    type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] } }));
  return found.violations.map((v) => `${v.impact}: ${v.id}: ${v.help}: ` +
    v.nodes.slice(0, 4).map((n) => n.target.join(" ") + " " + (n.any[0]?.message || "")).join(" | "));
}

/* Does the page scroll sideways? Gives by how many pixels. */
export const overflow = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/* Starts the program's server on a free port; ended with this process. Gives it and its address. */
export async function serve(program, data, env) {
  const server = spawn(program, ["serve", "--data", data, "--port", "0"], { env });
  process.on("exit", () => server.kill("SIGTERM"));
  const origin = await new Promise((found, lost) => {
    let text = "";
    const read = (chunk) => {
      text += chunk;
      const port = text.match(/port=(\d+)/);
      if (port) found(`http://127.0.0.1:${port[1]}`);
    };
    server.stdout.on("data", read);
    server.stderr.on("data", read);
    server.once("exit", () => lost(new Error("the server did not start: " + text)));
  });
  return { server, origin };
}
