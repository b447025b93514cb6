/* entry: a report under difficult circumstances, in a browser, on the demonstration.
 *
 *     node entry.mjs GIAOBAN PACKAGES SHOTS
 *
 * One server, one browser with scripts and one without. A pasted block is shown as it is read before
 * it is taken; two people change one cell; the network goes away and the page is closed; files are
 * attached, taken away and fetched; an estimate becomes final; without scripts a report is read,
 * typed, mended and sent; the first page comes over a line of 1 Mbit/s; the grid says to a screen
 * reader what it says to the eye; sections fold by keyboard and on a small screen. */
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { check, load, open, overflow } from "./browser.mjs";
import { newPlace } from "./place.mjs";

const [program, packages, shots] = process.argv.slice(2);
const place = await newPlace();
const data = place.data;
const problems = [];
const told = (ok, what) => ok || problems.push(what);

mkdirSync(shots, { recursive: true });
const says = execFileSync(program, ["init", data, "--demo"], { encoding: "utf8", env: { ...process.env, GIAOBAN_LANG: "vi" } });
const password = says.match(/minh họa: (\S+)/)[1];
const server = spawn(program, ["serve", "--data", data, "--port", "0"]);
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
process.on("exit", (code) => {
  server.kill("SIGTERM");
  for (const l of [...new Set(problems)]) console.log(l);
  console.log(`${problems.length} problems; ended with ${code}; pictures in ${shots}`);
});

const { chromium, axe } = load(packages);
const wide = { width: 1366, height: 768 };
const browser = await open(chromium, { viewport: wide, acceptDownloads: true });
const plain = await open(chromium, { viewport: wide, javaScriptEnabled: false });
const pages = { scripted: await browser.context.newPage(), plain: await plain.context.newPage() };
let page = pages.scripted;
let expected = 0; /* errors of the network that a part of the story brings about itself */
page.on("console", (m) => m.type() === "error" && !expected && problems.push(`console: ${m.text()}`));
page.on("pageerror", (e) => problems.push(`script: ${e.message}`));
for (const p of Object.values(pages)) p.setDefaultTimeout(20000);

async function be(login, p = page) {
  await p.context().clearCookies();
  await p.goto(`${origin}/sign-in`);
  await p.fill("#login", login);
  await p.fill("#password", password);
  await p.click('main button[type="submit"], form button.main');
  await p.waitForURL(`${origin}/`);
}
const shot = (name, p = page) => p.screenshot({ path: join(shots, `entry-${name}.png`) });
async function clean(name, p = page) {
  for (const l of await check(p, axe)) problems.push(`${name}: ${l}`);
}
const saved = (p = page) => p.waitForFunction(() => /^Đã lưu/.test(document.getElementById("saved").textContent.trim()));
const bare = (s) => s.replace(/\./g, "");
/* Types as a person does who comes to the cell. */
async function type(id, text, p = page) {
  await p.focus(id);
  await p.locator(id).selectText();
  await p.keyboard.type(text);
}

await be("nhap.12103");
const where = await page.locator('.job a[href*="/reports/DU-Q/"]').first().getAttribute("href");
const report = origin + where;

/* ---- the first page over 1 Mbit/s ---- */
{
  const line = await browser.context.newCDPSession(page);
  let bytes = 0;
  await line.send("Network.enable");
  line.on("Network.loadingFinished", (e) => { bytes += e.encodedDataLength; });
  await line.send("Network.setCacheDisabled", { cacheDisabled: true });
  await line.send("Network.emulateNetworkConditions", { offline: false, latency: 40,
    downloadThroughput: 125000, uploadThroughput: 125000 });
  for (const [name, url] of [["start page", `${origin}/`], ["report", report]]) {
    bytes = 0;
    const began = Date.now();
    await page.goto(url, { waitUntil: "load" });
    const shown = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime || 0);
    const all = Date.now() - began;
    console.log(`${name} over 1 Mbit/s: ${Math.round(bytes / 1024)} KB, first paint ${Math.round(shown)} ms, all ${all} ms`);
    told(bytes > 10000 && bytes <= 150 * 1024, `${name}: ${bytes} bytes are more than 150 KB`);
    told(shown > 0 && shown < 4000, `${name}: nothing is seen for ${shown} ms (2 s is the goal, 4 s the bound of this test)`);
  }
  await line.detach();
}

