// Builds src/ into dist/: one style sheet, one script, and one more for pages on which people write together, minified, with the typeface's files beside them.
//
// Every name in dist/ carries a hash of its content, so a browser may keep it for ever. dist/manifest.json maps
// the plain name that a template uses ("cowork.css") to the hashed one ("cowork-3F2A.css").

import { readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, "src");
const target = join(here, "dist");
const images = /\.(svg|png|ico|webp)$/;

const names = (await readdir(source)).filter((name) => name === "cowork.css" || name === "cowork.js" || name === "live.js" || images.test(name));

await rm(target, { recursive: true, force: true });
const result = await build({
  absWorkingDir: here,
  entryPoints: names.map((name) => join("src", name)),
  outdir: "dist",
  outbase: "src",
  entryNames: "[name]-[hash]",
  assetNames: "files/[name]-[hash]",
  bundle: true,
  format: "esm",
  minify: true,
  charset: "utf8",
  legalComments: "none",
  loader: { ".woff2": "file", ".woff": "empty", ".svg": "copy", ".png": "copy", ".ico": "copy", ".webp": "copy" },
  metafile: true,
  logLevel: "warning",
});

const manifest = {};
for (const [path, output] of Object.entries(result.metafile.outputs)) {
  const entry = output.entryPoint ?? Object.keys(output.inputs).find((input) => images.test(input));
  if (entry?.startsWith("src/")) {
    manifest[entry.slice("src/".length)] = path.slice("dist/".length);
  }
}
const missing = names.filter((name) => !(name in manifest));
if (missing.length > 0) {
  throw new Error(`No output was found for ${missing.join(", ")}.`);
}
await writeFile(join(target, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
