// Builds what browsers load into src/motcua/site/static/site/build: theme.css, print.css, app.js and the fonts.
// A build whose sources have not changed since the last one is skipped; --force builds anyway.

import { createHash } from "node:crypto";
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(here);
const target = path.join(root, "src/motcua/site/static/site/build");
const stamp = path.join(target, ".stamp");

async function fingerprint() {
  const hash = createHash("sha256");
  const sources = (await readdir(here, { recursive: true })).sort().map((name) => path.join(here, name));
  for (const file of [...sources, path.join(root, "package-lock.json")]) {
    if ((await stat(file)).isFile()) hash.update(file.slice(root.length)).update(await readFile(file));
  }
  return hash.digest("hex");
}

async function build() {
  const [{ build: bundle }, sass, { copyFonts }] = await Promise.all([
    import("esbuild"),
    import("sass"),
    import("./fonts.mjs"),
  ]);
  const scss = {
    name: "scss",
    setup(plugin) {
      plugin.onLoad({ filter: /\.scss$/ }, ({ path: file }) => ({
        contents: sass.compile(file, { loadPaths: [path.join(root, "node_modules")], quietDeps: true }).css,
        loader: "css",
        resolveDir: here,
      }));
    },
  };
  await rm(target, { recursive: true, force: true });
  await bundle({
    entryPoints: ["theme.scss", "print.scss", "app.js"].map((name) => path.join(here, name)),
    outdir: target,
    bundle: true,
    minify: true,
    format: "esm",
    target: ["chrome92", "firefox90", "safari15"],
    loader: { ".woff2": "file", ".svg": "file" },
    assetNames: "assets/[name]",
    legalComments: "none",
    logLevel: "warning",
    plugins: [scss],
  });
  await copyFonts();
}

const now = await fingerprint();
const before = await readFile(stamp, "utf8").catch(() => "");
if (before === now && !process.argv.includes("--force")) {
  console.log("The front end is up to date.");
} else {
  await build();
  await writeFile(stamp, now);
}