/* ---- what a screen reader is told ---- */
{
  await page.goto(report);
  const tree = await browser.context.newCDPSession(page);
  const { nodes } = await tree.send("Accessibility.getFullAXTree");
  const of = (role) => nodes.filter((n) => !n.ignored && n.role?.value === role);
  const name = (n) => (n.name?.value || "").replace(/\u00a0/g, " ");
  const heads = of("columnheader").map(name);
  for (const word of ["Chỉ tiêu báo cáo", "Kỳ trước", "Cùng kỳ", "Kế hoạch", "I/2024", "% KH"])
    told(heads.some((h) => h.includes(word)), `no column header «${word}» in the tree: ${heads.join(", ")}`);
  told(of("rowheader").length > 60, "the lines of the form are not row headers");
  const tables = nodes.filter((n) => /^(table|grid)$/.test(n.role?.value || ""));
  told(tables.some((n) => name(n).includes("Bần Yên Nhân")), `the table has no caption: ${tables.map((n) => n.role.value + " " + name(n)).join("; ")}`);
  const boxes = of("textbox").filter((n) => name(n).includes("Số hộ được thu gom rác thải"));
  told(boxes.length === 1, "a cell is not named by its line");
  const estimates = of("checkbox").filter((n) => /^ước/.test(name(n).trim()));
  told(estimates.length > 20 && new Set(estimates.map(name)).size > 20, "the marks «ước» have no names of their own");
  told(of("button").some((n) => name(n).startsWith("1. ") && n.properties.some((p) => p.name === "expanded")), "a section does not say that it folds");
  await tree.detach();
}

/* ---- a wrong value is announced with its field ---- */
await type("#n15", "9999");
await page.keyboard.press("Enter");
await page.waitForSelector("tr#row-n15.wrong");
told(await page.getAttribute("#n15", "aria-invalid") !== null, "a wrong cell is not marked invalid");
told(await page.getAttribute("#n15", "aria-describedby") === "n15-says" &&
  (await page.locator("#n15-says .saying").innerText()).length > 10, "the error is not tied to its field");
told(await page.locator('#trouble [role="status"]').count() === 1, "errors are not announced");
await type("#n15", "4168");
await page.keyboard.press("Enter");
await page.waitForSelector("tr#row-n15:not(.wrong)");
await saved();

/* ---- a block from a table: first its reading, then the cells ---- */
async function paste(id, text) {
  await page.focus(id);
  await page.evaluate(([at, block]) => {
    const d = new DataTransfer();
    d.setData("text", block);
    document.querySelector(at).dispatchEvent(new ClipboardEvent("paste", { clipboardData: d, bubbles: true, cancelable: true }));
  }, [id, text]);
  await page.waitForSelector("dialog.paste[open]");
}
const old = [await page.inputValue("#n14"), await page.inputValue("#n15")];
await paste("#n14", "Số hộ trên địa bàn\t4.300\nSố hộ được thu gom rác thải\tbốn nghìn\n");
told((await page.locator("dialog.paste").innerText()).includes("4.300"), "the reading of the block is not shown");
told(await page.inputValue("#n14") === old[0], "a pasted block is taken before it was looked at");
await clean("paste");
await shot("paste");
await page.keyboard.press("Escape");
told(await page.inputValue("#n14") === old[0], "a block that was dropped was taken");
await paste("#n14", "4.300\n4.168\n");
await page.click("dialog.paste .button.main");
await saved();
told(bare(await page.inputValue("#n14")) === "4300", "the block was not taken");

/* ---- an estimate, by keyboard ---- */
await page.focus("#n14");
await page.keyboard.press("u");
await saved();
await page.reload();
told(await page.isChecked('tr#row-n14 .est input'), "the mark of an estimate is not kept");
await page.focus("#n14");
await page.keyboard.press("u");
await saved();

