/* demo: what every story on the demonstration begins and ends with: a place for its data, the server, a
 * browser, somebody who signs in, and the list of what was found wrong.
 *
 *     node STORY.mjs GIAOBAN PACKAGES SHOTS */
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { load, open, serve } from "./browser.mjs";
import { newPlace } from "./place.mjs";

export async function begin() {
  const [program, packages, shots] = process.argv.slice(2);
  const place = await newPlace();
  const env = { ...process.env, GIAOBAN_LANG: "vi" };
  const problems = [];
  mkdirSync(shots, { recursive: true });
  const says = execFileSync(program, ["init", place.data, "--demo"], { encoding: "utf8", env });
  const password = says.match(/minh họa: (\S+)/)[1];
  const { server, origin } = await serve(program, place.data, env);
  const { chromium, axe } = load(packages);
  const browser = await open(chromium, { viewport: { width: 1366, height: 768 } });
  const page = await browser.context.newPage();
  page.on("pageerror", (e) => problems.push(`script: ${e.message}`));
  page.setDefaultTimeout(20000);
  return {
    shots, problems, password, origin, chromium, axe, browser, page,
    told: (ok, what) => ok || problems.push(what),
    /* In place of whoever was signed in before. */
    async signIn(login) {
      await browser.context.clearCookies();
      await page.goto(`${origin}/sign-in`);
      await page.fill("#login", login);
      await page.fill("#password", password);
      await page.keyboard.press("Enter");
      await page.waitForURL(`${origin}/`);
    },
    /* Ends all of it, tells what was wrong, and the process. */
    async end(besides) {
      await browser.close();
      const ended = new Promise((go) => server.once("exit", go));
      server.kill("SIGTERM");
      if (server.exitCode === null) await ended;
      await place.end();
      for (const p of new Set(problems)) console.log(p);
      console.log(`${problems.length} problems${besides ? `; ${besides}` : ""}; pictures in ${shots}`);
      process.exit(problems.length ? 1 : 0);
    },
  };
}
