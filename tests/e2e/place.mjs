/* place: where a story's data lies: a folder, or with GIAOBAN_TEST_ENGINE=postgres a database of a
 * PostgreSQL of the test's own (private folder, socket only), ended by its own number. */
import { execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const onPostgres = process.env.GIAOBAN_TEST_ENGINE === "postgres";

/* PostgreSQL refuses to run as root. */
const asPostgres = () => {
  if (process.getuid() !== 0) return {};
  const id = (flag) => parseInt(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }), 10);
  return { uid: id("-u"), gid: id("-g") };
};

async function startPostgres(folder) {
  const versions = "/usr/lib/postgresql";
  const found = existsSync(versions) ? readdirSync(versions).sort((a, b) => a - b) : [];
  if (!found.length) {
    console.log("skipped: PostgreSQL is not installed");
    process.exit(77);
  }
  const bin = join(versions, found.at(-1), "bin");
  const who = asPostgres();
  if (who.uid) chownSync(folder, who.uid, who.gid);
  const data = join(folder, "d");
  const options = { ...who, cwd: "/", stdio: "ignore" };
  execFileSync(join(bin, "initdb"), ["-D", data, "-A", "trust", "-U", "giaoban", "--no-sync", "-E", "UTF8"], options);
  const server = spawn(join(bin, "postgres"), ["-D", data, "-k", folder, "-h", "", "-F"], options);
  for (let i = 0; ; i++)
    try {
      execFileSync(join(bin, "createdb"), ["-h", folder, "-U", "giaoban", "story"], options);
      return server;
    } catch (e) {
      if (i === 100) throw e;
      await new Promise((go) => setTimeout(go, 100));
    }
}

/* An empty place for a store: { data, end }. */
export async function newPlace() {
  const folder = mkdtempSync(join(tmpdir(), "giaoban-story-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  if (!onPostgres) return { data: join(folder, "data"), end: remove };
  const server = await startPostgres(folder);
  const gone = new Promise((go) => server.once("exit", go));
  process.on("exit", () => server.exitCode === null && server.kill("SIGINT"));
  return {
    data: `postgresql:///story?host=${folder}&user=giaoban`,
    async end() { server.kill("SIGINT"); await gone; remove(); },
  };
}