/* ---- two people, one cell ---- */
page = pages.plain;
await be("kiemtra.12103");
await page.goto(report);
await page.fill("#n14", "4250");
await page.click('button[value="save"]');
told(bare(await page.inputValue("#n14")) === "4250", "without scripts a cell is not saved");
page = pages.scripted;
await type("#n14", "4275"); /* opened before */
await page.keyboard.press("ArrowDown");
await page.waitForSelector("#n14-says .choose");
const both = await page.locator("#n14-says").innerText();
told(both.includes("4250") && both.includes("4275") && /Người kiểm tra|kiểm tra/i.test(both), `both values and who are not shown: ${both}`);
await shot("stale");
await clean("stale");
await page.focus("#n14-says .choose button:first-child");
await page.keyboard.press("Enter"); /* mine */
await saved();
page = pages.plain;
await page.fill("#n14", "4260"); /* its page is older now */
await page.click('button[value="save"]');
const answer = await page.locator(".message").first().innerText();
told(/người khác/.test(answer), `a stale page without scripts is not told: ${answer}`);
told(bare(await page.inputValue("#n14")) === "4260", "what was typed is gone");
told((await page.locator("#n14-says").innerText()).includes("4275"), "the other value is not shown without scripts");
await shot("stale-plain");
await page.click('button[value="save"]');
await page.goto(report);
told(bare(await page.inputValue("#n14")) === "4260", "the second saving does not keep what the person chose");
page = pages.scripted;
await page.goto(report);

/* ---- the network goes away ---- */
expected = 1;
await browser.context.setOffline(true);
await type("#n17", "1700");
await page.keyboard.press("Enter");
await type("#n14", "4261");
await page.keyboard.press("Enter");
await page.waitForFunction(() => /2 ô .*giữ trên máy/.test(document.getElementById("saved").textContent));
await shot("offline");
await browser.context.setOffline(false);
await page.evaluate(() => window.dispatchEvent(new Event("online")));
await saved();
await browser.context.setOffline(true);
await type("#n17", "1701");
await page.keyboard.press("Enter");
await page.waitForFunction(() => /giữ trên máy/.test(document.getElementById("saved").textContent));
page.once("dialog", (d) => d.accept());
await page.close({ runBeforeUnload: false });
await browser.context.setOffline(false);
expected = 0;
page = pages.scripted = await browser.context.newPage();
page.setDefaultTimeout(20000);
await page.goto(report);
await saved();
await page.reload();
told(bare(await page.inputValue("#n17")) === "1701", "what was kept on the machine was not sent");
told(await page.evaluate(() => Object.keys(localStorage).filter((k) => k.startsWith("giaoban.kept")).length) === 0, "what was sent is still kept on the machine");

/* ---- points and files ---- */
await page.fill('textarea[name="point.new.0"]', "Hoàn thành 100% kế hoạch tuyển quân");
await page.selectOption('select[name="section.new.0"]', "6");
await page.focus("#n14");
await saved();
await page.reload();
told(await page.locator("textarea", { hasText: "tuyển quân" }).count() === 1, "a point is not saved when it is left");
told(await page.locator(".point", { hasText: "tuyển quân" }).locator("select").inputValue() === "6", "the section of a point is not kept");
const pdf = Buffer.from("%PDF-1.7 biên bản");
await page.setInputFiles("#file", [{ name: "Biên bản.pdf", mimeType: "application/pdf", buffer: pdf },
  { name: "giả.pdf", mimeType: "application/pdf", buffer: Buffer.from("<html>") }]);
expected = 1;
await page.click('button[value="attach"]');
await page.waitForSelector(".message.wrong");
expected = 0;
told((await page.locator(".message.wrong").innerText()).includes("giả.pdf"), "the wrong file is not named");
told(await page.locator(".files li").count() === 0, "half of a choice was attached");
await page.setInputFiles("#file", { name: "Biên bản.pdf", mimeType: "application/pdf", buffer: pdf });
await page.click('button[value="attach"]');
await page.waitForSelector(".files li");
await page.click('button[value^="remove."]');
await page.waitForSelector(".files .removed");
await clean("files");
await page.locator("#files").scrollIntoViewIfNeeded();
await shot("files");
await page.click('button[value^="putback."]');
await page.waitForSelector(".files li:not(.removed)");
const [file] = await Promise.all([page.waitForEvent("download"), page.click(".files a")]);
told(file.suggestedFilename() === "Biên bản.pdf", `the file is saved as ${file.suggestedFilename()}`);
const head = await page.request.get(origin + await page.getAttribute(".files a", "href"));
told(/^attachment;/.test(head.headers()["content-disposition"]) && head.headers()["x-content-type-options"] === "nosniff" &&
  (await head.body()).equals(pdf), "a file is not handed out as an attachment as it came");

