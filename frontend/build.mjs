// Builds what browsers load into src/motcua/site/static/site/build: theme.css, print.css, app.js, map.js, fonts and icons. Names
// carry the hash of what is in the file, so that browsers keep it for good; assets.json says which name a source has got.
// Beside each text lie its compressed forms.
// A build whose sources have not changed since the last one is skipped; --force builds anyway.

import { createHash } from "node:crypto";
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

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
  const [{ build: bundle }, sass, { copyFonts }, { drawIcons }] = await Promise.all([
    import("esbuild"),
    import("sass"),
    import("./fonts.mjs"),
    import("./icons.mjs"),
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
  const { metafile } = await bundle({
    entryPoints: ["theme.scss", "print.scss", "app.js", "map.js"].map((name) => path.join(here, name)),
    outdir: target,
    metafile: true,
    absWorkingDir: root,
    entryNames: "[name]-[hash]",
    bundle: true,
    minify: true,
    format: "esm",
    target: ["chrome92", "firefox90", "safari15"],
    loader: { ".woff2": "file", ".svg": "file" },
    assetNames: "assets/[name]-[hash]",
    legalComments: "none",
    logLevel: "warning",
    plugins: [scss],
  });
  await nameAssets(metafile, await drawIcons(target));
  await Promise.all([compressTexts(), copyFonts()]);
}

// {"theme.css": "theme-H4SH0000.css", …}, read by motcua.site.assets.
async function nameAssets(metafile, icons) {
  const names = Object.keys(metafile.outputs).map((file) => path.relative(target, path.join(root, file)));
  const table = Object.fromEntries(names.map((name) => [name.replace(/-[0-9A-Z]{8}(?=\.\w+$)/, ""), name]));
  await writeFile(path.join(target, "assets.json"), JSON.stringify({ ...table, ...icons }, null, 1));
}

async function compressTexts() {
  for (const name of await readdir(target, { recursive: true })) {
    if (!/\.(css|js|svg)$/.test(name)) continue;
    const text = await readFile(path.join(target, name));
    const brotli = { params: { [constants.BROTLI_PARAM_SIZE_HINT]: text.length } };
    await writeFile(path.join(target, `${name}.gz`), gzipSync(text, { level: 9 }));
    await writeFile(path.join(target, `${name}.br`), brotliCompressSync(text, brotli));
  }
}

const now = await fingerprint();
const before = await readFile(stamp, "utf8").catch(() => "");
if (before === now && !process.argv.includes("--force")) {
  console.log("The front end is up to date.");
} else {
  await build();
  await writeFile(stamp, now);
}
