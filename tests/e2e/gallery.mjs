/* gallery: photographs every recurring part at 1366 and 360 px, light, dark and on paper, and checks it:
 * axe finds nothing, nothing is refused by the content policy, no page scrolls sideways, no console error.
 *
 *     node gallery.mjs GALLERY PACKAGES SHOTS [PAGE]
 */
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { check, load, open, overflow } from "./browser.mjs";

const [program, packages, shots, only] = process.argv.slice(2);
const pages = ["score", "entry", "board", "parts", "charts", "alone"].filter((name) => !only || name === only);
const sizes = [{ width: 1366, height: 768 }, { width: 1024, height: 768 }, { width: 360, height: 740 }];
const problems = [];

const server = spawn(program, { stdio: ["pipe", "pipe", "inherit"] });
const port = await new Promise((found, lost) => {
  server.stdout.once("data", (text) => found(parseInt(text, 10)));
  server.once("exit", () => lost(new Error("the gallery did not start")));
});
mkdirSync(shots, { recursive: true });
const { chromium, axe } = load(packages);
const browser = await open(chromium);
const page = await browser.context.newPage();
page.on("console", (m) => m.type() === "error" && problems.push(`console: ${m.text()}`));
page.on("pageerror", (e) => problems.push(`script: ${e.message}`));

for (const name of pages) {
  for (const size of sizes) {
    for (const scheme of ["light", "dark"]) {
      const where = `${name} ${size.width} ${scheme}`;
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme: scheme });
      await page.goto(`http://127.0.0.1:${port}/gallery/${name}`, { waitUntil: "load" });
      await page.evaluate(() => document.fonts.ready);
      const wide = await overflow(page);
      if (wide > 0)
        problems.push(`${where}: scrolls sideways by ${wide} px`);
      for (const line of await check(page, axe))
        problems.push(`${where}: ${line}`);
      await page.screenshot({ path: join(shots, `${name}-${size.width}-${scheme}.png`),
        fullPage: size.width === 360 });
    }
  }
  await page.emulateMedia({ media: "print", colorScheme: "light" });
  await page.pdf({ path: join(shots, `${name}.pdf`), preferCSSPageSize: true });
  await page.emulateMedia({ media: null });
}
/* What a part of a chart says is shown at once, inside the window, and given back afterwards. */
if (pages.includes("charts")) {
  await page.setViewportSize(sizes[2]);
  await page.goto(`http://127.0.0.1:${port}/gallery/charts`);
  const part = page.locator(".only-narrow .chart-line .g-hit").last();
  const words = await part.locator("title").textContent();
  await part.hover();
  const tip = page.locator(".tip");
  if (!words || (await tip.textContent()) !== words)
    problems.push("tooltip: does not say what the title says");
  const box = await tip.boundingBox();
  if (!box || box.x < 0 || box.x + box.width > 360)
    problems.push("tooltip: leaves the window");
  await page.locator("h1").hover();
  if (await tip.isVisible() || (await part.locator("title").textContent()) !== words)
    problems.push("tooltip: stays, or keeps the title's words");
}
/* Both families have to be there, for both ranges of letters. */
await page.goto(`http://127.0.0.1:${port}/gallery/alone`);
for (const line of await page.evaluate(async () => {
  const lost = [];
  for (const face of document.fonts)
    await face.load().catch((e) => lost.push(`font ${face.family} ${face.unicodeRange.slice(0, 12)}: ${e.message}`));
  return document.fonts.size === 4 ? lost : [...lost, `${document.fonts.size} fonts instead of 4`];
}))
  problems.push(line);

await browser.close();
server.stdin.end();
for (const line of [...new Set(problems)])
  console.log(line);
console.log(`${problems.length} problems; pictures in ${shots}`);
process.exit(problems.length ? 1 : 0);