/* ---- sections fold, by keyboard and on a small screen ---- */
await page.focus("#part-1 button.fold");
await page.keyboard.press("Enter");
told(!(await page.isVisible("#n14")) && await page.isVisible("#n26"), "a section does not fold by keyboard");
await page.keyboard.press("Enter");
await page.setViewportSize({ width: 360, height: 740 });
for (const scheme of ["light", "dark"]) {
  await page.emulateMedia({ colorScheme: scheme });
  await page.goto(report);
  told(!(await page.isVisible("#n14")), "on a small screen the form does not open as its sections");
  told(await overflow(page) <= 0, "the entry page scrolls sideways at 360 px");
  await page.click("#part-1 button.fold");
  await clean(`360 ${scheme}`);
  await page.locator("#n14").scrollIntoViewIfNeeded();
  await shot(`360-${scheme}`);
}
await type("#n14", "4262");
await page.keyboard.press("Enter");
await saved();
const size = await page.locator("#part-1 button.fold").boundingBox();
told(size.height >= 24, "the button of a section is too small for a finger");
await page.setViewportSize(wide);
await page.emulateMedia({ colorScheme: "light" });

/* ---- without scripts: read, mend, send ---- */
page = pages.plain;
await be("nhap.12103");
await page.goto(report);
told(await page.isVisible("#n14") && await page.isVisible("#n64 , #row-n64"), "without scripts sections are folded");
await page.fill("#n15", "99999");
await page.click('button[value="check"]');
await page.goto(report);
told((await page.locator("#n15-says").innerText()).length > 10, "without scripts an error is not shown");
await page.fill("#n15", "4168");
await page.check("tr#row-n19 .nil input");
await page.check("tr#row-n32 .nil input");
for (const reason of await page.locator(".why-label:visible input").all()) await reason.fill("Đã đối chiếu");
await page.setInputFiles("#file", { name: "Danh sách.csv", mimeType: "text/csv", buffer: Buffer.from("thôn;hộ\n1;2\n") });
await page.click('button[value="check"]');
await page.waitForURL(/\/check$/);
await shot("plain-check");
await page.click("button.main");
await page.waitForURL(report);
told(await page.locator(".files li").count() === 2, "a file chosen without scripts is not attached");
told(await page.locator("input.cell").count() === 0 && await page.locator('#file').count() === 0, "a report handed on can still be changed");
await be("kiemtra.12103");
await page.goto(`${report}/to_sign`);
await page.click("button.main");
await be("ky.12103");
await page.goto(`${report}/submit`);
await page.click("button.main");
told((await page.locator(".message.wrong, .field.wrong").count()) > 0 || page.url() === report, "sending without a number is not answered");
if (page.url() !== report) {
  await page.fill("#number", "25-BC/ĐU");
  await page.click("button.main");
  await page.waitForURL(report);
}
told(/Đã gửi/.test(await page.locator(".reading").innerText()), "without scripts a report is not sent");
await shot("plain-sent");

/* ---- an estimate of an approved report becomes final ---- */
page = pages.scripted;
await be("ubnd.mh001");
await page.goto(`${origin}/search?q=phuong+minh+hoa`);
const q3 = (await page.locator("main a", { hasText: /^phường Minh Họa/i }).first().getAttribute("href")).split("/")[2];
const approved = `${origin}/reports/DU-Q/${q3}/2026-Q3`;
await page.goto(approved);
told(await page.isChecked("#row-n3 .est input"), "an estimate of an approved report is not marked");
told(await page.locator("#n14").count() === 0, "a final figure of an approved report can be typed");
await type("#n3", "321,4");
told(!(await page.isChecked("#row-n3 .est input")), "what is typed over an estimate is still called one");
await page.keyboard.press("Enter");
await saved();
await shot("final");
await clean("final");
await be("ky.mh001");
await page.goto(`${approved}/final`);
await page.click("button.main");
await page.waitForURL(approved);
told((await page.locator("#row-n3").innerText()).includes("321,4"), "the final figure does not stand there");
expected = 1;
await page.goto(`${approved}/final`);
await page.click("button.main");
await page.waitForSelector(".message.wrong");
told(/Chưa có số nào được cập nhật/.test(await page.locator(".message.wrong").innerText()), "an update of nothing is not refused");

await browser.close();
await plain.close();
const gone = new Promise((go) => server.once("exit", go));
server.kill("SIGTERM");
await gone;
await place.end();
process.exit(problems.length ? 1 : 0);
